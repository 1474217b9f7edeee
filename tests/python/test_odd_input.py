"""What people hand in by mistake: each is a sentence that names the argument or the column, or means what it says; nothing is taken for
something else without a word."""

import decimal

import numpy
import pandas
import pyarrow
import pytest
import scipy.sparse

import encore


@pytest.fixture(scope="module")
def frame():
    return pandas.DataFrame({"userId": [1, 1, 2, 2, 3, 3], "movieId": [1, 2, 1, 3, 2, 3], "rating": [4.0, 5.0, 3.0, 4.0, 5.0, 2.0]})


eye = scipy.sparse.csr_matrix(numpy.eye(3) * 4)


@pytest.mark.parametrize("make, sentence", [
    (lambda frame: pandas.DataFrame(), "a table without columns is no source of ratings"),
    (lambda frame: [], "the list of sources is empty"),
    (lambda frame: [(1, 2, 4.0)], "a list of rows is no source of ratings; give a dict of columns"),
    (lambda frame: {"userId": [1, 2], "movieId": [1]}, "the table cannot become a table of Arrow: .*expected length 2"),
    (lambda frame: pandas.concat([frame, frame[["userId"]]], axis=1), "the DataFrame cannot become a table of Arrow: Duplicate column names"),
    (lambda frame: frame.assign(rating=1j), "the DataFrame cannot become a table of Arrow: .*rating.*complex128"),
    (lambda frame: scipy.sparse.csr_matrix(numpy.eye(3, dtype=complex)), "the matrix holds values of the type complex128, which are no ratings"),
    (lambda frame: frame.head(0), "the DataFrame holds no ratings"),
    (lambda frame: frame.assign(rating=True), "6 rating is not a number"),
    (lambda frame: frame.rename(columns={"userId": "who"}), r"no column 'userId'; .*for example: encore.prepare\(…, user_column='who'"),
    (lambda frame: frame.rating, "a pandas.*Series is no source of ratings"),
    (lambda frame: frame.assign(timestamp=pandas.to_timedelta(range(6), unit="s")), "6 no valid time"),
    (lambda frame: frame.assign(userId=[[1]] * 6), "the column 'userId' of the DataFrame holds lists or structs"),
    (lambda frame: 5, "a builtins.int is no source of ratings"),
])
def test_sources(frame, make, sentence):
    with pytest.raises(encore.UserError, match=sentence):
        encore.prepare(make(frame))


def test_ids_of_a_matrix_are_told_apart():
    with pytest.raises(encore.UserError, match="item_ids has 'a' twice"):
        encore.prepare(eye, item_ids=["a", "b", "a"])


def test_what_is_odd_and_clear(frame, tmp_path):
    assert encore.prepare(frame.assign(rating=decimal.Decimal("4.5"))).summary["ratings"] == 6
    assert encore.prepare(frame.assign(rating=frame.rating.astype("float16"))).fingerprint == encore.prepare(frame).fingerprint
    frame.to_csv(tmp_path / "rows.csv", index=False)
    assert encore.prepare(str(tmp_path / "rows.csv").encode()).fingerprint == encore.prepare(frame).fingerprint
    named = frame.set_index(["userId", "movieId"])
    for indexed in (named, named.rating, frame.set_index("userId"), frame.set_index(frame.userId, drop=False)):
        assert encore.prepare(indexed).fingerprint == encore.prepare(frame).fingerprint
    half_known = frame.assign(event=list("aabbab"))
    films = pandas.DataFrame({"movieId": [1, 2, 3], "title": ["A (1990)", "B (2000)", None]})
    assert encore.prepare(half_known, movies=films, where="year > 1995 AND event = 'a'").summary["ratings"] == 2


nobody = pandas.DataFrame({"userId": pandas.array(["a", None], dtype="string"), "movieId": [318, 318], "rating": [5.0, 4.0]})


