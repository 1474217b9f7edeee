"""The folder that Spark writes is the one that `encore prepare` writes: row for row, key for key, the fingerprint included."""

import gzip
import json
import subprocess

import pytest

from conftest import diseases, program, real_ratings, require_sums, variants, written_log


@pytest.mark.parametrize("name", variants("r[1].csv", "r{1,2}.csv", "r?.csv"))
def test_a_path_names_one_file(compare, tmp_path, name):
    """Beside it lie files that its name would find as a pattern. The datasets' folder has such a name, too."""
    text = "userId,movieId,rating\n1,10,4\n2,10,3\n"
    (tmp_path / name).write_text(text)
    for beside in ("r1.csv", "r2.csv"):
        (tmp_path / beside).write_text(text + "2,11,5\n")
    compare.folder = tmp_path / "data[1]"
    compare.folder.mkdir()
    (tmp_path / "data1").mkdir()
    from encore.spark import Dataset

    written = compare.same(tmp_path / name)
    assert Dataset.read(compare.spark, written.path).ratings.count() == 2


def test_all_real_ratings(compare):
    dataset = compare.same(real_ratings)
    assert dataset.summary["ratings"] == dataset.ratings.count() == 100836


def test_as_many_ratings_as_are_many(compare, movielens, monkeypatch, users_own):
    """Large tables are planned anew while they are worked on, and looked at for their order before anybody searches for doubles."""
    from encore.spark.preparation import phases, pipeline

    seen, real = [], phases.strictly_ascends
    monkeypatch.setattr(pipeline, "FEW_ROWS", 1000)
    monkeypatch.setattr(phases, "strictly_ascends", lambda rows: seen.append(real(rows)) or seen[-1])
    compare.same(movielens, min_item_ratings=3)
    assert seen == [True]


def test_years_shares_and_seed(compare, movielens):
    dataset = compare.same(movielens, years=(1950, 1980), hold_out=0.3, validation=0.25, seed=7)
    assert min(dataset.summary["users_by_fold"].values()) > 5


def test_a_condition_and_minimum_counts(compare, movielens):
    where = ("(rating >= 2.5 AND year < 1995 AND genres LIKE '%Drama%' OR \"title\" LIKE '%:_%') AND NOT \"userId\" IN (1, 2, 3) "
             "AND time IS NOT NULL AND length(title) > 3 AND CASE WHEN year % 2 = 0 THEN rating <> 3.0 ELSE CAST(rating AS INT) > 1 END "
             "AND regexp_matches(title, '[(][0-9]{4}[)]$') AND title NOT LIKE '%\\%%' AND contains(lower(title), 'e')")
    dataset = compare.same(movielens, where=where, min_item_ratings=5, min_user_ratings=10, liked=3.5)
    assert dataset.summary["filtered"]["outside the condition"] > 1000
    assert set(dataset.summary["filtered"]) == {"outside the condition", "movie has too few ratings", "user has too few ratings"}


@pytest.mark.parametrize("where", [
    "(hour(to_timestamp(time)) < 12 OR date_part('minute', to_timestamp(time)) = 7) AND month(to_timestamp(time)) > 2 "
    "AND extract(year FROM to_timestamp(time)) > 1999 AND day(to_timestamp(time)) <> 13",
    "list_contains(string_split(genres, '|'), 'Drama') AND split_part(genres, '|', 1) <> 'Comedy' AND split_part(genres, '|', -1) <> 'War' "
    "AND position('The' IN title) <> 1 AND NOT list_contains(string_split(title, ''), 'Q') AND split_part(title, '', 2) <> 'b' "
    "AND split_part(genres, '|', 0) = '' AND split_part(genres, '|', 9) = ''"])
def test_functions_of_times_and_lists(compare, movielens, where):
    dataset = compare.same(movielens, where=where)
    assert 0.01 < dataset.summary["ratings"] / dataset.summary["rows"] < 0.6


def sick_rows():
    """The rows of every sick file with the usual header and line ends, the truncated one last."""
    names = ["text_in_a_number", "nan_rating", "out_of_scale", "negative_id", "nul_byte", "unknown_movie", "odd_numbers", "doubled",
             "too_few_fields", "too_many_fields", "truncated_last_line"]
    return b"".join((diseases / f"{name}.csv").read_bytes().split(b"\n", 1)[1] for name in names)


def test_every_sick_row(compare, tmp_path):
    file = tmp_path / "sick.csv"
    file.write_bytes(b"userId,movieId,rating,timestamp\n1,10,4.\xff0,9\n" + b"7" * 2_500_000 + b",10,4.0,1\n\n" + sick_rows())
    dataset = compare.same(file, movies=str(diseases / "movies.csv"), ids="number")
    assert dataset.summary["rejected"].keys() == {
        "malformed line", "no valid userId", "no valid movieId", "rating is not a number", "rating is out of scale",
        "no valid time", "unknown movie", "superseded by a later rating"}
    assert dataset.summary["rejected"]["malformed line"] == 5


