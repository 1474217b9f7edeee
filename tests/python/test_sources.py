"""Ratings in memory give the dataset that their file gives."""

import numpy
import pandas
import pyarrow
import pyarrow.csv
import pytest
import scipy.sparse

import encore
from conftest import RATINGS


@pytest.fixture(scope="module")
def from_file():
    return encore.prepare(RATINGS / "ratings.csv", movies=RATINGS / "movies.csv")


@pytest.fixture(scope="module")
def table():
    return pyarrow.csv.read_csv(RATINGS / "ratings.csv")


def test_pandas_and_arrow(from_file, table):
    movies = pyarrow.csv.read_csv(RATINGS / "movies.csv")
    frame = table.to_pandas()
    shuffled = frame.sample(frac=1, random_state=1)
    for ratings, films in ((frame, movies.to_pandas()), (shuffled, RATINGS / "movies.csv"), (table, movies)):
        dataset = encore.prepare(ratings, movies=films)
        assert dataset.fingerprint == from_file.fingerprint
        assert dataset.summary["movies"] == from_file.summary["movies"]


def test_seen_films_from_a_table(from_file, tmp_path):
    watched = {"member": [1, 1, 2, 2], "film_id": [2, 2, 1, 318], "date": ["2024-01-01", "2024-01-02", "", ""]}
    (tmp_path / "watched.csv").write_text("member,film_id,date\n1,2,2024-01-01\n1,2,2024-01-02\n2,1,\n2,318,\n")
    said = []
    by_file = encore.prepare(RATINGS, seen=tmp_path / "watched.csv", log=said.append)
    assert by_file.summary["events"] == {"file": "watched.csv", "seen": 2, "seen_users": 2, "dismissed": 0, "shown": 0,
                                         "left_out": {"rated, too": 1}}
    assert any("users are in the column 'member', items in 'film_id'" in line for line in said)
    for table in (watched, pandas.DataFrame(watched), pyarrow.table(watched)):
        assert encore.prepare(RATINGS, seen=table).fingerprint == by_file.fingerprint != from_file.fingerprint
    with pytest.raises(encore.UserError, match="needs a column of users and one of items"):
        encore.prepare(RATINGS, seen=pandas.DataFrame({"a": [1], "b": [2]}))


def test_several_files_are_one_table(from_file, tmp_path):
    header, *rows = (RATINGS / "ratings.csv").read_text().splitlines()
    parts = []
    for number in range(3):
        parts.append(tmp_path / f"ratings{number}.csv")
        parts[-1].write_text("\n".join([header, *rows[number::3]]), encoding="utf-16" if number == 1 else "utf-8")
    dataset = encore.prepare(parts, movies=RATINGS / "movies.csv")
    assert dataset.fingerprint == from_file.fingerprint
    assert encore.prepare(parts[:1], where="timestamp > '0'", ids="number").summary["ratings"] == len(rows[::3])
    with pytest.raises(encore.UserError, match="is named twice"):
        encore.prepare([parts[0], parts[0]])


def test_what_speaks_arrow_and_single_batches(from_file, table):
    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return table.__arrow_c_stream__(requested_schema)

    for source in (Stream(), table.combine_chunks().to_batches()[0]):
        assert encore.prepare(source).fingerprint == from_file.fingerprint


def test_columns_are_named_as_on_the_command_line(from_file, table):
    renamed = table.rename_columns(["visitor", "article", "stars", "at"])
    dataset = encore.prepare(renamed, user_column="visitor", item_column="article", rating_column="stars", time_column="at")
    assert dataset.fingerprint == from_file.fingerprint


def test_sparse_matrices(from_file, table):
    frame = table.to_pandas()
    users, row = numpy.unique(frame.userId, return_inverse=True)
    items, column = numpy.unique(frame.movieId, return_inverse=True)
    matrix = scipy.sparse.csr_matrix((frame.rating, (row, column)), shape=(len(users), len(items)))
    for source in (matrix, matrix.tocsc(), scipy.sparse.coo_array(matrix)):
        assert encore.prepare(source, user_ids=users, item_ids=items).fingerprint == from_file.fingerprint
    by_number = encore.prepare(scipy.sparse.csr_matrix((frame.rating, (frame.userId, frame.movieId))))
    assert by_number.fingerprint == from_file.fingerprint  # rows and columns are ids when none are given


