#!/usr/bin/env python3
"""Quality against CPU time of training, all kinds and other programs, as an SVG, from the figures that measure_quality.py kept.

    .deps/peers-plots/bin/python benchmark/quality_chart.py FIGURES.json… docs/results-quality.svg
"""
import pathlib
import statistics
import sys

import matplotlib
import quality_pages

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "encore"  # the same file for the same figures
from matplotlib import pyplot  # noqa: E402


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    figures = quality_pages.read(map(pathlib.Path, sys.argv[1:-1]))
    drawing, places = pyplot.subplots(1, len(figures), figsize=(5.2 * len(figures), 4), squeeze=False)
    for place, (data, models) in zip(places[0], figures.items()):
        longest = max(statistics.mean(run["cpu"] for run in runs) for runs in models.values())
        for model, runs in models.items():
            seconds = max(0.01, statistics.mean(run["cpu"] for run in runs))
            quality = [run["ndcg@100"] for run in runs]
            own = model.startswith("`")
            place.errorbar(seconds, statistics.mean(quality), yerr=statistics.stdev(quality) if len(quality) > 1 else 0,
                           fmt="o" if own else "s", color="#1f5f8b" if own else "#b5651d", markersize=5, linewidth=1)
            right = seconds > longest / 5  # the name would run out of the picture, or over a neighbour's
            place.annotate(model.strip("`"), (seconds, statistics.mean(quality)), xytext=(-6 if right else 6, -3 if right else 4),
                           textcoords="offset points", ha="right" if right else "left", fontsize=8)
        place.set(xscale="log", title=data, xlabel="CPU seconds of training", ylabel="NDCG@100, test users")
        place.grid(alpha=0.3)
    drawing.tight_layout()
    drawing.savefig(sys.argv[-1], metadata={"Date": None})


if __name__ == "__main__":
    main()
