"""The figures of Spark are those of `encore evaluate`."""

import pytest
from conftest import encore, of_two_kinds

from encore.errors import UserError


def same(found, expected):
    assert found.keys() == expected.keys()
    for part, figures in expected.items():
        assert (found[part] is None) == (figures is None)
        if figures is not None:
            assert found[part].keys() == figures.keys()
            for key, value in figures.items():
                assert found[part][key] == (value if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)), (part, key)


@pytest.mark.parametrize("name", of_two_kinds)
def test_figures(spark, films, name):
    model = films.opened(spark, name)
    same(model.evaluate(model.dataset), films.by_program(name).figures)


def test_text_ids_and_ranking_alone(spark, texts):
    model = texts.opened(spark, "autorec")
    expected = encore("evaluate", texts.model("autorec"), texts.dataset, "--no-reconstruction")
    same(model.evaluate(model.dataset, reconstruction=False), expected)


def test_nobody_held_out_in_that_fold(spark, films):
    model = films.opened(spark, "mult-dae")
    with pytest.warns(UserWarning, match="no validation users"):
        found = model.evaluate(model.dataset, fold="validation")
    same(found, encore("evaluate", films.model("mult-dae"), films.dataset, "--fold", "validation"))


def test_other_data(spark, films, texts):
    model = films.opened(spark, "popularity")
    with pytest.raises(UserError, match="other films"):
        model.evaluate(texts.opened(spark, "popularity").dataset)
    with pytest.raises(UserError, match="judges on a Dataset"):
        model.evaluate(model.dataset.ratings)
    with pytest.raises(UserError, match="fold is 'tests'"):
        model.evaluate(model.dataset, fold="tests")
