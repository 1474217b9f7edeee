"""A small Spark, and models that the command line trained on the repository's ratings. Not the tests."""

import json
import os
import pathlib
import subprocess
import sys
from functools import lru_cache
from types import SimpleNamespace

import pytest

root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "python"))
program = os.environ.setdefault("ENCORE_PROGRAM", str(root / "build" / "encore"))
os.environ["PYTHONPATH"] = os.pathsep.join([str(root / "python"), *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
# What every model does as the command line does it, is shown by one that ranks and one that predicts.
of_two_kinds = ["mult-dae", "autorec", *(pytest.param(name, marks=pytest.mark.slow) for name in ("reference", "popularity"))]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: on executors of their own, or a variant of another test; `make test-spark` runs these")


@pytest.fixture(scope="session")
def spark():
    pyspark_sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed; setup/python installs it")
    session = (pyspark_sql.SparkSession.builder.master("local[2]").appName("encore inference tests")
               .config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "3")
               .config("spark.sql.codegen.wholeStage", "false").config("spark.sql.ui.explainMode", "simple")
               .config("spark.sql.maxPlanStringLength", "100")
               .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC").getOrCreate())
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def encore(*words):
    """What a command prints with --json."""
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built; `make build` builds it")
    done = subprocess.run([program, *map(str, words), "--json", "--quiet"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Trained:
    """A dataset folder and the models of the command line on it, each trained when it is first asked for."""

    def __init__(self, folder, *words):
        self.folder, self.dataset = folder, folder / "dataset"
        encore("prepare", *words, "-o", self.dataset)
        self.model = lru_cache(maxsize=None)(self._model)
        self.by_program = lru_cache(maxsize=None)(self._by_program)

    def _model(self, name):
        place = self.folder / f"{name}.model"
        kind = ["mult-dae", "--input", "channels"] if name == "channels" else [name]
        encore("train", self.dataset, "-o", place, "--model", *kind, *([] if name == "popularity" else ["--epochs", 3]))
        return place

    def _by_program(self, name):
        """The figures and the recommendations of the command line: {user: [(movieId, score)]}."""
        import pyarrow.parquet

        file = self.folder / f"{name}.parquet"
        encore("recommend", self.model(name), "--all", "--dataset", self.dataset, "-k", 7, "-o", file)
        best = {}
        for row in pyarrow.parquet.read_table(file).to_pylist():
            best.setdefault(row["userId"], []).append((row["movieId"], row["score"]))
        return SimpleNamespace(figures=encore("evaluate", self.model(name), self.dataset), best=best)

    def opened(self, spark, name):
        from encore.spark import AutoencoderModel, Dataset

        return AutoencoderModel.load(str(self.model(name))).setDataset(Dataset.read(spark, str(self.dataset)))


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    return Trained(tmp_path_factory.mktemp("films"), root / "data" / "ml-latest-small", "--min-item-ratings", 10)


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    """With films that users have seen without rating them, and some that they have dismissed."""
    from encore import _core

    folder = tmp_path_factory.mktemp("watched")
    popular = (318, 356, 296, 593, 2571, 260, 480, 110, 589, 527, 2959, 1, 1196, 50, 47)
    lines, events = ["userId,movieId"], []
    for user in range(1, 611):
        for place, film in enumerate(popular):
            if (user + place) % 3 == 0:
                lines.append(f"{user},{film}")
            elif (user + place) % 7 == 0:
                events.append(f"{len(events) + 1},200,{user},{film},dismissed,,,".encode())
    (folder / "watched.csv").write_text("\n".join(lines) + "\n")
    (folder / "events").mkdir()
    header = b"seq,time,user,item,kind,value,source,id,crc32c\n"
    (folder / "events" / "0001.csv").write_bytes(header + b"".join(line + b",%08x\n" % _core.crc32c(line) for line in events))
    return Trained(folder, root / "data" / "ml-latest-small", "--min-item-ratings", 10, "--seen", folder / "watched.csv", "--events",
                   folder / "events")


@pytest.fixture(scope="session")
def texts(tmp_path_factory):
    """Ids that are texts, with what CSV and SQL might trip over."""
    folder = tmp_path_factory.mktemp("texts")
    lines = ["userId,movieId,rating"]
    for user in range(60):
        for item in range(user % 7, 40, 1 + user % 5):
            lines.append(f"u-{user:03}é,tt'{item:04},{1 + (user * item) % 5}")
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Trained(folder, folder / "ratings.csv")


def best_of(rows, user="user", item="item"):
    """{user: [(item, rating)]} of what a recommend… method returns."""
    return {row[user]: [(best[item], best["rating"]) for best in row["recommendations"]] for row in rows.collect()}
