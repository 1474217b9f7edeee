"""docs/benchmarks.md: one `## ` section for each benchmark. A run writes its own sections and leaves the others as they are."""

import re

HEAD = """# Benchmarks

How fast and how lean Encore is, measured by `make bench` and `make bench-peers`; nothing on this page is written by hand. Each section names the
machine and the day of its run, and can be measured again alone: `make bench BENCH_OPTIONS='--only step,roofline'`. Quality, and what
else was measured, stands in [results.md](results.md).
"""


def split(text):
    """{heading: text of the section}, in order."""
    return {match[1]: match[0].rstrip() for match in re.finditer(r"^## (.*?)\n.*?(?=^## |\Z)", text, re.M | re.S)}


def with_sections(old, fresh, order):
    """The page with `fresh` ({heading: lines}) in the place of what it had, in the order of the table."""
    sections = split(old)
    for heading, lines in fresh.items():
        sections[heading] = "\n".join([f"## {heading}", "", *lines]).rstrip()
    known = [heading for heading in order if heading in sections]
    return HEAD + "".join(f"\n{sections[heading]}\n" for heading in known)


def table(head, rows):
    """A Markdown table; the first column is text, the others are numbers."""
    return [
        "| " + " | ".join(head) + " |",
        "|---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(map(str, row)) + " |" for row in rows),
    ]


def times(ratio):
    return f"{ratio:.1f}×"


def milliseconds(value):
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def megabytes(size):
    """In powers of 1024, as the program prints them."""
    return "–" if size is None else f"{size / 2**20:,.0f} MB"
