"""Which column of a table is what: as the options say, by name or number; else by MovieLens' names; else by names that are common (the
core's list). As src/preparation/column_roles.cpp does it. Not which table plays which part (source.py), and no look at values."""

import re
from dataclasses import dataclass

from encore import options
from encore.errors import UserError


@dataclass
class RatingColumns:
    user: str | None = None
    item: str | None = None
    rating: str | None = None
    time: str | None = None
    counts: bool = False  # the rating is a count: of plays, of pieces
    guessed: bool = False  # some of them by a common name

    def complete(self, settings):
        return bool(self.user and self.item and (self.rating or settings.implicit or settings.repeats == "count"))


@dataclass
class FilmColumns:
    id: str | None = None
    title: str | None = None
    genres: str | None = None
    year: str | None = None
    guessed: bool = False

    def complete(self):
        return bool(self.id and self.title)


def name_columns(table, header):
    """Gives columns without a name one ("column1"), takes blanks off the others, and tells equal ones apart; without a header all are
    named by their numbers."""
    table.header = header
    if table.frame is not None or table.layout != "delimited":  # have names of their own
        return table
    fields, partitions = table.columns[:table.fields], list(table.partition_columns)
    if not header:
        table.columns = [str(place + 1) for place in range(len(fields))] + partitions
        return table
    names = [name.strip(" \t") or f"column{place + 1}" for place, name in enumerate(fields)] + partitions
    for place, name in enumerate(names):
        if name.lower() in (other.lower() for other in names[:place]):
            names[place] = f"{name} ({place + 1})"
    table.columns = names
    return table


def rating_columns(table, settings, guess):
    """`guess` = False: only the names that the options say. Raises UserError when an option that the user gave names no column."""
    columns = RatingColumns()
    numbered = not table.header and table.frame is None and table.layout == "delimited"

    def place(number, option):
        others = ("user_column", "item_column", "rating_column", "time_column", "count_column")
        if numbered and not _chosen(settings, option):
            if number in (getattr(settings, other) for other in others):
                return None
            return _named_or_numbered(table, number)
        return _found(table, settings, option)

    columns.user, columns.item = place("1", "user_column"), place("2", "item_column")
    rated = not settings.implicit and settings.repeats != "count"
    if settings.count_column is not None:
        columns.rating, columns.counts = _found(table, settings, "count_column"), True
    elif rated:
        columns.rating = place("3", "rating_column")
    if not settings.no_time:
        columns.time = place("4" if rated or settings.count_column else "3", "time_column")
    if not guess or numbered:
        return columns

    def take(field, role):
        if getattr(columns, field) is None:
            found = _known(table, role, (columns.user, columns.item, columns.rating, columns.time))
            setattr(columns, field, found)
            columns.guessed = columns.guessed or found is not None

    take("user", "user")
    take("item", "item")
    if rated and columns.rating is None:
        take("rating", "rating")
        if columns.rating is None:
            take("rating", "count")
            columns.counts = columns.rating is not None
    if not settings.no_time:
        take("time", "time")
    return columns


def film_columns(table, settings, item, guess):
    columns = FilmColumns()
    numbered = not table.header and table.frame is None and table.layout == "delimited"  # numbers name other columns there
    if settings.movie_id_column is not None:
        columns.id = _found(table, settings, "movie_id_column")
    elif table.has(item) and not numbered:
        columns.id = item
    columns.title, columns.genres, columns.year = (_found(table, settings, f"{name}_column") for name in ("title", "genres", "year"))
    if numbered:
        columns.id = columns.id or _named_or_numbered(table, "1")
        columns.title = columns.title or _named_or_numbered(table, "2")
        return columns
    if not guess:
        return columns

    def take(field, found):
        if getattr(columns, field) is None and found is not None:
            setattr(columns, field, found)
            columns.guessed = True

    def known(role):
        return _known(table, role, (columns.id, columns.title, columns.genres, columns.year))

    default = options.table("prepare")["item_column"].default
    take("id", default if table.has(default) else known("item"))
    take("id", next((name for name in table.columns if plain_name(name) == "id"), None))
    for role in ("title", "genres", "year"):
        take(role, known(role))
    return columns


def told(table, columns):
    """What was guessed, for a remark."""
    if isinstance(columns, FilmColumns):
        text = f"{table.name}: ids are in the column '{columns.id}', titles in '{columns.title}'"
        text += f", genres in '{columns.genres}'" if columns.genres else ""
        text += f", years in '{columns.year}'" if columns.year else ""
        return text + " (guessed by their names; movie_id_column, title_column, genres_column and year_column say otherwise)"
    text = f"{table.name}: users are in the column '{columns.user}', items in '{columns.item}'"
    text += f", {'counts' if columns.counts else 'ratings'} in '{columns.rating}'" if columns.rating else ""
    text += f", times in '{columns.time}'" if columns.time else ""
    return text + (" (guessed by their names; user_column, item_column, rating_column, count_column and time_column say otherwise)")


