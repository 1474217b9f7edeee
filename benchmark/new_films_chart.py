"""The picture of docs/catalogue.md: what new films are worth among themselves, by what is known of them, as an SVG without any library.

Usage: benchmark/new_films_chart.py docs/catalogue.svg LABEL=CHANCE,NEAREST,ENCORE …   (NDCG@10, as measure_new_films.py prints them)"""

import sys

WIDTH, LEFT, BAR, GAP = 720, 210, 15, 22
NAMES = (("chance", "#b9b9b9"), ("nearest features", "#b5651d"), ("encore items add", "#1f5f8b"))


def text(x, y, words, anchor="start", size=13):
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="#222">{words}</text>'


def drawn(groups):
    most = max(value for _, values in groups for value in values)
    scale = (WIDTH - LEFT - 70) / most
    height = 60 + len(groups) * (len(NAMES) * BAR + GAP)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
             "<title>New films among new films, NDCG@10</title>", f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>']
    x = LEFT
    for name, colour in NAMES:
        lines += [f'<rect x="{x}" y="14" width="12" height="12" fill="{colour}"/>', text(x + 17, 25, name)]
        x += 40 + 8 * len(name)
    y = 46
    for label, values in groups:
        lines.append(text(LEFT - 10, y + len(NAMES) * BAR / 2 + 5, label, "end"))
        for (_, colour), value in zip(NAMES, values):
            lines.append(f'<rect x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR - 2}" fill="{colour}"/>')
            lines.append(text(LEFT + value * scale + 6, y + BAR - 4, f"{value:.3f}".lstrip("0"), size=12))
            y += BAR
        y += GAP
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    groups = []
    for word in sys.argv[2:]:
        label, _, values = word.partition("=")
        groups.append((label, [float(value) for value in values.split(",")]))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(drawn(groups))


if __name__ == "__main__":
    main()
