#!/usr/bin/env python3
"""What a model gains from seen and disliked films (`train --input channels`): NDCG@100 and harm@20 of test users with what they liked, with
that and what they rated lower, and with that alone; beside a model of liked films and beside popular films. Prints the table of
docs/results.md.

    benchmark/measure_seen.py [--program build/encore] [--source data/ml-latest-small] [--model mult-dae] [--seeds 1,2,3,4,5] --work FOLDER
"""
import argparse
import json
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
METRICS = ("ndcg@100", "harm@20")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/encore")
    parser.add_argument("--source", type=pathlib.Path, default=ROOT / "data/ml-latest-small")
    parser.add_argument("--model", default="mult-dae", choices=("mult-dae", "mult-vae"))
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    return parser.parse_args()


def encore(options, *words):
    done = subprocess.run([options.program, *map(str, words)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout) if "--json" in words else None


def main():
    options = parse()
    options.work.mkdir(parents=True, exist_ok=True)
    figures = {}
    for seed in options.seeds.split(","):
        dataset = options.work / f"films-{seed}"
        if not dataset.exists():
            encore(options, "prepare", options.source, "-o", dataset, "--seed", seed, "--validation", "0.1", "--quiet")
        for kind in ("binary", "channels"):
            model = options.work / f"{options.model}-{kind}-{seed}"
            if not (model / "weights.safetensors").exists():
                encore(options, "train", dataset, "-o", model, "--model", options.model, "--input", kind, "--seed", seed, "--quiet")
            for give in ("liked", "all", "seen"):
                said = encore(options, "evaluate", model, dataset, "--no-reconstruction", "--metrics", ",".join(METRICS), "--give", give,
                              "--json")
                for name, of in ((kind, "ranking"), ("popularity", "popularity")):
                    figures.setdefault((give, name), {})[seed] = [said[of][metric] for metric in METRICS]
    print("| what goes in | " + " | ".join(f"{name}: NDCG@100, harm@20" for name in ("binary", "channels", "popularity")) + " |")
    print("|---|---|---|---|")
    for give in ("liked", "all", "seen"):
        cells = []
        for name in ("binary", "channels", "popularity"):
            of = list(figures[give, name].values())
            cells.append(", ".join(f"{statistics.mean(one[m] for one in of):.4f}" for m in range(len(METRICS))))
        print(f"| {give} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
