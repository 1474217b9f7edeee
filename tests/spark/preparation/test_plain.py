"""Files of nothing but numbers are read by Spark alone, with the result of every other file; and a line that is anything else is found."""

import pytest

from conftest import diseases, real_ratings


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


def test_the_real_ratings_are(compare, read_as_numbers):
    compare.same(real_ratings, years=(1950, 1990), where="rating > 2 AND time > 0")
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
