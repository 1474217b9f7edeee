"""A line is the same on both engines: every disease of tests/preparation/data/lines, and tables that chance writes. Rows, reasons, the
lines that rejects name, and fingerprints."""

import csv
import json
import random

import pytest

from conftest import diseases

# Those of one header are parts of one table in the fast suite: a preparation of five rows costs Spark as much as one of fifty.
columns_of_parts = {"names": "userId,movieId,name,rating", "times": "userId,movieId,rating,timestamp"}


def rejects_of(path):
    files = sorted(path.glob("part-*")) if path.is_dir() else [path]
    return [row for file in files for row in csv.reader(file.open(encoding="utf-8", newline=""))]


def same(compare, source, **options):
    """As both engines have it; the list of rejects included."""
    from encore.spark import prepare

    by_program = compare.command_line(source, rejects=compare.folder / "rejects.csv", **options)
    expected = json.loads((by_program / "dataset.json").read_text())
    dataset = prepare(compare.spark, str(source), rejects=str(compare.folder / "rejects"), **options)
    assert {**dataset.summary, "fingerprint": ""} == {**expected, "fingerprint": ""}
    assert dataset.summary["fingerprint"] == expected["fingerprint"]
    assert rejects_of(compare.folder / "rejects") == rejects_of(compare.folder / "rejects.csv")
    dataset.unpersist()
    return expected


def header_of(path):
    return path.read_bytes()[:80].replace(b"\r", b"\n").split(b"\n")[0].decode() if path.is_file() else ""


def slow_if_a_part(path):
    return pytest.param(path, marks=[pytest.mark.slow] if header_of(path) in columns_of_parts.values() else [], id=path.name)


@pytest.mark.parametrize("columns", columns_of_parts)
def test_diseases_as_parts_of_a_table(compare, tmp_path, columns):
    parts = [path for path in sorted((diseases / "lines").iterdir()) if header_of(path) == columns_of_parts[columns]]
    assert len(parts) >= 4
    for path in parts:
        (tmp_path / "parts").mkdir(exist_ok=True)
        (tmp_path / "parts" / path.name).write_bytes(path.read_bytes())
    summary = same(compare, tmp_path / "parts", glob="*.csv")
    assert summary["rejected"]["malformed line"] > 1 and summary["rejected"]["superseded by a later rating"] > 9


@pytest.mark.parametrize("path", map(slow_if_a_part, sorted((diseases / "lines").iterdir())))
def test_every_disease(compare, path):
    same(compare, path)


def test_a_table_that_chance_wrote(compare, tmp_path):
    """Any quoting, any line ends, text with delimiters and line ends in it; and in small pieces where no quote forbids it."""
    chance = random.Random(5)
    letters = ["a", "ö", '"', ",", ";", "\n", "\r\n", "\r", " ", "7", "\\", "\t"]
    text, rows = "userId,movieId,review,rating\r\n", 0
    for row in range(400):
        review = "".join(chance.choices(letters, k=chance.randrange(12)))
        review = '"' + review.replace('"', '""') + '"' if set(review) & set('",\r\n ') or chance.random() < 0.3 else review
        text += f"{row},{chance.randrange(50)},{review},{chance.randrange(1, 6)}" + chance.choice(["\n", "\r\n", ",\n"])
        rows += 1
    file = tmp_path / "reviews.csv"
    file.write_bytes(text.encode())
    summary = same(compare, file)
    assert summary["rows"] == summary["ratings"] == rows


def test_pieces_of_a_file(compare, tmp_path):
    """A file in many pieces: each knows its first line."""
    file = tmp_path / "rows.csv"
    file.write_text("userId,movieId,rating\n" + "".join(f"{row // 9},{row % 9},{7 if row % 997 == 5 else 3}.0\n" for row in range(5000)))
    compare.spark.conf.set("spark.sql.files.maxPartitionBytes", "4096")
    compare.spark.conf.set("spark.sql.files.openCostInBytes", "4096")
    try:
        assert same(compare, file)["rejected"] == {"rating is out of scale": 6}
    finally:
        compare.spark.conf.unset("spark.sql.files.maxPartitionBytes")
        compare.spark.conf.unset("spark.sql.files.openCostInBytes")
