#!/usr/bin/env python3
"""How much training a month's changes cost when a model begins from the one of the month before (--warm-start), beside training anew:
epochs until the same NDCG@100 of validation users, as a Markdown table.

    benchmark/measure_renewing.py build/encore WORK [--model mult-dae] [--months 2018-05,2018-08,…] [--seed 42]

Data: data/ml-latest-small, cut by time. For each month: the ratings given before it are prepared and trained on from scratch (the older
model); then the ratings until its end, with the films and users that came in it, are prepared and trained on twice, from scratch and with
--warm-start. Films are those with a rating by then. Which users are held out depends on their ids and the seed alone, so neither the
older model nor the new ones have learned from the validation and test users. "the same" is the NDCG@100 of the epoch that the training
from scratch keeps. WORK is a folder for datasets and models. Needs Python 3 and nothing else.
"""
import argparse
import csv
import datetime
import json
import pathlib
import shutil
import subprocess

import measure_results as measuring

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCE = ROOT / "data" / "ml-latest-small"
def run(program, *words):
    done = subprocess.run([program, *map(str, words), "--json", "--quiet"], text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def start_of(month):
    return datetime.datetime.fromisoformat(f"{month}-01T00:00:00+00:00")


def end_of(month):
    return start_of((start_of(month) + datetime.timedelta(days=31)).strftime("%Y-%m"))


def ratings_before(moment):
    with open(SOURCE / "ratings.csv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if int(row["timestamp"]) < moment.timestamp()]


def prepared(program, work, name, rows, seed):
    """The dataset of these ratings and of the films that they are of."""
    source, dataset = work / f"{name}.source", work / name
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    films = {row["movieId"] for row in rows}
    with open(SOURCE / "movies.csv", encoding="utf-8", newline="") as file:
        movies = [row for row in csv.DictReader(file) if row["movieId"] in films]
    for file_name, lines in (("ratings.csv", rows), ("movies.csv", movies)):
        with open(source / file_name, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, lines[0].keys())
            writer.writeheader()
            writer.writerows(lines)
    run(program, "prepare", source, "-o", dataset, "--validation", 0.1, "--seed", seed)
    return dataset


def ndcg_by_epoch(model):
    with open(model / "history.csv", encoding="utf-8", newline="") as file:
        return [float(row["validation_ndcg@100"]) for row in csv.DictReader(file)]


def trained(program, dataset, model, options, *more):
    epochs = ("--epochs", options.epochs, "--patience", 5) if options.epochs else ()
    run(program, "train", dataset, "-o", model, "--model", options.model, "--seed", options.seed, *epochs, *more)
    return ndcg_by_epoch(model)


def month_of(program, work, month, options):
    before, until = ratings_before(start_of(month)), ratings_before(end_of(month))
    older = prepared(program, work, f"{month}.before", before, options.seed)
    newer = prepared(program, work, f"{month}.until", until, options.seed)
    trained(program, older, work / f"{month}.older", options)
    scratch = trained(program, newer, work / f"{month}.scratch", options)
    warm = trained(program, newer, work / f"{month}.warm", options, "--warm-start", work / f"{month}.older")
    kept = json.loads((work / f"{month}.scratch" / "config.json").read_text())["training"]["best_epoch"]
    goal = scratch[kept - 1]
    reached = next((epoch for epoch, value in enumerate(warm, 1) if value >= goal), None)
    test = [run(program, "evaluate", work / f"{month}.{name}", newer)["ranking"]["ndcg@100"] for name in ("scratch", "warm")]
    new = [len({row[key] for row in until} - {row[key] for row in before}) for key in ("userId", "movieId")]
    return {"month": month, "ratings": len(until) - len(before), "users": new[0], "films": new[1], "kept": kept, "goal": goal,
            "reached": reached, "first": warm[0], "best": max(warm), "warm_epochs": len(warm), "test": test}


def told(one):
    share = f"{one['reached'] / one['kept']:.2f}" if one["reached"] else "not reached"
    return (one["month"], one["ratings"], one["users"], one["films"], one["kept"], f"{one['goal']:.4f}", f"{one['first']:.4f}",
            one["reached"] or f"– (best {one['best']:.4f} in {one['warm_epochs']})", share, *(f"{value:.4f}" for value in one["test"]))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("encore")
    options.add_argument("work", type=pathlib.Path)
    options.add_argument("--model", default="mult-dae")
    options.add_argument("--months", default="2018-05,2018-08,2018-09")
    options.add_argument("--epochs", type=int, help="at most; the model's own rule of stopping unless given")
    options.add_argument("--seed", type=int, default=42)
    options = options.parse_args()
    measuring.head("month", "new ratings", "new users", "new films", "from scratch: kept epoch", "its NDCG@100", "warm start after 1 epoch",
                   "reaches it after", "share of the epochs", "test users: from scratch", "test users: warm start")
    for month in options.months.split(","):
        measuring.row(*told(month_of(pathlib.Path(options.encore).resolve(), options.work.resolve(), month, options)))


if __name__ == "__main__":
    main()
