"""Where each microsecond of a step goes: a clock around every kernel."""

from suite import page

NAME, HEADING = "profile", "Where a step's time goes"


def measure(bench):
    shapes = []
    for shape in bench.size.shapes:
        words = ["--items", shape.items, "--per-user", shape.per_user, "--users", bench.size.users]
        answer = bench.engine("profile", *words, "--steps", bench.size.profile_steps, first=True)
        shapes.append({"items": shape.items, **answer})
    return {"shapes": shapes}


def page_lines(result, pictures):
    shapes = result["shapes"]
    names = {}
    for shape in shapes:
        names.update({row["name"]: None for row in shape["rows"]})
    rows = []
    for name in names:
        found = [next((row["microseconds"] for row in shape["rows"] if row["name"] == name), 0) for shape in shapes]
        rows.append(
            (
                max(found),
                [
                    name,
                    *(
                        cell
                        for value, shape in zip(found, shapes)
                        for cell in (f"{value:,.0f}", f"{100 * value / shape['watched_microseconds']:.1f} %")
                    ),
                ],
            )
        )
    rows.sort(key=lambda row: -row[0])
    head = [
        "µs of one step, one thread",
        *(cell for shape in shapes for cell in (f"{shape['items']:,} films", "share")),
    ]
    total = ["the step, watched", *(cell for shape in shapes for cell in (f"{shape['watched_microseconds']:,.0f}", ""))]
    plain = ["the step, unwatched", *(cell for shape in shapes for cell in (f"{shape['microseconds']:,.0f}", ""))]
    return [
        "`reference`, batch 64, f32, one shard; a clock around every kernel, about 25 ns a call.",
        "",
        *page.table(head, [row for _, row in rows] + [total, plain]),
    ]
