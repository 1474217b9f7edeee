#!/usr/bin/env python3
"""How long one answer and a thousand new films take from a cold start of the program, where the catalogue is large: the whole command, files
in the system's cache. Several programs take turns, so that all see the same machine. Prints a Markdown table, milliseconds.

    benchmark/measure_opening.py WORK build/encore [OTHER_PROGRAM …] [--films 59047] [--starts 30]

WORK is a folder for the data set and the models; what is there is used again. Needs Python 3 and nothing else.
"""
import argparse
import pathlib
import random
import shutil
import statistics
import subprocess
import time

GENRES = ("Action", "Comedy", "Drama", "Horror", "Sci-Fi", "Thriller", "Romance", "Crime", "War", "Western")
MODELS = {"elsa": ("--epochs", 1), "mult-dae": ("--epochs", 1, "--hidden", 200)}


def run(program, *words):
    """Milliseconds of the whole command."""
    began = time.perf_counter()
    subprocess.run([program, *map(str, words), "--quiet", "--json"], check=True, stdout=subprocess.DEVNULL)
    return 1000 * (time.perf_counter() - began)


def made(program, work, films):
    """A model folder for each kind, and a file of a thousand new films."""
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "films").exists():
        run(program, "generate", "-o", work / "twin", "--users", 20000, "--films", films, "--ratings", 1200000)
        run(program, "prepare", work / "twin", "-o", work / "films")
    for kind, options in MODELS.items():
        if not (work / kind).exists():
            run(program, "train", work / "films", "-o", work / kind, "--model", kind, *options)
    draw = random.Random(1)
    lines = [f"{900000 + i},Brand New Picture {i} of the {draw.choice(GENRES)} ({draw.randint(1950, 2025)}),{'|'.join(draw.sample(GENRES, 2))}"
             for i in range(1000)]
    (work / "new.csv").write_text("\n".join(["movieId,title,genres", *lines]) + "\n", encoding="utf-8")


def a_title(work):
    """One that stands in the catalogue once, as it stands there; and as somebody types it."""
    lines = (work / "twin/movies.csv").read_text(encoding="utf-8").splitlines()[1:]
    titles = [line.split(",")[1] for line in lines if '"' not in line and line.split(",")[1].endswith(")")]
    exact = next(title for title in titles[1000:] if titles.count(title) == 1 and title.isascii())
    return exact, f"{exact[:-7].lower()} {exact[-5:-1]}"


def growing(program, work, kind):
    shutil.rmtree(work / "grown", ignore_errors=True)
    shutil.copytree(work / kind, work / "grown")
    subprocess.run(["sync"], check=True)
    return run(program, "items", "add", work / "grown", work / "new.csv")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("work", type=pathlib.Path)
    options.add_argument("programs", nargs="+", type=pathlib.Path)
    options.add_argument("--films", type=int, default=59047)
    options.add_argument("--starts", type=int, default=30)
    wanted = options.parse_args()
    programs = [program.resolve() for program in wanted.programs]
    made(programs[0], wanted.work, wanted.films)
    exact, typed = a_title(wanted.work)
    print("| command | model | " + " | ".join(map(str, wanted.programs)) + " |")
    print("| --- | --- |" + " --- |" * len(programs))
    for kind in MODELS:
        tasks = {f'recommend --rate "{exact}=5"': (wanted.starts, lambda p, k=kind: run(p, "recommend", wanted.work / k, "--rate", f"{exact}=5")),
                 f'recommend --rate "{typed}=5"': (wanted.starts, lambda p, k=kind: run(p, "recommend", wanted.work / k, "--rate", f"{typed}=5")),
                 "items add new.csv": (max(wanted.starts // 5, 1), lambda p, k=kind: growing(p, wanted.work, k))}
        for name, (times, task) in tasks.items():
            taken = [[task(program) for program in programs] for _ in range(times)]
            cells = [f"{statistics.median(one):.0f} ({min(one):.0f} to {max(one):.0f})" for one in zip(*taken)]
            print(f"| `{name}` | `{kind}` | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
