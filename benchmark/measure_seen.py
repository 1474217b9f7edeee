#!/usr/bin/env python3
"""What a model gains from seen and disliked films (`train --input channels`): NDCG@100 and harm@20 of test users with what they liked, with
that and what they rated lower, and with that alone; beside a model of liked films and beside popular films. --of events: what half of the training users' middling
ratings (2.5 to 3.5) are worth as ratings, as films that were seen without one (`prepare --seen`), and not at all. Prints the tables of
docs/results.md.

    benchmark/measure_seen.py [--program build/encore] [--source data/ml-latest-small] [--model mult-dae] [--seeds 1,2,3,4,5]
                              [--of channels|events] --work FOLDER
"""
import argparse
import csv
import hashlib
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
    parser.add_argument("--of", default="channels", choices=("channels", "events"))
    parser.add_argument("--work", type=pathlib.Path, required=True)
    return parser.parse_args()


def encore(options, *words):
    done = subprocess.run([options.program, *map(str, words)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout) if "--json" in words else None


def judged(options, model, dataset, give):
    return encore(options, "evaluate", model, dataset, "--no-reconstruction", "--metrics", ",".join(METRICS), "--give", give, "--json")


def measure_channels(options):
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
                said = judged(options, model, dataset, give)
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


def written_sources(options, seed, folder, share):
    """ratings.csv without that share of the ratings from 2.5 to 3.5 (1: all of them; less: of training users alone), movies.csv, and the
    others in the table that is returned."""
    folder.mkdir(exist_ok=True)
    (folder / "movies.csv").write_bytes((options.source / "movies.csv").read_bytes())
    table = folder.parent / f"{folder.name}.seen.csv"
    with open(options.source / "ratings.csv", newline="") as file:
        names, *rows = csv.reader(file)
    with open(folder / "ratings.csv", "w", newline="") as kept, open(table, "w", newline="") as seen:
        rated, watched = csv.writer(kept), csv.writer(seen)
        rated.writerow(names), watched.writerow(["userId", "movieId", "timestamp"])
        for user, film, stars, time in rows:
            draw = lambda *of: int(hashlib.md5(":".join(map(str, of)).encode()).hexdigest()[:8], 16) / 2**32
            is_trained = draw(seed, user) >= 0.3  # as sql/40_users.sql has it, of --hold-out 0.2 and --validation 0.1
            if 2.5 <= float(stars) <= 3.5 and (share == 1 or is_trained and draw("half", seed, user, film) < share):
                watched.writerow([user, film, time])
            else:
                rated.writerow([user, film, stars, time])
    return table


def measure_events(options):
    figures = {}
    for seed, share in ((seed, share) for share in (0.5, 1) for seed in options.seeds.split(",")):
        without = options.work / f"without-{share}-{seed}"
        seen = written_sources(options, seed, without, share)
        rated = [] if share == 1 else [("rated", options.source, ())]
        for name, source, more in (*rated, ("seen", without, ("--seen", seen)), ("missing", without, ())):
            dataset = options.work / f"dataset-{name}-{share}-{seed}"
            encore(options, "prepare", source, *more, "-o", dataset, "--seed", seed, "--validation", "0.1", "--quiet")
            model = options.work / f"{options.model}-{name}-{share}-{seed}"
            if not (model / "weights.safetensors").exists():
                encore(options, "train", dataset, "-o", model, "--model", options.model, "--input", "channels", "--seed", seed, "--quiet")
            for give in ("liked", "all", "seen"):
                said = judged(options, model, dataset, give)
                for row, of in ((name, "ranking"), (f"{name}: popularity", "popularity")):
                    figures.setdefault((share, give, row), []).append([said[of][metric] for metric in METRICS])
    print("| share that was only seen | what goes in | model | NDCG@100 | harm@20 | NDCG@100 of each seed |")
    print("|---|---|---|---:|---:|---|")
    for (share, give, row), of in figures.items():
        means = " | ".join(f"{statistics.mean(one[m] for one in of):.4f}" for m in range(len(METRICS)))
        print(f"| {share} | {give} | {row} | {means} | {' '.join(f'{one[0]:.4f}' for one in of)} |")


def main():
    options = parse()
    options.work.mkdir(parents=True, exist_ok=True)
    measure_events(options) if options.of == "events" else measure_channels(options)


if __name__ == "__main__":
    main()
