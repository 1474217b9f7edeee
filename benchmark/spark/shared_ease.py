#!/usr/bin/env python3
"""What `ease` on several Spark workers costs: memory and processor time of each worker, and what travels.

    shared_ease.py DATASET WORKERS [KEEP]

with this checkout's package on PYTHONPATH. Prints one JSON object; docs/results.md has its figures, by hand. Not a test (tests/spark/training).
"""

import hashlib
import json
import os
import pathlib
import sys
import threading

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = sys.executable

from pyspark.sql import SparkSession  # noqa: E402

from encore.spark import Autoencoder, Dataset, training  # noqa: E402

links = []


class Observed(training.DriverLink):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        links.append(self)


def looked_at(pid):
    """(peak memory in MB, processor seconds) of a process; None when it is gone."""
    try:
        status, stat = (pathlib.Path(f"/proc/{pid}/{name}").read_text() for name in ("status", "stat"))
    except OSError:
        return None
    ticks = stat.rpartition(")")[2].split()[11:13]
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1000), sum(map(int, ticks)) / 100


def watch(done, seen):
    while not done.wait(0.05):
        for worker, one in (pair for link in links for pair in list(link.workers.items())):
            if found := looked_at(one.pid):
                seen[worker] = found


def main():
    folder, workers, keep = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    training.DriverLink = Observed
    spark = SparkSession.builder.master(f"local[{workers}]").config("spark.driver.memory", "4g").config("spark.ui.enabled", "false").getOrCreate()
    done, seen = threading.Event(), {}
    threading.Thread(target=watch, args=(done, seen), daemon=True).start()
    model = Autoencoder(model="ease", workers=workers, keep=keep, quiet=True).fit(Dataset.read(spark, folder))
    done.set()
    last = model.history[-1]
    weights = hashlib.sha256((pathlib.Path(model.folder) / "weights.safetensors").read_bytes()).hexdigest()
    print(json.dumps({"workers": workers, "keep": keep, "seconds": last["seconds"], "peak_mb": [seen[w][0] for w in sorted(seen)],
                      "cpu_seconds": [seen[w][1] for w in sorted(seen)], "bytes_sent": [one["bytes_sent"] for one in last["workers"]],
                      "waiting_seconds": [one["waiting_seconds"] for one in last["workers"]], "weights_sha256": weights}))
    spark.stop()


if __name__ == "__main__":
    main()
