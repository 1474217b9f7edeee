"""Tables of Polars, lazy ones too, and of the newest pandas and Arrow: in and out."""

import pathlib

import pandas
import polars
import pyarrow.csv
import pytest

import encore

RATINGS = pathlib.Path(__file__).resolve().parents[3] / "data" / "ml-latest-small"


@pytest.fixture(scope="module")
def model():
    return encore.train(encore.prepare(RATINGS), epochs=1)


def test_every_library_gives_the_same_dataset(model):
    file = RATINGS / "ratings.csv"
    movies = polars.read_csv(RATINGS / "movies.csv")
    for ratings in (pandas.read_csv(file), polars.read_csv(file), polars.scan_csv(file), pyarrow.csv.read_csv(file)):
        assert encore.prepare(ratings, movies=movies).fingerprint == model.dataset.fingerprint
    with pytest.raises(encore.UserError, match="^the DataFrame has no column 'rating'"):
        encore.prepare(polars.scan_csv(file).drop("rating"))


def test_answers_are_in_the_library_that_asked(model):
    some = polars.scan_csv(RATINGS / "ratings.csv").filter(polars.col("userId") < 5)
    found = model.recommend_many(some, k=3)
    assert isinstance(found, polars.DataFrame) and found.columns == ["userId", "rank", "movieId", "title", "year", "score"]
    assert found.schema["title"] == polars.String and found.schema["year"] == polars.Int32
    assert model.recommend_many(some.collect(), k=3, block=2).equals(found)
    assert isinstance(model.recommend_many([1, 2, 3, 4], k=3), pandas.DataFrame)
    assert model.recommend_many(some.collect().to_pandas(), k=3).movieId.tolist() == found["movieId"].to_list()
    assert model.recommend_many([1, 2, 3, 4], k=3).movieId.tolist() == found["movieId"].to_list()


def test_strings_of_any_kind(model):
    named = pandas.DataFrame({"userId": ["ann", "bob"], "title": ["Alien (1979)", "Toy Story (1995)"], "rating": [5, 4.5]})
    found = model.recommend_many(named, k=2)  # pandas 3 keeps text in Arrow
    assert found.userId.tolist() == ["ann", "ann", "bob", "bob"]
    assert model.recommend_many(polars.from_pandas(named), k=2)["userId"].to_list() == found.userId.tolist()
    missing = pandas.DataFrame({"userId": ["ann", None], "title": ["Alien (1979)", "Toy Story (1995)"], "rating": [5, 4.5]})
    for table in (missing, polars.from_pandas(missing)):
        with pytest.raises(encore.UserError, match="1 of 2 rows cannot be used"):
            model.recommend_many(table)
