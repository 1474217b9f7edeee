"""A log of events beside the source of ratings, read and checked by the driver: its files as `encore serve --events` keeps them. The
rules of what counts stand in sql/06_event_standing.sql and sql/11_ratings_checked_with_events.sql."""

import csv
import hashlib
import pathlib
import re
from typing import NamedTuple

from encore import _core
from encore.errors import UserError
from encore.spark.dataset import VERSION_WITH_EVENTS
from encore.spark.preparation.output import sorted_parts

_header = b"seq,time,user,item,kind,value,source,id,crc32c\n"
_of_ratings = ("rating", "like", "undo", "remove", "forget")  # those that can change a rating
_kinds = (*_of_ratings, "seen", "shown", "dismissed")
_number = re.compile(r"(0|-?[1-9][0-9]{0,18})$")


class Events(NamedTuple):
    rows: list  # (seq, time, user, item, kind, value)
    last: int  # number of the last event
    text_users: bool
    text_movies: bool


def read_events(folder):
    """All events that can change a rating, and those of seen, shown and dismissed films, in order. Raises UserError, naming file and line, for what is damaged or missing."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise UserError(f"{folder}: there is no such folder of events")
    files = {}
    for path in folder.iterdir():
        if path.suffix in (".csv", ".parquet") and path.stem.isdigit() and (path.suffix == ".csv" or int(path.stem) not in files):
            files[int(path.stem)] = path
    rows, last = [], 0
    for place, number in enumerate(sorted(files)):
        if number != place + 1:
            raise UserError(f"{folder} holds {files[number].name} but not the file before it; copy the folder of events again")
        path = files[number]
        read = _sealed(path) if path.suffix == ".parquet" else _lines(path, number == len(files))
        for line, event in read:
            if event[0] != last + 1:
                raise UserError(f"{path}, {'row' if path.suffix == '.parquet' else 'line'} {line}: this is event {event[0]}, but event "
                                f"{last + 1} must follow; copy the folder of events again")
            last = event[0]
            if event[4] in _kinds:
                rows.append(event)
    of_ratings = [row for row in rows if row[4] in _of_ratings]
    numbers = [all(_is_number(row[column]) for row in of_ratings if row[column] or column == 2) for column in (2, 3)]
    return Events(rows, last, not numbers[0], not numbers[1])


def _is_number(identifier):
    return _number.match(identifier) is not None and -(2**63) <= int(identifier) < 2**63


def _lines(path, is_last):
    """(line, event) of a file that is still text; only the last file may end within a line."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n") and is_last:
                return
            if number == 1 and line == _header:
                continue
            body, _, crc = line[:-1].rpartition(b",")
            if number == 1 or crc != b"%08x" % _core.crc32c(body):
                raise UserError(f"{path}, line {number}: these are not the bytes that were written; copy the folder of events again")
            seq, time, user, item, kind, value, _, _ = next(csv.reader([body.decode("utf-8")]))
            yield number, (int(seq), int(time), user, item, kind, float(value) if value else None)


def _sealed(path):
    from pyarrow import parquet

    with open(path, "rb") as file:
        read = hashlib.sha256(file.read()).hexdigest()
    listed = dict(reversed(line.split("  ", 1)) for line in (path.parent / "sha256sums.txt").read_text(encoding="utf-8").splitlines())
    if listed.get(path.name) != read:
        raise UserError(f"{path} is not as it was written: its bytes have another sum than in sha256sums.txt; copy the folder again")
    table = parquet.read_table(path, columns=["seq", "time", "user", "item", "kind", "value"])
    for line, row in enumerate(zip(*(column.to_pylist() for column in table.columns)), 1):
        value = row[5]  # a float32, by its shortest text: 0.9 is not 0.8999999761581421
        yield line, (*row[:5], None if value is None else float(_shortest(value)))


def _shortest(value):
    import numpy

    return str(numpy.float32(value))


def join_events(pipeline, events, relations, rated):
    """Puts the log's ratings into ratings_checked. `rated`: the source has ratings; else every event of one counts 1."""
    kinds = "seq BIGINT, time BIGINT, userId STRING, movieId STRING, kind STRING, value DOUBLE"
    rows = [(*row[:5], row[5] if rated else 1.0) for row in events.rows]
    pipeline.create_from("raw_events", pipeline.spark.createDataFrame(rows, kinds))
    pipeline.run("event_standing")
    user, movie = identifier_of_event("userId", relations.user_is_number), identifier_of_event("movieId", relations.movie_is_number)
    pipeline.create("events_typed", f"SELECT {user} AS userId, {movie} AS movieId, rating, time, movieId IS NULL AS forgotten, "
                                    "userId AS user_source, movieId AS movie_source FROM event_standing")
    pipeline.pass_on("ratings_of_source", "ratings_checked")
    pipeline.run("ratings_checked_with_events")
    pipeline.pass_on("ratings_checked", "ratings_checked_with_events")


def events_frame(pipeline, summary, file=None, refused=0):
    """The rows of events.parquet, by sql/53, when users, items and sightings_typed stand (seen.py). `file`: the name of a table of seen films,
    of which `refused` rows are none; without one, None where no row stays. The summary tells how many there are, and has the version that
    knows of them."""
    pipeline.run("events_judged")
    pipeline.run("events_file")
    counts = {"file": file or "", "seen": 0, "seen_users": 0, "dismissed": 0, "shown": 0}
    for kind, rows, users in pipeline.query("SELECT kind, count(*), count(DISTINCT user) FROM events_file GROUP BY kind").collect():
        counts[kind] = rows
        if kind == "seen":
            counts["seen_users"] = users
    rows = counts["seen"] + counts["dismissed"] + counts["shown"]
    if rows == 0 and file is None:
        return None
    left_out = [("no valid user or film", refused)] if refused else []
    left_out += pipeline.query("SELECT reason, count(*) FROM events_judged WHERE reason <> '' GROUP BY reason").collect()
    counts["left_out"] = {reason: number for reason, number in sorted(left_out)}
    summary.update(events=counts, format_version=VERSION_WITH_EVENTS)
    return sorted_parts(pipeline.query("SELECT * FROM events_file"), rows, "user", "item", "kind")


def identifier_of_event(column, number):
    """An id of the log as the ratings have theirs; NULL where it cannot be one of them."""
    return f"CASE WHEN CAST(TRY_CAST({column} AS BIGINT) AS STRING) = {column} THEN TRY_CAST({column} AS BIGINT) END" if number else column
