#!/usr/bin/env python3
"""Every kind of model on several data sets, each with its defaults: ranking of held-out users, time, memory and size, as a Markdown table.

    benchmark/measure_quality.py build/encore WORK [--seeds N] [--likes FILE.csv] [--kinds ease,elsa,…]

Data: data/ml-latest-small, the twin of MovieLens 1M (`encore generate --like ml-1m`), and with --likes a CSV of likes without
ratings, whose columns are userId and itemId. A seed decides split, initial weights and dropout. A tenth of the users is held out for
choosing (validation), a fifth for judging. WORK is a folder for datasets and models; prepared datasets there are used again.
Needs Python 3 and nothing else.
"""
import argparse
import pathlib
import statistics

import measure_results as measuring

KINDS = ("popularity", "item-knn", "mult-dae", "elsa", "ease", "blend")
FIGURES = ("recall@20", "recall@50", "ndcg@10", "ndcg@100", "coverage", "gini")
SEEDED = ("mult-dae", "elsa", "blend")


def prepared(encore, name, source, seed, *options):
    folder = f"{name}-{seed}"
    if not (encore.work / folder).exists():
        encore.run("prepare", source, "-o", folder, "--seed", seed, "--validation", 0.1, *options)
    return folder


def measured(encore, dataset, kind, seed):
    """Trains with the kind's defaults and judges on the test users."""
    options = ("--seed", seed) if kind in SEEDED else ()
    trained = encore.run("train", dataset, "-o", "measured", "--model", kind, *options)
    judged = encore.run("evaluate", "measured", dataset)["ranking"]
    weights = (encore.work / "measured" / "weights.safetensors").stat().st_size
    return {**{figure: judged[figure] for figure in FIGURES}, "seconds": trained["seconds"],
            "memory": trained["peak_rss_bytes"], "size": weights}


def spread(values, digits=4):
    text = f"{statistics.mean(values):.{digits}f}"
    return text + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("encore")
    options.add_argument("work")
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--likes", type=pathlib.Path, help="a CSV of likes: userId,itemId")
    options.add_argument("--kinds", default=",".join(KINDS))
    options.add_argument("--only", help="the names of data sets, with commas: ml-latest-small, ml-1m-twin, likes")
    wanted = options.parse_args()
    encore = measuring.Program(wanted.encore, wanted.work)
    sources = [("ml-latest-small", measuring.ROOT / "data/ml-latest-small", ())]
    if wanted.likes:
        sources.append(("likes", wanted.likes.resolve(), ("--implicit", "--item-column", "itemId")))
    sources.append(("ml-1m-twin", "generated-ml-1m", ()))
    if wanted.only:
        sources = [source for source in sources if source[0] in wanted.only.split(",")]
    measuring.head("data", "model", *FIGURES, "training", "memory", "weights")
    for name, source, extra in sources:
        if source == "generated-ml-1m" and not (encore.work / source).exists():
            encore.run("generate", "-o", source, "--like", "ml-1m")
        for kind in wanted.kinds.split(","):
            runs = [measured(encore, prepared(encore, name, source, seed, *extra), kind, seed) for seed in range(1, wanted.seeds + 1)]
            mean = {key: statistics.mean(run[key] for run in runs) for key in ("seconds", "memory", "size")}
            measuring.row(name, f"`{kind}`", *(spread([run[figure] for run in runs]) for figure in FIGURES),
                          f"{mean['seconds']:.1f} s", f"{mean['memory'] / 2**20:,.0f} MiB", f"{mean['size'] / 2**20:,.1f} MiB")


if __name__ == "__main__":
    main()