@pytest.mark.parametrize("ask, sentence", [
    (lambda model: model.recommend({float("nan"): 5}), "nan is no film; name it by its title"),
    (lambda model: model.recommend({float("inf"): 5}), "inf is no film"),
    (lambda model: model.recommend({True: 5}), "True is no film"),
    (lambda model: model.recommend({None: 5}), "None is no film"),
    (lambda model: model.recommend({(1, 2): 5}), r"\(1, 2\) is no film"),
    (lambda model: model.recommend({" ": 5}), "' ' is no film"),
    (lambda model: model.recommend({"Al\0ien": 5}), r"'Al\\x00ien' is no film"),
    (lambda model: model.recommend({"Al\ud800ien": 5}), r"'Al\\ud800ien' is no film"),
    (lambda model: model.similar(None), "None is no film"),
    (lambda model: model.similar(["Alien"]), r"\['Alien'\] is no film"),
    (lambda model: model.recommend_many([1, float("nan")]), "nan is no id"),
    (lambda model: model.recommend_many([1, float("inf")]), "inf is no id"),
    (lambda model: model.recommend_many(b"12"), "b'12' is no list of users' ids"),
    (lambda model: model.recommend_many(1.5), "1.5 is no list of users' ids"),
    (lambda model: model.recommend_many(eye), "is no list of users' ids"),
    (lambda model: model.recommend_many(numpy.array([[1, 2]])), "is no id"),
    (lambda model: model.recommend_many(nobody), "1 no user"),
    (lambda model: model.recommend_many(nobody.assign(userId=["a", 1])), r"the column userId holds values of several types \(int, str\)"),
    (lambda model: model.recommend_many(nobody.assign(userId=1, timestamp=["2020-01-01", "soon"])), "timestamp holds times that cannot be compared"),
    (lambda model: model.recommend_many(nobody.rename(columns={"userId": "rank"}), user_column="rank"), "a column 'rank' of its own"),
    (lambda model: model.recommend("Alien"), r"there is no file Alien; a title stands in a list, \['Alien'\]"),
    (lambda model: model.recommend(318), r"^ratings is 318; ratings are a dict"),
    (lambda model: model.recommend({318: 5}, k=0), "^k is 0; it must be a whole number from 1"),
    (lambda model: model.recommend({318: 5}, user=1), "in one way: ratings for a new user, or user, or all=True"),
    (lambda model: model.save(f"{model.path}/copy"), "is within the model's own folder"),
])
def test_questions(model, ask, sentence):
    with pytest.raises(encore.UserError, match=sentence):
        ask(model)


def test_values_of_options_are_shown_on_one_line(dataset, frame):
    with pytest.raises(encore.UserError, match="^warm_start is a pandas.DataFrame; it must be text$"):
        encore.train(dataset, model="mult-dae", warm_start=frame)


def test_users_in_any_list(model):
    expected = model.recommend_many([1, 2], k=2)
    rated = pandas.DataFrame({"userId": [1, 2], "movieId": [318, 296], "rating": [5.0, 4.0]})
    assert model.recommend_many(rated.set_index(["userId", "movieId"]), k=2).equals(model.recommend_many(rated, k=2))
    for users in (pyarrow.array([1, 2]), numpy.array([1.0, 2.0]), range(1, 3), (user for user in ("1", "2")), pandas.Series([1, 2])):
        assert model.recommend_many(users, k=2).equals(expected)


@pytest.mark.parametrize("earlier, later", [
    ("9", "10"), (9, 10), ("2019-12-31", "2020-01-01"), (None, "2020-01-01"), (pandas.Timestamp("2019-01-01"), pandas.Timestamp("2019-01-02")),
    (float("nan"), -5), (pandas.NaT, pandas.Timestamp("1960-01-01")), ("", "-3"),
])
def test_the_later_of_two_ratings_counts(model, earlier, later):
    """Numbers as text are numbers, and what has no time comes first."""
    table = pandas.DataFrame({"userId": [1, 1], "movieId": [318, 318], "rating": [5.0, 1.0]})
    expected = model.recommend_many(table.tail(1), k=3)
    for times, rows in (((earlier, later), table), ((later, earlier), table.iloc[::-1])):
        assert model.recommend_many(rows.assign(timestamp=pandas.Series(times, index=rows.index)), k=3).equals(expected)


def test_notes_name_arguments(model):
    assert model.recommend({318: 5}, where="year > 3000").note == "no film of the catalogue fits where"
