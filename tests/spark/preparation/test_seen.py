"""A table of seen films beside the ratings: Spark's events.parquet and fingerprint are those of `encore prepare --seen`."""

import json
import logging

import pytest
from conftest import written_log

from encore.errors import UserError

RATED = "userId,movieId,rating,timestamp\n1,10,4,100\n1,11,3,400\n2,10,5,100\n2,12,1,100\n3,11,2,100\n3,12,2,300\n3,10,5,400\n3,13,4,50\n"


@pytest.fixture
def ratings(tmp_path):
    (tmp_path / "ratings.csv").write_text(RATED)
    return tmp_path / "ratings.csv"


def test_a_table_beside_a_log(spark, compare, ratings, tmp_path):
    """By common names, with lines that are none; what the log took back; what came after the ratings that are held out."""
    from encore.spark import Dataset, prepare

    watched = tmp_path / "watched.csv"
    watched.write_text("member,movieId,date\n1,12,200\n1,12,250\n2,11,90\n2,13,300\n2,11\n,12,1\nx,10,1\n1,10,1\n9,10,1\n3,99,5\n")
    log = written_log(tmp_path / "events", ["80,2,11,seen,", "90,2,11,remove,", "100,1,12,shown,"])
    options = {"seen": str(watched), "split": "user-time", "hold_out": 0.4}
    dataset = compare.same(ratings, **options)
    told = dataset.summary["events"]
    assert told["file"] == "watched.csv" and told["seen"] == 2 and told["left_out"] == {
        "no valid user or film": 3, "not before what is held out": 1, "rated, too": 1, "user or film without a rating": 2}
    with_log = compare.same(ratings, events=log, **options).summary["events"]
    assert (with_log["seen"], with_log["shown"]) == (1, 1), "what the log took back is taken back in the table, too"
    frame = spark.read.csv(str(watched), header=True)
    in_session = prepare(spark, str(ratings), **{**options, "seen": frame})
    assert in_session.fingerprint != prepare(spark, str(ratings), split="user-time", hold_out=0.4).fingerprint
    assert in_session.summary["events"]["file"] == "" and in_session.events.count() == 2
    assert in_session.fingerprint == dataset.fingerprint
    assert Dataset.read(spark, compare.folder / "by_spark").events.count() == 2


def test_text_ids_and_a_table_without_a_row_that_counts(compare, tmp_path, caplog):
    rated, watched = tmp_path / "rated.csv", tmp_path / "watched.csv"
    rated.write_text("visitor,article,rating\nann,x,5\nann,y,4\nbob,x,5\n")
    watched.write_text("visitor,article\nbob,y\nann,x\n")
    assert compare.same(rated, seen=str(watched), user_column="visitor", item_column="article").summary["events"]["seen"] == 1
    watched.write_text("visitor,article\nann,x\n")
    with caplog.at_level(logging.WARNING, "encore"):
        dataset = compare.same(rated, seen=str(watched), user_column="visitor", item_column="article")
    assert "no row names a user and a film of the ratings that is not rated" in caplog.text
    assert dataset.summary["events"]["left_out"] == {"rated, too": 1} and dataset.events.count() == 0
    assert json.loads((compare.folder / "by_spark" / "dataset.json").read_text())["format_version"] == 2


def test_mistakes(spark, ratings, tmp_path):
    from encore.spark import prepare

    (tmp_path / "odd.csv").write_text("who,what\n1,2\n")
    columns = "needs a column of users and one of items, named userId and movieId .*; it has who, what"
    for seen, sentence in ((str(tmp_path / "nowhere.csv"), "seen: .*nowhere.csv: there is no such file"), (str(tmp_path / "odd.csv"), columns),
                           ([1, 2], "is no DataFrame")):
        with pytest.raises(UserError, match=sentence):
            prepare(spark, str(ratings), seen=seen)
