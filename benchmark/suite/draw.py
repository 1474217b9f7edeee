#!/usr/bin/env python3
"""draw.py FILE.svg < SPEC: lines or bars of numbers. SPEC is a JSON object: title, x, y (names of the axes), kind ("lines", "bars"), log
(both axes), series: [{name, x: [...], y: [...]}]. Runs where matplotlib is; its bytes depend on SPEC alone."""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update(
    {
        "svg.hashsalt": "encore",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "figure.figsize": (7, 4),
    }
)
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402


def lines(axes, spec):
    for series in spec["series"]:
        style = {"linestyle": "--", "color": "grey"} if series.get("bound") else {"marker": "o", "markersize": 3.5}
        axes.plot(series["x"], series["y"], linewidth=1.3, label=series["name"], **style)
    if spec.get("log"):
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    else:
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def bars(axes, spec):
    groups, width = spec["series"][0]["x"], 0.8 / len(spec["series"])
    for i, series in enumerate(spec["series"]):
        axes.bar(
            [group + (i + 0.5) * width - 0.4 for group in range(len(groups))],
            series["y"],
            width * 0.92,
            label=series["name"],
        )
    axes.set_xticks(range(len(groups)), groups)


def main():
    spec = json.load(sys.stdin)
    figure, axes = pyplot.subplots(layout="constrained")
    {"lines": lines, "bars": bars}[spec["kind"]](axes, spec)
    axes.set_title(spec["title"], loc="left", fontsize=10)
    axes.set_xlabel(spec["x"])
    axes.set_ylabel(spec["y"])
    axes.grid(True, axis="y", linewidth=0.4, alpha=0.6)
    axes.legend(fontsize=8)
    figure.savefig(sys.argv[1], metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
