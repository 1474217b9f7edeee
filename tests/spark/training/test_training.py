"""What a distributed training comes to: the command line's model, for any number of workers and whatever a worker holds."""

import dataclasses
import json
import os
import signal
import subprocess
import threading
import time
from functools import lru_cache
from types import SimpleNamespace

import pytest
from conftest import prepared, real_ratings, start_session, trained_by_program, weights


@pytest.fixture(scope="module")
def spark():
    session = start_session("local[4]")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def data(spark, dense):
    from encore.spark import Dataset

    return Dataset.read(spark, dense)


def estimator(**params):
    from encore.spark import Autoencoder

    return Autoencoder(**{"workers": 2, "maxIter": 3, "quiet": True, **params})


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow), 4])
def test_items_mode_has_the_bits_of_the_command_line(data, dense, tmp_path, workers):
    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "3")
    model = estimator(workers=workers).fit(data)
    assert weights(model) == weights(by_program)
    assert model.summary["workers"] == workers
    with open(f"{by_program}/history.csv") as there, open(f"{model.folder}/history.csv") as here:
        for line, same in zip(there, here, strict=True):
            assert line.split(",")[:4] == same.split(",")[:4]  # the last column is seconds


def test_a_sampled_softmax_has_the_bits_of_the_command_line(data, dense, tmp_path):
    """A worker draws among its own films by a hash, and by popularity among all."""
    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "3", "--negatives", "100")
    assert weights(estimator(negatives=100).fit(data)) == weights(by_program)


