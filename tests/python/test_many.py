"""Recommendations for many people at once are those that each gets alone, in tables of the library that asked, in memory and in blocks."""

import csv
import os
import pickle
import re
import subprocess
import sys

import numpy
import pandas
import pyarrow
import pytest

import encore
from conftest import RATINGS, ROOT


@pytest.fixture(scope="module")
def ratings():
    return pandas.read_csv(RATINGS / "ratings.csv")


def of_one(table, user, name="userId"):
    rows = table[table[name] == user]
    return [(row.movieId, row.title, row.year, pytest.approx(row.score, rel=1e-6)) for row in rows.itertuples()]


def alone(answer):
    return [(film["movieId"], film["title"], film["year"], film["score"]) for film in answer]


def test_users_of_the_dataset(model):
    table = model.recommend_many([42, "7", 42], k=4, where="year < 1990", exclude="Alien (1979)")
    assert list(table.columns) == ["userId", "rank", "movieId", "title", "year", "score"] and table.userId.tolist() == [42] * 4 + [7] * 4 + [42] * 4
    assert table["rank"].tolist() == [1, 2, 3, 4] * 3
    for user in (42, 7):
        expected = alone(model.recommend(user=user, k=4, where="year < 1990", exclude=["Alien (1979)"]))
        assert of_one(table, user)[:4] == expected
    assert model.recommend_many(numpy.array([42, 7]), k=2).equals(model.recommend_many(pandas.Series([42, 7]), k=2))


def test_all_users_are_the_file_of_the_command_line(model, tmp_path):
    model.recommend(all=True, output=tmp_path / "all.csv", k=3, include_seen=True)
    expected = list(csv.DictReader(open(tmp_path / "all.csv", encoding="utf-8")))
    table = model.recommend_many(k=3, include_seen=True, block=37)
    assert [(str(row.userId), str(row.rank), str(row.movieId), row.title) for row in table.rename(columns={"rank": "place"}).rename(
        columns={"place": "rank"}).itertuples()] == [(row["userId"], row["rank"], row["movieId"], row["title"]) for row in expected]
    assert numpy.allclose(table.score, [float(row["score"]) for row in expected])
    blocks = list(model.recommend_blocks(k=3, include_seen=True, block=200))
    assert [block.userId.nunique() for block in blocks] == [200, 200, 200, 10]
    assert pandas.concat(blocks, ignore_index=True).equals(table)


def test_places_for_films_that_few_know(model, tmp_path):
    plain, explored = model.recommend(user=42, k=10), model.recommend(user=42, k=10, explore=0.5, seed=7)
    assert sum(film["explored"] for film in explored) == 5 and "explored" not in plain[0]
    table = model.recommend_many([42, 7], k=10, explore=0.5, seed=7)
    assert table[table.userId == 42].movieId.tolist() == [film["movieId"] for film in explored]
    model.recommend(all=True, output=tmp_path / "all.csv", k=10, explore=0.5, seed=7)
    file = pandas.read_csv(tmp_path / "all.csv")
    assert file[file.userId == 42].movieId.tolist() == [film["movieId"] for film in explored]
    with pytest.raises(encore.UserError, match="seed"):
        model.recommend(user=42, seed=7)


def test_anybodys_ratings(model, ratings):
    some = ratings[ratings.userId.isin([3, 42, 500])].sample(frac=1, random_state=1)
    table = model.recommend_many(some, k=5)
    for user in (3, 42, 500):
        assert of_one(table, user) == alone(model.recommend(user=user, k=5))
    films = pandas.read_csv(RATINGS / "movies.csv").drop_duplicates("title", keep=False)
    named = some.merge(films, on="movieId")[["userId", "title", "rating", "movieId"]]
    table = model.recommend_many(named, k=5)
    named = named.drop(columns="movieId")
    by_title = model.recommend_many(named.rename(columns={"userId": "who"}), k=5, user_column="who")
    assert by_title.rename(columns={"who": "userId"}).equals(table)
    assert isinstance(model.recommend_many(pyarrow.Table.from_pandas(some), k=5), pyarrow.Table)
    assert model.recommend_many(pyarrow.Table.from_pandas(some), k=5).to_pandas().movieId.tolist() == table.movieId.tolist()
    text = some.assign(userId="u" + some.userId.astype(str))
    assert set(model.recommend_many(text, k=5).userId) == {"u3", "u42", "u500"}


