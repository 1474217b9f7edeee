"""Spark ML manners: params, pipelines, tuning, DataFrames of any columns, saving and loading. Not the training itself."""

import pathlib
import random
import subprocess

import pytest
from conftest import program, root, trained_by_program, weights


@pytest.fixture(scope="module")
def ratings(spark):
    """Two tastes: even users like even items. 60 users with text ids, 40 items."""
    draw = random.Random(1)
    rows = [(f"u{user:02d}", item, 5.0 if (user - item) % 2 == 0 else 1.0)
            for user in range(60) for item in range(40) if draw.random() < 0.4]
    return spark.createDataFrame(rows, "visitor string, article int, stars double").cache()


@pytest.fixture(scope="module")
def data(spark, dense):
    from encore.spark import Dataset

    return Dataset.read(spark, dense)


def estimator(**params):
    from encore.spark import Autoencoder

    return Autoencoder(**{"workers": 2, "maxIter": 2, "quiet": True, **params})


def of_columns(**params):
    return estimator(userCol="visitor", itemCol="article", ratingCol="stars", hidden=[8], batchSize=10, **params)


def test_params_have_the_names_of_als_and_ours(spark):
    one = estimator(rank=20, regParam=0.1, checkpointInterval=-1, seed=7).setBatchSize(10).setPortRange("40000-40100")
    assert one._options() == {"hidden": [20], "weight-decay": 0.1, "checkpoint-every": 0, "seed": 7, "batch-size": 10, "epochs": 2}
    assert one._settings().ports == (40000, 40100)
    assert one.copy({one.maxIter: 9})._options()["epochs"] == 9 and one.getMaxIter() == 2
    assert one.getUserCol() == "user" and one.getPredictionCol() == "prediction" and one.getColdStartStrategy() == "nan"
    assert "batchSize: Users in one step." in one.explainParams()


@pytest.mark.parametrize("params, sentence", [
    ({"maxiter": 3}, "has no param maxiter; did you mean maxIter"),
    ({"batchSize": 0}, "batchSize is 0; it must be a whole number from 1 to 65536"),
    ({"maxIter": "x"}, "maxIter is 'x'"),
    ({"model": "als"}, "it must be one of auto, mult-dae"),
    ({"portRange": "1-2"}, "two ports from 1024 to 65535"),
    ({"workers": 0}, "workers is 0; it must be a whole number of at least 1"),
    ({"timeout": -1}, "timeout is -1; it must be a number above 0"),
    ({"threads": 2}, "has no param threads"),
])
def test_a_param_that_cannot_be_is_refused_when_it_is_set(spark, params, sentence):
    from encore.errors import UserError

    with pytest.raises(UserError, match=sentence):
        estimator(**params)


def test_two_names_of_one_setting_must_agree(data):
    from encore.errors import UserError

    assert estimator(rank=20, hidden=[20])._options()["hidden"] == [20]
    with pytest.raises(UserError, match="rank and hidden are the same setting"):
        estimator(rank=20, hidden=[30]).fit(data)


def test_any_data_frame_fits(ratings):
    model = of_columns(maxIter=30, model="autorec").fit(ratings)
    predicted = {(row.visitor, row.article): row.prediction for row in model.transform(ratings).collect()}
    liked = [score for (user, item), score in predicted.items() if (int(user[1:]) - item) % 2 == 0]
    other = [score for (user, item), score in predicted.items() if (int(user[1:]) - item) % 2]
    assert len(predicted) == ratings.count()
    assert sum(liked) / len(liked) > sum(other) / len(other) + 0.2


def test_a_missing_column_is_named(ratings):
    from encore.errors import UserError

    with pytest.raises(UserError, match="has no column user; its columns are visitor, article, stars"):
        estimator().fit(ratings)


def test_no_row_is_left_out_without_a_word(spark, ratings, capsys):
    """A DataFrame is fitted whole or not at all; of a pair that came twice one rating counts, and that is said."""
    from encore.errors import UserError

    for row, told in ((("u00", 1, 7.0), "1 rating is out of scale"), (("u00", 1, None), "1 rating is not a number"),
                      ((None, 1, 5.0), "1 no valid userId"), (("u00", None, 5.0), "1 no valid movieId")):
        frame = ratings.union(spark.createDataFrame([row], ratings.schema))
        with pytest.raises(UserError) as refused:
            of_columns().fit(frame)
        rows = ratings.count() + 1
        assert str(refused.value).startswith(f"the DataFrame: 1 of {rows} rows cannot be used ({told}), the first: '")
        assert "set scale to the ratings' own, or fit the Dataset of encore.spark.prepare" in str(refused.value)
    with pytest.raises(UserError, match="rows cannot be used"):
        of_columns(scale="2-5").fit(ratings)
    twice = ratings.union(ratings.limit(3))
    assert of_columns(quiet=False).fit(twice).dataset.summary["ratings"] == ratings.count()
    assert f"3 of {twice.count()} rows do not count: superseded by a later rating" in capsys.readouterr().err


def test_implicit_rows_need_no_rating(ratings):
    model = of_columns(implicitPrefs=True).fit(ratings.drop("stars"))
    assert model.description["scale"]["implicit"]