def test_text_ids_and_implicit_interactions(tmp_path):
    clicks = pandas.DataFrame({"visitor": ["ann", "bob", "ann"], "article": ["x", "x", "y"]})
    clicks.to_csv(tmp_path / "clicks.csv", index=False)
    options = dict(user_column="visitor", item_column="article", implicit=True)
    assert encore.prepare(clicks, **options).fingerprint == encore.prepare(tmp_path / "clicks.csv", **options).fingerprint


def test_train_takes_ratings_in_memory(table):
    model = encore.train(table, epochs=1)
    assert len(model.history) == 1
    assert model.dataset.summary["ratings"] == table.num_rows


def test_what_is_no_source_is_said(table):
    with pytest.raises(encore.UserError, match="a builtins.int is no source of ratings"):
        encore.prepare(3)
    with pytest.raises(encore.UserError, match="item_ids has 1 ids; the matrix needs 2"):
        encore.prepare(scipy.sparse.eye(2), item_ids=[1])
    with pytest.raises(encore.UserError, match="a table has columns for them"):
        encore.prepare(table, user_ids=[1])
    with pytest.raises(encore.UserError, match="rating"):
        encore.prepare(table.drop_columns(["rating"]))


def test_rows_that_cannot_be_used_are_told(table):
    """One rule with Spark's: `prepare` counts and warns, whoever computes right away refuses."""
    frame = table.to_pandas().head(1000).copy()
    frame.loc[[3, 5], "rating"] = 9.0
    frame.loc[7, "rating"] = numpy.nan
    told = []
    dataset = encore.prepare(frame, log=told.append)
    assert dataset.summary["rejected"] == dataset.unusable == {"rating is out of scale": 2, "rating is not a number": 1}
    said = "3 of 1,000 rows were rejected: 1 rating is not a number, 2 rating is out of scale"
    assert f"warning: {said}" in told and f"({said})" in repr(dataset)
    with pytest.raises(encore.UserError, match=r"the DataFrame: 3 of 1000 rows cannot be used .* leave out strict=True"):
        encore.prepare(frame, strict=True)
    with pytest.raises(encore.UserError, match=r"the DataFrame: 3 of 1000 rows cannot be used .* train on the dataset of encore.prepare"):
        encore.train(frame, epochs=1)
    clean = encore.prepare(table.to_pandas().head(1000), log=told.append)
    assert "rejected" not in repr(clean) and len(told) == len([line for line in told if said in line])


def test_messages_name_the_callers_things(table):
    frame = table.to_pandas()
    for wrong, sentence in (
        (dict(user_column="who"), "the DataFrame has no column 'who'; it has: userId, movieId, rating, timestamp; name the right one with "
                                  "user_column"),
        (dict(years="1959-1950"), "years is '1959-1950'; it must be a range of years such as (1950, 1959)"),
        (dict(years=("a", 3)), "years is ('a', 3); it must be two numbers, (first, last), such as (1950, 1959)"),
        (dict(scale=(1, 2, 3)), "scale is (1, 2, 3); it must be two numbers, (min, max), such as (0.5, 5)"),
        (dict(hold_out=0.9, validation=0.5), "hold_out=0.9 and validation=0.5 leave no training users; together they must be below 1"),
        (dict(liked=9.0), "liked is 9, which is outside of the scale 0.5-5"),
        (dict(where="rating >"), "where: 'rating >' is no SQL condition"),
        (dict(movies=pandas.DataFrame({"id": [1]})), "the DataFrame of movies has no column 'title'"),
    ):
        with pytest.raises(encore.UserError) as told:
            encore.prepare(frame, **wrong)
        assert str(told.value).startswith(sentence), told.value
    with pytest.raises(encore.UserError, match="^the table has no column 'rating'"):
        encore.prepare(table.drop_columns(["rating"]))
    assert encore.prepare(RATINGS, years=(1950, 1959)).fingerprint == encore.prepare(RATINGS, years="1950-1959").fingerprint
    assert encore.prepare(RATINGS, years=range(1950, 1960)).fingerprint == encore.prepare(RATINGS, years=["1950-1959"][0]).fingerprint
    assert encore.prepare(frame, scale=(0, 10)).summary["rating_scale"] == {"minimum": 0, "maximum": 10}


def test_twice_in_a_coo_matrix_is_the_sum():
    """As everywhere in SciPy."""
    matrix = scipy.sparse.coo_array(([2.0, 1.5, 4.0], ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    dataset = encore.prepare(matrix, hold_out=0.0)
    assert dataset.summary["ratings"] == 2 and dataset.summary["statistics"]["ratings_per_star"][0] == {"stars": 3.5, "ratings": 1}
