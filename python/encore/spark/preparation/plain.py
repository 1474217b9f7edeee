"""Text tables whose every line is numbers in their simplest form, as MovieLens' files of ratings are: read as typed columns, by the core
where the files are local ones (number_lines.py), else by Spark alone, in a fraction of the time. As src/preparation/canonical_file.cpp
does it. Whatever else a line may be is left to lines.py, which also knows on which line a row stands."""

import re
from dataclasses import replace

from encore.spark.preparation.number_lines import number_files
from encore.spark.storage import exact, unpacked

_whole = "(?:0|[1-9][0-9]{0,17})"
_rating = "(?:0|[1-9][0-9]{0,5})(?:[.][0-9]{1,6})?"
_time = "(?:0|[1-9][0-9]{0,10})"  # seconds, whatever the unit might have been guessed to be

MALFORMED = 9  # the reason of a line that is none (sql/05_reasons.sql)


def plain_source(spark, storage, source, settings):
    """The source with its ratings as a DataFrame of BIGINT and DOUBLE columns, which are NULL for each line that is no such numbers: one
    pass tells rows from other lines. It may be used when these are no more than `lines_with_names`. None where that is not to be
    expected."""
    table = source.ratings
    roles = {source.user_column: ("BIGINT", _whole), source.item_column: ("BIGINT", _whole), source.rating_column: ("DOUBLE", _rating),
             source.time_column: ("BIGINT", _time)}
    if (table.frame is not None or table.layout != "delimited" or table.encoding != "utf-8" or table.partition_columns or source.own_columns
            or settings.decimal_comma or settings.time_unit not in ("auto", "s") or not set(table.columns) <= set(roles) or table.returns
            or (table.has_header_line and any(re.fullmatch("[0-9.]+", name) for name in table.columns))):
        return None
    line = re.escape(table.delimiter).join(roles[name][1] for name in table.columns) + "\r?"
    if not _begins_so(storage, table, line):
        return None
    kinds = [(name, roles[name][0]) for name in table.columns]
    letters = "".join("uirt"[list(roles).index(name)] for name in table.columns)
    files = number_files(spark, storage, table, letters, kinds)
    frame = files.rows() if files else _by_spark(spark, table, line, kinds)
    return replace(source, ratings=replace(table, frame=frame, plain=True, number_files=files))


def _by_spark(spark, table, line, kinds):
    plain = "value RLIKE '" + _in_sql(rf"\A(?:{line})\z") + "'"
    cells = f"split(value, '{_in_sql(re.escape(table.delimiter))}', -1)"  # a cast leaves out the carriage return at the end
    typed = [f"TRY_CAST(get(cells, {place}) AS {kind}) AS `{name.replace('`', '``')}`" for place, (name, kind) in enumerate(kinds)]
    lines = exact(spark).text([part.path for part in table.parts], lineSep="\n")
    return lines.selectExpr(f"CASE WHEN {plain} THEN {cells} END AS cells").selectExpr(*typed)


def lines_with_names(table):
    """How many lines of a table are no rows. Each file begins with one, which is no row of numbers either, nor more than one line."""
    return len(table.parts) if table.has_header_line else 0


def _begins_so(storage, table, line):
    """Whether the first lines of the first file are such: most tables that are not plain are found out here."""
    begin = unpacked(storage.head(table.parts[0].path, 1 << 16)).decode("utf-8", "replace").split("\n")[table.has_header_line:-1]
    return all(re.fullmatch(line, one) for one in begin)


def _in_sql(pattern):
    """A regular expression within quotes of SQL."""
    return pattern.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "\\r")
