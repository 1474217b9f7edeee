"""A small Spark, the command line program beside it, and the comparison of what both write. Not the tests."""

import hashlib
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
os.environ["PYTHONPATH"] = str(root / "python")  # of the executors' Python, which takes lines apart
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
diseases = root / "tests" / "preparation" / "data"
real_ratings = root / "data" / "ml-latest-small"


# Most of a small query's time goes into planning and into compiling code for a few rows. So expressions are interpreted, Java compiles
# quickly, and plans are neither made anew while they run nor described at length; `users_own` puts that back for a test, and the sessions
# of the other suites compile expressions, those of `study` whole stages. Spark 4.3 never forgets the plans of queries that have ended, and
# 16 MB more for each small table that it broadcasts: small pages, and memory for all tests of a file. Hadoop starts a `chmod` for each file
# and folder that it makes: fewer of them, and started by the cheapest call.
quick = {"spark.driver.memory": "3g", "spark.buffer.pageSize": "1m", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
         "spark.sql.shuffle.partitions": "2", "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
         "spark.sql.adaptive.enabled": "false", "spark.sql.ui.explainMode": "simple", "spark.sql.maxPlanStringLength": "100",
         "spark.sql.debug.maxToStringFields": "0", "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
         "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djdk.lang.Process.launchMechanism=VFORK"}


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: more of what another test shows on less; `make test-spark` runs these")


def variants(representative, *others):
    """Parameters of one promise: the first in the fast suite, all in `make test-spark`."""
    return [representative, *(pytest.param(*(one if isinstance(one, tuple) else (one,)), marks=pytest.mark.slow) for one in others)]


@pytest.fixture(scope="session")
def some_ratings(tmp_path_factory):
    """A folder as that of the real ratings, of every eighth user, with their films and others."""
    folder = tmp_path_factory.mktemp("movielens")
    header, *ratings = (real_ratings / "ratings.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    ratings = [line for line in ratings if int(line.split(",")[0]) % 8 == 5]
    rated = {line.split(",")[1] for line in ratings}
    names, *films = (real_ratings / "movies.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    films = [line for place, line in enumerate(films) if place % 20 == 0 or line.split(",")[0] in rated]
    (folder / "ratings.csv").write_text("".join([header, *ratings]), encoding="utf-8", newline="")
    (folder / "movies.csv").write_text("".join([names, *films]), encoding="utf-8", newline="")
    return folder


@pytest.fixture(scope="module", params=variants("some", "all"))
def movielens(request):
    """The folder of the real ratings; `some`: of fewer users, because Spark's interpreted expressions take a tenth of a second for a
    thousand rows. (Of each module: parameters of a session would put the modules' tests, and their Sparks, into another order.)"""
    return real_ratings if request.param == "all" else request.getfixturevalue("some_ratings")


@pytest.fixture(scope="module")
def spark():
    pyspark_sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed; setup/python installs it")
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built; `make build` builds it")
    builder = pyspark_sql.SparkSession.builder.master("local[2]").appName("encore preparation tests")
    for name, value in quick.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def users_own(spark):
    """Code is generated and plans are made anew, as in users' sessions."""
    settings = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK", "spark.sql.adaptive.enabled": "true"}
    for name, value in settings.items():
        spark.conf.set(name, value)
    yield
    for name in settings:
        spark.conf.set(name, quick[name])


class Comparison:
    """Prepares one source by both programs."""

    def __init__(self, spark, folder):
        self.spark, self.folder = spark, folder

    def words(self, source, options):
        words = [program, "prepare", str(source), "-o", str(self.folder / "by_program"), "--quiet"]
        for name, value in options.items():
            name = "--" + name.replace("_", "-")
            words += [name] if value is True else [name, "-".join(map(str, value)) if isinstance(value, tuple) else str(value)]
        return words

    def command_line(self, source, **options):
        """The folder that the program writes."""
        done = subprocess.run(self.words(source, options), stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
        return self.folder / "by_program"

    def same_or_refused(self, source, **options):
        """As `same`, but where the program refuses, Spark must, too: raises what it says."""
        done = subprocess.run(self.words(source, options), stderr=subprocess.PIPE, text=True)
        if done.returncode == 0:
            return self.same(source, **options)
        assert done.returncode == 2, done.stderr
        from encore.spark import prepare

        return prepare(self.spark, str(source), str(self.folder / "by_spark"), **options)

    def same(self, source, spark_source=None, **options):
        """Asserts that both write the same rows in the same order and the same dataset.json; returns Spark's dataset."""
        from encore.spark import prepare

        expected = self.command_line(source, **options)
        written = self.folder / "by_spark"
        dataset = prepare(self.spark, spark_source if spark_source is not None else str(source), str(written), **options)
        summary = json.loads((written / "dataset.json").read_text())
        expected_summary = json.loads((expected / "dataset.json").read_text())
        if spark_source is not None:  # what a DataFrame came from is not known
            expected_summary["source"] = summary["source"]
        assert summary == expected_summary
        assert dataset.summary == expected_summary
        more = [table for table in ("item_features", "events") if (expected / f"{table}.parquet").exists()]
        for table in ("items", "users", "ratings", *more):
            here, there = (table_of(folder / f"{table}.parquet") for folder in (written, expected))
            assert here.equals(there) or rows_of(written / f"{table}.parquet") == rows_of(expected / f"{table}.parquet"), table
        require_sums(written)
        return dataset


def require_sums(folder):
    """Every part has its sum in the list, and nothing else has one."""
    listed = dict(reversed(line.split("  ")) for line in (folder / "sha256sums.txt").read_text().splitlines())
    parts = [str(part.relative_to(folder)) for part in folder.glob("*.parquet/*.parquet")]
    assert sorted(listed) == sorted([*parts, "dataset.json"])
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())
    return sorted(parts)


def table_of(path):
    """A Parquet file, or its parts in order of their names."""
    import pyarrow
    import pyarrow.parquet

    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return pyarrow.concat_tables(pyarrow.parquet.read_table(part) for part in parts)


def rows_of(path):
    """Columns, types and rows of a Parquet file, or of its parts."""
    table = table_of(path)
    return [(field.name, str(field.type)) for field in table.schema], table.to_pydict()


def written_log(folder, events):
    """A log of events as `encore serve` writes it: each line with its sum."""
    from encore import _core

    lines = [b"seq,time,user,item,kind,value,source,id,crc32c\n"]
    for number, event in enumerate(events, 1):
        body = f"{number},{event},,".encode()  # without source and id
        lines.append(body + b",%08x\n" % _core.crc32c(body))
    folder.mkdir(exist_ok=True)
    (folder / "0001.csv").write_bytes(b"".join(lines))
    return str(folder)


@pytest.fixture
def compare(spark, tmp_path):
    return Comparison(spark, tmp_path)
