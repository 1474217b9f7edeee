#!/usr/bin/env python3
"""Quality against CPU time of training, all kinds and other programs, as an SVG, from the figures that measure_quality.py kept.

    .deps/peers-plots/bin/python benchmark/quality_chart.py FIGURES.json… docs/results-quality.svg
"""
import pathlib
import statistics
import sys

import matplotlib
import quality_pages

matplotlib.use("agg")
matplotlib.rcParams["svg.hashsalt"] = "encore"  # the same file for the same figures
from matplotlib import pyplot  # noqa: E402
from matplotlib.text import Text  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402


def write_names(drawing, named):
    """Each name beside its point, at the nearest of some places where it covers no name, no point, and not the frame."""
    renderer = drawing.canvas.get_renderer()
    points = [place.transData.transform(point) for place, _, point in named]
    taken = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in points]
    for at, (place, name, point) in enumerate(named):
        frame = place.get_window_extent(renderer)
        best = None
        for far in (6, 14, 24, 36, 50):
            for x, y, side in ((far, 3, "left"), (-far, 3, "right"), (0, far, "center"), (0, -far - 6, "center"), (far, far, "left"),
                               (far, -far - 4, "left"), (-far, far, "right"), (-far, -far - 4, "right")):
                text = place.annotate(name, point, xytext=(x, y - 3 if y == 3 else y), textcoords="offset points", ha=side, fontsize=8,
                                      arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": "#888888"} if far > 14 else None)
                text.update_positions(renderer)
                box = Text.get_window_extent(text, renderer)  # of the name, without its line
                inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1
                clear = not any(box.overlaps(other) for other in taken[:at] + taken[at + 1:])
                if inside and clear:
                    best = text, box
                    break
                text.remove()
            if best:
                break
        if best is None:  # no place is free: better over another than nowhere
            text = place.annotate(name, point, xytext=(6, 4), textcoords="offset points", fontsize=8)
            text.update_positions(renderer)
            best = text, Text.get_window_extent(text, renderer)
        taken.append(best[1])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    figures = quality_pages.read(map(pathlib.Path, sys.argv[1:-1]))
    columns, rows = min(2, len(figures)), -(-len(figures) // 2)  # a page shows no more beside each other at a size that can be read
    drawing, places = pyplot.subplots(rows, columns, figsize=(6.2 * columns, 5 * rows), squeeze=False)
    for place in places.flat[len(figures):]:
        place.remove()
    named = []
    for place, (data, models) in zip(places.flat, figures.items()):
        for model, runs in models.items():
            seconds = max(0.01, statistics.mean(run["cpu"] for run in runs))
            quality = [run["ndcg@100"] for run in runs]
            own = model.startswith("`")
            place.errorbar(seconds, statistics.mean(quality), yerr=statistics.stdev(quality) if len(quality) > 1 else 0,
                           fmt="o" if own else "s", color="#1f5f8b" if own else "#b5651d", markersize=5, linewidth=1)
            named.append((place, model.strip("`"), (seconds, statistics.mean(quality))))
        place.set(xscale="log", title=data, xlabel="CPU seconds of training", ylabel="NDCG@100, test users")
        place.margins(x=0.12)
        place.grid(alpha=0.3)
    drawing.tight_layout()
    drawing.canvas.draw()
    write_names(drawing, named)
    drawing.savefig(sys.argv[-1], metadata={"Date": None})


if __name__ == "__main__":
    main()
