#!/usr/bin/env python3
"""The memory of a training worker above an empty Python process with pyarrow: two processes share a prepared dataset by items and
train an epoch, without Spark around them. Prints bytes beside the bound of 50 MB + 16 bytes a rating + 40 bytes a weight.

    PYTHONPATH=python .deps/python-spark4/bin/python benchmark/spark/worker_memory.py DATASET [--model reference]
"""
import argparse
import json
import multiprocessing
import secrets
import sys

WORKERS = 2
FOLDS = ["train", "validation", "test"]


def status(name):
    """VmRSS or VmHWM of this process, in bytes."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def work(number, model, folder, said, heard, result):
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    from encore import _core

    _core.program_version()
    with open(f"{folder}/dataset.json", encoding="utf-8") as file:
        summary = json.load(file)
    training_ratings = pq.read_table(f"{folder}/items.parquet", columns=["training_ratings"])["training_ratings"].combine_chunks()
    folds = pc.index_in(pq.read_table(f"{folder}/users.parquet", columns=["fold"])["fold"].combine_chunks().cast(pa.string()),
                        value_set=pa.array(FOLDS)).cast(pa.uint8())
    folds_bytes = folds.buffers()[1].to_pybytes()[:len(folds)]
    counts = training_ratings.cast(pa.int64()).buffers()[1].to_pybytes()[:8 * len(training_ratings)]
    plan = json.loads(_core.plan_training(json.dumps({"model": model, "epochs": 1, "shards": WORKERS, "threads": 1}),
                                          folds_bytes.count(0)))
    first = _core.cut_items(json.dumps(plan), counts, WORKERS)
    head = {"items": len(training_ratings), "users": len(folds), "seed": summary["seed"], "fingerprint": summary["fingerprint"],
            "scale": {**summary["rating_scale"], "liked": summary["liked"], "implicit": summary["implicit"]}}
    batches = ds.dataset(f"{folder}/ratings.parquet").to_batches(
        columns={"user": pc.field("user"), "item": pc.field("item"), "rating": pc.field("rating")}, batch_size=10_000,
        filter=(pc.field("item") >= first[number]) & (pc.field("item") < first[number + 1]))
    held = next(batches)  # the reader's own memory is Spark's business, not the worker's
    before = status("VmRSS")
    rows = _core.Rows(json.dumps(head), folds_bytes, counts)
    rows.push(held)
    reader = 0
    for batch in batches:
        rows.push(batch)
        reader = max(reader, pa.total_allocated_bytes())
    rows.finish()
    del batches, held, batch
    pa.default_memory_pool().release_unused()
    after_rows = status("VmRSS")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the peak counts from here on
    listener = _core.Listener("127.0.0.1")
    said.send(listener.address)
    addresses, secret = heard.recv()
    world = _core.World(listener, json.dumps({"process": number, "processes": WORKERS, "local_ranks": 1, "addresses": addresses,
                                              "secret": secret, "identity": {}, "timeout_seconds": 60}))
    training = _core.Training(json.dumps(plan), rows, world)
    training.epoch()
    weights = (first[number + 1] - first[number]) * (plan["hidden"][0] + plan["hidden"][-1] + 1)
    result.send({"worker": number, "ratings": len(rows), "weights": weights, "rows_bytes": after_rows - before,
                 "peak_bytes": status("VmHWM") - before})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("--model", default="reference")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    lines = [[context.Pipe(False) for _ in range(3)] for _ in range(WORKERS)]
    workers = [context.Process(target=work, args=(number, options.model, options.dataset, line[0][1], line[1][0], line[2][1]))
               for number, line in enumerate(lines)]
    for worker in workers:
        worker.start()
    addresses, secret = [line[0][0].recv() for line in lines], secrets.token_hex(32)
    for line in lines:
        line[1][1].send((addresses, secret))
    print("| worker | ratings | weights | above an empty process | allowed |\n|---|---|---|---|---|")
    failed = False
    for line in lines:
        found = line[2][0].recv()
        allowed = 50e6 + 16 * found["ratings"] + 40 * found["weights"]
        failed = failed or found["peak_bytes"] > allowed
        print(f"| {found['worker']} | {found['ratings']:,} | {found['weights']:,} | {found['peak_bytes'] / 1e6:.0f} MB | {allowed / 1e6:.0f} MB |")
    for worker in workers:
        worker.join()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
