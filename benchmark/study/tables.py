#!/usr/bin/env python3
"""The tables and answers of a study as Markdown, from its results.json (docs/study.md): what docs/results.md shows of it.

    benchmark/study/tables.py REPORT/results.json

Needs Python 3.9.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from suite.page import megabytes, table  # noqa: E402


def loss(value):
    return "–" if value is None else f"{value:.6f}".lstrip("0")


def by_id(results):
    return {one["id"]: one for one in results["configurations"]}


def name_of(configuration):
    name = configuration["subset"].replace("-", "–")
    return name + ("" if configuration["engine"] == "encore" else ", Spark")


def subsets(results):
    rows = [
        [one["name"].replace("-", "–"), *(f"{one[key]:,}" for key in ("movies", "users", "ratings", "cells")),
         f"{one['study']['users']:,}" if one.get("study") else "–"]
        for one in results["subsets"]
    ]
    return table(["", "films", "users", "ratings", "cells", "users in the study"], rows)


def losses(results):
    """A row for each subset and output. However many workers there are, they end with the same losses."""
    configurations, rows, published = by_id(results), {}, {}
    for one in results["losses"]:
        configuration = configurations[one["configuration"]]
        if configuration["engine"] != "encore" or configuration["parallel"] != "items" or configuration["loss"] != "mse":
            continue
        key = (configuration["output"], configuration["subset"])
        rows.setdefault(key, one)
        if one.get("study"):
            published.setdefault(key, []).append(one["study"])
    cells = [
        [subset.replace("-", "–"), output, loss(one["train_loss"]), loss(one["test_loss"]),
         f"{one['divergence_percent']:+.1f} %", loss(one["item_means"]["train"]),
         loss(one["floor"]["train"] if one["floor"] else None),
         *(" / ".join(loss(study[key]) for study in published.get((output, subset), [])) or "–"
           for key in ("train_loss", "test_loss"))]
        for (output, subset), one in sorted(rows.items(), key=lambda row: (row[0][0] != "softmax", row[0][1]))
    ]
    return table(["", "output", "train loss", "test loss", "divergence", "films' means, train", "bound, train",
                  "study, train (1 / several)", "study, test"], cells)


def seconds_of_training(configuration):
    return next(one["seconds"] for one in configuration["phases"] if one["name"] == "model training")


def phases(results):
    ups = {one["configuration"]: next(p for p in one["phases"] if p["name"] == "model training")
           for one in results["speed_ups"]}
    rows = []
    for one in sorted(results["configurations"], key=lambda one: (one["engine"], one["subset"], one["workers"])):
        if one["purpose"] != "phases" or one["variant"] != "reference" or one["status"] != "done":
            continue
        names = [phase["name"] for phase in one["phases"]]
        data = sum(phase["seconds"] for phase in one["phases"][: names.index("model training")])
        up = ups.get(one["id"])
        rows.append([name_of(one), one["workers"], f"{one['seconds']:,.0f} s", f"{data:.1f} s",
                     f"{seconds_of_training(one):,.0f} s", f"{up['speed_up']:.2f} ×" if up else "–",
                     f"{100 * up['efficiency']:.0f} %" if up else "–", megabytes(one["peak_bytes"])])
    return table(["", "workers", "all", "data phases", "training", "speed-up of training", "efficiency", "peak memory"],
                 rows)


def modes(rows):
    return table(["engine", "mode", "workers", "epochs", "train loss", "test loss", "NDCG@100", "training"],
                 [["this machine" if one["engine"] == "encore" else "Spark", f"`{one['parallel']}`", one["workers"],
                   one["epochs"], loss(one["train_loss"]), loss(one["test_loss"]), f"{one['ndcg@100']:.4f}",
                   f"{one['seconds']:,.0f} s"] for one in rows])


def answers(results):
    return [f"- **{one['question']}** {one['text']}" for one in results["answers"]]


def section(results):
    lines = ["**Table 1.**", "", *subsets(results), "", "**Table 2.**", "", *losses(results), "", "**Time and memory**", "",
             *phases(results)]
    for kind, title in (("equal_epochs", "Modes at equal epochs"), ("equal_steps", "Modes at equal steps")):
        if results["modes"][kind]:
            lines += ["", f"**{title}**", "", *modes(results["modes"][kind])]
    return lines + ["", "**Answers**", "", *answers(results)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(section(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))))


if __name__ == "__main__":
    main()
