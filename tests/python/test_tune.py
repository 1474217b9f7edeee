"""encore.tune: what it finds is a model, its results are those of the command line, and the winner can be made again. Not the search
(tests/tuning, tests/program/tune)."""

import pytest

import encore


@pytest.fixture(scope="module")
def found(dataset, tmp_path_factory):
    lines = []
    tuned = encore.tune(dataset, tmp_path_factory.mktemp("tuned") / "found", models="item-knn", trials=3, minutes=0, seed=7, log=lines.append)
    return tuned, lines


def test_the_winner_is_a_model(found, dataset):
    tuned, lines = found
    assert sum(line.startswith("trial ") for line in lines) == 3
    values = [trial["value"] for trial in tuned.trials]
    assert len(values) == 3 and tuned.winner["value"] == max(values)
    films = tuned.model.recommend({"Alien": 5}, k=3)
    again = encore.train(dataset, model="item-knn", **{name.replace("-", "_"): value for name, value in tuned.winner["options"].items()})
    assert films == again.recommend({"Alien": 5}, k=3)


def test_one_seed_finds_the_same(found, dataset):
    again = encore.tune(dataset, models="item-knn", trials=3, minutes=0, seed=7)
    assert [(one["options"], one["value"]) for one in again.trials] == [(one["options"], one["value"]) for one in found[0].trials]


def test_mistakes_are_named(dataset):
    with pytest.raises(encore.UserError, match="resume=True needs output"):
        encore.tune(dataset, resume=True)
    with pytest.raises(encore.UserError, match="knn-item"):
        encore.tune(dataset, models="knn-item")
