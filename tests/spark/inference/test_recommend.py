"""Recommendations by Spark are those of `encore recommend`, score by score."""

import pickle
import shutil

import pyarrow.parquet
import pytest
from conftest import best_of, encore, of_two_kinds

from encore.errors import UserError


@pytest.mark.parametrize("name", of_two_kinds)
def test_all_users_get_what_the_command_line_gives_them(spark, films, name):
    rows = films.opened(spark, name).recommendForAllUsers(7)
    assert rows.schema.simpleString() == "struct<user:bigint,recommendations:array<struct<item:bigint,rating:float>>>"
    assert best_of(rows) == films.by_program(name).best


@pytest.mark.parametrize("name", ["channels", "mult-dae"])
def test_films_that_a_dataset_says_are_seen_or_dismissed(spark, watched, tmp_path, name):
    import pyarrow.parquet

    model = watched.opened(spark, name)
    found = best_of(model.recommendForAllUsers(7))
    assert found == watched.by_program(name).best
    events = model.dataset.events.join(model.dataset.users, "user").join(model.dataset.items, "item")
    known = {(row.userId, row.movieId) for row in events.select("userId", "movieId").collect()}
    assert len(known) > 1000 and not any((user, film) in known for user, best in found.items() for film, _ in best)
    for number, options in enumerate(({"include_seen": True}, {"explore": 0.3, "seed": 7})):
        model.write_recommendations(str(tmp_path / f"{number}.parquet"), count=7, **options)
        words = [word for option, value in options.items()
                 for word in ([f"--{option}".replace("_", "-")] if value is True else [f"--{option}", value])]
        encore("recommend", watched.model(name), "--all", "--dataset", watched.dataset, "-k", 7, *words, "-o", tmp_path / f"{number}-x.parquet")
        read = [pyarrow.parquet.read_table(tmp_path / file).to_pylist() for file in (f"{number}.parquet", f"{number}-x.parquet")]
        pairs = [sorted((row["userId"], row["rank"], row["movieId"], row["score"]) for row in rows) for rows in read]
        assert pairs[0] == pairs[1]
        assert any((user, film) in known for user, _, film, _ in pairs[0]) == (number == 0)


def test_more_than_there_are(spark, films, monkeypatch):
    """All films for everybody, in pieces of a few users each."""
    from encore.spark import inference

    monkeypatch.setattr(inference, "most_answers", 5000)
    found = best_of(films.opened(spark, "popularity").recommendForAllUsers(1_000_000))
    assert all(len(best) > 100 for best in found.values())
    assert {user: best[:7] for user, best in found.items()} == films.by_program("popularity").best


def test_text_ids(spark, texts):
    rows = texts.opened(spark, "mult-dae").setUserCol("who").setItemCol("what").recommendForAllUsers(7)
    assert rows.schema.simpleString() == "struct<who:string,recommendations:array<struct<what:string,rating:float>>>"
    found = best_of(rows, "who", "what")
    assert found["u-000é"] == []  # rated everything; the command line writes no row then
    assert {user: best for user, best in found.items() if best} == texts.by_program("mult-dae").best


@pytest.mark.parametrize("kind", ["double", "string", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("int", "bigint"))])
def test_a_subset_of_the_users_under_ids_of_any_type(spark, films, kind):
    wanted = spark.createDataFrame([(1,), (7,), (7,), (1_000_000,), (None,)], "user int").selectExpr(f"CAST(user AS {kind}) AS user")
    found = best_of(films.opened(spark, "mult-dae").recommendForUserSubset(wanted, 7))
    expected = films.by_program("mult-dae").best
    assert found == {1: expected[1], 7: expected[7]}
    words = ("--user", 7, "--dataset", films.dataset, "-k", 7)
    one = encore("recommend", films.model("mult-dae"), *words)["users"][0]["items"]
    assert [(film["movieId"], pytest.approx(film["score"], rel=1e-7)) for film in one] == found[7]


@pytest.mark.parametrize("name", of_two_kinds)
def test_new_users(spark, films, name):
    ratings = {"anna": {318: 5.0, 296: 4.5, 593: 2.0, 999999: 5.0}, "ben": {356: 1.0}, "cleo": {999999: 5.0}}
    rows = [(user, item, stars) for user, rated in ratings.items() for item, stars in rated.items()]
    frame = spark.createDataFrame(rows, "user string, item int, rating double")
    model = films.opened(spark, name)
    model.dataset = None  # nothing of the fit is needed
    lists = model.recommendForNewUsers(frame, 7)
    assert lists.schema.simpleString() == "struct<user:string,recommendations:array<struct<item:int,rating:float>>>"
    found = best_of(lists)
    assert found.keys() == ratings.keys()
    for user, rated in ratings.items():
        rates = [word for item, stars in rated.items() for word in ("--rate", f"id:{item}={stars}")]
        expected = encore("recommend", films.model(name), *rates, "-k", 7)["users"][0]["items"]
        assert found[user] == [(film["movieId"], pytest.approx(film["score"], rel=1e-7)) for film in expected]


