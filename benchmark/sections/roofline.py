"""The step beside what this machine could do at most: its arithmetic and its memory, measured in the same run."""

from suite import page

NAME, HEADING = "roofline", "Roofline"
BATCH, HIDDEN = 64, 150
# Two tables of weights, each with two moments, read and written: 2 tables × 3 numbers × 2 ways × 4 bytes; in bf16 the moments stay as they are.
BYTES_A_WEIGHT = 24


def measure(bench):
    machine = bench.engine("machine", "--threads", bench.threads, "--megabytes", bench.size.sweep_megabytes, first=True)
    rows = []
    for shape in (*bench.size.shapes, bench.size.whole):
        with bench.contest() as contest:
            for precision in ("f32", "bf16"):
                words = ["--precision", precision]
                contest.add(
                    bench.stepper(
                        precision, shape.items, shape.per_user, shards=bench.threads, batch=BATCH, extra=words
                    )
                )
            rows.append({"items": shape.items, "milliseconds": contest.take_turns()})
    return {"machine": machine, "threads": bench.threads, "rows": rows}


def bounds(result, items):
    """Milliseconds that the output layer's three products and the sweep of weights and moments take at the very least."""
    machine = result["machine"]["threads"][result["threads"] - 1]
    flops = 3 * 2 * BATCH * items * (HIDDEN + 1)
    moved = 2 * items * HIDDEN * BYTES_A_WEIGHT
    rate = max(machine["peak_gflops"], machine["product_gflops"])
    return flops / rate * 1e-6, moved / machine["gigabytes_a_second"] * 1e-6


def page_lines(result, pictures):
    rates = [
        [
            f"{row['threads']}",
            f"{row['peak_gflops']:.0f}",
            f"{row['product_gflops']:.0f}",
            f"{row['gigabytes_a_second']:.1f}",
        ]
        for row in result["machine"]["threads"]
    ]
    rows = []
    for row in result["rows"]:
        flop, byte = bounds(result, row["items"])
        for precision, taken in row["milliseconds"].items():
            rows.append(
                [
                    f"{precision}, {row['items']:,} films",
                    page.milliseconds(taken["median"]),
                    page.milliseconds(taken["least"]),
                    page.milliseconds(flop),
                    f"{taken['median'] / flop:.2f}",
                    page.milliseconds(byte),
                    f"{taken['median'] / byte:.2f}",
                ]
            )
    return [
        *page.table(
            [
                "threads",
                "fused multiply-adds in registers, GFLOP/s",
                "the engine's product of a block, GFLOP/s",
                "memory, read and written, GB/s",
            ],
            rates,
        ),
        "",
        f"`reference`, batch {BATCH}, {result['threads']} threads:",
        "",
        *page.table(
            [
                "step",
                "median, ms",
                "least, ms",
                "FLOP bound, ms",
                "median ÷ FLOP bound",
                "byte bound, ms",
                "median ÷ byte bound",
            ],
            rows,
        ),
        "",
        "- FLOP bound: the three products of the output layer (3 · 2 · batch · films · 151 operations) at the measured f32 rate.",
        f"- Byte bound: {BYTES_A_WEIGHT} bytes for each of 2 · films · 150 weights (weight and two moments, read and written once) at the measured rate of memory."
        " Where they fit into the last cache (as at 2,821 films: 10 MB), the bound is no bound.",
        "- The step does both, and Adam's square roots and divisions besides: the sum of the bounds is nearer to what can be reached.",
    ]
