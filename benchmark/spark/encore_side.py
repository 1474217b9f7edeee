#!/usr/bin/env python3
"""Encore on Spark, measured: a session, the preparation, the training and the judging, as a user of `encore.spark` writes them.

    encore_side.py --source FOLDER --years 1950-1959 --dataset DATASET … # prepares DATASET on Spark, then trains on it
    encore_side.py --dataset DATASET --workers 1 2 …                     # trains on a prepared dataset, once for each number

`benchmark/spark/run` starts it with the Python that `setup/python spark3` makes and with this checkout's package on PYTHONPATH.
Writes one JSON; phases go to the file of marks (../study/process_tree.py).
"""
import argparse
import json
import os
import pathlib
import sys
import time

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = sys.executable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "study"))
from process_tree import Phases  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", help="a MovieLens folder; without it DATASET is there already")
    parser.add_argument("--years")
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--parallel", default="items")
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--slots", type=int, default=2, help="of the master: local[SLOTS]")
    parser.add_argument("--model", help="the model folder to write; then the model is judged, too")
    parser.add_argument("--output", required=True)
    parser.add_argument("--marks")
    return parser.parse_args()


def session(slots):
    from pyspark.sql import SparkSession
    spark = (SparkSession.builder.master(f"local[{slots}]").appName("encore").config("spark.ui.enabled", "false")
             .config("spark.sql.shuffle.partitions", str(slots)).getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def main():
    options = arguments()
    phases = Phases(options.marks)
    with phases("start"):
        spark = session(options.slots)
    try:
        result = measured(spark, options, phases)
    finally:
        spark.stop()
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


def measured(spark, options, phases):
    from encore.spark import Autoencoder, Dataset, prepare
    if options.source:
        with phases("prepare") as note:
            years = tuple(map(int, options.years.split("-")))
            data = prepare(spark, options.source, options.dataset, years=years)
            note["phases"] = data.phases
    else:
        data = Dataset.read(spark, options.dataset)
    trainings = []
    for workers in options.workers:
        with phases("training") as note:
            began = time.monotonic()
            model = Autoencoder(model="reference", workers=workers, maxIter=options.epochs, parallel=options.parallel, quiet=True).fit(data)
            note.update(workers=workers, epochs=[as_numbers(record) for record in model.history])
        trainings.append({"workers": workers, "seconds": time.monotonic() - began, "epochs": note["epochs"]})
    result = {"dataset": data.summary, "parallel": options.parallel, "trainings": trainings}
    if options.model:
        with phases("evaluation"):
            result["evaluation"] = model.evaluate(data)
        model.write().overwrite().save(options.model)
    return result


def as_numbers(record):
    return record if isinstance(record, dict) else record.asDict() if hasattr(record, "asDict") else vars(record)


if __name__ == "__main__":
    main()
