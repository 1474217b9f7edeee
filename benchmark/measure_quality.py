#!/usr/bin/env python3
"""Every kind of model on several data sets, each with its defaults, beside other programs with the best of their settings: ranking of
held-out users, time, memory and size, as a Markdown table.

    benchmark/measure_quality.py build/encore WORK [--seeds N] [--likes FILE.csv] [--kinds ease,elsa,…] [--peers PYTHON]
                                 [--only NAME,…] [--page docs/results.md] [--figures FILE.json]

Data: data/ml-latest-small, the twin of MovieLens 1M (`encore generate --like ml-1m`), and with --likes a CSV of likes without
ratings, whose columns are userId and itemId. A seed decides split, initial weights and dropout. A tenth of the users is held out for
choosing (validation), a fifth for judging. WORK is a folder for datasets and models; prepared datasets there are used again.
--peers is the Python of `setup/peers quality`. --page writes the table between that page's marks; --figures keeps the numbers, for
benchmark/quality_chart.py. Needs Python 3 and nothing else.
"""
import argparse
import contextlib
import io
import json
import pathlib
import statistics
import subprocess

import measure_results as measuring

KINDS = ("popularity", "item-knn", "mult-dae", "mult-vae", "recvae", "elsa", "ease", "blend")
FIGURES = ("recall@20", "recall@50", "ndcg@10", "ndcg@100", "coverage", "gini")
SEEDED = ("mult-dae", "mult-vae", "recvae", "elsa", "blend")
BEGIN, END = "<!-- quality: begin -->", "<!-- quality: end -->"


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


def measured_peers(encore, dataset, python):
    script = pathlib.Path(__file__).with_name("quality_peers.py")
    done = subprocess.run([python, "-W", "ignore", script, encore.work / dataset], text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"{script.name}: {done.stderr}")
    return json.loads(done.stdout)


def spread(values, digits=4):
    if None in values:
        return "–"
    text = f"{statistics.mean(values):.{digits}f}"
    return text + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "")


def table(figures):
    """The Markdown table of {data: {model: [run of a seed]}}."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        measuring.head("data", "model", *FIGURES, "training", "memory", "weights")
        for data, models in figures.items():
            for model, runs in models.items():
                mean = {key: statistics.mean(run[key] for run in runs) for key in ("seconds", "memory", "size") if key in runs[0]}
                measuring.row(data, model, *(spread([run.get(figure) for run in runs]) for figure in FIGURES), f"{mean['seconds']:.1f} s",
                              *(f"{mean[key] / 2**20:,.{digits}f} MiB" if key in mean else "–" for key, digits in (("memory", 0), ("size", 1))))
    return text.getvalue()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("encore")
    options.add_argument("work")
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--likes", type=pathlib.Path, help="a CSV of likes: userId,itemId")
    options.add_argument("--kinds", default=",".join(KINDS))
    options.add_argument("--only", help="the names of data sets, with commas: ml-latest-small, ml-1m-twin, likes")
    options.add_argument("--peers", type=pathlib.Path, help="the Python of setup/peers quality")
    options.add_argument("--page", type=pathlib.Path, help="a page whose marks the table is written between")
    options.add_argument("--figures", type=pathlib.Path, help="where the figures are kept as JSON")
    wanted = options.parse_args()
    encore = measuring.Program(wanted.encore, wanted.work)
    sources = [("ml-latest-small", measuring.ROOT / "data/ml-latest-small", ())]
    if wanted.likes:
        sources.append(("likes", wanted.likes.resolve(), ("--implicit", "--item-column", "itemId")))
    sources.append(("ml-1m-twin", "generated-ml-1m", ()))
    if wanted.only:
        sources = [source for source in sources if source[0] in wanted.only.split(",")]
    figures = {}
    for name, source, extra in sources:
        if source == "generated-ml-1m" and not (encore.work / source).exists():
            encore.run("generate", "-o", source, "--like", "ml-1m")
        of_data = figures.setdefault(name, {})
        for seed in range(1, wanted.seeds + 1):
            dataset = prepared(encore, name, source, seed, *extra)
            for kind in wanted.kinds.split(","):
                of_data.setdefault(f"`{kind}`", []).append(measured(encore, dataset, kind, seed))
            for peer, run in (measured_peers(encore, dataset, wanted.peers) if wanted.peers else {}).items():
                of_data.setdefault(peer, []).append(run)
            if wanted.figures:  # after each seed: a long measurement that is stopped has what it measured
                wanted.figures.write_text(json.dumps(figures, indent=1))
    text = table(figures)
    print(text, end="")
    if wanted.page:
        before, rest = wanted.page.read_text().split(BEGIN)
        wanted.page.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