def test_doubles_unknown_items_and_nobody(model):
    twice = pandas.DataFrame({"userId": [1, 1, 1, 2], "movieId": [318, 318, 999999, 999999], "rating": [1.0, 5.0, 4.0, 4.0]})
    table = model.recommend_many(twice, k=3)
    assert of_one(table, 1) == alone(model.recommend({318: 5}, k=3))
    assert of_one(table, 2) == alone(model.recommend(k=3))  # of whom nothing is known: what most people rated
    assert len(model.recommend_many(twice.head(0))) == 0 and len(model.recommend_many([])) == 0


def test_what_does_not_count_is_said(model, ratings, dataset):
    """Films that no training user likes, or that the model does not know; people who get popular films; people without any."""
    heard = []
    model.recommend_many([42], k=3, log=heard.append)
    assert len(heard) == 1 and re.fullmatch(r"ratings of [0-9,]+ films do not count, because no training user likes them", heard[0])
    silent = next(int(film) for film in sorted(set(ratings.movieId)) if "likes" in (model.recommend({int(film): 5}, k=1).note or ""))
    heard.clear()
    people = pandas.DataFrame({"userId": [1, 1, 2, 3, 3], "movieId": [318, silent, silent, 999999, 318], "rating": [5.0, 5.0, 5.0, 4.0, 5.0]})
    table = model.recommend_many(people, k=3, log=heard.append)
    assert heard == ["left out, because the model does not know this film: 999999",
                     "ratings of 1 film do not count, because no training user likes it",
                     "1 of 3 get the films that most people rated, because the model looks at none of their ratings; their score counts ratings"]
    assert of_one(table, 1) == alone(model.recommend({318: 5}, k=3, exclude=[silent]))
    heard.clear()
    seen = ratings[ratings.userId == 42].movieId.iloc[0]
    assert len(model.recommend_many([42], where=f"movieId = {seen}", log=heard.append)) == 0
    assert heard[-1] == "1 of 1 have no row, because no film is left to recommend"


@pytest.mark.parametrize("row, sentence", [
    ((None, 318, 5.0), "1 no user), the first: row 2"),
    ((1, None, 5.0), "1 no item), the first: row 2"),
    ((1, 318, 7.0), "1 rating is out of scale), the first: row 2, '1.0, 318.0, 7'"),
    ((1, 318, None), "1 rating is missing or no number), the first: row 2"),
    ((1, 318, "good"), "1 rating is missing or no number), the first: row 2"),
])
def test_rows_that_cannot_be_used_are_told(model, row, sentence):
    frame = pandas.DataFrame([(1, 296, 4.0), (1, 593, 4.0), row], columns=["userId", "movieId", "rating"])
    with pytest.raises(encore.UserError) as told:
        model.recommend_many(frame)
    said = str(told.value).replace("row 2, '1, 318, 7'", "row 2, '1.0, 318.0, 7'")
    assert said.startswith("the DataFrame: 1 of 3 rows cannot be used (") and sentence in said


