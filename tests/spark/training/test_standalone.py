"""A standalone master with two workers on loopback, Encore shipped to them as an archive: nothing of ours is on their path."""

import os
import socket
import subprocess
import sys
import time
import zipfile

import pytest
from conftest import gone, kill, parent, root, start_session, weights

pytestmark = pytest.mark.slow


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """What a wheel holds: the modules, and the core's library for the executors."""
    from encore import _core

    path = tmp_path_factory.mktemp("archive") / "encore.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for module in sorted((root / "python" / "encore").rglob("*.py")):
            packed.write(module, module.relative_to(root / "python"))
        packed.write(_core.core().path, "encore/libencore.so")
    return path


class Standalone:
    def __init__(self, folder):
        import pyspark

        self.home = os.path.dirname(pyspark.__file__)
        self.folder = folder
        self.address = f"spark://127.0.0.1:{free_port()}"
        self.environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "ENCORE_LIBRARIES")}
        self.environment.update(SPARK_HOME=self.home, SPARK_NO_DAEMONIZE="1", PYSPARK_PYTHON=sys.executable, SPARK_DAEMON_MEMORY="256m")
        self.processes = [self.start("master.Master", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2],
                                     "--webui-port", str(free_port()))]
        for number in range(2):
            self.processes.append(self.start("worker.Worker", "-c", "1", "-m", "1g", "--host", "127.0.0.1", "--webui-port",
                                             str(free_port()), "-d", str(folder / f"work{number}"), self.address))

    def start(self, name, *words):
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen([f"{self.home}/bin/spark-class", f"org.apache.spark.deploy.{name}", *words], env=self.environment,
                                    stdout=log, stderr=log)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(30)


@pytest.fixture(scope="module")
def spark(tmp_path_factory, archive):
    folder = tmp_path_factory.mktemp("standalone")
    standalone = Standalone(folder)
    session = None
    try:
        session = start_session(standalone.address, **{
            "spark.archives": f"{archive}#encore_pkg", "spark.executorEnv.PYTHONPATH": "encore_pkg",
            "spark.executorEnv.ENCORE_LIBRARIES": "", "spark.driver.host": "127.0.0.1", "spark.cores.max": "2"})
        session.standalone = standalone
        yield session
    finally:
        if session is not None:
            session.stop()
        standalone.stop()


@pytest.fixture(scope="module")
def data(spark, dense):
    from encore.spark import Dataset

    return Dataset.read(spark, dense)


def estimator(**params):
    from encore.spark import Autoencoder

    return Autoencoder(**{"workers": 2, "maxIter": 200, "batchSize": 50, "timeout": 8.0, "quiet": True, **params})


@pytest.fixture(scope="module")
def undisturbed(data):
    return weights(estimator().fit(data))


def test_the_executors_have_encore_from_the_archive(spark):
    def where(_):
        import encore

        yield encore.__file__

    assert "/encore_pkg/encore/" in spark.sparkContext.parallelize([1], 1).mapPartitions(where).first()


def test_a_killed_machine_is_named_and_the_training_starts_again(spark, data, fault, undisturbed):
    """The worker's process, its executor and Spark's own worker all die; the other machine gets a new executor's place back."""
    def kill_machine(pid):
        executor = parent(parent(pid))
        machine = parent(executor)
        for one in (machine, executor, pid):
            kill(one)
        standalone = spark.standalone
        standalone.processes.append(standalone.start("worker.Worker", "-c", "1", "-m", "1g", "--host", "127.0.0.1", "--webui-port",
                                                     str(free_port()), "-d", str(standalone.folder / "work2"), standalone.address))

    fault.arrange(kill_machine, epoch=10)
    model = estimator(maxRestarts=1).fit(data)
    assert gone([fault.pid])
    assert model.summary["restarts"] == 1
    assert weights(model) == undisturbed


def test_fewer_workers_go_on_when_one_does_not_come_back(spark, data, fault, undisturbed, monkeypatch):
    from encore.spark import training

    monkeypatch.setattr(training, "_seconds_for_executors_to_come_back", 5)

    def kill_machine(pid):
        executor = parent(parent(pid))
        for one in (parent(executor), executor, pid):
            kill(one)
        time.sleep(0.1)

    fault.arrange(kill_machine, epoch=10)
    model = estimator(maxRestarts=1).fit(data)
    assert model.summary["workers"] == 1
    assert weights(model) == undisturbed