@pytest.mark.parametrize("name", of_two_kinds)
def test_what_new_users_have_seen_is_no_answer_and_no_taste(spark, films, name):
    ratings = spark.createDataFrame([("anna", 318, 5.0), ("anna", 296, 4.5), ("ben", 356, 5.0)], "user string, item int, rating double")
    model = films.opened(spark, name)
    before = best_of(model.recommendForNewUsers(ratings, 9))
    gone = [item for item, _ in before["anna"][:2]]
    watched = [("anna", gone[0]), ("anna", gone[1]), ("anna", gone[1]), ("anna", 318), ("ben", 999999), ("cleo", gone[0])]
    seen = spark.createDataFrame(watched, "user string, item bigint")
    after = best_of(model.recommendForNewUsers(ratings, 7, seen=seen))
    assert after["anna"] == before["anna"][2:]
    assert after["ben"] == before["ben"][:7]
    expected = encore("recommend", films.model(name), "--seen", f"id:{gone[0]}", "-k", 7)["users"][0]["items"]
    assert after["cleo"] == [(film["movieId"], pytest.approx(film["score"], rel=1e-7)) for film in expected]


def test_what_was_seen_is_refused_where_it_names_nobody_or_nothing(spark, films):
    model = films.opened(spark, "mult-dae")
    ratings = spark.createDataFrame([("anna", 318, 5.0)], "user string, item int, rating double")
    with pytest.raises(UserError, match="1 rows lack user or item"):
        model.recommendForNewUsers(ratings, 7, seen=spark.createDataFrame([(None, 318)], "user string, item int"))
    with pytest.raises(UserError, match="no column item"):
        model.recommendForNewUsers(ratings, 7, seen=spark.createDataFrame([("anna", 318)], "user string, film int"))


@pytest.mark.parametrize("name", ["mult-dae", "popularity"])
def test_retired_films_are_no_answers_of_any_kind(spark, films, name, tmp_path):
    from encore.spark import AutoencoderModel

    folder = tmp_path / "retired.model"
    shutil.copytree(films.model(name), folder)
    before = best_of(AutoencoderModel.load(str(folder)).setDataset(films.opened(spark, name).dataset).recommendForAllUsers(9))
    gone = before[1][0][0]
    encore("items", "retire", folder, f"id:{gone}")
    model = AutoencoderModel.load(str(folder)).setDataset(films.opened(spark, name).dataset)
    after = best_of(model.recommendForAllUsers(9))
    assert all(gone not in [item for item, _ in best] for best in after.values())
    assert all(after[user][:8] == [pair for pair in best if pair[0] != gone][:8] for user, best in before.items())
    nobody = spark.createDataFrame([("anna", 999999, 5.0)], "user string, item int, rating double")
    assert gone not in [item for item, _ in best_of(model.recommendForNewUsers(nobody, 5000))["anna"]]
    model.write_recommendations(str(tmp_path / "all.parquet"), count=9)
    assert gone not in pyarrow.parquet.read_table(tmp_path / "all.parquet")["movieId"].to_pylist()


def test_of_a_pair_that_came_twice_the_highest_rating_counts(spark, films):
    model = films.opened(spark, "autorec")
    twice = spark.createDataFrame([(1, 318, 1.0), (1, 296, 3.0), (1, 318, 5.0)], "user int, item int, rating double")
    once = spark.createDataFrame([(1, 296, 3.0), (1, 318, 5.0)], "user int, item int, rating double")
    assert best_of(model.recommendForNewUsers(twice, 5)) == best_of(model.recommendForNewUsers(once, 5))


def test_more_partitions_than_users_and_none_at_all(spark, films):
    model = films.opened(spark, "mult-dae")
    frame = spark.createDataFrame([(1, 318, 5.0), (2, 296, 5.0)], "user int, item int, rating double")
    assert best_of(model.recommendForNewUsers(frame.repartition(9), 3)) == best_of(model.recommendForNewUsers(frame.coalesce(1), 3))
    assert best_of(model.recommendForNewUsers(frame.where("user > 5"), 3)) == {}


@pytest.mark.parametrize("wrong, sentence", [
    ("1 AS user, 318 AS item, 5.5D AS rating", "1 rating is out of scale), the first: '1, 318, 5.5'"),
    ("1 AS user, 318 AS item, CAST(NULL AS DOUBLE) AS rating", "1 rating is missing or no number), the first: '1, 318, '"),
    ("1 AS user, 318 AS item, DOUBLE('NaN') AS rating", "1 rating is missing or no number"),
    ("1 AS user, 318 AS item, 'good' AS rating", "1 rating is missing or no number), the first: '1, 318, good'"),
    ("CAST(NULL AS INT) AS user, 318 AS item, 5D AS rating", "1 no user), the first: ', 318, 5.0'"),
    ("1 AS user, CAST(NULL AS INT) AS item, 5D AS rating", "1 no item), the first: '1, , 5.0'"),
    ("1 AS user, 318 AS item, TRUE AS rating", "holds true and false, which are no ratings"),
])
def test_rows_that_cannot_be_used_are_told_before_anything_is_computed(spark, films, wrong, sentence):
    """One rule for whatever takes ratings without a preparation: how many of how many, which, and the first (fit: ../training)."""
    model = films.opened(spark, "mult-dae")
    usable = "TRUE" if "TRUE" in wrong else "'5'" if "good" in wrong else "5"  # of the same type: Spark 4 would cast the other
    frame = spark.sql(f"SELECT {wrong} UNION ALL SELECT 2, 296, {usable}")
    for call in (lambda: model.recommendForNewUsers(frame, 3), lambda: model.setDataset(frame)):
        with pytest.raises(UserError) as told:
            call()
        assert sentence in str(told.value) and ("TRUE" in wrong or str(told.value).startswith("the DataFrame: 1 of 2 rows cannot be used"))


