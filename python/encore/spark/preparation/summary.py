"""What dataset.json says, as a dictionary with the keys of docs/formats.md, from the small result relations. Not the ratings."""

import json


def empty_summary(settings):
    """The keys that the settings decide; counts are still to come."""
    scale = settings.scale
    return {
        "format": "encore-dataset", "format_version": 1, "source": {"format": "", "ratings": "", "movies": ""},
        "filter": {"years": list(settings.years) if settings.years else None, "where": settings.where,
                   "min_user_ratings": settings.min_user_ratings, "min_item_ratings": settings.min_item_ratings},
        "rating_scale": {"minimum": scale.minimum, "maximum": scale.maximum}, "liked": scale.liked, "implicit": scale.implicit,
        "seed": settings.seed, **({} if settings.split == "users" else {"split": settings.split}),
        **({} if settings.protocol is None else {"protocol": settings.protocol}), "hold_out": settings.hold_out, "validation": settings.validation,
        "rows": 0, "movies": 0, "users": 0, "ratings": 0, "users_by_fold": {"train": 0, "validation": 0, "test": 0},
        "rejected": {}, "filtered": {}, "rejected_films": {}, **({} if settings.item_features is None else {"item_features": None}), "year_range": None, "fingerprint": "", "statistics": {},
    }


def collect_refused(pipeline, summary):
    """How many rows did not stay, by reason, into the summary. Returns how many did."""
    stayed = 0
    for kind, reason, rows in pipeline.query("SELECT kind, reason, n FROM refused UNION ALL "
                                        "SELECT NULL, NULL, sum(ratings) FROM movies_rated WHERE reason = 0").collect():
        if kind is None:
            stayed = rows or 0
        else:
            summary[kind][reason] = rows
    return stayed


def collect_rejected_films(pipeline, summary):
    """How many lines of the table of films name none, by reason, into the summary. Returns how many films there are."""
    counts = dict(pipeline.query("SELECT reason, count(*) FROM rejected_films GROUP BY reason UNION ALL SELECT NULL, count(*) FROM movies")
                  .collect())
    films = counts.pop(None)
    summary["rejected_films"].update(counts)
    return films


# One query, because the small relations cost nothing but its planning.
_statistics = """
    SELECT 'fold' AS kind, fold AS text, count(*) AS number, CAST(NULL AS DOUBLE) AS stars, CAST(NULL AS INT) AS year,
           CAST(NULL AS STRING) AS id, CAST(NULL AS BIGINT) AS ratings FROM users GROUP BY fold
    UNION ALL SELECT 'stars', NULL, NULL, stars, NULL, NULL, ratings FROM star_histogram
    UNION ALL SELECT 'year', NULL, movies, NULL, year, NULL, ratings FROM years
    UNION ALL SELECT 'most', title, place, NULL, year, CAST(movieId AS STRING), ratings FROM most_rated"""


def collect_statistics(pipeline, summary):
    """From users, star_histogram, years and most_rated."""
    rows = {"fold": [], "stars": [], "year": [], "most": []}
    for row in pipeline.query(_statistics).collect():
        rows[row.kind].append(row)
    summary["users_by_fold"].update((row.text, row.number) for row in rows["fold"])
    if "split" in summary:
        names = {3: "validation", 4: "test"}
        held_out = pipeline.query("SELECT held_out, count(DISTINCT userId) FROM ratings_split WHERE held_out > 0 GROUP BY held_out").collect()
        summary["users_by_fold"].update({names[code]: users for code, users in held_out})
    years = sorted(rows["year"], key=lambda row: (row.year is None, row.year))
    cells = float(summary["movies"]) * float(summary["users"])
    summary["statistics"] = {
        "density": float(summary["ratings"]) / cells if cells else 0.0,
        "ratings_per_star": [{"stars": row.stars, "ratings": row.ratings} for row in sorted(rows["stars"], key=lambda row: row.stars)],
        "ratings_per_year": [{"year": row.year, "movies": row.number, "ratings": row.ratings} for row in years],
        "most_rated": [{"movieId": row.id, "title": row.text, "year": row.year, "ratings": row.ratings}
                       for row in sorted(rows["most"], key=lambda row: row.number)],
    }
    known = [row.year for row in years if row.year is not None]
    summary["year_range"] = [known[0], known[-1]] if known else None


def to_json(summary):
    """The text of dataset.json: indented, keys in a fixed order, a newline at the end; the reasons by name."""
    ordered = {**summary, **{name: _by_name(summary[name]) for name in ("rejected", "filtered", "rejected_films")}}
    return json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"


def _by_name(counts):
    return {reason: counts[reason] for reason in sorted(counts, key=lambda name: name.encode("utf-8"))}