@pytest.mark.parametrize("mode", ["items", pytest.param("users-epoch", marks=pytest.mark.slow)])
def test_channels_have_the_bits_of_the_command_line(data, dense, tmp_path, mode):
    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "3", "--input", "channels", "--parallel", mode, "--shards", "2")
    model = estimator(input="channels", parallel=mode).fit(data)
    assert weights(model) == weights(by_program)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Makes datasets by a split: with films that were seen without a rating, which are an input, and no answer while validation users are judged."""
    folder = tmp_path_factory.mktemp("watched")
    lines = [f"{user},{film}" for user in range(1, 611) for film in (318, 356, 296, 593, 2571, 260, 480, 110, 589, 527) if (user * film) % 3]
    (folder / "watched.csv").write_text("userId,movieId\n" + "\n".join(lines) + "\n")

    @lru_cache
    def of_split(split):
        return prepared(folder / split, "--validation", "0.1", "--min-item-ratings", "20", "--seen", str(folder / "watched.csv"), "--split",
                        split)

    return of_split


@pytest.mark.parametrize("split, which", [("users", "channels"), ("ratings", "binary"),
                                          pytest.param("users", "binary", marks=pytest.mark.slow),
                                          pytest.param("ratings", "channels", marks=pytest.mark.slow)])
def test_seen_films_have_the_bits_of_the_command_line(spark, watched, tmp_path, split, which):
    from encore.spark import Dataset

    by_program = trained_by_program(watched(split), tmp_path / "by_program", "--epochs", "3", "--model", "mult-dae", "--input", which)
    model = estimator(model="mult-dae", input=which).fit(Dataset.read(spark, watched(split)))
    assert weights(model) == weights(by_program)


def test_ease_asks_validation_users_who_have_seen_films(spark, watched, tmp_path):
    """They are judged without these, on however many workers the seen films lie."""
    from encore.spark import Dataset

    by_program = trained_by_program(watched("users"), tmp_path / "by_program", "--model", "ease")
    model = estimator(model="ease", maxIter=None, workers=3).fit(Dataset.read(spark, watched("users")))
    assert weights(model) == weights(by_program)


@pytest.mark.parametrize("mode", ["users-epoch", pytest.param("elephas", marks=pytest.mark.slow)])
def test_averaging_modes_have_the_bits_of_the_command_line(data, dense, tmp_path, mode):
    options = ("--epochs", "3", "--batch-size", "50", "--parallel", mode)
    by_program = trained_by_program(dense, tmp_path / "by_program", *options, "--shards", "2")
    model = estimator(parallel=mode, batchSize=50).fit(data)
    assert weights(model) == weights(by_program)


def test_gradients_of_users_add_up_to_the_same_steps(data, dense, tmp_path):
    """12 batches of 40 users an epoch: a hundred steps are eight epochs."""
    options = {"maxIter": 8, "batchSize": 40, "model": "reference"}
    alone = estimator(workers=1, parallel="users-step", **options).fit(data)
    together = estimator(workers=2, parallel="users-step", **options).fit(data)
    for one, other in zip(alone.history, together.history, strict=True):
        assert other["train_loss"] == pytest.approx(one["train_loss"], rel=1e-5)


def test_async_workers_end_with_a_model(data):
    model = estimator(parallel="async", batchSize=50).fit(data)
    assert [record["epoch"] for record in model.history] == [1, 2, 3]
    assert {worker["process"] for worker in model.history[-1]["workers"]} == {0, 1}


def test_popularity_is_counted_by_all_workers(data, dense, tmp_path):
    by_program = trained_by_program(dense, tmp_path / "by_program", "--model", "popularity")
    assert weights(estimator(model="popularity", maxIter=None).fit(data)) == weights(by_program)


@pytest.mark.parametrize("options, workers", [
    ({}, 2), ({"l2": 120.0, "keep": 20}, 4),
    *(pytest.param(options, workers, marks=pytest.mark.slow)
      for options, workers in (({}, 1), ({}, 4), ({"l2": 120.0, "keep": 20}, 1), ({"l2": 120.0, "keep": 20}, 2)))])
def test_ease_is_shared_by_all_workers(data, dense, tmp_path, workers, options):
    """Settings that the validation users chose, and settings that were given, with the largest weights only."""
    given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    by_program = trained_by_program(dense, tmp_path / "by_program", "--model", "ease", *given)
    model = estimator(model="ease", maxIter=None, workers=workers, **options).fit(data)
    assert model.summary["workers"] == workers
    assert weights(model) == weights(by_program)
    with open(f"{by_program}/config.json") as there, open(f"{model.folder}/config.json") as here:
        assert json.load(there)["architecture"] == json.load(here)["architecture"]


def test_ease_whose_weights_the_driver_cannot_keep_is_refused_at_once(data, monkeypatch):
    import shutil

    from encore.errors import UserError

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1 << 20))
    with pytest.raises(UserError, match=r"films, twice while they arrive, .* has 0\.0 GiB; .* TMPDIR, or set keep"):
        estimator(model="ease", maxIter=None).fit(data)
    assert estimator(model="ease", maxIter=None, l2=120.0, keep=20).fit(data).summary["workers"] == 2


def test_parts_come_back_as_rows_where_the_driver_is_out_of_reach(data, dense, tmp_path, monkeypatch):
    """And over the link where it is not: then the result of Spark's job is the history alone."""
    from encore.spark import training

    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "3")
    made, submitted, kinds = training._Training._job, training._Training._submit, []

    def rows_of(self, job):
        rows = submitted(self, job)
        kinds.append({row.kind for row in rows})
        return rows

    monkeypatch.setattr(training._Training, "_submit", rows_of)
    assert weights(estimator().fit(data)) == weights(by_program)
    monkeypatch.setattr(training._Training, "_job", lambda *words: dataclasses.replace(made(*words), link=(("127.0.0.1", 1),)))
    assert weights(estimator().fit(data)) == weights(by_program)
    assert kinds == [{"history"}, {"history", "model"}]


@pytest.mark.parametrize("kind", [pytest.param("item-knn", marks=pytest.mark.slow), "elsa"])
def test_linear_models_are_computed_by_one_worker(data, dense, tmp_path, kind):
    """Without a number of workers one of the four takes all; its bits are the command line's."""
    options = {"maxIter": 2} if kind == "elsa" else {"maxIter": None}
    by_program = trained_by_program(dense, tmp_path / "by_program", "--model", kind, *(("--epochs", "2") if kind == "elsa" else ()))
    model = estimator(model=kind, workers=None, **options).fit(data)
    assert model.summary["workers"] == 1
    assert weights(model) == weights(by_program)


