"""A table of films that users have seen, rated or not (`seen`): read like a table of ratings in which nobody said how many stars, and
put beside what a log of events says. As src/preparation/seen_source.cpp does it. Not the log (events.py), and not the rules (sql/07,
sql/53)."""

import copy

from encore import options
from encore.errors import UserError
from encore.spark.people import require_frame
from encore.spark.preparation import losses
from encore.spark.preparation.column_roles import name_columns, rating_columns, require_usable, short_list, told
from encore.spark.preparation.events import events_frame, identifier_of_event
from encore.spark.preparation.relations import create_parsed, identifier
from encore.spark.preparation.source import Source, reading_of
from encore.spark.preparation.table import inspect_table, table_of_frame


def find_seen_table(spark, storage, settings):
    """The table as a Source whose columns are found by the names of the ratings' columns, else by common ones; None without the option.
    Raises UserError when it cannot be read, or has no column of users or items."""
    if settings.seen is None:
        return None
    if isinstance(settings.seen, str):
        try:
            table = inspect_table(spark, storage, settings.seen, reading_of(settings))
        except UserError as error:
            raise UserError(f"seen: {error}") from error
    else:
        require_frame(settings.seen)
        table = table_of_frame(settings.seen)
    table = name_columns(table, not settings.no_header)
    columns = rating_columns(table, _settings_of(settings, table), True)
    if not columns.user or not columns.item:
        raise UserError(f"seen {table.path} needs a column of users and one of items, named {settings.user_column} and "
                        f"{settings.item_column} as in the ratings, or like them; it has {short_list(table.columns)}")
    require_usable(table, columns.user, columns.item, columns.time)
    source = Source("table", table, columns.user, columns.item, None, columns.time)
    if columns.guessed:
        losses.remark(told(table, columns))
    return source


def _settings_of(settings, table):
    """The settings for this table: names of columns that it does not have are those of the ratings alone."""
    own, defaults = copy.copy(settings), options.table("prepare")
    own.implicit, own.count_column, own.repeats = True, None, None
    for name in ("user_column", "item_column", "time_column"):
        if not table.has(getattr(own, name)):
            setattr(own, name, defaults[name].default)
    return own


def frame_of_events(pipeline, log, seen, settings, relations, summary):
    """What users did beside rating, by a log of events and a table of seen films, either may be None: the rows of events.parquet. The
    summary tells of them. None where nothing is known."""
    if log is None and seen is None:
        return None
    refused = _create_sightings(pipeline, log is not None, seen, settings, relations)
    if seen is None:
        return events_frame(pipeline, summary)
    frame = events_frame(pipeline, summary, seen.ratings.name if isinstance(settings.seen, str) else "", refused)
    if summary["events"]["seen"] == 0:
        losses.warn(f"seen {seen.ratings.path}: no row names a user and a film of the ratings that is not rated")
    return frame


def _create_sightings(pipeline, has_log, seen, settings, relations):
    """Makes sightings_typed, which sql/53 reads, of the log (`has_log`: raw_events and events_typed are there) and of the table `seen`.
    Returns the rows of the table that are none or name no user or no film."""
    selects, refused = [], 0
    if has_log:
        pipeline.run("event_sightings")
        user, movie = (identifier_of_event(*one) for one in (("userId", relations.user_is_number), ("movieId", relations.movie_is_number)))
        selects.append(f"SELECT {user} AS userId, {movie} AS movieId, kind, count, time FROM event_sightings")
    if seen is not None:
        create_parsed(pipeline, seen, "seen_parsed")
        user, movie = identifier("user", relations.user_is_number, settings), identifier("movie", relations.movie_is_number, settings)
        pipeline.cut("seen_rows", pipeline.query(f"SELECT {user} AS userId, {movie} AS movieId, time, malformed FROM seen_parsed"))
        usable = "NOT malformed AND userId IS NOT NULL AND movieId IS NOT NULL"
        refused = pipeline.number(f"SELECT count(*) FROM seen_rows WHERE NOT ({usable})")
        rows = f"SELECT s.userId, s.movieId, 'seen' AS kind, CAST(1 AS BIGINT) AS count, s.time FROM seen_rows AS s WHERE {usable}"
        if has_log:  # what the log took back is taken back here, too
            rows += " AND NOT EXISTS (SELECT 1 FROM events_typed AS e WHERE e.userId = s.userId AND (e.forgotten OR e.movieId = s.movieId))"
        selects.append(rows)
    pipeline.create("sightings_typed", " UNION ALL ".join(selects))
    return refused
