#!/usr/bin/env python3
"""Measures the figures of docs/results.md on the built program and prints them as Markdown tables.

    benchmark/measure_results.py build/encore WORK quality     # data/ml-latest-small, three seeds: minutes
    benchmark/measure_results.py build/encore WORK precision   # bf16 beside f32, two data sets, three seeds: minutes
    benchmark/measure_results.py build/encore WORK modes       # --parallel modes for 1, 2, 4 and 8 workers
    benchmark/measure_results.py build/encore WORK scale       # generated ML-25M twin: 25 million ratings, an hour or so

WORK is a folder for datasets and models; what is there is used again. Needs Python 3 and nothing else.
"""
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3)
MODELS = ("mult-dae", "autorec", "reference", "popularity")


class Program:
    """The built program: runs commands and keeps what they said, their time and their memory."""

    def __init__(self, path, work):
        self.path, self.work = pathlib.Path(path).resolve(), pathlib.Path(work)
        self.work.mkdir(parents=True, exist_ok=True)

    def run(self, *words):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        done = subprocess.run([self.path, *map(str, words), "--json", "--quiet"], cwd=self.work, text=True, capture_output=True)
        if done.returncode != 0:
            sys.exit(f"encore {' '.join(map(str, words))}: {done.stderr}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = json.loads(done.stdout)
        answer["wall"] = time.monotonic() - began
        answer["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return answer


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*names):
    row(*names)
    row(*("---" for _ in names))


def mean_and_spread(values, digits=4):
    return f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"


def measure_quality(encore):
    """Four models on ml-latest-small; the seed decides split, initial weights and dropout alike."""
    results = {model: [] for model in MODELS}
    for seed in SEEDS:
        encore.run("prepare", ROOT / "data/ml-latest-small", "-o", f"small-{seed}", "--seed", seed)
        for model in MODELS:
            seconds = encore.run("train", f"small-{seed}", "-o", f"{model}-{seed}", "--model", model, "--seed", seed)["seconds"]
            results[model].append({**encore.run("evaluate", f"{model}-{seed}", f"small-{seed}"), "seconds": seconds})
    keys = ("recall@20", "recall@50", "ndcg@10", "ndcg@100", "precision@10", "coverage", "gini")
    head("model", *keys, "training")
    for model, runs in results.items():
        row(f"`{model}`", *(mean_and_spread([run["ranking"][key] for run in runs]) for key in keys), f"{statistics.mean(r['seconds'] for r in runs):.1f} s")
    print()
    head("model", "users", "MSE", "all zeros", "item means", "softmax floor", "RMSE rated", "RMSE held out")
    for model, runs in results.items():
        for users in ("train", "test"):
            cells = [run[users] for run in runs]
            numbers = [[c.get(key) for c in cells] for key in ("mse", "mse_zero", "mse_item_mean", "mse_floor", "rmse_rated", "rmse_held_out")]
            row(f"`{model}`", users, *("–" if None in n else f"{statistics.mean(n):.5f}" for n in numbers))


def measure_precision(encore):
    """f32 and bf16 from the same seeds: on genuine ratings, and on the twin of MovieLens 1M."""
    if not (encore.work / "ml-1m").exists():
        encore.run("generate", "-o", "ml-1m", "--like", "ml-1m")
    figures = {"train loss": lambda run: run["epochs"][-1]["train_loss"], "test MSE": lambda run: run["test"]["mse"],
               "recall@20": lambda run: run["ranking"]["recall@20"], "ndcg@100": lambda run: run["ranking"]["ndcg@100"]}
    head("ratings", "model", "precision", *figures)
    for name, source, dataset in (("ml-latest-small", ROOT / "data/ml-latest-small", "small"), ("ML-1M twin", "ml-1m", "twin")):
        for seed in SEEDS:
            encore.run("prepare", source, "-o", f"{dataset}-{seed}", "--seed", seed)
        for model in ("mult-dae", "reference"):
            runs = {precision: [train_and_judge(encore, dataset, model, seed, precision) for seed in SEEDS]
                    for precision in ("f32", "bf16")}
            for precision in runs:
                row(name, f"`{model}`", precision, *(short_mean_and_spread([of(run) for run in runs[precision]]) for of in figures.values()))
            differences = [[of(bf16) - of(f32) for bf16, f32 in zip(runs["bf16"], runs["f32"])] for of in figures.values()]
            row(name, f"`{model}`", "bf16 − f32, same seed", *map(short_mean_and_spread, differences))


def train_and_judge(encore, dataset, model, seed, precision):
    trained = encore.run("train", f"{dataset}-{seed}", "-o", "precision-model", "--model", model, "--seed", seed, "--precision", precision)
    return {**encore.run("evaluate", "precision-model", f"{dataset}-{seed}"), "epochs": trained["epochs"]}


def short_mean_and_spread(values):
    """Four digits of the mean and two of the spread, whatever their size."""
    return f"{statistics.mean(values):.4g} ± {statistics.stdev(values):.2g}"


def measure_modes(encore):
    """Each parallel mode with 1, 2, 4 and 8 workers on ml-latest-small: loss, ranking and time at equal epochs."""
    encore.run("prepare", ROOT / "data/ml-latest-small", "-o", "small-1", "--seed", 1)
    head("mode", "workers", "steps", "train loss", "NDCG@100", "seconds")
    for model, epochs, batch in (("mult-dae", 60, 50), ("reference", 30, 16)):
        for mode in ("items", "users-step", "users-epoch", "elephas", "async"):
            for workers in (1, 2, 4, 8):
                trained = encore.run("train", "small-1", "-o", "mode-model", "--model", model, "--epochs", epochs, "--batch-size", batch,
                                     "--parallel", mode, "--shards", workers)
                ranking = encore.run("evaluate", "mode-model", "small-1")["ranking"]
                row(f"`{model}` {mode}", workers, trained["steps"], f"{trained['epochs'][-1]['train_loss']:.6g}", f"{ranking['ndcg@100']:.4f}",
                    f"{trained['seconds']:.1f}")


def measure_scale(encore):
    """Preparation, one epoch and evaluation on the ML-25M twin."""
    if not (encore.work / "ml-25m").exists():
        encore.run("generate", "-o", "ml-25m", "--like", "ml-25m")
    head("what", "films", "users", "ratings", "seconds", "CPU seconds", "peak memory")
    for name, words in (("1950–59", ["--years", "1950-1959"]), ("1950–69", ["--years", "1950-1969"]), ("1950–79", ["--years", "1950-1979"]), ("all", [])):
        prepared = encore.run("prepare", "ml-25m", "-o", "twin", *words)
        size = (f"{prepared['movies']:,}", f"{prepared['users']:,}", f"{prepared['ratings']:,}")
        peak = max(phase["peak_rss_bytes"] for phase in prepared["phases"])
        row(f"{name}: prepare", *size, f"{prepared['wall']:.1f}", f"{prepared['cpu']:.1f}", f"{peak / 2**20:.0f} MB")
        for model in ("reference", "mult-dae"):
            trained = encore.run("train", "twin", "-o", "twin-model", "--model", model, "--epochs", 1)
            row(f"{name}: one epoch of `{model}`", *size, f"{trained['epochs'][0]['seconds']:.1f}", f"{trained['cpu']:.1f}",
                f"{trained['peak_rss_bytes'] / 2**20:.0f} MB")
            judged = encore.run("evaluate", "twin-model", "twin")
            row(f"{name}: evaluate `{model}`", *size, f"{judged['wall']:.1f}", f"{judged['cpu']:.1f}", "–")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[3] not in ("quality", "precision", "modes", "scale"):
        sys.exit(__doc__)
    {"quality": measure_quality, "precision": measure_precision, "modes": measure_modes, "scale": measure_scale}[sys.argv[3]](Program(sys.argv[1], sys.argv[2]))