def test_linear_models_refuse_several_workers(data):
    from encore.errors import UserError

    with pytest.raises(UserError, match="model item-knn is computed by one worker, .* leave workers out, or set it to 1"):
        estimator(model="item-knn", maxIter=None).fit(data)


def test_workers_without_a_single_rating_take_part(data, dense, tmp_path):
    """One block holds all the films, so three of four workers have none."""
    by_program = trained_by_program(dense, tmp_path / "by_program", "--epochs", "3", "--block-items", "4096")
    assert weights(estimator(workers=4, blockItems=4096).fit(data)) == weights(by_program)


def test_patience_stops_all_workers_at_once(data, dense, tmp_path):
    options = ("--epochs", "30", "--batch-size", "8", "--learning-rate", "0.02", "--patience", "2", "--stop-on", "ndcg@100")
    by_program = trained_by_program(dense, tmp_path / "by_program", *options)
    model = estimator(maxIter=30, batchSize=8, learningRate=0.02, patience=2, stopOn="ndcg@100").fit(data)
    assert weights(model) == weights(by_program)
    assert len(model.history) < 30
    assert model.summary["best_epoch"] == json.loads((tmp_path / "by_program" / "config.json").read_text())["training"]["best_epoch"]


def test_text_ids_and_test_users(spark, tmp_path):
    from encore.spark import Dataset

    folder = prepared(tmp_path / "text", "--ids", "text", "--min-item-ratings", "50", "--hold-out", "0.3")
    by_program = trained_by_program(folder, tmp_path / "by_program", "--epochs", "2")
    assert weights(estimator(maxIter=2).fit(Dataset.read(spark, folder))) == weights(by_program)


def test_a_bad_row_is_named(data):
    from dataclasses import replace

    from encore.errors import UserError
    from pyspark.sql import functions as F

    user = data.users.where("fold = 'train'").first().user
    rating = F.when(F.col("user") == user, F.lit(None)).otherwise(F.col("rating")).cast("float")
    with pytest.raises(UserError, match=r"worker \d on .*: .*row \d+.*rating"):
        estimator(maxRestarts=3).fit(replace(data, ratings=data.ratings.withColumn("rating", rating)))


def test_more_workers_than_slots_are_refused_at_once(data):
    from encore.errors import UserError

    with pytest.raises(UserError, match=r"workers is 9, but this cluster runs 4 tasks at the same time .* start Spark with local\[9\]"):
        estimator(workers=9).fit(data)


def test_dynamic_allocation_is_refused(data, monkeypatch):
    from encore.errors import UserError
    from encore.spark import cluster

    setting = cluster.setting
    monkeypatch.setattr(cluster, "setting", lambda spark, name, default=None:
                        "true" if name == "spark.dynamicAllocation.enabled" else setting(spark, name, default))
    with pytest.raises(UserError, match=r"set spark\.dynamicAllocation\.enabled=false"):
        estimator().fit(data)


@pytest.mark.parametrize("wrong, sentence", [
    ({"patience": 2, "stopOn": "ndcg@100", "data": "without validation"}, "validation"),
    ({"loss": "masked-mse"}, "masked-mse"),
    ({"checkpointLocation": "nowhere://x"}, "checkpointLocation nowhere://x"),
    ({"checkpointLocation": "/proc/checkpoints"}, "checkpointLocation /proc/checkpoints/.* cannot be written"),
])
def test_mistakes_are_one_sentence(spark, data, tmp_path, wrong, sentence):
    from encore.errors import UserError
    from encore.spark import Dataset

    if wrong.pop("data", None):
        data = Dataset.read(spark, prepared(tmp_path / "films", "--min-item-ratings", "50"))
    with pytest.raises(UserError, match=sentence):
        estimator(**wrong).fit(data)


def test_a_checkpoint_that_cannot_be_written_ends_the_training(data, tmp_path):
    """As on a full disk: the machine refuses, in the middle of the training."""
    from encore.errors import TrainingFailed
    from encore.spark import training

    key = training.training_key(training_plan(data), data.fingerprint)
    (tmp_path / key).mkdir()
    (tmp_path / key / "epoch-000002").symlink_to("/nowhere/at/all")
    with pytest.raises(TrainingFailed, match=r"worker \d on .*: .*epoch-000002"):
        estimator(checkpointLocation=str(tmp_path)).fit(data)
    assert data.ratings.sparkSession.range(3).count() == 3