def test_mistakes_are_said_at_once(spark, films):
    from encore.spark import Autoencoder, AutoencoderModel

    model = films.opened(spark, "popularity")
    frame = spark.createDataFrame([(1, 318)], "user int, film int")
    with pytest.raises(UserError, match="no column item; its columns are user, film"):
        model.recommendForNewUsers(frame, 3)
    with pytest.raises(UserError, match="numItems is 0"):
        model.recommendForAllUsers(0)
    twice = spark.createDataFrame([(1, 318, 5.0, 4.0)], "user int, item int, rating double, Rating double")
    with pytest.raises(UserError, match=r"the column rating twice \(user, item, rating, Rating\)"):
        model.recommendForNewUsers(twice, 3)
    for nothing in (None, "/a/path", [(1, 318, 5.0)]):
        for ask in (lambda: model.recommendForNewUsers(nothing, 3), lambda: model.transform(nothing), lambda: model.setDataset(nothing),
                    lambda: Autoencoder(workers=1).fit(nothing)):
            with pytest.raises(UserError, match="is no DataFrame of Spark's and no Dataset; spark.createDataFrame makes the one"):
                ask()
    with pytest.raises(UserError, match="pass the Dataset itself"):
        model.recommendForNewUsers(model.dataset.ratings, 3)
    with pytest.raises(UserError, match="setDataset"):
        AutoencoderModel.load(str(films.model("popularity"))).recommendForAllUsers(3)


def test_a_copy_is_a_model_and_a_pickle_is_refused(spark, films):
    model = films.opened(spark, "popularity")
    copied = model.copy({model.predictionCol: "score"})
    asked = spark.createDataFrame([(1, 318)], "user bigint, item bigint")
    assert "score" in copied.transform(asked).columns and "prediction" in model.transform(asked).columns
    with pytest.raises(UserError, match="cannot be pickled; write it with model.save"):
        pickle.dumps(model)


def test_the_table_of_all_users(spark, films, tmp_path):
    model = films.opened(spark, "mult-dae")
    words = ("--all", "--dataset", films.dataset, "-k", 4, "--include-seen", "--where", "year < 1990 AND genres LIKE '%Comedy%'")
    encore("recommend", films.model("mult-dae"), *words, "-o", tmp_path / "by_program.parquet")
    by_spark = tmp_path / "by_spark.parquet"
    model.write_recommendations(str(by_spark), count=4, where="year < 1990 AND genres LIKE '%Comedy%'", include_seen=True)
    expected = pyarrow.parquet.read_table(tmp_path / "by_program.parquet").to_pylist()
    assert spark.read.parquet(str(by_spark)).toPandas().to_dict("records") == expected
    with pytest.raises(UserError, match="cannot be asked of films"):
        model.write_recommendations(str(tmp_path / "other"), where="rating > 3")
    with pytest.raises(UserError, match="is there already"):
        model.write_recommendations(str(by_spark), count=4)
    with pytest.raises(UserError, match="leave films out with where"):
        model.write_recommendations(str(tmp_path / "other"), exclude=["Vertigo"])


def test_the_table_of_all_users_with_places_for_films_that_few_rated(spark, films, tmp_path):
    model = films.opened(spark, "mult-dae")
    where = "year < 1995"
    words = ("--all", "--dataset", films.dataset, "-k", 6, "--explore", 0.5, "--seed", 7, "--where", where)
    encore("recommend", films.model("mult-dae"), *words, "-o", tmp_path / "by_program.parquet")
    by_spark, plain = tmp_path / "by_spark.parquet", tmp_path / "plain.parquet"
    model.write_recommendations(str(by_spark), count=6, explore=0.5, seed=7, where=where)
    expected = pyarrow.parquet.read_table(tmp_path / "by_program.parquet").to_pylist()
    assert spark.read.parquet(str(by_spark)).toPandas().to_dict("records") == expected
    model.write_recommendations(str(plain), count=6, where=where)
    assert spark.read.parquet(str(plain)).toPandas().to_dict("records") != expected
    with pytest.raises(UserError, match="seed is about the draws of explore, which is missing"):
        model.write_recommendations(str(tmp_path / "other"), seed=7)
