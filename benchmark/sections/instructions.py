"""Instructions of one step, counted by callgrind: the same on a busy machine as on a quiet one. The counts that are kept stand in
benchmark/instructions.json; this section compares with them, and `--keep` of benchmark/instructions replaces them."""

import json
import re
import shutil

from suite import page
from suite.bench import ROOT

NAME, HEADING = "instructions", "Instructions of a step"
KEPT = ROOT / "benchmark/instructions.json"
FEW, MORE = 1, 3
SHAPES = (("reference", 64), ("mult-dae", 100))


def counted(bench, model, items, per_user, batch, steps):
    """Instructions of the whole program that takes so many steps by one shard with AVX2, which is what valgrind knows."""
    line = bench.measured(
        "sh",
        "-c",
        'echo "$1" | "$2" --tool=callgrind --callgrind-out-file=/dev/null "$3" step --model "$4" --items "$5" '
        '--per-user "$6" --batch "$7" --users 400 --shards 1 2>&1 >/dev/null',
        "sh",
        steps,
        shutil.which("valgrind"),
        bench.engine_program,
        model,
        items,
        per_user,
        batch,
    )["text"]
    return int(re.search(r"Collected : (\d+)", line)[1])


def count(bench):
    rows = []
    for shape in bench.size.shapes:
        for model, batch in SHAPES:
            few, more = (counted(bench, model, shape.items, shape.per_user, batch, steps) for steps in (FEW, MORE))
            rows.append(
                {"model": model, "batch": batch, "items": shape.items, "instructions": (more - few) // (MORE - FEW)}
            )
    return rows


def grown(rows, kept, percent):
    """Of the counted rows those with more instructions than the kept ones, by more than so many percent."""
    before = {(row["model"], row["items"]): row["instructions"] for row in kept}
    return [
        row
        for row in rows
        if row["instructions"] > before.get((row["model"], row["items"]), float("inf")) * (1 + percent / 100)
    ]


def measure(bench):
    if not shutil.which("valgrind"):
        return {"left_out": "there is no valgrind on the PATH (setup/install bench installs it)"}
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    return {"rows": count(bench), "kept": kept}


def page_lines(result, pictures):
    if "left_out" in result:
        return [f"Left out: {result['left_out']}"]
    kept = {(row["model"], row["items"]): row["instructions"] for row in result["kept"]}

    def change(row):
        before = kept.get((row["model"], row["items"]))
        return f"{100 * (row['instructions'] / before - 1):+.1f} %" if before else "–"

    rows = [
        [f"`{row['model']}`, {row['batch']}", f"{row['items']:,}", f"{row['instructions'] / 1e6:,.2f}", change(row)]
        for row in result["rows"]
    ]
    return [
        "Counted by callgrind, one shard, AVX2 (valgrind knows no AVX-512): the difference between programs of 3 steps and of 1. It does not depend on how"
        " busy the machine is.",
        "",
        *page.table(
            ["model, batch", "films", "million instructions a step", "against benchmark/instructions.json"], rows
        ),
    ]
