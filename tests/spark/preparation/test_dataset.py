"""What `prepare` gives and refuses: datasets of the session, folders of either engine, mistakes in one sentence."""

import json
import pathlib

import pytest

from conftest import diseases


@pytest.fixture
def refused(spark, tmp_path):
    """The sentence of the UserError; nothing may stay behind."""
    from encore import UserError
    from encore.spark import prepare

    def complaint(source, **options):
        with pytest.raises(UserError) as caught:
            prepare(spark, str(source), str(tmp_path / "dataset"), **options)
        assert not list(tmp_path.glob("*dataset*")) and "\n" not in str(caught.value)
        assert "Py4J" not in str(caught.value)
        return str(caught.value)

    return complaint


def test_a_dataset_of_the_session_leaves_the_users_names_alone(spark, compare, users_own):
    from encore.spark import prepare

    spark.createDataFrame([(1,)], "mine int").createOrReplaceTempView("users")
    dataset = prepare(spark, diseases / "doubled.csv", movies=spark.read.csv(str(diseases / "movies.csv"), header=True))
    expected = json.loads((compare.command_line(diseases / "doubled.csv", movies=diseases / "movies.csv") / "dataset.json").read_text())
    assert {**dataset.summary, "source": expected["source"]} == expected
    dataset.ratings.createOrReplaceTempView("r")
    assert spark.sql("SELECT sum(rating) FROM r JOIN users ON mine = r.user").head()[0] == 5.0
    assert [row.rating for row in dataset.ratings.collect()] == [2.0, 5.0, 4.5, 0.5]
    assert {view.name for view in spark.catalog.listTables() if view.isTemporary} == {"r", "users"}
    frames = (dataset.items, dataset.users, dataset.ratings)
    assert all(frame.storageLevel.useMemory for frame in frames), "cached, so that nothing reads the source again"
    dataset.unpersist()
    assert not any(frame.storageLevel.useMemory for frame in frames)


def test_folders_of_the_command_line_open(spark, compare):
    from encore import UserError
    from encore.spark import Dataset

    folder = compare.command_line(diseases / "text_ids.csv", user_column="visitor", item_column="article")
    dataset = Dataset.read(spark, folder)
    assert dataset.fingerprint == json.loads((folder / "dataset.json").read_text())["fingerprint"]
    assert [row.movieId for row in dataset.items.orderBy("item").collect()] == ["B-10", "B-2", "a-1"]
    with pytest.raises(UserError, match="there is no such file"):
        Dataset.read(spark, folder.parent)
    text = (folder / "dataset.json").read_text()
    (folder / "dataset.json").write_text(text.replace('"format_version": 1', '"format_version": 9'))
    with pytest.raises(UserError, match="format version 9"):
        Dataset.read(spark, folder)
    (folder / "dataset.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        Dataset.read(spark, folder)


@pytest.mark.parametrize(("name", "sentence"), [
    ("empty.csv", "empty.csv is empty"),
    ("header_only.csv", "holds no ratings"),
    ("missing_column.csv", "has no column 'rating'; it has: userId, movieId, timestamp; say which column is which, for example: prepare("),
    ("implicit.csv", "implicit=True)"),
    ("nowhere.csv", "there is no such file or folder"),
])
def test_files_that_cannot_be_used(refused, name, sentence):
    assert sentence in refused(diseases / name)


@pytest.mark.parametrize(("options", "sentence"), [
    ({"years": "fifties"}, "years is 'fifties'"),
    ({"years": (1959, 1950)}, "range of years"),
    ({"years": (1950, 1959)}, "name one with movies"),
    ({"scale": "5-1"}, "scale is '5-1'"),
    ({"liked": 11}, "liked is 11"),
    ({"hold_out": 0.6, "validation": 0.4}, "leave no training users"),
    ({"hold_out": 1.5}, "hold_out is 1.5; it must be a number from 0 to 0.99"),
    ({"seed": "x"}, "seed is 'x'; it must be a whole number"),
    ({"holdout": 0.1}, "did you mean hold_out?"),
    ({"ids": "roman"}, "one of auto, number, text"),
    ({"time_column": "when"}, "time_column"),
    ({"where": "EXISTS (SELECT 1)"}, "SELECT of its own"),
    ({"where": "reflect('java.lang.System', 'exit', 0) = ''"}, "reflect is not allowed"),
    ({"where": "rating > 1 UNION SELECT 1"}, "UNION"),
    ({"where": "rating > "}, "is missing at the end"),
    ({"where": "(rating > 1"}, ") is missing at the end"),
    ({"where": "stars > 1"}, "there is no column 'stars'"),
    ({"where": "rating > 1; DROP TABLE x"}, "is not understood"),
    ({"where": "lower(rating, 1) = 'a'"}, "lower takes 1 values"),
    ({"where": "title + 1"}, "where"),
    ({"where": "CAST(title AS INT) = 3", "movies": str(diseases / "movies.csv")}, "fails on some row"),
    ({"where": "rating > 4.9 AND title = '\\' OR 1 = 2 AND title = 'it''s'"}, "none of the 4 ratings is left"),
])
def test_settings_that_cannot_be(refused, options, sentence):
    assert sentence in refused(diseases / "bom.csv", **options)


def test_strict_names_the_first_reject(refused):
    sentence = refused(diseases / "text_in_a_number.csv", strict=True, ids="number")
    assert "4 of 8 rows" in sentence and "'3, 10, good': rating is not a number" in sentence
    sentence = refused(diseases / "too_few_fields.csv", strict=True)
    assert "1 of 6 rows" in sentence and "line 6: too few fields: 3,10: malformed line" in sentence


def test_only_datasets_are_replaced_and_none_is_a_source(spark, tmp_path):
    from encore import UserError
    from encore.spark import prepare

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="is no dataset"):
        prepare(spark, diseases / "bom.csv", tmp_path / "mine")
    first = prepare(spark, diseases / "bom.csv", tmp_path / "dataset")
    second = prepare(spark, diseases / "bom.csv", tmp_path / "dataset", rejects=str(tmp_path / "rejects"))
    assert first.fingerprint == second.fingerprint and sorted(path.name for path in tmp_path.iterdir()) == ["dataset", "mine", "rejects"]
    with pytest.raises(UserError, match="is a prepared dataset already"):
        prepare(spark, tmp_path / "dataset", tmp_path / "again")
    ratings = str(tmp_path / "dataset" / "ratings.parquet")
    for source, options in ((ratings, {}), (diseases / "bom.csv", {"seen": ratings})):
        with pytest.raises(UserError, match="ratings.parquet lies in .*dataset, which the dataset would replace"):
            prepare(spark, source, tmp_path / "dataset", **options)


def test_several_files_that_could_be_meant(spark, tmp_path):
    from encore import UserError
    from encore.spark import prepare

    for name in ("a.csv", "b.csv"):
        pathlib.Path(tmp_path / name).write_bytes((diseases / "bom.csv").read_bytes())
    with pytest.raises(UserError, match="a.csv, b.csv"):
        prepare(spark, tmp_path)
