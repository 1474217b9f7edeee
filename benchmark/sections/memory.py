"""Peak memory of whole commands, each a process of its own: preparation and training."""

import shutil

from suite import page

NAME, HEADING = "memory", "Memory"
LIMIT = "400MB"


def measure(bench):
    rows = []

    def keep(what, took):
        rows.append(
            {
                "what": what,
                "seconds": took["seconds"],
                "cpu_seconds": took["cpu_seconds"],
                "peak_bytes": took["peak_bytes"],
            }
        )

    bench.twin()
    for period in ("1950–79", "all"):
        folder = bench.work / "memory.dataset"
        keep(f"`prepare` of {period}, from the CSV of all ratings", bench.prepare(period, folder))
        keep(
            f"`train` of {period}, `reference`, one epoch",
            bench.encore(
                "train",
                folder,
                "-o",
                bench.work / "memory.model",
                "--model",
                "reference",
                "--epochs",
                1,
                "--threads",
                bench.threads,
            ),
        )
    keep(f"`prepare --memory {LIMIT}` of all", bench.prepare("all", folder, "--memory", LIMIT))
    for folder in ("memory.dataset", "memory.model"):
        shutil.rmtree(bench.work / folder)
    return {"rows": rows}


def page_lines(result, pictures):
    rows = [
        [row["what"], f"{row['seconds']:.1f}", f"{row['cpu_seconds']:.1f}", page.megabytes(row["peak_bytes"])]
        for row in result["rows"]
    ]
    return [
        "The twin of MovieLens 25M (`encore generate --like ml-25m`); peak of the process's resident memory, which includes DuckDB's library.",
        "",
        *page.table(["command", "seconds", "CPU seconds", "peak memory"], rows),
    ]
