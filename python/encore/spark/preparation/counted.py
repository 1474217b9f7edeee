"""Of a plain file whose ratings are mostly left out: its rows counted by reason and film, instead of kept, and read again when it is known
which films may stay. Not the reading (number_lines.py)."""

from dataclasses import replace

from encore.spark.preparation.number_lines import LARGEST_ITEM
from encore.spark.preparation.plain import MALFORMED

TASKS_OF_FILMS = 8  # behind each exchange, while rows only pass by

# Its rows stand for as many as their user says (NumberFiles.counts). Of such a file nothing but film and rating can be a reason.
_rows_counted = f"""
    SELECT reason, film AS movieId, CAST(sum(n) AS BIGINT) AS n
    FROM (SELECT reason, CASE WHEN reason = 0 THEN movieId END AS film, CASE WHEN reason = {MALFORMED} THEN 1 ELSE userId END AS n
          FROM ratings_read) AS r
    GROUP BY reason, film"""


def count_rows(pipeline, source, make_checked):
    """Makes rows_counted: (lines, how many of them are no rows of numbers). `make_checked` makes ratings_checked of a source."""
    pipeline.plan_once(TASKS_OF_FILMS)
    make_checked(replace(source, ratings=replace(source.ratings, frame=source.ratings.number_files.counts())))
    pipeline.run("ratings_read", keep=False)
    pipeline.let_go("rows_counted")
    pipeline.cut("rows_counted", pipeline.query(_rows_counted))
    return pipeline.numbers(f"SELECT sum(n), sum(n) FILTER (WHERE reason = {MALFORMED}) FROM rows_counted")


def use_counts(pipeline):
    """Makes of them what sql/14 and sql/15 make of rows."""
    pipeline.create("movie_counts", "SELECT movieId, n AS ratings FROM rows_counted WHERE reason = 0")
    pipeline.create("reason_counts", f"SELECT reason, n FROM rows_counted WHERE reason NOT IN (0, {MALFORMED})")


def rows_of_films_that_stay(pipeline, source):
    """`source` with those rows only, as movies_rated knows the films."""
    items = [row[0] for row in pipeline.query("SELECT movieId FROM movies_rated WHERE reason = 0").collect()]
    frame = source.ratings.number_files.rows(items if max(items, default=0) <= LARGEST_ITEM else None)
    return replace(source, ratings=replace(source.ratings, frame=frame))