def test_a_pipeline_fits_saves_and_loads(ratings, tmp_path):
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.feature import SQLTransformer

    only_some = SQLTransformer(statement="SELECT * FROM __THIS__ WHERE article < 30")
    pipeline = Pipeline(stages=[only_some, of_columns()])
    fitted = pipeline.fit(ratings)
    pipeline.write().overwrite().save(str(tmp_path / "pipeline"))
    assert Pipeline.load(str(tmp_path / "pipeline")).getStages()[1].getMaxIter() == 2
    fitted.write().overwrite().save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted")).stages[1]
    assert weights(loaded) == weights(fitted.stages[1])
    assert loaded.getUserCol() == "visitor" and loaded.uid == fitted.stages[1].uid


@pytest.mark.slow
def test_a_grid_is_searched_by_cross_validation(ratings):
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

    one = of_columns(workers=1, model="autorec", coldStartStrategy="drop")
    grid = ParamGridBuilder().addGrid(one.maxIter, [1, 40]).build()
    evaluator = RegressionEvaluator(labelCol="stars", metricName="rmse")
    search = CrossValidator(estimator=one, estimatorParamMaps=grid, evaluator=evaluator, numFolds=2, parallelism=2, seed=1)
    found = search.fit(ratings)
    assert found.avgMetrics[1] < found.avgMetrics[0]
    assert len(found.bestModel.history) == 40


@pytest.mark.slow
def test_train_validation_split_within_a_pipeline(ratings):
    from pyspark.ml import Pipeline
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit

    one = of_columns(workers=1, model="autorec", coldStartStrategy="drop")
    grid = ParamGridBuilder().addGrid(one.learningRate, [1e-5, 0.02]).baseOn({one.maxIter: 20}).build()
    search = TrainValidationSplit(estimator=Pipeline(stages=[one]), estimatorParamMaps=grid,
                                  evaluator=RegressionEvaluator(labelCol="stars"), seed=1)
    coarse, fine = search.fit(ratings).validationMetrics
    assert fine < coarse


def test_lists_can_be_judged_by_the_ranking_evaluator(ratings):
    from pyspark.ml.evaluation import RankingEvaluator
    from pyspark.sql import functions as F

    train, rest = ratings.where("(article + hash(visitor)) % 4 <> 0"), ratings.where("(article + hash(visitor)) % 4 = 0 AND stars = 5")
    lists = of_columns(maxIter=40).fit(train).recommendForAllUsers(10)
    lists = lists.select("visitor", F.expr("transform(recommendations, r -> double(r.article))").alias("prediction"))
    liked = rest.groupBy("visitor").agg(F.collect_list(F.col("article").cast("double")).alias("label"))
    judged = lists.join(liked, "visitor").cache()
    figure = RankingEvaluator(metricName="precisionAtK", k=10).evaluate(judged)
    reversed_taste = judged.withColumn("prediction", F.expr("transform(prediction, item -> IF(item % 2 = 0, item + 1, item - 1))"))
    assert figure > RankingEvaluator(metricName="precisionAtK", k=10).evaluate(reversed_taste)


def test_a_saved_model_is_the_folder_of_the_command_line(data, dense, tmp_path):
    from encore.errors import UserError
    from encore.spark import AutoencoderModel

    model = estimator().fit(data)
    path = tmp_path / "films.model"
    model.write().save(str(path))
    with pytest.raises(UserError, match="is there already; save with write"):
        model.save(str(path))
    model.write().overwrite().save(f"file://{path}")
    shown = subprocess.run([program, "recommend", str(path), "--user", "42", "--dataset", dense, "-k", "3", "--quiet", "--json"],
                           check=True, capture_output=True, text=True)
    assert "movieId" in shown.stdout
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "sha256sums.txt"], cwd=path, check=True)  # every file came along
    assert (path / "catalogue.safetensors").exists()
    loaded = AutoencoderModel.load(str(path))
    assert weights(loaded) == weights(path) and len(loaded.history) == 2


def test_a_folder_of_the_command_line_loads(spark, dense, tmp_path):
    from encore.spark import AutoencoderModel

    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "2")
    model = AutoencoderModel.load(by_program)
    assert weights(model) == weights(by_program)
    assert [record["epoch"] for record in model.history] == [1, 2]


def test_features_of_films_are_saved_with_the_model(spark, tmp_path):
    from encore.spark import AutoencoderModel

    source = root / "data" / "ml-latest-small"
    subprocess.run([program, "prepare", str(source), "-o", str(tmp_path / "films"), "--years", "1950-1959", "--item-features",
                    str(source / "tags.csv"), "--quiet"], check=True)
    by_program = trained_by_program(tmp_path / "films", tmp_path / "by_program", "--epochs", "1")
    saved = tmp_path / "saved"
    AutoencoderModel.load(str(by_program)).write().save(str(saved))
    (tmp_path / "new.csv").write_text("title,genres\nBrand New (2024),Drama\n")
    subprocess.run([program, "items", "add", str(saved), str(tmp_path / "new.csv"), "--quiet"], check=True)  # reads every file's sum
    assert (pathlib.Path(by_program) / "item_features.parquet").exists() and (saved / "item_features.parquet").exists()


def test_nothing_but_a_model_is_overwritten(data, tmp_path):
    from encore.errors import UserError
    from encore.spark import AutoencoderModel

    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("all of it")
    with pytest.raises(UserError, match="is no model folder"):
        AutoencoderModel.load(str(tmp_path / "precious"))
    model = estimator().fit(data)
    for config in (None, "{}"):  # other programs' folders have a config.json, too
        if config:
            (tmp_path / "precious" / "config.json").write_text(config)
        with pytest.raises(UserError, match="is there already and is no model"):
            model.write().overwrite().save(str(tmp_path / "precious"))
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "all of it"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["precious"]
