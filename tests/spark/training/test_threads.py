"""Workers of several threads: each thread is a rank."""

import pytest
from conftest import start_session, trained_by_program, weights


@pytest.fixture(scope="module")
def data(dense):
    from encore.spark import Dataset

    session = start_session("local[4]", **{"spark.task.cpus": "2"})
    yield Dataset.read(session, dense)
    session.stop()


@pytest.mark.parametrize("mode", ["items", pytest.param("elephas", marks=pytest.mark.slow)])
def test_a_task_of_two_cpus_is_two_ranks(data, dense, tmp_path, mode):
    from encore.spark import Autoencoder

    options = ("--epochs", "2", "--batch-size", "50", "--parallel", mode, "--shards", "4")
    by_program = trained_by_program(dense, tmp_path / "by_program", *options)
    model = Autoencoder(parallel=mode, maxIter=2, batchSize=50, quiet=True).fit(data)
    assert (model.summary["workers"], model.summary["local_ranks"]) == (2, 2)
    assert weights(model) == weights(by_program)
