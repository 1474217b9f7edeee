"""Spark sessions of several kinds, datasets made by the command line, and faults done to workers on purpose. Not the tests."""

import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "python"))
program = os.environ.setdefault("ENCORE_PROGRAM", str(root / "build" / "encore"))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = str(root / "python")
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
real_ratings = root / "data" / "ml-latest-small"
_quick_java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # nothing here runs for long


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: on executors of their own, or a variant of another test; `make test-spark` runs these")


def pytest_collection_modifyitems(items):
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def start_session(master, **settings):
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed; setup/python installs it")
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built; `make build` builds it")
    told = {"spark.driver.memory": "2g", "spark.executor.memory": "768m", "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false", "spark.sql.shuffle.partitions": "2", "spark.sql.codegen.wholeStage": "false",
            # As in ../preparation: of a small query most of the time goes into compiling, planning anew and describing.
            "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.adaptive.enabled": "false", "spark.sql.ui.explainMode": "simple",
            "spark.sql.maxPlanStringLength": "100",
            "spark.driver.extraJavaOptions": _quick_java, "spark.executor.extraJavaOptions": _quick_java,
            **settings}
    for name in ("PYTHONPATH", "ENCORE_LIBRARIES", "ENCORE_PROGRAM"):
        if name in os.environ:
            told.setdefault(f"spark.executorEnv.{name}", os.environ[name])
    active = sql.SparkSession.getActiveSession()
    if active is not None and active.sparkContext.master != master:  # getOrCreate would give that one
        active.stop()
    builder = sql.SparkSession.builder.master(master).appName("encore training tests")
    for name, value in told.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


@pytest.fixture(scope="module")
def spark():
    """Two task slots in this process."""
    session = start_session("local[2]")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def cluster():
    """Two executors, processes of their own with one core each."""
    session = start_session("local-cluster[2,1,1024]")
    yield session
    session.stop()


def prepared(folder, *options):
    """A dataset folder of the real ratings, by the command line."""
    subprocess.run([program, "prepare", str(real_ratings), "-o", str(folder), "--quiet", *options], check=True)
    return str(folder)


@pytest.fixture(scope="session")
def dense(tmp_path_factory):
    """The real ratings of films with at least 20 of them, with validation users: small enough for many epochs."""
    return prepared(tmp_path_factory.mktemp("dense") / "films", "--validation", "0.1", "--min-item-ratings", "20")


def weights(model):
    """The sha256 of the weights of a model, or of a model folder."""
    folder = pathlib.Path(getattr(model, "folder", model))
    return hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()


def trained_by_program(dataset, folder, *options):
    subprocess.run([program, "train", dataset, "-o", str(folder), "--quiet", *options], check=True)
    return str(folder)


class Fault:
    """Does something to the process of one worker once it has reached an epoch. `pid` is the process that was hit."""

    def __init__(self, monkeypatch):
        from encore.spark import training

        fault = self

        class Observed(training.DriverLink):
            def __init__(self, *arguments, **named):
                super().__init__(*arguments, **named)
                fault.link = self

        self.link, self.pid, self._wanted = None, None, True
        monkeypatch.setattr(training, "DriverLink", Observed)

    def arrange(self, do, worker=1, epoch=5):
        def wait():
            while self._wanted:
                one = self.link.workers.get(worker) if self.link else None
                if one and one.status.get("epoch", 0) >= epoch:
                    self.pid = one.pid
                    do(one.pid)
                    return
                time.sleep(0.01)

        threading.Thread(target=wait, daemon=True).start()

    def forget(self):
        self._wanted = False


@pytest.fixture
def fault(monkeypatch):
    one = Fault(monkeypatch)
    yield one
    one.forget()
    if one.pid and exists(one.pid):
        os.kill(one.pid, signal.SIGKILL)


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def stop(pid):
    os.kill(pid, signal.SIGSTOP)


def kill_executor(pid):
    """The worker's parent is Spark's daemon for Python, whose parent is the executor."""
    executor = parent(parent(pid))
    assert b"CoarseGrainedExecutorBackend" in pathlib.Path(f"/proc/{executor}/cmdline").read_bytes(), "the driver itself"
    kill(executor)


def parent(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def exists(pid):
    return os.path.exists(f"/proc/{pid}/status") and "zombie" not in pathlib.Path(f"/proc/{pid}/status").read_text()


def gone(pids, seconds=60):
    """Whether all these processes end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(exists(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False
