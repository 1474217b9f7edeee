"""Which ratings are held out when whole users are not: by share, time, place or the caller's own files. The rules themselves are texts of
sql/ (37 to 39); here they are chosen, and the files are read. As src/preparation/split.cpp does it."""

from dataclasses import replace

from encore.errors import UserError
from encore.spark.people import require_frame
from encore.spark.preparation import losses
from encore.spark.preparation.column_roles import name_columns
from encore.spark.preparation.relations import create_parsed, identifier
from encore.spark.preparation.source import reading_of
from encore.spark.preparation.table import Table, inspect_table, place_of_line, table_of_frame

_codes = {"test_ratings": 4, "validation_ratings": 3}


def split_ratings(pipeline, storage, settings, source, relations, summary):
    """Makes ratings_split from ratings_final. Rows of files that cannot be used are counted in the summary and named in a warning."""
    by = settings.split
    if by == "users":
        pipeline.run("ratings_unsplit")
        pipeline.pass_on("ratings_split", "ratings_unsplit")
        return
    if by not in ("ratings", "files") and pipeline.number("SELECT count(time) FROM ratings_final") == 0:
        raise UserError(f"split='{by}' needs times, but {source.ratings.path} has none; name their column with time_column, or take "
                        "split='ratings'")
    if by == "files":
        if settings.counts:
            raise UserError("split='files' does not go with counts, whose scale is known at the end only; say implicit=True")
        _read_files(pipeline, storage, settings, source, relations, summary)
    made = {"files": "ratings_split_by_file", "time": "ratings_split_by_time"}.get(by, "ratings_split_by_user")
    pipeline.run(made)
    pipeline.pass_on("ratings_split", made)


def _read_files(pipeline, storage, settings, source, relations, summary):
    scale, spark = settings.scale, pipeline.spark
    rating = "CAST(1 AS DOUBLE)" if scale.implicit else f"CASE WHEN rating BETWEEN {scale.minimum!r}D AND {scale.maximum!r}D THEN rating END"
    user, movie = identifier("user", relations.user_is_number, settings), identifier("movie", relations.movie_is_number, settings)
    tables, selects = {}, []
    for name, code in _codes.items():
        if getattr(settings, name) is None:
            continue
        held_out = _source_of(spark, storage, name, settings, source)
        create_parsed(pipeline, held_out, name)
        selects.append(f"SELECT user_source AS u, movie_source AS m, rating_source AS r, {user} AS userId, {movie} AS movieId, {rating} AS "
                       f"rating, time, CAST({code} AS TINYINT) AS held_out, malformed, line, problem FROM {name}")
        tables[name] = held_out.ratings
    pipeline.cut("held_out_typed", pipeline.query(" UNION ALL ".join(selects)))
    pipeline.settle("ratings_final")
    for name, table in tables.items():
        _require_usable(pipeline, name, table)
    pipeline.create("held_out_rows",
                    "SELECT userId, movieId, rating, time, held_out FROM (SELECT *, row_number() OVER (PARTITION BY userId, movieId ORDER BY "
                    "held_out DESC, time DESC NULLS LAST, rating DESC) AS place FROM held_out_typed) AS numbered WHERE place = 1")
    _count(pipeline, summary)


def _source_of(spark, storage, name, settings, training):
    """The file, or DataFrame, as a table with the columns of the training ratings. A time need not be there."""
    given = getattr(settings, name)
    if isinstance(given, str):
        try:
            table = inspect_table(spark, storage, given, reading_of(settings))
        except UserError as error:
            raise UserError(f"{name}: {error}") from error
    elif isinstance(given, Table):
        table = given
    else:
        require_frame(given)
        table = table_of_frame(given)
    if training.format in ("table", "movielens-csv"):
        table = name_columns(table, not settings.no_header)
    else:
        table = table.headerless(training.ratings.columns)
    rating = None if settings.scale.implicit else training.rating_column
    for column in (training.user_column, training.item_column, *([rating] if rating is not None else [])):
        if not table.has(column):
            raise UserError(f"{name} {table.path} has no column '{column}'; it must have the columns of the training ratings")
    time = training.time_column if training.time_column is not None and table.has(training.time_column) else None
    return replace(training, ratings=table, rating_column=rating, time_column=time, own_columns=[], own_with_films=False)


def _require_usable(pipeline, name, table):
    """A split is somebody's claim: every row of it must be one that can be used."""
    first = pipeline.query(f"SELECT line, problem, concat_ws(', ', coalesce(u, ''), coalesce(m, ''), coalesce(r, '')) FROM held_out_typed WHERE "
                      f"held_out = {_codes[name]} AND (malformed OR userId IS NULL OR movieId IS NULL OR rating IS NULL) "
                      "ORDER BY line NULLS LAST, u, m, r LIMIT 1").head()
    if first is None:
        return
    place = "" if first[0] is None else f"{place_of_line(table, first[0])}: "
    what = first[1] if first[1] is not None else f"the row '{first[2]}' (user, item, rating) cannot be used"
    raise UserError(f"{name} {table.path}: {place}{what}")


def _count(pipeline, summary):
    """What stays out, and why; named in a warning."""
    pipeline.create("held_out_known", """
        SELECT h.userId, h.movieId, u.userId IS NOT NULL AS user_known, i.movieId IS NOT NULL AS film_known, r.userId IS NOT NULL AS trained
        FROM held_out_rows AS h
        LEFT JOIN (SELECT DISTINCT userId FROM ratings_final) AS u ON h.userId = u.userId
        LEFT JOIN (SELECT DISTINCT movieId FROM ratings_final) AS i ON h.movieId = i.movieId
        LEFT JOIN ratings_final AS r ON h.userId = r.userId AND h.movieId = r.movieId""")
    rows = pipeline.count("held_out_typed")
    once, known, both, users, films = pipeline.numbers(
        "SELECT count(*), count_if(user_known AND film_known), count_if(trained), count(DISTINCT CASE WHEN NOT user_known THEN userId END), "
        "count(DISTINCT CASE WHEN NOT film_known THEN movieId END) FROM held_out_known")
    summary["rows"] += rows
    for kind, reason, count in (("rejected", "held out twice", rows - once), ("filtered", "held out, unknown to training", once - known),
                                ("filtered", "held out, but in training too", both)):
        if count:
            summary[kind][reason] = count
    if once > known:
        named = pipeline.query("SELECT userId, movieId FROM held_out_known WHERE NOT (user_known AND film_known) ORDER BY userId, movieId "
                                   "LIMIT 3").collect()
        examples = ", ".join(f"user {user} film {film}" for user, film in named) + (", ..." if once - known > 3 else "")
        losses.warn(f"{once - known} held-out ratings are of {users} users and {films} films that training does not know, and are left out: "
                    f"{examples}")
    if both:
        losses.warn(f"{both} held-out ratings are training ratings too; they stay in training only")
