"""The Spark session of a configuration, and its settings beside the study's and beside what Encore needed. Not what runs in it."""

import os
import pathlib
import re
import sys

# What the study set for its subsets (sections 4 and 5): driver memory, executor memory, maxResultSize.
_of_the_study = {(1950, 1959): ("9g", "2g", "2g"), (1950, 1969): ("13g", "2g", "3g"), (1950, 1979): ("15g", "2g", "5g")}
# Addresses, ids, folders and words for Java's modules: they differ from run to run and tell nothing.
_noise = {"spark.app.id", "spark.app.name", "spark.app.startTime", "spark.app.submitTime", "spark.app.initial.jar.urls",
          "spark.driver.host", "spark.driver.port", "spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions",
          "spark.repl.local.jars", "spark.eventLog.dir", "spark.sql.warehouse.dir", "spark.executorEnv.PYTHONPATH",
          "spark.executorEnv.ENCORE_LIBRARIES", "spark.executorEnv.ENCORE_PROGRAM"}
# On few cores Java's second compiler and its parallel collectors take the time of the tasks, and a subset is over before they pay:
# the data phases of the first subset take .80 of the time without them, of the largest .98 (two cores; docs/results.md).
_FEW_SLOTS = 4
_java = "spark.driver.extraJavaOptions"
_quick_java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_package = pathlib.Path(__file__).resolve().parents[3]


def settings_of(request):
    """The session's settings: the study's, the request's over them, and what the picture of jobs and stages needs over both: an event
    log in one readable file, and the status interface on a free port."""
    local_cluster = request.master.startswith("local-cluster")
    return {
        "spark.sql.shuffle.partitions": str(request.workers),  # with one worker one partition, as in the study
        "spark.ui.showConsoleProgress": "false",
        **({f"spark.executorEnv.{name}": os.environ[name] for name in ("ENCORE_LIBRARIES", "ENCORE_PROGRAM") if name in os.environ}
           | {"spark.executorEnv.PYTHONPATH": str(_package)} if local_cluster else {}),
        **({} if request.master.startswith("local") else {"spark.cores.max": str(request.workers)}),
        **({_java: _quick_java} if _has_few_slots(request) else {}),
        **{name: str(value) for name, value in request.spark.items()},
        "spark.eventLog.enabled": "true", "spark.eventLog.dir": pathlib.Path(_log_folder(request)).resolve().as_uri(),
        "spark.eventLog.compress": "false", "spark.eventLog.rolling.enabled": "false",
        "spark.ui.enabled": "true", "spark.ui.port": "0",
    }


def start(request):
    """A session with the request's master and these settings."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.makedirs(_log_folder(request), exist_ok=True)
    builder = SparkSession.builder.master(request.session_master()).appName(f"encore study {request.id}")
    for name, value in settings_of(request).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _log_folder(request):
    return os.path.join(request.work, "events")


def _has_few_slots(request):
    return re.fullmatch(r"local\[\d+\]", request.session_master()) is not None and request.workers <= _FEW_SLOTS


def event_log(request, application):
    """The file that a stopped application left."""
    return os.path.join(_log_folder(request), application)


def settings_beside_the_study(spark, request):
    """[{name, value, study}]: those that the study names first, then every other one of the session."""
    said = dict(spark.sparkContext.getConf().getAll())
    one = request.workers == 1
    driver, executor, results = _of_the_study.get(request.years, (None, None, None))
    rows = [_row("spark.master", spark.sparkContext.master, "local[1]" if one else "local[*]"),
            _row("spark.executor.instances", said.get("spark.executor.instances"), "1" if one else "8"),
            _row("partitions (spark.sql.shuffle.partitions)", said.get("spark.sql.shuffle.partitions"), "1" if one else None),
            _row("spark.driver.memory", said.get("spark.driver.memory", "1g"), driver),
            _row("spark.executor.memory", said.get("spark.executor.memory"), executor),
            _row("spark.driver.maxResultSize", said.get("spark.driver.maxResultSize", "1g"), results)]
    if _java not in request.spark and _has_few_slots(request):  # Spark's own words for Java's modules stand around them there
        rows.append(_row(_java, _quick_java, None))
    named = {row["name"] for row in rows} | {"spark.sql.shuffle.partitions"}
    return rows + [_row(name, value, None) for name, value in sorted(said.items()) if name not in named and not _is_noise(name)]


def needed_beside_the_study(heap_bytes, result_bytes, peaks, request):
    """Rows of the same kind for what was measured: {kind of process: bytes} in `peaks`."""
    driver, executor, results = _of_the_study.get(request.years, (None, None, None))
    rows = [_row("needed: Java heap of the driver at its fullest, garbage included", _size(heap_bytes), driver),
            _row("needed: results collected by one stage at most", _size(result_bytes), results)]
    return rows + [_row(f"needed: memory of {kind} at most", _size(peak), executor if kind == "Python workers" else None)
                   for kind, peak in peaks.items()]


def heap_at_its_fullest(spark):
    """Bytes of the driver's Java heap since it started: the sum of its pools' own highest marks."""
    pools = spark._jvm.java.lang.management.ManagementFactory.getMemoryPoolMXBeans()
    return sum(pool.getPeakUsage().getUsed() for pool in pools if pool.getType().name() == "HEAP")


def _row(name, value, study):
    return {"name": name, "value": value, "study": study}


def _is_noise(name):
    return name in _noise or "password" in name or "secret" in name


def _size(size):
    if size is None:
        return None
    return f"{size / 1e6:.0f} MB" if size >= 10e6 else f"{size / 1e3:.0f} kB"
