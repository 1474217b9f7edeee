#!/usr/bin/env python3
"""The figures that measure_quality.py kept, as Markdown tables between the marks of two pages: every figure into docs/results.md, what a
choice among programs needs into docs/comparison.md.

    benchmark/quality_pages.py FIGURES.json… [--pages FOLDER]       # several files are taken as one, of a seed the first; FOLDER: docs
"""
import argparse
import contextlib
import io
import json
import pathlib
import statistics

import measure_results as measuring

JUDGED = ("recall@20", "recall@50", "ndcg@10", "ndcg@100", "coverage", "gini")


def read(files):
    figures = {}
    for file in files:
        for data, models in json.loads(file.read_text()).items():
            for model, runs in models.items():
                of_model = figures.setdefault(data, {}).setdefault(model, [])
                of_model.extend(run for run in runs if run["seed"] not in {known["seed"] for known in of_model})
                of_model.sort(key=lambda run: run["seed"])
    return figures


def values(runs, key):
    return [run[key] for run in runs if run.get(key) is not None]


def spread(numbers, digits=4):
    if not numbers:
        return "–"
    return f"{statistics.mean(numbers):.{digits}f}" + (f" ± {statistics.stdev(numbers):.{digits}f}" if len(numbers) > 1 else "")


def mean(numbers, digits, unit, size=1):
    return f"{statistics.mean(numbers) / size:,.{digits}f} {unit}".strip() if numbers else "–"


def seconds(numbers):
    return mean(numbers, 1 if numbers and statistics.mean(numbers) < 10 else 0, "s")


def ordered(models):
    """The best first."""
    return sorted(models.items(), key=lambda one: -statistics.mean(values(one[1], "ndcg@100")))


def every_figure(figures):
    measuring.head("data", "model", "seeds", *JUDGED, "CPU seconds", "memory", "weights")
    for data, models in figures.items():
        for model, runs in ordered(models):
            measuring.row(data, model, len(runs), *(spread(values(runs, key)) for key in JUDGED), seconds(values(runs, "cpu")),
                          mean(values(runs, "memory"), 0, "MiB", 2**20), mean(values(runs, "size"), 1, "MiB", 2**20))


def of_shared_seeds(models):
    """The runs of those seeds which every model has, and the seeds: figures of different splits must not be compared."""
    shared = set.intersection(*({run["seed"] for run in runs} for runs in models.values()))
    return {model: [run for run in runs if run["seed"] in shared] for model, runs in models.items() if shared}, sorted(shared)


def comparison(figures):
    for data, every in figures.items():
        models, seeds = of_shared_seeds(every)
        print(f"**{data}**, {'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds)) or 'none that all models share'}\n")
        measuring.head("model", "NDCG@100", "Recall@20", "CPU seconds", "memory", "lines", "setting chosen, of how many")
        for model, runs in ordered(models):
            own, last = model.startswith("`"), runs[0]
            setting = "defaults" if own else ", ".join(f"{key} {value:g}" for key, value in last["setting"].items())
            setting += "" if own else f" (of {last['tried']})"
            known = "" if last.get("folds_in", True) else " †"
            measuring.row(f"Encore {model}" if own else model + known, spread(values(runs, "ndcg@100")),
                          spread(values(runs, "recall@20")), seconds(values(runs, "cpu")), mean(values(runs, "memory"), 0, "MiB", 2**20),
                          0 if own else last["lines"], setting)
        print()


def written(page, mark, make, figures):
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        make(figures)
    before, rest = page.read_text().split(begin)
    page.write_text(f"{before}{begin}\n{text.getvalue().rstrip()}\n{end}{rest.split(end)[1]}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("figures", nargs="+", type=pathlib.Path)
    options.add_argument("--pages", type=pathlib.Path, default=measuring.ROOT / "docs")
    wanted = options.parse_args()
    figures = read(wanted.figures)
    written(wanted.pages / "results.md", "quality", every_figure, figures)
    written(wanted.pages / "comparison.md", "comparison", comparison, figures)


if __name__ == "__main__":
    main()