def refuse(table, columns, settings):
    """Raises UserError that says which columns are missing, and one complete call that names some."""
    if isinstance(columns, FilmColumns):
        missing = settings.title_column if columns.id else settings.movie_id_column or settings.item_column
        option = "title_column" if columns.id else "movie_id_column"
        raise UserError(f"{table.path} has no column '{missing}'; it has: {short_list(table.columns)}; name the right one with {option}")
    data = _looks_like_data(table)
    names = [str(place + 1) for place in range(len(table.columns))] if data else table.columns
    left = [name for name in names if name not in (columns.user, columns.item, columns.rating, columns.time)]
    call, missing = ["no_header=True"] if data else [], []
    wanted = ["user_column", "item_column"] + ([] if settings.implicit or settings.repeats == "count" else ["rating_column"])
    for option in wanted:
        column = getattr(columns, option.partition("_")[0])
        default = getattr(settings, option)
        if column is None:
            missing.append(f"'{default}'")
        if option == "rating_column" and column is None and not left:
            call.append("implicit=True")
            continue
        name = column if column is not None and not data else left.pop(0) if left else default
        if column is None or data or name != default:
            call.append(f"{option}={name!r}")
    if settings.implicit:
        call.append("implicit=True")
    source = repr(table.path) if table.frame is None or table.path != "the DataFrame" else "frame"
    without = "" if columns.rating or "implicit=True" in call else " (or implicit=True, when there are no ratings)"
    raise UserError(f"{table.path} has no column {', '.join(missing)}; {'its first line is' if data else 'it has'}: "
                    f"{short_list(table.columns)}; say which column is which, for example: prepare(spark, {source}, {', '.join(call)}){without}")


def require_usable(table, *columns):
    """Raises UserError when a column stands twice, has two roles, or holds lists or structs."""
    used = [column for column in columns if column is not None]
    for column in used:
        lower = [name.lower() for name in table.columns]
        again = [place for place, name in enumerate(lower) if re.fullmatch(re.escape(column.lower()) + r" \([0-9]+\)", name)]
        if again and table.frame is None:
            raise UserError(f"{table.path} has the column '{column}' twice (columns {table.columns.index(column) + 1} and {again[0] + 1}); "
                            "rename one of them")
        if table.frame is not None and lower.count(column.lower()) > 1:
            raise UserError(f"{table.path} has the column '{column}' twice ({short_list(table.columns)}); rename one of them")
        kind = table.types.get(column, {"list": "array", "object": "struct"}.get(table.shapes.get(column), ""))
        if kind.startswith(("array", "struct", "map")):
            raise UserError(f"the column '{column}' of {table.path} holds lists or structs ({kind[:60]}); it must hold one number or text a "
                            "row; name another column, or unfold it first")
        if used.count(column) > 1:
            raise UserError(f"the column '{column}' of {table.path} cannot be two things at once; name another")


def plain_name(name):
    return re.sub("[^a-z0-9]", "", re.sub("[A-Z]", lambda match: match[0].lower(), name))


def _known(table, role, taken):
    for known in options.document()["known_columns"][role]:
        for column in table.columns:
            if plain_name(column) == known and column not in taken:
                return column
    return None


def _chosen(settings, option):
    return getattr(settings, option) != options.table("prepare")[option].default


def _named_or_numbered(table, name):
    """A column by its name, else by its number, the first being 1."""
    if table.has(name):
        return name
    if name.isascii() and name.isdigit() and 1 <= int(name) <= len(table.columns):
        return table.columns[int(name) - 1]
    return None


def _found(table, settings, option):
    name = getattr(settings, option)
    column = _named_or_numbered(table, name)
    if column is None and _chosen(settings, option):
        raise UserError(f"{table.path} has no column '{name}'; it has: {short_list(table.columns)}; name the right one with {option}")
    return column


def _looks_like_data(table):
    """Whether the first line looks like a row rather than like names."""
    return table.has_header_line and any(
        re.fullmatch(r"[-+]?[0-9]*[.]?[0-9]+(e[-+]?[0-9]+)?", name) or (len(name) >= 8 and " " not in name and sum(map(str.isdigit, name)) >= 5)
        for name in table.columns)


def short_list(names):
    text = ", ".join(name[:60] + ("…" if len(name) > 60 else "") for name in names[:40])
    return text if len(names) <= 40 else f"{text}, … ({len(names)} in all)"
