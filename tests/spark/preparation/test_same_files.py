"""Where a table's bytes are, and how they are written, is the same to both engines: parts, partitions, packings, encodings, JSON lines,
Netflix' blocks, own columns in conditions, maps of ids, types of Parquet. Rows, reasons, lines of rejects and fingerprints; and what Spark cannot read."""

import gzip
import random

import pytest

from conftest import diseases, variants
from test_same_lines import same

packed = diseases / "packed"


def test_packed_files(compare):
    for name in ("ratings.csv.gz", "ratings.csv.bz2"):
        assert same(compare, packed / name)["ratings"] == 5, name


def test_what_spark_cannot_read_is_a_sentence(compare, tmp_path):
    from encore import UserError
    from encore.spark import Dataset, prepare

    page = tmp_path / "page.csv"
    page.write_text("<html>404</html>")
    for source, sentence in ((packed / "ratings.csv.xz", "is packed by xz, which Spark does not read"),
                             (packed / "ratings.csv.zst", "is packed by zstd"), (packed / "folder.zip", "is packed by zip"),
                             (page, "is an HTML or XML page"), (tmp_path / "nowhere.csv", "there is no such file or folder"),
                             ("nowhere://at/all.csv", "nowhere://at/all.csv: ")):
        with pytest.raises(UserError, match=sentence) as told:
            prepare(compare.spark, str(source))
        assert "\n" not in str(told.value)
    with pytest.raises(UserError):
        Dataset.read(compare.spark, str(tmp_path / "nowhere"))


@pytest.mark.parametrize("path", sorted((diseases / "types").iterdir()), ids=lambda path: path.name)
def test_types_of_parquet(compare, path):
    """Timestamps in nanoseconds, which Spark takes for whole numbers, and half floats, which it does not read."""
    dataset = compare.same(path)
    if path.name.startswith("nanoseconds"):
        assert [row.time for row in dataset.ratings.orderBy("item").collect()] == [0, -1, -1, 0, 99, 63000000, 0, 1588687728, None]


@pytest.mark.parametrize("encoding", variants("utf-16-le", "utf-16-be", "cp1252"))
def test_encodings(compare, tmp_path, encoding):
    file = tmp_path / "rows.csv"
    file.write_bytes('userId,movieId,rating\nJosé,1,4\n"€, uro",2,5\nJosé,x,9\n'.encode(encoding))
    options = {"encoding": encoding} if encoding == "cp1252" else {}
    assert same(compare, file, **options)["rejected"] == {"rating is out of scale": 1}


def test_parts_and_partitions(compare, tmp_path):
    rows = [[f"{user},{item},{3 if user % 7 else 8}" for item in range(user % 4 + 1)] for user in range(40)]
    for number, folder in enumerate(("event=view/day=1", "event=buy/day=1", "event=buy/day=2%3A0")):
        place = tmp_path / "log" / folder
        place.mkdir(parents=True)
        text = "user,item,rating\n" + "\n".join(line for user in rows[number::3] for line in user) + "\n"
        (place / "part-0.csv").write_text(text)
    assert same(compare, tmp_path / "log")["rejected"] == {"rating is out of scale": 15}
    assert same(compare, tmp_path / "log", where="event = 'buy' AND day <> '2:0'")["filtered"]["outside the condition"] > 0
    assert same(compare, tmp_path / "log", glob="event=buy/*/*.csv")["rows"] < 100


def test_several_files(compare, tmp_path):
    from encore.spark import prepare

    for name, user in (("a b.csv", 1), ("c.csv", 2)):
        (tmp_path / name).write_text(f"userId,movieId,rating\n{user},1,4\n{user},2,9\n")
    dataset = prepare(compare.spark, [tmp_path / "a b.csv", tmp_path / "c.csv"], rejects=str(tmp_path / "rejects"))
    assert dataset.summary["ratings"] == 2
    lines = [line for part in sorted((tmp_path / "rejects").glob("part-*")) for line in part.read_text().splitlines()]
    assert [line.split(",")[1] for line in lines] == ["line", "3", "3"] and "a b.csv" in lines[1] and "c.csv" in lines[2]


def test_json_lines(compare, tmp_path):
    file = tmp_path / "reviews.json"
    file.write_text('{"reviewerID": "A1", "asin": "0001", "overall": 5.0, "extra": {"a": [1]}}\n{"asin": "é", "reviewerID": "A2", "overall": 4}\n'
                    '{"reviewerID": "A3"\n\n{"reviewerID": null, "asin": "1", "overall": 3}\n')
    films = tmp_path / "films.json"
    films.write_text('{"asin": "0001", "title": "Heat", "genres": ["a", "b"]}\n{"asin": "é", "title": "Été"}\n')
    assert same(compare, file, movies=str(films))["rejected"] == {"malformed line": 1, "no valid userId": 1}


