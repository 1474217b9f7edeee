"""Predictions for single cells, users and items that are not known, and Spark's own evaluators on what comes out."""

import math

import pytest
from conftest import Trained, best_of, of_two_kinds
from pyspark.ml.evaluation import RankingEvaluator, RegressionEvaluator
from pyspark.sql import functions as F

from encore.errors import UserError


def source_ids(dataset):
    """The dataset's ratings as anybody's DataFrame has them."""
    rows = dataset.ratings.join(dataset.users.select("user", "userId", "fold"), "user").join(dataset.items.select("item", "movieId"), "item")
    return rows.select(F.col("userId").alias("user"), F.col("movieId").alias("item"), "rating", "fold", "part")


@pytest.mark.parametrize("name", of_two_kinds)
def test_a_prediction_is_the_score_of_the_recommendation(spark, films, name):
    model = films.opened(spark, name)
    training = model.dataset.users.where("fold = 'train'").select(F.col("userId").alias("user"))
    lists = model.recommendForUserSubset(training, 3)
    pairs = lists.select("user", F.explode("recommendations").alias("best")).select("user", "best.item", "best.rating")
    wrong = model.transform(pairs).where("prediction <> rating OR isnan(prediction)")
    if name == "mult-dae":  # whoever liked nothing is recommended popular films, scored by how many rated them
        wrong = wrong.where("rating <= 1")
    assert wrong.count() == 0


def test_rmse_of_spark_is_rmse_held_out(spark, films):
    model = films.opened(spark, "autorec")
    held_out = source_ids(model.dataset).where("part = 'target'")
    predicted = model.transform(held_out).where("NOT isnan(prediction)")
    rated_in_training = model.dataset.items.where("training_ratings > 0").select(F.col("movieId").alias("item"))
    assert predicted.count() == held_out.join(rated_in_training, "item").count()
    rmse = RegressionEvaluator(labelCol="rating").evaluate(predicted)
    if predicted.count() == held_out.count():
        assert rmse == pytest.approx(films.by_program("autorec").figures["test"]["rmse_held_out"], rel=1e-6)


def test_ranking_evaluator_agrees_with_evaluate(spark, films):
    model = films.opened(spark, "mult-dae")
    rows = source_ids(model.dataset).where("fold = 'test'").cache()
    model.setDataset(rows.where("part = 'given'"))
    targets = rows.where("part = 'target'").groupBy("user").agg(F.collect_list(F.col("item").cast("double")).alias("label"))
    shown = model.recommendForAllUsers(10).selectExpr("user", "transform(recommendations, r -> double(r.item)) AS prediction")
    joined = targets.join(shown, "user").cache()
    figures = films.by_program("mult-dae").figures["ranking"]
    assert joined.count() == figures["users"]
    for metric, key in (("precisionAtK", "precision@10"), ("ndcgAtK", "ndcg@10")):
        assert RankingEvaluator(metricName=metric, k=10).evaluate(joined) == pytest.approx(figures[key], rel=1e-9)


def test_strangers(spark, films):
    model = films.opened(spark, "mult-dae")
    train = model.dataset.users.where("fold = 'train'").first().userId
    rows = [("known", train, 318), ("again", train, 318), ("user", 1_000_000, 318), ("item", train, 1_000_000), ("null", None, 318)]
    frame = spark.createDataFrame(rows, "what string, user long, item long")
    predicted = model.transform(frame)
    assert predicted.columns == ["what", "user", "item", "prediction"]
    assert predicted.schema["prediction"].dataType.simpleString() == "float"
    found = {row.what: row.prediction for row in predicted.collect()}
    assert len(found) == 5 and found["known"] == found["again"] > 0
    assert all(math.isnan(found[what]) for what in ("user", "item", "null"))
    model.setColdStartStrategy("drop").setPredictionCol("score")
    assert {row.what: row.score for row in model.transform(frame).collect()} == {what: found[what] for what in ("known", "again")}
    assert model.transform(frame.where("user < 0")).collect() == []


def test_text_ids_under_other_names(spark, texts):
    model = texts.opened(spark, "autorec").setUserCol("who is").setItemCol("what")
    frame = spark.createDataFrame([("u-001é", "tt'0003"), ("u-001é", "nothing"), ("nobody", "tt'0003")], "`who is` string, what string")
    found = [row.prediction for row in model.transform(frame.coalesce(1)).orderBy(F.col("prediction")).collect()]
    assert 0 < found[0] < 6 and math.isnan(found[1]) and math.isnan(found[2])


def test_a_dataset_of_other_ratings_goes_by_source_ids(spark, films, texts):
    """Ratings of a DataFrame go in as those of the dataset do."""
    model = films.opened(spark, "reference")
    expected = best_of(model.recommendForAllUsers(3))
    assert best_of(model.setDataset(source_ids(model.dataset)).recommendForAllUsers(3)) == expected


def test_ratings_that_are_held_out_are_no_input(spark, texts, tmp_path):
    """Of a dataset whose ratings are split, too: a prediction for one of them does not know it."""
    split = Trained(tmp_path, texts.folder / "ratings.csv", "--split", "ratings", "--hold-out", 0.3, "--validation", 0.1)
    model = split.opened(spark, "autorec")
    rows = source_ids(model.dataset)
    held_out = rows.where("part = 'test'").select("user", "item")
    predicted = {(row.user, row.item): row.prediction for row in model.transform(held_out).collect()}
    model.setDataset(rows.where("part IS NULL"))
    expected = {(row.user, row.item): row.prediction for row in model.transform(held_out).collect()}
    assert len(predicted) > 100 and list(map(str, predicted.values())) == [str(expected[pair]) for pair in predicted]


def test_mistakes_are_said_at_once(spark, films):
    model = films.opened(spark, "popularity")
    with pytest.raises(UserError, match="a column prediction already"):
        model.transform(spark.createDataFrame([(1, 318, 1.0)], "user int, item int, prediction double"))
    with pytest.raises(UserError, match="pass the Dataset itself"):
        model.transform(model.dataset.ratings)
    with pytest.raises(UserError, match="no column item"):
        model.transform(spark.createDataFrame([(1, 318)], "user int, film int"))
    with pytest.raises(UserError, match="coldStartStrategy is 'Nan'"):
        model.setColdStartStrategy("Nan")
