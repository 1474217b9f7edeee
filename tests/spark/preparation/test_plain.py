"""Files of nothing but numbers are read by Spark alone, with the result of every other file; and a line that is anything else is found."""

import pytest

from conftest import diseases


@pytest.fixture
def read_as_numbers(monkeypatch):
    """Whether the last source was."""
    from encore.spark.preparation import phases

    seen = []

    def watched(run):
        real(run)
        seen.append(run.without_lines)

    real = phases._Run.scan
    monkeypatch.setattr(phases._Run, "scan", watched)
    return seen


@pytest.fixture
def read_by_core(monkeypatch):
    """Small files, too, and in pieces that end anywhere."""
    from encore.spark.preparation import number_lines

    monkeypatch.setattr(number_lines, "SMALL", 0)
    monkeypatch.setattr(number_lines, "PIECE", (100, 100))


header = "userId,movieId,rating,timestamp\n"
rows = "1,10,4,100\n1,11,3.5,101\n2,10,5.0,102\n2,12,1,0\n30,11,2,104\n"


plain_texts = [
    header + rows, header + rows.rstrip("\n"), (header + rows).replace("\n", "\r\n"), "\ufeff" + header + rows,
    (header + rows).replace(",", "\t"), (header + rows).replace(",", "|")]
other_texts = [header + rows + line for line in (
    "3,10,4,-5\n", "03,10,4,5\n", "3,10,,5\n", "3,10,4\n", "3,10,4,5,6\n", '3,10,"4",5\n', "\n", header, "3,10,4,1600000000000\n", "3,10,.5,7\n",
    "3,10,4 ,7\n", "3,10,4e0,7\n", "3,1234567890123456789,4,7\n", "3,10,4,7\r8\n", "3,10,4,7\u2028\n", "3,10,NaN,7\n")]


def frame_of(spark, path, **options):
    """The typed columns of a file of ratings; None where it is not plain."""
    from encore.spark.preparation.plain import lines_with_names, plain_source
    from encore.spark.preparation.settings import checked_settings
    from encore.spark.preparation.source import recognise_source
    from encore.spark.storage import Storage

    settings, storage = checked_settings(options), Storage(spark)
    source = recognise_source(spark, storage, str(path), settings)
    plain = plain_source(spark, storage, source, settings)
    if plain is None:
        return None
    frame = plain.ratings.frame
    odd = frame.where(f"{source.user_column} IS NULL")
    assert not odd.dropna("all").count()
    return frame.where(f"{source.user_column} IS NOT NULL") if odd.count() == lines_with_names(source.ratings) else None


def test_what_is_plain(spark, tmp_path):
    expected = [tuple(map(float, line.split(","))) for line in rows.splitlines()]
    for text in plain_texts:
        (tmp_path / "ratings.csv").write_text(text, newline="")
        frame = frame_of(spark, tmp_path / "ratings.csv")
        assert [column.simpleString() for column in frame.schema] == ["userId:bigint", "movieId:bigint", "rating:double", "timestamp:bigint"]
        assert [tuple(map(float, row)) for row in frame.collect()] == expected, text


def test_whatever_else_a_line_may_be_is_seen(spark, tmp_path):
    """Also where it stands far behind the beginning that the driver looks at."""
    many = header + "".join(f"{user},{film},{film % 5 + 1},{user * film}\n" for user in range(1, 200) for film in range(1, 40))
    for text in other_texts:
        for before in (header, many):
            (tmp_path / "ratings.csv").write_text(before + text.removeprefix(header), newline="")
            assert frame_of(spark, tmp_path / "ratings.csv") is None, text
    (tmp_path / "ratings.csv").write_text(many)
    assert frame_of(spark, tmp_path / "ratings.csv").count() == 199 * 39
    for options in ({"time_unit": "ms"}, {"implicit": True}, {"decimal_comma": True}):
        assert frame_of(spark, tmp_path / "ratings.csv", **options) is None, options


def test_the_real_ratings_are(compare, movielens, read_as_numbers):
    compare.same(movielens, years=(1950, 1990), where="rating > 2 AND time > 0")
    assert read_as_numbers == [True]


def test_columns_in_another_order_without_times(compare, tmp_path, read_as_numbers):
    (tmp_path / "ratings.csv").write_text("rating;movieId;userId\n4.5;10;1\n3;11;1\n5;10;2\n")
    compare.same(tmp_path / "ratings.csv")
    assert read_as_numbers == [True]


