"""Text tables whose every line is numbers in their simplest form, as MovieLens' files of ratings are: read as typed columns by Spark alone,
in a fraction of the time. As src/preparation/canonical_file.cpp does it. Whatever else a line may be is left to lines.py, which also knows on
which line a row stands."""

import re

from encore.spark.storage import exact, unpacked

_whole = "(?:0|[1-9][0-9]{0,17})"
_rating = "(?:0|[1-9][0-9]{0,5})(?:[.][0-9]{1,6})?"
_time = "(?:0|[1-9][0-9]{0,10})"  # seconds, whatever the unit might have been guessed to be


def plain_frame(spark, storage, source, settings):
    """The ratings of a source as a DataFrame of BIGINT and DOUBLE columns; None unless every line of them, but for those with the names,
    is such numbers."""
    table = source.ratings
    roles = {source.user_column: ("BIGINT", _whole), source.item_column: ("BIGINT", _whole), source.rating_column: ("DOUBLE", _rating),
             source.time_column: ("BIGINT", _time)}
    if (table.frame is not None or table.layout != "delimited" or table.encoding != "utf-8" or table.partition_columns or source.own_columns
            or settings.decimal_comma or settings.time_unit not in ("auto", "s") or not set(table.columns) <= set(roles)
            or (table.has_header_line and all(re.fullmatch("[0-9.]+", name) for name in table.columns))):
        return None
    line = re.escape(table.delimiter).join(roles[name][1] for name in table.columns) + "\r?"
    if not _begins_so(storage, table, line):
        return None
    lines = exact(spark).text([part.path for part in table.parts], lineSep="\n")
    plain = "value RLIKE '" + _in_sql(rf"\A(?:{line})\z") + "'"
    # A line with a carriage return within holds several, names and rows: it counts as two.
    odd = lines.where(f"NOT {plain}").selectExpr("xxhash64(input_file_name()) AS file",
                                                 "CASE WHEN locate('\\r', rtrim('\\r', value)) > 0 THEN 2 ELSE 1 END AS lines")
    found = sorted(row[1] for row in odd.groupBy("file").sum("lines").collect())
    if found != ([1] * len(table.parts) if table.has_header_line else []):  # the line with the names, and no other
        return None
    cells = [f"TRY_CAST(get(cells, {place}) AS {roles[name][0]}) AS `{name.replace('`', '``')}`" for place, name in enumerate(table.columns)]
    split = lines.where(plain).selectExpr(
        f"split(rtrim('\\r', value), '{_in_sql(re.escape(table.delimiter))}', -1) AS cells")
    return split.selectExpr(*cells)


def _begins_so(storage, table, line):
    """Whether the first lines of the first file are such: most tables that are not plain are found out here."""
    begin = unpacked(storage.head(table.parts[0].path, 1 << 16)).decode("utf-8", "replace").split("\n")[table.has_header_line:-1]
    return all(re.fullmatch(line, one) for one in begin)


def _in_sql(pattern):
    """A regular expression within quotes of SQL."""
    return pattern.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "\\r")
