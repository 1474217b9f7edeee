"""Tables that are not MovieLens', read by both programs: columns found by name or number, ids, times and counts of many kinds."""

import math

import pytest

from conftest import diseases, variants

AWKWARD = """reviewerID,asin,overall,event_time
1.0,007,4,2005-04-02 23:53:47
2.0E7,7,3.5,1588687728923
-3,0X,5,2005-04-02T23:53:47+02:00
NaN,7,4,5
7,7,4,noon
7,7,4,NaN
7,8,4,1112486027.0
7,9,4,2005-02-30
7,10,9,5
"""


def test_ids_and_times_of_an_awkward_table(compare, tmp_path):
    file = tmp_path / "reviews.csv"
    file.write_text(AWKWARD)
    dataset = compare.same(file)
    assert dataset.summary["rejected"] == {"no valid userId": 1, "no valid time": 2, "rating is out of scale": 1}
    assert [row.userId for row in dataset.users.orderBy("user").collect()] == [-3, 1, 7, 20000000]


def test_counts_without_a_header(compare, tmp_path):
    file = tmp_path / "plays.csv"
    file.write_text("u,a,3\nu,a,4\nu,b,1000\nv,a,1\nv,b,0\nw,a,2.5\n")
    dataset = compare.same(file, no_header=True, count_column="3", liked=2)
    assert dataset.summary["filtered"] == {"added to another row": 1} and dataset.summary["rejected"] == {"count is not above 0": 1}
    assert dataset.summary["rating_scale"] == {"minimum": 1.0, "maximum": 1000.0} and dataset.summary["liked"] == 2.0


def test_counts_that_weigh_by_their_logarithm(compare, tmp_path):
    file = tmp_path / "plays.csv"
    file.write_text("user,artist,plays\nu,a,3\nu,a,4\nu,b,1000\nv,a,1\nw,a,2.5\n")
    dataset = compare.same(file, count="log", liked=2)
    assert dataset.summary["count"] == "log" and dataset.summary["liked"] == 2.0
    value = {row.rating: row.value for row in dataset.ratings.collect()}
    assert value[1000.0] == pytest.approx(math.log(1001) / math.log(3), rel=1e-6) and set(value) == {7.0, 1000.0, 1.0, 2.5}
    events = tmp_path / "clicks.csv"
    events.write_text("user,item\n1,1\n1,1\n2,1\n")
    assert compare.same(events, repeats="count", count="log").summary["rating_scale"] == {"minimum": 1.0, "maximum": 2.0}


def test_only_counts_weigh_by_their_logarithm(spark, tmp_path):
    from encore import UserError
    from encore.spark import prepare

    file = tmp_path / "stars.csv"
    file.write_text("user,item,rating\n1,1,4\n")
    with pytest.raises(UserError, match="count='log' is for counts; name their column with count_column"):
        prepare(spark, str(file), tmp_path / "out", count="log")


@pytest.mark.parametrize("rule", variants("max", "count"))
def test_repeats(compare, rule):
    compare.same(diseases / "doubled.csv", repeats=rule)


def test_losses_are_logged(compare, tmp_path, caplog):
    file = tmp_path / "ten.csv"
    file.write_text("user_id,item_id,rating\n" + "".join(f"{n},1,{n}\n" for n in range(1, 11)))
    compare.same(file)
    text = " ".join(record.message for record in caplog.records)
    assert "5 of 10 rows (50 %) are lost: rating is out of scale" in text and "scale=(1, 10) takes them" in text
    assert "users are in the column 'user_id'" in text or caplog.records[0].levelname == "WARNING"