def test_files_without_names(compare, read_as_numbers):
    compare.same(diseases / "ml-1m")
    assert read_as_numbers == [True]


def test_a_line_far_behind_the_beginning(compare, tmp_path, read_as_numbers):
    """Only the whole pass finds it: the file is read once more, as text. Lines that end in carriage returns alone are one to Spark."""
    many = "".join(f"{user},{film},{film % 5 + 1},{user * film}\n" for user in range(1, 200) for film in range(1, 40))
    (tmp_path / "ratings.csv").write_text(header + many + "7,1,4.0,1e3\n")
    assert compare.same(tmp_path / "ratings.csv").summary["rows"] == 199 * 39 + 1
    (tmp_path / "ratings.csv").write_text((header + many).replace("\n", "\r"), newline="")
    assert compare.same(tmp_path / "ratings.csv").summary["rows"] == 199 * 39
    assert read_as_numbers == [False, False]


def test_several_files(compare, tmp_path, read_as_numbers):
    folder = tmp_path / "parts"
    folder.mkdir()
    for number, text in enumerate((header + rows, header + rows.replace("1,", "5,"))):
        (folder / f"part-{number}.csv").write_text(text)
    compare.same(folder)
    (folder / "part-1.csv").write_text(header + rows.replace("1,", "5,") + "x,10,4,1\n")
    compare.same(folder, ids="number")
    assert read_as_numbers == [True, False]


def test_rows_that_are_no_ratings_have_their_lines(compare, tmp_path, read_as_numbers):
    """Off the scale, of an unknown film, twice: counted alike, and listed with the lines and the words of the file."""
    (tmp_path / "ratings.csv").write_text(header + rows + "3,10,7,100\n3,99,4,101\n1,10,2,99\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n10,Ten (1990),\n11,Eleven (1991),\n12,Twelve (1992),\n")
    options = {"movies": str(tmp_path / "movies.csv")}
    dataset = compare.same(tmp_path / "ratings.csv", **options)
    assert read_as_numbers == [True] and sum(dataset.summary["rejected"].values()) == 3
    from encore.spark import prepare

    prepare(compare.spark, str(tmp_path / "ratings.csv"), rejects=str(tmp_path / "rejects"), **options)
    listed = sorted(line for part in (tmp_path / "rejects").glob("part-*") for line in part.read_text().splitlines())
    assert listed == ["7,3,10,7,100,rating is out of scale", "8,3,99,4,101,unknown movie", "9,1,10,2.0,99,superseded by a later rating",
                      "line,userId,movieId,rating,time,reason"]


def read_in_pieces(path, length, roles="uirt", items=None):
    """What the tasks of one piece after another give, and the lines that are something else."""
    import pyarrow as pa

    from encore.spark.preparation import number_lines

    state = number_lines._state(path)
    pieces = [(path, state, begin) for begin in range(0, state[0], length)]
    bits = None if items is None else number_lines._bits(items)
    found, others = [], 0
    for place in range(len(pieces)):
        for change in (number_lines._same, number_lines._counted):
            task = number_lines._reading(pieces, length, roles, ",", list(roles), bits, change)
            batches = [batch for batch in task([pa.record_batch([pa.array([place])], ["id"])]) if batch.num_rows]
            rows = [row for batch in batches for row in batch.to_pylist() if row["u"] is not None]
            odd = sum(batch.column(0).null_count for batch in batches)
            if change is number_lines._same:
                others, of_piece = others + odd, rows
            else:
                assert sum(row["u"] for row in rows) == len(of_piece)
                assert {(row["i"], row.get("r")) for row in rows} == {(row["i"], row.get("r")) for row in of_piece}
        found += of_piece
    return [tuple(row.values()) for row in found], others


def test_pieces_of_the_core_end_anywhere(tmp_path):
    path = tmp_path / "ratings.csv"
    expected = [tuple(map(float, line.split(","))) for line in rows.splitlines()]
    for text in plain_texts[:3]:
        path.write_text(text, newline="")
        for length in (1, 7, 13, len(header), 1000):
            assert read_in_pieces(path, length) == (expected, 1), (text, length)
        assert read_in_pieces(path, 7, items=[12, 11]) == ([row for row in expected if row[1] != 10], 1)
        assert read_in_pieces(path, 7, items=[]) == ([], 1)
    path.write_text("user,film,stars\n7,300000000000000000,3.25\n8,2,0.1\n")
    assert read_in_pieces(path, 9, "uir") == ([(7, 3 * 10**17, 3.25), (8, 2, .1)], 1)