def test_netflix(compare, tmp_path):
    folder = tmp_path / "netflix"
    folder.mkdir()
    (folder / "combined_data_1.txt").write_text("1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n1488844,4,2005-10-19\nx,y\n")
    (folder / "movie_titles.csv").write_bytes("1,2003,Dinosaur Planet\n2,NULL,Paula-Paula, or Étude\n".encode("cp1252"))
    assert same(compare, folder)["source"]["format"] == "netflix"


def test_own_columns_and_a_map(compare, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("visitor,item,event,unit price\n1,10,view,2\n1,20,buy,2\n2,10,buy,0.5\n3,10,buy,9\n4,,buy,3\n")
    films, ids = tmp_path / "films.csv", tmp_path / "map.csv"
    films.write_text("item,title\n5,Heat\n6,Alien\nx\n")
    ids.write_text("a,b\n10,5\n20,6\n")
    summary = same(compare, file, implicit=True, where="event = 'buy' AND CAST(\"unit price\" AS DOUBLE) > 1", movies=str(films), item_map=str(ids))
    assert summary["ratings"] == 2 and summary["filtered"] == {"outside the condition": 2}


def test_divisions_in_conditions(compare, tmp_path):
    file, n = tmp_path / "log.csv", "CAST(n AS INT)"
    file.write_text("userId,movieId,rating,n\n1,1,5,0\n2,1,4,10\n3,1,3,2\n4,1,3,-1\n5,1,3,3\n")
    users_of = {f"10 / {n} > 2": "1, 3, 5", f"0 / {n} > 1": "1", f"-10 / {n} < -2": "1, 3, 5", f"10 % {n} IS NULL": "1",
                f"10 % {n} = 1 AND {n} <> 0": "5", f"1.0 / {n} > 0.33333333": "1, 3, 5", f"CAST(n AS DOUBLE) % {n} > 1": "1"}
    where = " AND ".join(f"({condition}) = (userId IN ({users}))" for condition, users in users_of.items())
    assert same(compare, file, where=f"{where} AND -7 % 3 = -1 AND 7 / 2 = 3.5 AND 8 / 2 / 2 = 2")["ratings"] == 5


def test_own_columns_beside_films(compare, tmp_path):
    file, films = tmp_path / "log.csv", tmp_path / "films.csv"
    file.write_text("userId,movieId,rating,event,year,title\n1,10,4,buy,1,a\n2,20,4,buy,1,a\n3,10,4,view,1,a\n4,99,4,buy,1,a\n"
                    "5,10,9,buy,1,a\n6,20,3,view,1,a\n")
    films.write_text("movieId,title,genres\n10,Heat (1995),Crime\n20,Alien (1979),Horror\n")
    summary = same(compare, file, movies=str(films), where="event = 'buy' AND (year > 1990 OR genres = 'x')")
    assert (summary["ratings"], summary["filtered"]) == (1, {"outside the condition": 3})
    assert summary["rejected"] == {"unknown movie": 1, "rating is out of scale": 1}
    assert same(compare, file, where="event = 'buy' AND year = 1 AND title = 'a' AND genres = '' AND movieId = 20")["ratings"] == 1


def test_strict_stops_for_lines_of_films(compare, tmp_path):
    from encore import UserError
    from encore.spark import prepare

    (tmp_path / "rows.csv").write_text("userId,movieId,rating\n1,10,4\n")
    (tmp_path / "films.csv").write_text("movieId,title\n10,Heat\n11\n")
    with pytest.raises(UserError, match="films.csv: 1 lines are no films .*the first: line 3: malformed line: too few fields"):
        prepare(compare.spark, str(tmp_path / "rows.csv"), movies=str(tmp_path / "films.csv"), strict=True)


@pytest.mark.parametrize("seed", variants(1, 2))
def test_tables_that_chance_wrote(compare, tmp_path, seed):
    """Any delimiter, quoting, line ends, encoding and packing; the rows are known."""
    chance = random.Random(seed)
    delimiter, encoding = chance.choice([",", ";", "\t", "|"]), chance.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    letters = ["a", "ö", '"', ",", ";", "|", "\n", "\r\n", "\r", " ", "7", "\\", "\t", "€"]
    end, text, rows = chance.choice(["\n", "\r\n", "\r"]), delimiter.join(("userId", "review", "movieId", "rating")), 0
    text += end
    for row in range(120):
        review = "".join(chance.choices(letters, k=chance.randrange(10)))
        quoted = set(review) & set('",;|\t\r\n ') or chance.random() < 0.3
        review = '"' + review.replace('"', '""') + '"' if quoted else review
        text += delimiter.join((f"user{row % 30}é", review, str(row), str(chance.randrange(1, 6)))) + end
        rows += 1
    data = text.encode(encoding)
    packed_too = encoding in ("utf-8", "cp1252") and chance.random() < 0.5
    file = tmp_path / ("rows.csv.gz" if packed_too else "rows.csv")
    file.write_bytes(gzip.compress(data) if packed_too else data)
    options = {"encoding": "cp1252"} if encoding == "cp1252" else {}
    summary = same(compare, file, **options)
    assert summary["rows"] == summary["ratings"] == rows and summary["users"] == 30
