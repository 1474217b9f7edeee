#!/usr/bin/env python3
"""Every way of sharing the work (docs/parallel.md), with 1, 2, 4 and 8 workers, at equal epochs on one dataset: loss, ranking,
steps and seconds. Prints a markdown table. Not a comparison with other programs (run).

    PYTHONPATH=python .deps/python-spark4/bin/python benchmark/spark/modes.py DATASET [--workers 1 2 4 8] [--epochs 30] [--batch-size 25]
"""
import argparse
import os
import statistics
import sys
import time

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = sys.executable

MODES = {"items": {}, "users-step": {}, "users-epoch": {}, "elephas": {"sync_every": "epoch"}, "async": {"lock": True}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=25, help="small, so that each of eight workers has several batches")
    options = parser.parse_args()
    from pyspark.sql import SparkSession

    spark = (SparkSession.builder.master(f"local[{max(options.workers)}]").appName("encore modes").config("spark.ui.enabled", "false")
             .config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "2").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    print("| mode | workers | steps | train loss | NDCG@100 | seconds an epoch | of these exchange | seconds in all |\n|" + "---|" * 8)
    try:
        for mode in MODES:
            for workers in options.workers:
                print(row(spark, options, mode, workers), flush=True)
    finally:
        spark.stop()


def row(spark, options, mode, workers):
    from encore.spark import Autoencoder, Dataset

    data = Dataset.read(spark, options.dataset)
    estimator = Autoencoder(workers=workers, maxIter=options.epochs, parallel=mode, quiet=True)
    for name, value in {"batch_size": options.batch_size, **MODES[mode]}.items():
        estimator._set(**{param_of(estimator, name): value})
    began = time.monotonic()
    model = estimator.fit(data)
    seconds = time.monotonic() - began
    history = [epoch if isinstance(epoch, dict) else epoch.asDict(True) for epoch in model.history]
    ndcg = model.evaluate(data)["ranking"]["ndcg@100"]
    exchange = statistics.median(max(worker["exchange_seconds"] for worker in epoch["workers"]) for epoch in history)
    epoch_seconds = statistics.median(epoch["seconds"] for epoch in history)
    return (f"| `{mode}` | {workers} | {history[-1]['steps']} | {history[-1]['train_loss']:.5g} | {ndcg:.4f} | {epoch_seconds:.3f} | "
            f"{exchange:.3f} | {seconds:.1f} |")


def param_of(estimator, option):
    """An option's name as the estimator spells it."""
    first, *rest = option.split("_")
    camel = first + "".join(word.title() for word in rest)
    return camel if estimator.hasParam(camel) else option


if __name__ == "__main__":
    main()
