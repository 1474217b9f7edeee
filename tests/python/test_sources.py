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