def training_plan(data):
    """That of `estimator()`."""
    import json

    from encore import _core

    plan = json.loads(_core.plan_training({"epochs": 3, "shards": 2, "threads": 1}, data.summary["users_by_fold"]["train"]))
    del plan["one_process"]
    return plan


def test_ctrl_c_ends_the_workers_and_the_session_stays(data, fault):
    from conftest import gone

    fault.arrange(lambda pid: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        estimator(maxIter=100_000).fit(data)
    assert gone([worker.pid for worker in fault.link.workers.values()])
    fault.pid = None
    deadline = time.monotonic() + 60
    while data.ratings.sparkSession.sparkContext.statusTracker().getActiveStageIds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert threading.active_count() < 50
    assert estimator(maxIter=1).fit(data).history[0]["epoch"] == 1


@pytest.mark.parametrize("split", ["ratings", "last"])
def test_split_ratings_are_trained_and_judged_as_on_the_command_line(spark, tmp_path, split):
    from encore.spark import Dataset

    shares = () if split == "last" else ("--hold-out", "0.1", "--validation", "0.1")
    dataset = prepared(tmp_path / "films", "--split", split, "--min-item-ratings", "20", *shares)
    by_program = trained_by_program(dataset, tmp_path / "by_program", "--epochs", "3")
    data = Dataset.read(spark, dataset)
    model = estimator().fit(data)
    assert weights(model) == weights(by_program)
    for fold in ("test", "validation"):
        words = [os.environ["ENCORE_PROGRAM"], "evaluate", by_program, dataset, "--fold", fold, "--json", "--quiet"]
        expected = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        found = model.evaluate(data, fold=fold)
        for part in ("ranking", "popularity"):
            assert found[part] == pytest.approx(expected[part], rel=1e-9)
        assert found[fold]["mse"] == pytest.approx(expected[fold]["mse"], rel=1e-9)


@pytest.mark.parametrize("protocol", ["liang", *(pytest.param(one, marks=pytest.mark.slow)
                                                for one in ("recbole", "leave-one-out", "files"))])
def test_what_a_protocol_holds_out_is_prepared_trained_and_judged_as_on_the_command_line(spark, tmp_path, protocol):
    """Nothing of it comes from the command line."""
    from encore.spark import prepare

    options, source = {"min_user_ratings": 30}, real_ratings
    if protocol == "liang":
        options = {"hold_out": 0.1, "validation": 0.1}
    if protocol == "recbole":
        options = {}
    if protocol == "files":
        header, *lines = (real_ratings / "ratings.csv").read_text().splitlines()
        (tmp_path / "train.csv").write_text("\n".join([header, *(line for n, line in enumerate(lines) if n % 9)]) + "\n")
        (tmp_path / "test.csv").write_text("\n".join([header, *lines[::9]]) + "\n")
        source, options = tmp_path / "train.csv", {"split": "files", "test_ratings": str(tmp_path / "test.csv"), "min_item_ratings": 20}
    else:
        options["protocol"] = protocol
    words = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), str(value))]
    subprocess.run([os.environ["ENCORE_PROGRAM"], "prepare", str(source), "-o", str(tmp_path / "films"), "--quiet", *words], check=True)
    by_program = trained_by_program(str(tmp_path / "films"), tmp_path / "by_program", "--model", "mult-dae", "--epochs", "2")
    data = prepare(spark, str(source), **options)
    model = estimator(model="mult-dae", maxIter=2).fit(data)
    assert weights(model) == weights(by_program)
    told = subprocess.run([os.environ["ENCORE_PROGRAM"], "evaluate", by_program, str(tmp_path / "films"), "--json", "--quiet"], check=True,
                          capture_output=True).stdout
    expected, found = json.loads(told), model.evaluate(data)
    for part in ("ranking", "popularity"):
        assert found[part] == pytest.approx(expected[part], rel=1e-9)
