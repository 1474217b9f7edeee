"""Requests of a small study, and the command that answers them. Not the tests."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "python"))
program = os.environ.setdefault("ENCORE_PROGRAM", str(root / "build" / "encore"))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["PYTHONPATH"] = str(root / "python")
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
_quick_java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # nothing here runs for long


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; `make test-spark` runs these")


def request_of(work, **said):
    """A request as docs/study.md has it: two workers, two epochs, films of 1950-1959 of the real ratings."""
    request = {"id": "spark-1950-1959-reference-items-2", "label": "2 workers, 1950–1959 (Spark)", "purpose": "phases", "engine": "spark",
               "subset": "1950-1959", "workers": 2, "parallel": "items", "variant": "reference",
               "source": str(root / "data" / "ml-latest-small"), "first_year": 1950, "last_year": 1959, "model": "reference",
               "output_activation": None, "epochs": 2, "batch_size": 64, "seed": 42, "hold_out": 0.2, "test_users": 3,
               "sample_seconds": 0.2, "work": str(work), "master": "local[2]",
               "spark": {"spark.driver.memory": "1g", "spark.driver.extraJavaOptions": _quick_java,
                         "spark.executor.extraJavaOptions": _quick_java}}
    return {**request, **said}


def words_for(folder, request):
    """The command line that answers a request, which lies in `folder` then, and where its answer will be."""
    pytest.importorskip("pyspark", reason="PySpark is not installed; setup/python installs it")
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built; `make build` builds it")
    asked, answered = folder / "request.json", folder / "answer.json"
    asked.write_text(json.dumps(request), encoding="utf-8")
    return [sys.executable, "-m", "encore.spark", "study", "--configuration", str(asked), "-o", str(answered)], answered


def answer_to(folder, request):
    """(exit code, what the file says or None, standard error)"""
    words, answered = words_for(folder, request)
    done = subprocess.run(words, capture_output=True, text=True, cwd=root)
    said = json.loads(answered.read_text(encoding="utf-8")) if answered.exists() else None
    assert not [path.name for path in folder.iterdir() if path.name.endswith((".tmp", ".partial", ".model"))]
    return done.returncode, said, done.stderr


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """The folder of the configuration that is done."""
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="session")
def done(work):
    """The answer to the request as it stands."""
    code, said, errors = answer_to(work, request_of(work))
    assert code == 0 and said["status"] == "done", (said["failure"] if said else None, errors)
    return said
