"""Cost of an epoch against films, ratings and batch size. An epoch is users ÷ batch steps, so steps are timed and counted up."""

from suite import page

NAME, HEADING = "scaling", "Scaling"
RATINGS_A_USER = (5, 20, 80, 154)


def timed(bench, items, per_user, batch):
    with bench.contest(max(2, bench.size.rounds // 2)) as contest:
        contest.add(bench.stepper("one", items, per_user, shards=bench.threads, batch=batch))
        return contest.take_turns()["one"]


def measure(bench):
    users = bench.size.whole.all_users
    by_items = [
        {"items": items, "batch": batch, "ratings_per_user": 20, **timed(bench, items, 20, batch)}
        for batch in bench.size.batches
        for items in bench.size.scaling_items
    ]
    items = bench.size.shapes[-1].items
    by_ratings = [
        {"items": items, "batch": 64, "ratings_per_user": n, **timed(bench, items, n, 64)} for n in RATINGS_A_USER
    ]
    return {"users": users, "by_items": by_items, "by_ratings": by_ratings}


def epoch_seconds(result, row):
    return row["median"] * 1e-3 * result["users"] / row["batch"]


def page_lines(result, pictures):
    batches = list(dict.fromkeys(row["batch"] for row in result["by_items"]))
    items = list(dict.fromkeys(row["items"] for row in result["by_items"]))

    def of(batch, films):
        return next(row for row in result["by_items"] if row["batch"] == batch and row["items"] == films)

    rows = [
        [
            f"{films:,}",
            *(
                cell
                for batch in batches
                for cell in (
                    f"{epoch_seconds(result, of(batch, films)):.1f}",
                    f"{1e6 * of(batch, films)['median'] / films / batch:,.1f}",
                )
            ),
        ]
        for films in items
    ]
    head = ["films", *(cell for batch in batches for cell in (f"batch {batch}: s an epoch", "ns a user and film"))]
    series = [
        {"name": f"batch {batch}", "x": items, "y": [epoch_seconds(result, of(batch, films)) for films in items]}
        for batch in batches
    ]
    series.append(
        {
            "name": "linear",
            "bound": True,
            "x": items,
            "y": [epoch_seconds(result, of(batches[0], items[-1])) * films / items[-1] for films in items],
        }
    )
    picture = pictures.draw(
        "benchmarks-scaling",
        {
            "title": f"One epoch of {result['users']:,} users",
            "x": "films",
            "y": "seconds",
            "kind": "lines",
            "log": True,
            "series": series,
        },
    )
    ratings = [
        [
            f"{row['ratings_per_user'] * result['users']:,}",
            row["ratings_per_user"],
            page.milliseconds(row["median"]),
            f"{epoch_seconds(result, row):.1f}",
        ]
        for row in result["by_ratings"]
    ]
    return [
        f"`reference`, two threads, {result['users']:,} users with 20 ratings each.",
        "",
        *page.table(head, rows),
        "",
        *picture,
        "- Where a user and film cost the same from row to row, an epoch is linear in films. With few films they cost more: what a step does whatever the number of "
        "films (hidden layers, the ratings of its users, three meetings of the threads) is then a part of it that can be seen.",
        "- Larger batches touch weights and moments less often for each user; where these do not fit into the last cache, that is what a film costs less.",
        "",
        f"The same with {result['by_ratings'][0]['items']:,} films, batch 64, and more ratings a user:",
        "",
        *page.table(["ratings", "a user", "ms a step", "s an epoch"], ratings),
    ]