def test_an_open_quote(compare):
    assert compare.same(diseases / "open_quote.csv").summary["rejected"] == {"malformed line": 1}


@pytest.mark.parametrize("name", variants("bom.csv", "mixed_line_ends.csv", "crlf.csv", "semicolons.csv", "tabs.tsv", "no_time.csv"))
def test_kinds_of_text(compare, name):
    assert compare.same(diseases / name).summary["ratings"] == 4


@pytest.mark.parametrize("name", variants("ml-100k", "titles", "latin1", "ml-1m"))
def test_folders_of_movielens(compare, name):
    compare.same(diseases / name)


def test_years_of_odd_titles(compare):
    assert compare.same(diseases / "titles", years="1968-1972").summary["filtered"] == {"outside the years": 7, "title has no year": 2}


def test_other_columns_with_line_ends_in_quotes(compare, tmp_path):
    file = tmp_path / "reviews.csv"
    text = (diseases / "other_columns.csv").read_text()
    file.write_text(text + '2.5,"two\nlines, ""quoted""",3,10\n')
    compare.same(file, user_column="user id", item_column="film")


def test_text_ids(compare):
    dataset = compare.same(diseases / "text_ids.csv", user_column="visitor", item_column="article")
    assert [row.userId for row in dataset.users.orderBy("user").collect()] == ["Ann", "bob", "zoë"]


def test_uuids_without_ratings_packed_and_from_parquet(compare, tmp_path):
    import uuid

    ids = [str(uuid.UUID(int=n * 7919 % 1009 << 64 | n)) for n in range(40)]
    rows = "".join(f"{ids[n % 12]},{ids[n * n % 31]}\n" for n in range(400))
    file = tmp_path / "clicks.csv.gz"
    file.write_bytes(gzip.compress(("visitor,article\n" + rows).encode()))
    options = {"user_column": "visitor", "item_column": "article", "implicit": True, "hold_out": 0.4}
    dataset = compare.same(file, **options)
    assert dataset.summary["rejected"]["superseded by a later rating"] > 0
    frame = compare.spark.read.csv(str(file), header=True)
    compare.same(file, spark_source=frame, **options)


def test_typed_columns(compare, tmp_path):
    """A DataFrame, and the same rows in a folder of Parquet parts: floats, a decimal, times of every type."""
    frame = compare.spark.sql("""
        SELECT CAST(u AS SMALLINT) AS userId, m AS movieId, CAST(r AS FLOAT) AS rating,
               CAST(from_unixtime(t) AS TIMESTAMP_NTZ) AS timestamp
        FROM VALUES (1, 10, 0.9D, 100), (1, 20, 5.0D, 101), (2, -10, 3.5D, 102), (2, 30, double('NaN'), 103), (2, 20, 2.1D, 99),
                    (3, 10, 7D, 5), (1, 10, 0.8D, 99) AS v(u, m, r, t)""").repartition(2)
    frame.write.parquet(str(tmp_path / "parts"))
    import pyarrow.parquet

    single = tmp_path / "ratings.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(tmp_path / "parts"), single)
    options = {"scale": "0.9-5", "movies": str(diseases / "movies.csv")}
    from_frame = compare.same(single, spark_source=frame, **options)
    assert from_frame.summary["ratings"] == 3
    from_parts = compare.same(single, spark_source=str(tmp_path / "parts"), **options)
    assert from_parts.fingerprint == from_frame.fingerprint


def test_many_parts_are_read_by_the_program(compare, movielens, tmp_path, monkeypatch):
    """Ratings in several parts: the program refuses parts out of order, so it must find what it expects."""
    from encore.spark.preparation import output as preparation_output

    monkeypatch.setattr(preparation_output, "ROWS_OF_A_PART", 1_500)
    dataset = compare.same(movielens, hold_out=0.1)
    assert len(list((tmp_path / "by_spark" / "ratings.parquet").glob("*.parquet"))) > 5
    told = subprocess.run([program, "inspect", dataset.path, "--json", "--quiet"], stdout=subprocess.PIPE, check=True)
    assert json.loads(told.stdout)["ratings"] == dataset.summary["ratings"] > 9_000

    # One flipped bit is found, of parts that the executors have hashed.
    folder = tmp_path / "by_spark"
    parts = require_sums(folder)
    assert len(parts) > preparation_output.FEW_PARTS
    part = folder / parts[-1]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    told = subprocess.run([program, "inspect", dataset.path], capture_output=True, text=True, check=False)
    assert told.returncode == 2 and f"{part.name} is not as it was written" in told.stderr, told.stderr


