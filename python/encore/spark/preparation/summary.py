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


def collect_refused(spark, summary):
    for kind, reason, rows in spark.sql("SELECT kind, reason, n FROM refused").collect():
        summary[kind][reason] = rows


def collect_rejected_films(spark, summary):
    summary["rejected_films"].update(spark.sql("SELECT reason, count(*) FROM rejected_films GROUP BY reason").collect())


def collect_statistics(spark, summary):
    """From users, star_histogram, years and most_rated."""
    summary["users_by_fold"].update(spark.sql("SELECT fold, count(*) FROM users GROUP BY fold").collect())
    if "split" in summary:
        names = {3: "validation", 4: "test"}
        held_out = spark.sql("SELECT held_out, count(DISTINCT userId) FROM ratings_split WHERE held_out > 0 GROUP BY held_out").collect()
        summary["users_by_fold"].update({names[code]: users for code, users in held_out})
    stars = spark.sql("SELECT stars, ratings FROM star_histogram ORDER BY stars").collect()
    years = spark.sql("SELECT year, movies, ratings FROM years ORDER BY year NULLS LAST").collect()
    most = spark.sql("SELECT CAST(movieId AS STRING) AS movieId, title, year, ratings FROM most_rated ORDER BY place").collect()
    cells = float(summary["movies"]) * float(summary["users"])
    summary["statistics"] = {
        "density": float(summary["ratings"]) / cells if cells else 0.0,
        "ratings_per_star": [row.asDict() for row in stars],
        "ratings_per_year": [row.asDict() for row in years],
        "most_rated": [row.asDict() for row in most],
    }
    known = [row.year for row in years if row.year is not None]
    summary["year_range"] = [known[0], known[-1]] if known else None


def to_json(summary):
    """The text of dataset.json: indented, keys in a fixed order, a newline at the end; the reasons by name."""
    ordered = {**summary, **{name: _by_name(summary[name]) for name in ("rejected", "filtered", "rejected_films")}}
    return json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"


def _by_name(counts):
    return {reason: counts[reason] for reason in sorted(counts, key=lambda name: name.encode("utf-8"))}
