"""Lists and sentences from the relations rejected_rows, superseded_rows and rejected_films (sql/7*). Not how many there are (summary.py),
nor what is said of losses (losses.py)."""

from encore.errors import UserError
from encore.spark.preparation import losses
from encore.spark.preparation.table import PART_SHIFT, name_of_part, place_of_line

_by_line = ", ".join(f"{column} NULLS LAST" for column in ("line", "userId", "movieId", "rating", "time"))  # as in rejects.cpp
_by_raw_line = _by_line.replace("line", "r.line")


def listed(counts):
    return ", ".join(f"{rows} {reason}" for reason, rows in sorted(counts.items()))


def write_rejects(pipeline, source, summary, folder):
    """What is wrong with the source, line by line, as a folder of CSV."""
    select = ("SELECT TRUE AS of_ratings, line, userId, movieId, rating, time, concat_ws(': ', reason, problem) AS reason "
              "FROM rejected_rows")
    if summary["rejected"].keys() & {losses.SUPERSEDED, losses.LOWER}:
        select += " UNION ALL SELECT TRUE, line, userId, movieId, rating, time, reason FROM superseded_rows"
    if summary["rejected_films"]:
        select += (f" UNION ALL SELECT FALSE, line, NULL, movieId, NULL, NULL, concat('{_within_quotes(source.movies.name)}: ', "
                   "concat_ws(': ', reason, problem)) FROM rejected_films")
    frame = pipeline.query(f"SELECT {_columns(source.ratings)} FROM ({select}) AS r ORDER BY {_by_raw_line}, reason")
    frame.coalesce(1).write.csv(folder, header=True, mode="overwrite", quote='"', escape='"', ignoreLeadingWhiteSpace=False,
                                ignoreTrailingWhiteSpace=False)


def _columns(table):
    """With that of the file where there are several."""
    if len(table.parts) < 2:
        return "line, userId, movieId, rating, time, reason"
    names = ", ".join(f"'{_within_quotes(name_of_part(table, part))}'" for part in range(len(table.parts)))
    return (f"CASE WHEN of_ratings THEN element_at(array({names}), CAST(shiftright(line, {PART_SHIFT}) AS INT) + 1) END AS file, "
            f"line & {(1 << PART_SHIFT) - 1}L AS line, userId, movieId, rating, time, reason")


def _within_quotes(text):
    return text.replace("\\", "\\\\").replace("'", "\\'")


def require_no_rejects(pipeline, source, summary):
    """Raises UserError that names the first row, of ratings or of films, that cannot be used."""
    bad = {reason: rows for reason, rows in summary["rejected"].items() if not losses.is_repeat(reason)}
    if bad:
        first = pipeline.query(f"SELECT reason FROM rejected_rows ORDER BY {_by_line}, reason").head()
        reason = first[0] if first and first[0] in bad else min(bad)
        raise UserError(f"{source.ratings.path}: {sum(bad.values())} of {summary['rows']} rows cannot be used ({listed(bad)}), the first: "
                        f"{first_example(pipeline, source, reason)}: {reason}; mend them, or leave out strict to go on without them")
    films = summary["rejected_films"]
    if films:
        first = pipeline.query("SELECT line, reason, problem, movieId FROM rejected_films ORDER BY line NULLS LAST, movieId").head()
        place = f"{place_of_line(source.movies, first[0])}: " if first[0] is not None else ""
        what = f"{first[1]}: {first[2]}" if first[2] is not None else f"'{first[3]}': {first[1]}"
        raise UserError(f"{source.movies.path}: {sum(films.values())} lines are no films ({listed(films)}), the first: {place}"
                        f"{what[:200]}; mend them, or leave out strict to go on without them")


def first_example(pipeline, source, reason):
    """Where the first row of this reason stands, and what it holds."""
    values = "coalesce(userId, ''), coalesce(movieId, ''), coalesce(rating, '')" + (", time" if reason == "no valid time" else "")
    row = pipeline.query(f"SELECT line, problem, concat_ws(', ', {values}) FROM rejected_rows WHERE reason = '{reason}' "
                         f"ORDER BY {_by_line}").head()
    place = f"{place_of_line(source.ratings, row[0])}: " if row and row[0] is not None else ""
    return place + (row[1] or f"'{row[2][:200]}'") if row else ""
