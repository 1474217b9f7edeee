#!/usr/bin/env python3
"""What `ease` on several Spark workers costs: memory and processor time of each worker, and what travels.

    shared_ease.py DATASET WORKERS [KEEP [MOST_MB]]

with this checkout's package on PYTHONPATH. MOST_MB: executors are processes of their own, and the Python of each has so much memory (a control
group of its own, which takes root). Prints one JSON object; docs/results.md has its figures, by hand. Not a test (tests/spark/training).
"""

import hashlib
import json
import os
import pathlib
import sys
import tempfile
import threading

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable

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


def limited(folder, most_mb):
    """A Python, for executors, that begins a control group of its own."""
    groups = dict(line.strip().split(":", 2)[1:] for line in open("/proc/self/cgroup"))
    old = "memory" in groups
    around = ("/sys/fs/cgroup/memory" if old else "/sys/fs/cgroup") + (groups["memory"] if old else groups[""]).rstrip("/")
    limit, swap = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes") if old else ("memory.max", "memory.swap.max")
    most = most_mb * 1000 * 1000
    python = pathlib.Path(folder) / "python"
    python.write_text(f"#!/bin/sh\ngroup={around}/encore-shared-ease-$$\nmkdir $group && echo {most} >$group/{limit}\n"
                      f"[ ! -e $group/{swap} ] || echo {most if old else 0} >$group/{swap}\n"
                      f'echo $$ >$group/cgroup.procs\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return str(python)


def session(workers, most_mb, folder):
    builder = SparkSession.builder.config("spark.driver.memory", "4g").config("spark.ui.enabled", "false")
    if not most_mb:
        return builder.master(f"local[{workers}]").getOrCreate()
    for name in ("PYTHONPATH", "ENCORE_LIBRARIES"):
        if name in os.environ:
            builder = builder.config(f"spark.executorEnv.{name}", os.environ[name])
    os.environ["PYSPARK_PYTHON"] = limited(folder, most_mb)
    return builder.config("spark.executor.memory", "512m").master(f"local-cluster[{workers},1,512]").getOrCreate()


def main():
    folder, workers, keep, most_mb = sys.argv[1], int(sys.argv[2]), *[*map(int, sys.argv[3:5]), 0, 0][:2]
    training.DriverLink = Observed
    with tempfile.TemporaryDirectory() as place:
        measure(session(workers, most_mb, place), folder, workers, keep)


def measure(spark, folder, workers, keep):
    done, seen = threading.Event(), {}
    threading.Thread(target=watch, args=(done, seen), daemon=True).start()
    model = Autoencoder(model="ease", workers=workers, keep=keep, quiet=True).fit(Dataset.read(spark, folder))
    done.set()
    last = model.history[-1]
    weights = hashlib.sha256((pathlib.Path(model.folder) / "weights.safetensors").read_bytes()).hexdigest()
    print(json.dumps({"workers": workers, "keep": keep, "seconds": last["seconds"], "peak_mb": [seen[w][0] for w in sorted(seen)],
                      "cpu_seconds": [seen[w][1] for w in sorted(seen)], "bytes_sent": [one["bytes_sent"] for one in last["workers"]],
                      "waiting_seconds": [one["waiting_seconds"] for one in last["workers"]], "driver_peak_mb": looked_at("self")[0],
                      "weights_sha256": weights}))
    spark.stop()


if __name__ == "__main__":
    main()
