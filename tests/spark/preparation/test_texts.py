"""The texts of sql/ are found, or it is said where they were looked for; and a text takes the place of each relation that it makes."""

import pytest

from encore.errors import Failure
from encore.spark.preparation import texts


def test_a_package_without_its_texts_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(texts, "_package", tmp_path / "python" / "encore")
    with pytest.raises(Failure, match="the SQL texts are not in .*sql; install the wheel"):
        texts.sql_models.__wrapped__()


def test_the_texts_of_this_package_are_found():
    assert {"reasons", "ratings_final", "items", "users"} <= texts.sql_models().keys()


def test_texts_stand_in_the_place_of_names():
    """Not within quotes, and each as it was when it was named."""
    from encore.spark.preparation.pipeline import Pipeline

    pipeline = Pipeline.__new__(Pipeline)  # without a session
    pipeline._texts = {}
    pipeline.create("users", "SELECT 1 AS one")
    pipeline.create("both", r"SELECT 'it\'s FROM users', `JOIN users` FROM users AS u JOIN users WHERE EXTRACT(YEAR FROM day) > 1")
    both = r"SELECT 'it\'s FROM users', `JOIN users` FROM (SELECT 1 AS one) AS u JOIN (SELECT 1 AS one) AS users WHERE EXTRACT(YEAR FROM day) > 1"
    pipeline.pass_on("again", "both")
    pipeline.create("users", "SELECT one FROM users WHERE one > 1")
    pipeline.pass_on("films", "movies")  # a relation of the session
    assert pipeline._whole("SELECT * FROM again") == f"SELECT * FROM ({both}) AS again"
    assert pipeline._whole("FROM\n  users") == "FROM\n  (SELECT one FROM (SELECT 1 AS one) AS users WHERE one > 1) AS users"
    assert pipeline._whole("FROM films JOIN movies") == "FROM (SELECT * FROM movies) AS films JOIN movies"
