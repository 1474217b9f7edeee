"""Workers that die, stop or stumble: a named exception and nothing left running, or with restarts the model of an undisturbed run."""

import os

import pytest
from conftest import exists, gone, kill, kill_executor, stop, weights

epochs = 200  # seconds of training on the fastest machine: workers tell how far they are once a second


@pytest.fixture(scope="module")
def data(cluster, dense):
    from encore.spark import Dataset

    return Dataset.read(cluster, dense)


@pytest.fixture(autouse=True)
def whole_cluster(cluster):
    """The test before may have cost an executor; on a busy machine a new one takes its time."""
    from encore.spark.cluster import wait_for_slots

    assert wait_for_slots(cluster, 2, 300) == 2


@pytest.fixture(scope="module")
def undisturbed(data):
    return weights(estimator().fit(data))


def estimator(**params):
    from encore.spark import Autoencoder

    return Autoencoder(**{"workers": 2, "maxIter": epochs, "batchSize": 50, "timeout": 8.0, "quiet": True, **params})


def is_usable(spark):
    return spark.range(100).selectExpr("sum(id)").first()[0] == 4950


@pytest.mark.parametrize("how", [kill, kill_executor])
def test_a_killed_worker_is_named(data, fault, how):
    from encore import errors

    fault.arrange(how)
    with pytest.raises(errors.WorkerLost, match=rf"worker 1 on 127\.0\.0\.1: its process \d+ ended without a word in epoch") as raised:
        estimator().fit(data)
    assert str(fault.pid) in str(raised.value)
    assert gone(worker.pid for worker in fault.link.workers.values())
    assert is_usable(data.ratings.sparkSession)


@pytest.mark.parametrize("how, every", [(kill, {"checkpointInterval": 7}), (kill_executor, {})])
def test_a_training_starts_again_by_itself(data, fault, how, every, undisturbed):
    fault.arrange(how, epoch=10)
    model = estimator(maxRestarts=1, **every).fit(data)
    assert not exists(fault.pid)
    assert model.summary["restarts"] == 1
    assert [record["epoch"] for record in model.history] == list(range(1, epochs + 1))
    assert weights(model) == undisturbed


def test_checkpoints_may_lie_at_an_address(data, fault, undisturbed, tmp_path):
    fault.arrange(kill, worker=0, epoch=10)
    model = estimator(maxRestarts=1, checkpointLocation=f"file://{tmp_path}/checkpoints").fit(data)
    assert model.summary["restarts"] == 1
    assert weights(model) == undisturbed
    assert not any(files for _, _, files in os.walk(tmp_path)), "checkpoints of a finished training stay behind"


def test_a_later_fit_goes_on_from_the_checkpoint(data, fault, undisturbed, tmp_path, capsys):
    from encore import errors

    fault.arrange(kill, epoch=10)
    with pytest.raises(errors.WorkerLost):
        estimator(checkpointLocation=str(tmp_path)).fit(data)
    capsys.readouterr()
    model = estimator(checkpointLocation=str(tmp_path), quiet=False).fit(data)
    assert weights(model) == undisturbed
    assert len(model.history) == epochs
    shown = [line for line in capsys.readouterr().err.splitlines() if line.startswith("epoch")]
    assert 0 < len(shown) < epochs, "it began from the start"


def test_a_stopped_worker_is_noticed_and_removed(data, fault):
    from encore import errors

    fault.arrange(stop)
    with pytest.raises(errors.WorkerLost, match=r"worker 1 on .* has not answered for|not a byte for"):
        estimator(timeout=4.0).fit(data)
    assert gone([fault.pid])
    assert is_usable(data.ratings.sparkSession)
