"""The step by itself: one thread and two, AVX2 beside the widest instruction set, in turns."""

from suite import page

NAME, HEADING = "step", "The step: threads and instruction sets"


def variants(bench, model, batch, shape):
    """The contestants of one shape: each by the number of threads and the instructions that it may use."""

    def stepper(name, shards, *extra):
        return bench.stepper(name, shape.items, shape.per_user, shards=shards, batch=batch, model=model, extra=extra)

    widest = stepper("two", 2)
    yield widest
    yield stepper("one", 1)
    if widest.ready["instructions"].startswith("AVX3"):
        yield stepper("two, AVX2", 2, "--instructions", "AVX2")
    if model == "reference":
        yield stepper("two, bf16", 2, "--precision", "bf16")
        yield stepper("one, bf16", 1, "--precision", "bf16")


def measure(bench):
    rows = []
    for shape in (*bench.size.shapes, bench.size.whole):
        for model, batch in (("reference", 64), ("mult-dae", 100)):
            with bench.contest() as contest:
                for one in variants(bench, model, batch, shape):
                    contest.add(one)
                instructions = contest.contestants[0].ready["instructions"]
                rows.append(
                    {
                        "model": model,
                        "batch": batch,
                        "items": shape.items,
                        "instructions": instructions,
                        "milliseconds": contest.take_turns(),
                    }
                )
    return {"rows": rows}


def page_lines(result, pictures):
    def cells(row):
        taken = row["milliseconds"]

        def median(name):
            return page.milliseconds(taken[name]["median"]) if name in taken else "–"

        def ratio(slow, fast):
            return f"{taken[slow]['median'] / taken[fast]['median']:.2f}" if slow in taken and fast in taken else "–"

        return [
            f"`{row['model']}`, {row['batch']}",
            f"{row['items']:,}",
            median("one"),
            median("two"),
            ratio("one", "two"),
            median("two, AVX2"),
            ratio("two, AVX2", "two"),
            median("one, bf16"),
            median("two, bf16"),
            ratio("two", "two, bf16"),
        ]

    head = [
        "model, batch",
        "films",
        "1 thread, ms",
        "2 threads, ms",
        "speed-up",
        "2 threads, AVX2, ms",
        "AVX2 ÷ widest",
        "bf16, 1 thread, ms",
        "bf16, 2 threads, ms",
        "f32 ÷ bf16",
    ]
    rows = [cells(row) for row in result["rows"]]
    kept = [i for i in range(len(head)) if any(row[i] != "–" for row in rows)]
    return [
        f"A whole step: gather, exchanges, products, loss, dense Adam of every weight; the widest instruction set is {result['rows'][0]['instructions']} "
        "(Highway's name; AVX3 is AVX-512). Medians of rounds in turns.",
        "",
        *page.table([head[i] for i in kept], [[row[i] for i in kept] for row in rows]),
    ]