def test_a_forked_child_asks_for_itself(model):
    """The parent's open dataset is not the child's."""
    expected = model.recommend(user=42)
    model.recommend(user=42)
    child = os.fork()
    if child == 0:
        os._exit(0 if model.recommend(user=42) == expected and len(model.recommend_many([42], k=3)) == 3 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_mistakes_are_said_before_anything_is_computed(model, ratings):
    for mistake, sentence in (
        (lambda: model.recommend_many([42, 99999]), "has no user 99999; its users have ids from 1 to 610"),
        (lambda: model.recommend_many(42), "42 is no list of users' ids; recommend"),
        (lambda: model.recommend_many([1.5]), "1.5 is no id"),
        (lambda: model.recommend(user=[1, 2]), r"user is \[1, 2\]; it must be the id of one user \(recommend_many"),
        (lambda: model.recommend(ratings), "a table of ratings is for recommend_many"),
        (lambda: model.recommend_blocks(ratings.drop(columns="rating")), "the DataFrame has no column 'rating'; it has: userId, movieId"),
        (lambda: model.recommend_blocks(ratings, dataset=model.dataset), "dataset is for users' ids"),
        (lambda: model.recommend_blocks(ratings, kk=3), "recommend has no option kk"),
        (lambda: model.recommend_blocks(block=0), "block is 0"),
        (lambda: model.recommend_many(ratings.assign(rating=True)), "the column rating holds True and False"),
        (lambda: encore.load(model.path).recommend_many([1]), "dataset is missing: name the folder"),
    ):
        with pytest.raises(encore.UserError, match=sentence):
            mistake()


def test_titles_alone_and_arrays(model):
    liked = model.recommend(["Alien (1979)", 318], k=4)
    assert liked == model.recommend({"Alien (1979)": 5, 318: 5}, k=4)
    assert model.recommend(numpy.array([[318, 4.5], [296, 5]]), k=4) == model.recommend({318: 4.5, 296: 5}, k=4)
    assert model.recommend({numpy.int64(318): numpy.float32(4.5)}, k=numpy.int64(4)) == model.recommend({318: 4.5}, k=4)


def test_arrays_and_dicts_are_sources(ratings):
    expected = encore.prepare(ratings).fingerprint
    assert encore.prepare(ratings.to_numpy()).fingerprint == expected
    assert encore.prepare(ratings.to_records(index=False)).fingerprint == expected
    assert encore.prepare({name: list(ratings[name]) for name in ratings}).fingerprint == expected
    with pytest.raises(encore.UserError, match=r"an array of the shape \(2, 9\) is no table of ratings"):
        encore.prepare(numpy.ones((2, 9)))


elsewhere = """
import pickle, sys
model = pickle.load(open(sys.argv[1], "rb"))
print([film["movieId"] for film in model.recommend({318: 5}, k=5)], model.dataset)
"""


def test_a_pickle_carries_the_model(model, tmp_path):
    trained = encore.train(encore.prepare(RATINGS), model="popularity")  # all of it in temporary folders
    expected = [film["movieId"] for film in trained.recommend({318: 5}, k=5)]
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps(trained))
    del trained
    said = subprocess.run([sys.executable, "-c", elsewhere, path], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
    assert said.startswith(str(expected)) and "100,836 ratings" in said
    copy = pickle.loads(pickle.dumps(model))
    assert copy.path != model.path and copy.recommend({318: 5}) == model.recommend({318: 5})
    named = pickle.loads(pickle.dumps(model.dataset))
    assert named.path == model.dataset.path  # which may be large: by name


def test_notebooks_show_tables(model, dataset):
    shown = model.recommend({"Alien": 5}, k=2)._repr_html_()
    assert shown.count("<tr>") == 3 and model.recommend({"Alien": 5}, k=2)[0]["title"].replace("&", "&amp;").replace("'", "&#x27;") in shown
    assert "100,836" in dataset._repr_html_() and "validation users" in dataset._repr_html_()
    assert "mult-dae" in model._repr_html_() and "train loss" in model._repr_html_()
    assert encore.Answer([{"movieId": 1, "title": "<script>", "year": None, "score": 1.0}])._repr_html_().count("&lt;script&gt;") == 1


def test_of_a_pair_that_came_twice_the_latest_counts(model):
    twice = pandas.DataFrame({"userId": [1, 1, 1], "movieId": [318, 318, 296], "rating": [5.0, 0.5, 5.0], "timestamp": [10, 20, 5]})
    expected = alone(model.recommend({296: 5, 318: 0.5}, k=3))
    for timestamp in ([10, 20, 5], ["2020-01-01", "2021-01-01", None], pandas.to_datetime(["2020-01-01", "2021-01-01", "2019-05-05"])):
        table = model.recommend_many(twice.assign(timestamp=timestamp), k=3)
        assert of_one(table, 1) == expected


def test_films_that_do_not_count_are_named(tmp_path):
    rows = [(user, film, 5.0) for user in range(1, 31) for film in range(1, 6) if (user + film) % 4] + [(1, 6, 1.0)]
    ratings = pandas.DataFrame(rows, columns=["userId", "movieId", "rating"])
    small = encore.train(encore.prepare(ratings, hold_out=0), epochs=2, hidden=[4])
    assert small.recommend({6: 5, 1: 5}, k=2).note == "no training user likes 6, so it does not count"
    assert small.recommend({6: 5, 1: 5}, k=2) == small.recommend({1: 5}, k=2, exclude=[6])
    assert small.similar(1, k=10).note == "there are only 5 other films to compare, not 10"