def test_the_core_sees_whatever_else_a_line_may_be(tmp_path):
    for text in (*other_texts, header + rows + "1" * 200_000 + "," + "5,4,3\n"):
        (tmp_path / "ratings.csv").write_text(text, newline="")
        for length in (5, 70_000):
            assert read_in_pieces(tmp_path / "ratings.csv", length)[1] > 1, text[:100]


def test_read_by_the_core(compare, tmp_path, read_as_numbers, read_by_core):
    """Kept at once, or counted and read again: of few years, on a condition, of films without a table."""
    (tmp_path / "ratings.csv").write_text(header + 9 * rows + "3,10,7,100\n3,99,4,101\n1,10,2,99\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n10,Ten (1990),\n11,Eleven (1991),\n12,Twelve,\n13,Thirteen (1991),\n")
    options = {"movies": str(tmp_path / "movies.csv")}
    for settings in ({"years": (1991, 1995)}, {"years": (1980, 1995)}, {"where": "rating > 3 AND title LIKE '%e%'"}):
        compare.same(tmp_path / "ratings.csv", **options, **settings)
    compare.same(tmp_path / "ratings.csv", where="rating > 2 AND time > 100", repeats="max")
    assert read_as_numbers == 4 * [True]


def test_rows_that_were_counted_have_their_lines(compare, tmp_path, read_as_numbers, read_by_core):
    (tmp_path / "ratings.csv").write_text(header + rows + "3,10,7,100\n3,99,4,101\n1,11,2,99\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n10,Ten (1990),\n11,Eleven (1991),\n12,Twelve (1992),\n")
    from encore.spark import prepare

    prepare(compare.spark, str(tmp_path / "ratings.csv"), rejects=str(tmp_path / "rejects"), movies=str(tmp_path / "movies.csv"),
            years=(1991, 1991))
    listed = sorted(line for part in (tmp_path / "rejects").glob("part-*") for line in part.read_text().splitlines())
    assert listed == ["7,3,10,7,100,rating is out of scale", "8,3,99,4,101,unknown movie", "9,1,11,2.0,99,superseded by a later rating",
                      "line,userId,movieId,rating,time,reason"]
    assert read_as_numbers == [True]


def test_the_real_ratings_by_the_core(compare, movielens, read_as_numbers, monkeypatch):
    from encore.spark.preparation import number_lines

    monkeypatch.setattr(number_lines, "SMALL", 0)
    monkeypatch.setattr(number_lines, "PIECE", (1 << 16, 1 << 16))
    monkeypatch.setattr(number_lines, "LARGEST_ITEM", 1000)  # too small for a bit each
    compare.same(movielens, years=(1950, 1959))
    monkeypatch.setattr(number_lines, "LARGEST_ITEM", 1 << 23)
    compare.same(movielens, years=(1950, 1959), where="rating > 2 AND time > 0")
    compare.same(movielens)
    assert read_as_numbers == 3 * [True]


def test_a_line_far_behind_is_seen_by_the_core(compare, tmp_path, read_as_numbers, read_by_core):
    many = "".join(f"{user},{film},{film % 5 + 1},{user * film}\n" for user in range(1, 30) for film in range(1, 40))
    (tmp_path / "ratings.csv").write_text(header + many + "7,1,4.0,1e3\n")
    assert compare.same(tmp_path / "ratings.csv", where="rating > 2").summary["rows"] == 29 * 39 + 1
    assert read_as_numbers == [False]


def test_a_file_that_changes_meanwhile(spark, tmp_path, read_by_core):
    from encore.errors import UserError
    from encore.spark.preparation import phases

    (tmp_path / "ratings.csv").write_text(header + rows)

    def watch(name, pipeline):
        if name == "ratings":
            (tmp_path / "ratings.csv").write_text(header + rows + rows)
        return phases._unwatched(name, pipeline)

    with pytest.raises(UserError, match="ratings.csv was changed while it was read"):
        phases.prepare_watched(watch, spark, str(tmp_path / "ratings.csv"), None, {"where": "rating > 1"})
