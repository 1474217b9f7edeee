#!/usr/bin/env python3
"""Every kind of model on several data sets, each with its defaults, beside other programs with the best of their settings: ranking of
held-out users, time, memory and size. Keeps the figures as JSON; quality_pages.py makes tables of them, quality_chart.py a picture.

    benchmark/measure_quality.py build/encore WORK FIGURES.json [--seeds 1,2,3] [--likes FILE.csv] [--only NAME,…] [--kinds ease,elsa,…]
                                 [--programs implicit,lenskit,…] [--models NAME,…] [--threads 1]

Data: data/ml-latest-small, the twin of MovieLens 1M (`encore generate --like ml-1m`), and with --likes a CSV of likes without
ratings, whose columns are userId and itemId and which has its file's name. A seed decides split, initial weights and dropout. A tenth of
the users is held out for choosing (validation), a fifth for judging. WORK is a folder for datasets and models; prepared datasets there are
used again, and so is every figure that FIGURES.json holds: a measurement that was stopped goes on. A program's environment is made by
setup/peers; what cannot be had is said and left out. Needs Python 3 and nothing else.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import measure_results as measuring

KINDS = ("popularity", "item-knn", "ease", "elsa", "mult-dae", "blend", "mult-vae", "recvae")
PROGRAMS = {"implicit": "implicit", "lenskit": "LensKit", "rectools": "RecTools", "recbole": "RecBole", "spark": "Spark"}
JUDGED = ("recall@20", "recall@50", "ndcg@10", "ndcg@100", "coverage", "gini")
SEEDED = ("mult-dae", "mult-vae", "recvae", "elsa", "blend")


class Figures:
    """{data: {model: [run]}} in a file; a run says its seed."""

    def __init__(self, file):
        self.file, self.data = file, json.loads(file.read_text()) if file.exists() else {}

    def has(self, data, model, seed):
        return any(run["seed"] == seed for run in self.data.get(data, {}).get(model, []))

    def keep(self, data, model, seed, run):
        rounded = {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in run.items()}
        self.data.setdefault(data, {}).setdefault(model, []).append({"seed": seed, **rounded})
        self.file.write_text(json.dumps(self.data, indent=1) + "\n")
        print(f"{data}, seed {seed}: {model} {run['ndcg@100']:.4f}, {run['cpu']:.0f} CPU seconds", flush=True)


def prepared(encore, name, source, seed, *options):
    folder = f"{name}-{seed}"
    if not (encore.work / folder).exists():
        encore.run("prepare", source, "-o", folder, "--seed", seed, "--validation", 0.1, *options)
    return folder


def measured(encore, dataset, kind, seed, threads):
    """Trains with the kind's defaults and judges on the test users."""
    options = ("--seed", seed) if kind in SEEDED else ()
    folder = f"measured-{dataset}-{kind}"
    trained = encore.run("train", dataset, "-o", folder, "--model", kind, "--threads", threads, *options)
    judged = encore.run("evaluate", folder, dataset)["ranking"]
    size = (encore.work / folder / "weights.safetensors").stat().st_size
    subprocess.run(["rm", "-r", encore.work / folder], check=True)
    return {**{figure: judged[figure] for figure in JUDGED}, "seconds": trained["seconds"], "cpu": trained["cpu"],
            "memory": trained["peak_rss_bytes"], "size": size}


def python_of(program):
    """The Python of a program's environment, which is made where it is not there; None where it cannot be had."""
    made = subprocess.run([measuring.ROOT / "setup/peers", program], text=True, stdout=subprocess.PIPE)
    return measuring.ROOT / made.stdout.strip() / "bin/python" if made.returncode == 0 else None


def models_of(program, python):
    listing = f"import {program}_peer as peer; print('\\n'.join(peer.MODELS))"
    return subprocess.run([python, "-W", "ignore", "-c", listing], cwd=measuring.ROOT / "benchmark/quality", check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()


def measured_peer(encore, dataset, program, python, model, threads):
    script = measuring.ROOT / "benchmark/quality/peer.py"
    words = [program, encore.work.resolve() / dataset, "--models", model, "--threads", str(threads)]
    done = subprocess.run([python, "-W", "ignore", script, *words], text=True, capture_output=True)
    if done.returncode != 0:
        print(f"{PROGRAMS[program]} is left out: {done.stderr.strip()[-2000:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)[model]


def chosen(options):
    """(name, source, options of prepare) of the data sets."""
    sources = [("ml-latest-small", measuring.ROOT / "data/ml-latest-small", ())]
    if options.likes:
        sources.append((options.likes.resolve().parent.name, options.likes.resolve(), ("--implicit", "--item-column", "itemId")))
    sources.append(("ml-1m-twin", "generated-ml-1m", ()))
    return [source for source in sources if not options.only or source[0] in options.only.split(",")]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("encore")
    options.add_argument("work")
    options.add_argument("figures", type=pathlib.Path)
    options.add_argument("--seeds", default="1,2,3,4,5")
    options.add_argument("--likes", type=pathlib.Path, help="a CSV of likes, userId,itemId; its data set has the name of its folder")
    options.add_argument("--only", help="the names of data sets, with commas: ml-latest-small, ml-1m-twin, the folder of --likes")
    options.add_argument("--kinds", default=",".join(KINDS), help="Encore's kinds; '' for none")
    options.add_argument("--programs", default="", help=f"other programs: {', '.join(PROGRAMS)}, or all")
    options.add_argument("--threads", type=int, default=1, help="of each program: CPU seconds of one mean the same on a busy machine")
    options.add_argument("--models", help="only these models of the other programs, with commas (a name may not hold one)")
    wanted = options.parse_args()
    encore, figures = measuring.Program(wanted.encore, wanted.work), Figures(wanted.figures)
    programs = list(PROGRAMS) if wanted.programs == "all" else [program for program in wanted.programs.split(",") if program]
    pythons = {program: python for program in programs if (python := python_of(program))}
    models = [(program, model) for program, python in pythons.items() for model in models_of(program, python)
              if not wanted.models or model in wanted.models.split(",")]
    for name, source, extra in chosen(wanted):
        if source == "generated-ml-1m" and not (encore.work / source).exists():
            encore.run("generate", "-o", source, "--like", "ml-1m")
        for seed in map(int, wanted.seeds.split(",")):
            dataset = prepared(encore, name, source, seed, *extra)
            for kind in filter(None, wanted.kinds.split(",")):
                if not figures.has(name, f"`{kind}`", seed):
                    figures.keep(name, f"`{kind}`", seed, measured(encore, dataset, kind, seed, wanted.threads))
            for program, model in models:
                title = f"{PROGRAMS[program]} {model}"
                if not figures.has(name, title, seed) and (
                        run := measured_peer(encore, dataset, program, pythons[program], model, wanted.threads)):
                    figures.keep(name, title, seed, run)


if __name__ == "__main__":
    main()
