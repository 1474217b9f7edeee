"""Every rule that `encore evaluate` knows, on Spark: metrics, slices, candidates, what is hidden, negatives, users one by one; of datasets
whose users are held out, and of those whose ratings are. And models beside each other."""

import pyarrow.parquet
import pytest
from conftest import Trained, encore, root
from test_evaluate import same

from encore.errors import UserError

all_metrics = "ndcg@10,recall@20,recall-all@20,hit@10,mrr@10,map@10,precision@10,auc,coverage@5,gini,coverage,novelty@10,diversity@10,harm@20,rmse,mae"


@pytest.fixture(scope="module")
def by_rating(tmp_path_factory):
    return Trained(tmp_path_factory.mktemp("by_rating"), root / "data" / "ml-latest-small", "--min-item-ratings", 20, "--split", "ratings",
                   "--hold-out", 0.2, "--validation", 0.1)


@pytest.fixture(scope="module")
def by_protocol(tmp_path_factory):
    return Trained(tmp_path_factory.mktemp("by_protocol"), root / "data" / "ml-latest-small", "--protocol", "recbole")


def on_both(spark, trained, name, *words, **options):
    """Spark's figures, held against the program's."""
    model = trained.opened(spark, name)
    found = model.evaluate(model.dataset, **options)
    expected = encore("evaluate", trained.model(name), trained.dataset, *words)
    slices, expected_slices = found.pop("slices", None), expected.pop("slices", None)
    same(found, expected)
    assert (slices is None) == (expected_slices is None)
    for one, other in zip(slices or [], expected_slices or [], strict=True):
        assert one.pop("slice") == other.pop("slice")
        same(one, other)
    return found, slices


@pytest.mark.parametrize("name", ["mult-dae", "autorec"])
def test_all_metrics_and_slices(spark, films, name):
    by = ["popularity", "history", "year < 1980 AND genres LIKE '%Drama%'"]
    found, slices = on_both(spark, films, name, "--metrics", all_metrics, *(word for one in by for word in ("--by", one)),
                            metrics=all_metrics, by=by)
    assert set(found["ranking"]) == {"users", *all_metrics.split(",")}
    assert (found["ranking"]["rmse"] is not None) == (name == "autorec")
    assert [one["ranking"]["users"] > 0 for one in slices].count(True) > 5


def test_ratings_that_are_held_out(spark, by_rating):
    for fold in ("test", "validation"):
        on_both(spark, by_rating, "mult-dae", "--metrics", all_metrics, "--by", "history", "--fold", fold, "--hide", "rated",
                metrics=all_metrics, by=["history"], fold=fold, hide="rated")


@pytest.mark.parametrize("give", ["liked", "seen", pytest.param("all", marks=pytest.mark.slow)])
def test_seen_films_go_in_and_are_no_answers(spark, watched, give):
    on_both(spark, watched, "channels", "--give", give, "--metrics", "ndcg@100,harm@20", give=give, metrics="ndcg@100,harm@20")


def test_what_goes_in(spark, films):
    figures = [on_both(spark, films, "mult-dae", "--give", give, "--metrics", "ndcg@100,harm@20", give=give, metrics="ndcg@100,harm@20")[0]["ranking"]
               for give in ("liked", "all", "seen")]
    assert figures[0]["harm@20"] > figures[1]["harm@20"] and figures[1]["ndcg@100"] > figures[2]["ndcg@100"]


def test_the_metrics_of_a_protocol(spark, by_protocol):
    found, _ = on_both(spark, by_protocol, "popularity")
    assert set(found["ranking"]) == {"users", "recall-all@10", "mrr@10", "ndcg@10", "hit@10", "precision@10"}


def test_candidates(spark, films, tmp_path):
    on_both(spark, films, "mult-dae", "--candidates", "all", candidates="all")
    ids = films.opened(spark, "mult-dae").dataset.items.limit(200).collect()
    file = tmp_path / "some.txt"
    file.write_text("".join(f"{row.movieId}\r\n" for row in ids) + "\n")
    on_both(spark, films, "mult-dae", "--candidates", file, "--by", "popularity", candidates=str(file), by=["popularity"])


@pytest.mark.parametrize("which", [pytest.param("films", marks=pytest.mark.slow), "by_rating"])
def test_negatives_are_the_same_draws(spark, request, which):
    with pytest.warns(UserWarning, match="99 films drawn by chance"):
        found, _ = on_both(spark, request.getfixturevalue(which), "mult-dae", "--negatives", 99, negatives=99)
    assert set(found["ranking"]) == {"users", "hit@10", "ndcg@10"}


@pytest.mark.parametrize("which", ["by_rating", *(pytest.param(which, marks=pytest.mark.slow) for which in ("texts", "films"))])
def test_users_one_by_one(spark, request, tmp_path, which):
    trained = request.getfixturevalue(which)
    model, metrics = trained.opened(spark, "autorec"), "ndcg@10,coverage,harm@5,rmse"
    encore("evaluate", trained.model("autorec"), trained.dataset, "--metrics", metrics, "--per-user", tmp_path / "users.parquet")
    with_it = model.evaluate(model.dataset, metrics=metrics, per_user=str(tmp_path / "by_spark"))
    same(with_it, model.evaluate(model.dataset, metrics=metrics))
    here, there = (pyarrow.parquet.read_table(tmp_path / name).to_pydict() for name in ("by_spark", "users.parquet"))
    assert here == there and len(here["userId"]) >= 10
    with pytest.raises(UserError, match="is there already; name another place"):
        model.evaluate(model.dataset, per_user=str(tmp_path / "by_spark"))


def test_wrong_options_are_sentences(spark, films, tmp_path):
    model = films.opened(spark, "popularity")
    (tmp_path / "odd.txt").write_text("1\nnone\n")
    for options, sentence in (({"metrics": "ndgc@10"}, "metrics: 'ndgc@10' is no metric"),
                              ({"metrics": "auc", "negatives": 9}, "metrics: auc looks at all films, but negatives=9"),
                              ({"by": ["stars > 3"]}, "by: there is no column 'stars'"), ({"by": ["rating > 3"]}, "by=.*cannot be asked of films"), ({"candidates": "nowhere"}, "neither rated-by-somebody nor all"),
                              ({"candidates": str(tmp_path / "odd.txt")}, "line 2: 'none' is no film"), ({"hide": "all"}, "one of given, rated")):
        with pytest.raises(UserError, match=sentence):
            model.evaluate(model.dataset, **options)


def test_compare(spark, films, by_rating):
    from encore.spark import compare

    for trained, options in ((films, {}), (by_rating, {"fold": "validation", "metrics": "hit@10,ndcg@20", "hide": "rated", "seed": 7})):
        names = ("popularity", "mult-dae", "autorec")
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        expected = encore("compare", *map(trained.model, names), trained.dataset, *words)
        opened = [trained.opened(spark, name) for name in names]
        found = compare(opened, opened[0].dataset, names=[trained.model(name) for name in names], **options)
        assert found == expected


def test_compare_refuses(spark, films):
    from encore.spark import compare

    model = films.opened(spark, "popularity")
    for models, options, sentence in (([model], {}, "two models or more"), ([model, model], {"names": ["a"]}, "2 models, but 1 names"),
                                      ([model, model], {"metrics": "coverage"}, "cannot be compared user by user"),
                                      ([model, model], {"fold": "validation"}, "no validation users with something to find")):
        with pytest.raises(UserError, match=sentence):
            compare(models, model.dataset, **options)
