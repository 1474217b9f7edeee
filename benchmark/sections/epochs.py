"""The step of every epoch of a whole training: it must not depend on the numbers, only on the shapes. It did once, threefold, while softmax
outputs and second moments were subnormal."""

from suite import page

NAME, HEADING = "epochs", "The step in every epoch"
MODELS = (("reference", 64, "f32"), ("reference", 64, "bf16"), ("mult-dae", 100, "f32"), ("autorec", 64, "f32"))
MOST = 1.15  # times the fastest epoch's step
ROUNDS = 10  # of an epoch; the fastest counts, because others use the machine too


def measure(bench):
    shape, rows = bench.size.shapes[0], []
    for model, batch, precision in MODELS:
        with bench.contest() as contest:
            words = ("--precision", precision)
            one = contest.add(bench.stepper(model, shape.items, shape.per_user, 1, batch, model, words))
            steps = max(1, bench.size.users // batch // ROUNDS)
            one.run(steps)  # first touch of the memory
            epochs = [
                1e3 * min(one.run(steps)["seconds"] / steps for _ in range(ROUNDS)) for _ in range(bench.size.epochs)
            ]
        rows.append({"model": model, "precision": precision, "batch": batch, "milliseconds": epochs})
    return {"items": shape.items, "rows": rows}


def ratio(row):
    return max(row["milliseconds"]) / min(row["milliseconds"])


def complaint(result):
    """What is wrong with the figures, or None."""
    slow = [f"{row['model']} ({row['precision']}): {ratio(row):.2f}" for row in result["rows"] if ratio(row) > MOST]
    return f"the slowest epoch's step takes more than {MOST} times the fastest one's: {', '.join(slow)}" if slow else None


def page_lines(result, pictures):
    epochs = len(result["rows"][0]["milliseconds"])
    picture = pictures.draw(
        "benchmarks-epochs",
        {
            "title": "The step in every epoch",
            "x": "epoch",
            "y": "ms",
            "kind": "lines",
            "series": [
                {
                    "name": f"{row['model']}, {row['precision']}",
                    "x": list(range(1, epochs + 1)),
                    "y": row["milliseconds"],
                }
                for row in result["rows"]
            ],
        },
    )
    return [
        f"One thread, {result['items']:,} films, {epochs} epochs from fresh weights on; of each epoch the fastest tenth. Training computes with "
        f"subnormal numbers as zeros ([models.md](models.md#reproducibility)), so that no epoch is slower for its numbers. The run fails above {MOST}.",
        "",
        *page.table(
            ["model", "precision", "batch", "first epoch, ms", "fastest, ms", "slowest, ms", "slowest ÷ fastest"],
            [
                [
                    f"`{row['model']}`",
                    row["precision"],
                    row["batch"],
                    page.milliseconds(row["milliseconds"][0]),
                    page.milliseconds(min(row["milliseconds"])),
                    page.milliseconds(max(row["milliseconds"])),
                    f"{ratio(row):.2f}",
                ]
                for row in result["rows"]
            ],
        ),
        "",
        *picture,
    ]