@pytest.mark.parametrize("users", [pytest.param(("1", "2", "4"), marks=pytest.mark.slow), ("1", "2", '"anna, the first"')])
def test_events_count_instead_of_the_source(compare, tmp_path, users):
    source = tmp_path / "ratings.csv"
    source.write_text("userId,movieId,rating,timestamp\n1,10,4,100\n1,11,3,100\n2,10,5,100\n2,12,1,100\n3,11,2,100\n")
    one, two, new = users
    events = [f"200,{one},10,rating,2", f"200,{one},11,remove,", f"200,{two},,forget,", f"200,{two},13,rating,3.5", "200,3,11,rating,5",
              "200,3,11,undo,", f"200,{new},10,like,", f"200,{new},12,seen,", "300,3,12,rating,1", "250,3,12,rating,4.5", "1,3,14,rating,9"]
    dataset = compare.same(source, events=written_log(tmp_path / "events", events), hold_out=0.0)
    rows = dataset.ratings.join(dataset.users, "user").join(dataset.items, "item").select("userId", "movieId", "value").collect()
    assert {(str(user), str(film)): round(5 * value, 3) for user, film, value in rows} == {
        ("1", "10"): 2, ("2", "13"): 3.5, ("3", "11"): 2, ("3", "12"): 4.5, (new.strip('"'), "10"): 5}
    assert dataset.summary["filtered"] == {"replaced by an event": 4}
    assert dataset.summary["rejected"] == {"rating is out of scale": 1}


@pytest.mark.parametrize("split", variants("user-time", "users"))
def test_seen_shown_and_dismissed_films_are_part_of_the_dataset(spark, compare, tmp_path, split):
    from encore.spark import Dataset, prepare

    source = tmp_path / "ratings.csv"
    source.write_text("userId,movieId,rating,timestamp\n1,10,4,100\n1,11,3,400\n2,10,5,100\n2,12,1,100\n3,11,2,100\n3,12,2,300\n3,10,5,400\n")
    events = ["200,1,12,seen,", "250,1,12,seen,", "200,2,11,shown,", "200,2,11,dismissed,", "450,2,11,seen,", "200,3,99,seen,", "200,1,10,seen,",
              "200,9,10,seen,", "200,2,12,dismissed,", "201,2,12,undo,", "500,1,10,shown,"]
    log = written_log(tmp_path / "events", events)
    dataset = compare.same(source, events=log, split=split, hold_out=0.5)
    late = {"not before what is held out": 1} if split == "user-time" else {}
    assert dataset.summary["events"] == {"file": "", "seen": 2 - len(late), "seen_users": 2 - len(late), "dismissed": 1, "shown": 2,
                                         "left_out": {**late, "rated, too": 1, "user or film without a rating": 2}}
    assert dataset.summary["format_version"] == 2
    assert prepare(spark, str(source), split=split, hold_out=0.5).fingerprint != dataset.fingerprint
    in_session = prepare(spark, str(source), events=log, split=split, hold_out=0.5)
    assert in_session.fingerprint == dataset.fingerprint == Dataset.read(spark, dataset.path).fingerprint
    assert sorted(map(tuple, in_session.events.collect())) == sorted(map(tuple, Dataset.read(spark, dataset.path).events.collect()))
    in_session.unpersist()


def test_events_beside_parquet_and_films(compare, movielens, tmp_path):
    events = [f"1600000000,{user},{film},rating,{stars}" for user, film, stars in ((1, 1, 0.5), (1, 99999999, 4), (900, 1, 3.5))]
    dataset = compare.same(movielens, events=written_log(tmp_path / "events", events), where="rating < 5")
    assert dataset.summary["rejected"] == {"unknown movie": 1}


def test_a_damaged_log_is_a_sentence(spark, tmp_path):
    from encore import UserError
    from encore.spark import prepare

    folder = tmp_path / "events"
    written_log(folder, ["200,1,10,rating,2", "200,1,11,rating,3"])
    file, good = folder / "0001.csv", (folder / "0001.csv").read_bytes()
    for damaged, part in ((good.replace(b"11,rating", b"12,rating"), "line 3: these are not the bytes"),
                          (good.replace(b"1,200,1,10", b"1,200,1,99"), "line 2: these are not the bytes")):
        file.write_bytes(damaged)
        with pytest.raises(UserError, match=part):
            prepare(spark, str(real_ratings), events=str(folder))
    with pytest.raises(UserError, match="no such folder of events"):
        prepare(spark, str(real_ratings), events=str(tmp_path / "nowhere"))
