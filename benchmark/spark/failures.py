#!/usr/bin/env python3
"""How long it takes from kill -9 (of a worker's Python process, of its executor) or SIGSTOP to the exception on the driver, and to the
end of a training that starts again by itself; with the check that its weights are those of an undisturbed run. Two executor
processes on this machine (local-cluster). Prints a Markdown table.

    .deps/python-spark4/bin/python benchmark/spark/failures.py [DATASET]

After `make python` and `setup/python spark4`. DATASET: a folder that encore prepare wrote, with validation users or without.
"""
import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))
os.environ["PYTHONPATH"] = str(ROOT / "python")
os.environ["PYSPARK_PYTHON"] = sys.executable
PROGRAM = os.environ.setdefault("ENCORE_PROGRAM", str(ROOT / "build" / "encore"))
EPOCHS = 60
TIMEOUT = 10.0


def session():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("encore failures")
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    settings = {"spark.driver.memory": "1g", "spark.executor.memory": "768m", "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": "false", "spark.sql.shuffle.partitions": "2", "spark.sql.codegen.wholeStage": "false",
                "spark.driver.extraJavaOptions": quick, "spark.executor.extraJavaOptions": quick}
    for name in ("PYTHONPATH", "ENCORE_LIBRARIES", "ENCORE_PROGRAM"):
        if name in os.environ:
            settings[f"spark.executorEnv.{name}"] = os.environ[name]
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark


def parent(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


class Fault:
    """Hits worker 1 once it is in its fifth epoch."""

    def __init__(self, how):
        from encore.spark import training

        self.how, self.at, self.pid, self.link = how, None, None, None
        fault, real = self, training.DriverLink

        def observed(*arguments, **named):
            fault.link = real(*arguments, **named)
            return fault.link

        training.DriverLink = observed
        self.restore = lambda: setattr(training, "DriverLink", real)
        threading.Thread(target=self.wait, daemon=True).start()

    def wait(self):
        while not (self.link and 1 in self.link.workers and self.link.workers[1].status.get("epoch", 0) >= 5):
            time.sleep(0.005)
        self.pid = self.link.workers[1].pid
        hit = parent(parent(self.pid)) if self.how == "executor" else self.pid
        self.at = time.monotonic()
        os.kill(hit, signal.SIGSTOP if self.how == "stop" else signal.SIGKILL)


def fit(data, **params):
    from encore.spark import Autoencoder

    model = Autoencoder(workers=2, maxIter=EPOCHS, batchSize=50, timeout=TIMEOUT, quiet=True, **params).fit(data)
    return hashlib.sha256(pathlib.Path(model.folder, "weights.safetensors").read_bytes()).hexdigest()


def main():
    from encore.errors import TrainingFailed
    from encore.spark import Dataset
    from encore.spark.cluster import wait_for_slots

    with tempfile.TemporaryDirectory() as folder:
        films = sys.argv[1] if len(sys.argv) > 1 else f"{folder}/films"
        if len(sys.argv) < 2:
            ratings = str(ROOT / "data" / "ml-latest-small")
            subprocess.run([PROGRAM, "prepare", ratings, "-o", films, "--validation", "0.1", "--quiet"], check=True)
        spark = session()
        data = Dataset.read(spark, films)
        fit(data)  # the first one also starts Python on the executors
        began = time.monotonic()
        undisturbed = fit(data)
        print(f"{EPOCHS} epochs undisturbed: {time.monotonic() - began:.1f} s\n")
        print("| what happens to a worker | until the exception | until the end after a restart | same weights |\n|---|---|---|---|")
        for how, words in (("worker", "kill −9 of its Python process"), ("executor", "kill −9 of its executor"),
                           ("stop", f"SIGSTOP, with timeout={TIMEOUT:g}")):
            fault = Fault(how)
            try:
                fit(data)
            except TrainingFailed:
                exception = time.monotonic() - fault.at
            fault.restore()
            wait_for_slots(spark, 2, 300)
            fault = Fault(how)
            same = fit(data, maxRestarts=1, checkpointInterval=10) == undisturbed
            print(f"| {words} | {exception:.1f} s | {time.monotonic() - fault.at:.1f} s | {'yes' if same else 'NO'} |", flush=True)
            fault.restore()
            wait_for_slots(spark, 2, 300)
        spark.stop()


if __name__ == "__main__":
    main()
