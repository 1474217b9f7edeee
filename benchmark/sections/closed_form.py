"""`ease` from a dataset to a model folder beside NumPy's and LAPACK's ways to the same weights, in turns, in one run."""

import json
import random
import statistics

from suite import page
from suite.bench import ROOT, environment

NAME, HEADING = "closed_form", "`ease` beside NumPy"
SCRIPT = ROOT / "benchmark/peers/closed_form.py"
STRENGTH = 500
WAYS = {"inv": "`numpy.linalg.inv`, as in the paper", "cholesky": "`spotrf` and `spotri` by SciPy"}


def likes(file, users, items, each):
    draw = random.Random(1)
    with open(file, "w", encoding="utf-8") as out:
        out.write("userId,movieId,rating\n")
        for user in range(users):
            chosen = set()
            while len(chosen) < each:
                chosen.add(int(items * draw.random() ** 2))
            out.writelines(f"{user},{item},5\n" for item in sorted(chosen))


def measure(bench):
    python, reason = environment("quality", bench.install)
    if not python:
        return {"left_out": reason}
    users, items = (20_000, 10_000) if bench.size.name == "full" else (300, 100)
    file, dataset = bench.work / f"likes-{items}.csv", bench.work / f"likes-{items}.dataset"
    if not file.exists():
        likes(file, users, items, 20)
    bench.encore("prepare", file, "-o", dataset)
    found = {"encore": [], **{way: [] for way in WAYS}}
    versions = set()
    for _ in range(min(3, bench.size.rounds)):
        train = [bench.program, "train", dataset, "-o", bench.work / "ease.model", "--model", "ease", "--l2", STRENGTH, "--all-ratings"]
        took = bench.measured(*train, "--threads", bench.threads, "--json", "--quiet", first=bench.first)
        found["encore"].append((took["seconds"], took["peak_bytes"]))
        for way in WAYS:
            took = bench.measured("env", f"OPENBLAS_NUM_THREADS={bench.threads}", python, SCRIPT, file, way, STRENGTH, first=bench.first)
            answer = json.loads(took["text"])
            versions.add(answer["version"])
            found[way].append((answer["seconds"], took["peak_bytes"]))
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in found.items()}
    return {"users": users, "items": items, "medians": medians, "versions": sorted(versions), "threads": bench.threads}


def page_lines(result, pictures):
    if "left_out" in result:
        return [f"Left out: {result['left_out']}"]
    medians = result["medians"]
    own = medians["encore"][0]
    rows = [["`encore train --model ease`, the whole command", f"{own:.1f}", "1.0×", f"{medians['encore'][1] / 1e6:,.0f}"]]
    for way, name in WAYS.items():
        seconds, peak = medians[way]
        rows.append([name, f"{seconds:.1f}", page.times(seconds / own), f"{peak / 1e6:,.0f}"])
    return [
        f"{result['items']:,} films, {result['users']:,} users with 20 likes each, λ = {STRENGTH}, {result['threads']} threads; {', '.join(result['versions'])} with OpenBLAS, float32.",
        "",
        *page.table(["", "s", "times Encore's", "peak, MB"], rows),
        "",
        "- Encore's seconds begin at the dataset's files and end at the model's; the others' begin at a sparse matrix in memory and end at the weights there.",
    ]
