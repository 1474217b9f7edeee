"""Recommendations for many people at once: ids or a table of ratings in, tables of films out, block by block. Needs NumPy, and the
library of the tables. Not the answering itself: that is the core's."""

from encore.commands import as_json, log_in_python, temporary_folders, told_in_python
from encore.errors import UserError
from encore.sources import is_table, name_of, with_index

_columns_of_answer = ("rank", "movieId", "title", "year", "score")
_not_for_many = ("model", "rate", "ratings", "user", "all", "output", "item_column", "title_column", "year_column",
                 "rating_column", "encoding", "quote", "explain", "seen")


def blocks_of(model, answers, lock, who, dataset, size, columns, options, log=None):
    """Tables of userId, rank, movieId, title, year and score, each for `size` people at most, one after the other. answers: the core's,
    one question at a time under `lock`. Whatever is wrong with the question is said before the first; `log` is told which ratings do not
    count, and behind the last how many people have other answers than they may think."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise UserError(f"block is {size!r}; it must be a whole number of at least 1")
    numpy = _numpy()
    options = dict(options)
    if is_table(who):
        if dataset is not None:
            raise UserError("dataset is for users' ids; the table holds the ratings itself")
        library = library_of(who)
        asking = _Table(numpy, who, columns, model, answers, lock)
    else:
        options["dataset"] = model.dataset if dataset is None else dataset
        if options["dataset"] is None:
            raise UserError("dataset is missing: name the folder that holds these users' ratings")
        library = "pandas"
        asking = _Users(who, answers, lock)
    stands_for = temporary_folders(model, options.get("dataset"))
    with told_in_python(stands_for):
        said = as_json("recommend", options, _not_for_many)
        said.setdefault("count", 10)
        said["count"] = min(said["count"], len(model._catalogue()["movieId"]))
        catalogue = model._catalogue()
        films = {name: numpy.array(catalogue[name], dtype=None if name == "movieId" and catalogue["numeric_ids"] else object)
                 for name in ("movieId", "title", "year")}
        notes = asking.begin(said)
    tell = log_in_python(log, stands_for)
    for note in notes:
        tell(note)
    user_name = columns["user"] if library_of(who) else "userId"
    return _answers(numpy, asking, films, library, user_name, size, stands_for, tell)


def _answers(numpy, asking, films, library, user_name, size, stands_for, tell):
    popular, nothing = 0, 0
    for first in range(0, max(asking.total, 1), size):
        with told_in_python(stands_for):
            ids, item, score, count, by_ratings = asking.answer(first, size)
        popular, nothing = popular + int(by_ratings.sum()), nothing + int((count == 0).sum())
        listed = numpy.arange(item.shape[1])[None, :] < count[:, None]
        chosen = item[listed]
        yield table_of(library, {user_name: numpy.repeat(ids, count), "rank": (numpy.nonzero(listed)[1] + 1).astype(numpy.int32),
                                 **{name: values[chosen] for name, values in films.items()}, "score": score[listed]})
    if popular:
        tell(f"{popular:,} of {asking.total:,} get the films that most people rated, because the model looks at none of their ratings; their "
             "score counts ratings")
    if nothing:
        tell(f"{nothing:,} of {asking.total:,} have no row, because no film is left to recommend")


class _Users:
    """Users of a dataset, by their ids; None: all of them."""

    def __init__(self, ids, answers, lock):
        if isinstance(ids, (str, bytes, int, float, dict)) or hasattr(ids, "tocoo") or not (ids is None or hasattr(ids, "__iter__")):
            raise UserError(f"{ids!r:.100} is no list of users' ids; recommend(user=…) answers for one, a table of ratings for anybody")
        if hasattr(ids, "to_pylist"):  # of Arrow's
            ids = ids.to_pylist()
        self._ids = None if ids is None else [_id(one) for one in ids]
        self._answers, self._lock = answers, lock

    def begin(self, options):
        self._options = options
        with self._lock:
            facts = self._answers.people(options)
        self._numeric = facts["numeric_ids"]
        self.total = facts["users"] if self._ids is None else len(self._ids)
        return facts["notes"]

    def answer(self, first, size):
        numpy = _numpy()
        with self._lock:
            ids = self._answers.people(self._options, first, size)["ids"] if self._ids is None else self._ids[first:first + size]
            found = self._answers.top(self._options, self._options["count"], user_ids=ids)
        kind = numpy.int64 if self._numeric else object
        return numpy.array([int(one) for one in ids] if self._numeric else ids, dtype=kind), *_shaped(numpy, found, len(ids))


class _Table:
    """The people of a table of ratings, by ascending id."""

    def __init__(self, numpy, table, columns, model, answers, lock):
        self._answers, self._lock = answers, lock
        table = with_index(table.collect() if hasattr(table, "collect") else table)
        what, scale = name_of(table), model.config["dataset"]["scale"]
        names = list(table.column_names if hasattr(table, "column_names") else table.columns)
        if columns["user"] in _columns_of_answer:
            raise UserError(f"the answer has a column {columns['user']!r} of its own; rename that of the users")
        item_name = columns["item"] if columns["item"] in names or "title" not in names else "title"
        implicit = bool(scale.get("implicit"))
        for name in (columns["user"], item_name, *([] if implicit else [columns["rating"]])):
            if name not in names:
                raise UserError(f"{what} has no column {name!r}; it has: {', '.join(map(str, names))}; name the right one with "
                                "user_column, item_column or rating_column")
        user, item = (_column(numpy, table, name) for name in (columns["user"], item_name))
        stars = numpy.ones(len(user), numpy.float32) if implicit else _stars(numpy, table, columns["rating"])
        _require_usable(numpy, what, user, item, stars, scale, implicit)
        if user.dtype.kind == "O":
            kinds = sorted({type(one).__name__ for one in user})
            if len(kinds) > 1:
                raise UserError(f"the column {columns['user']} holds values of several types ({', '.join(kinds)}); make all of them text, or "
                                "all of them whole numbers")
        self._ids, row = numpy.unique(user, return_inverse=True)
        self._films, film = numpy.unique(item, return_inverse=True)
        self._by_title = item_name == "title"
        self._cells = row, film, stars, _times(numpy, table, names, len(user))
        self.total = len(self._ids)

    def begin(self, options):
        numpy = _numpy()
        self._options = options
        films = self._films.tolist()
        with self._lock:
            found = self._answers.films([str(one) if self._by_title else f"id:{_id(one)}" for one in films])
        row, film, stars, time = self._cells
        item = numpy.array(found["items"], numpy.int32)[film]
        known = item >= 0
        row, item, stars, time = row[known], item[known], stars[known], time[known]
        order = numpy.lexsort((stars, time, item, row))  # of a pair that came twice the latest rating counts, or else the highest
        row, item, stars = row[order], item[order], stars[order]
        last = numpy.append((row[1:] != row[:-1]) | (item[1:] != item[:-1]), True)[:len(row)]
        self._cells = row[last], item[last], stars[last]
        return found["notes"]

    def answer(self, first, size):
        numpy = _numpy()
        row, item, stars = self._cells
        ids = self._ids[first:first + size]
        begin, end = numpy.searchsorted(row, [first, first + len(ids)])
        start = numpy.searchsorted(row[begin:end], numpy.arange(first, first + len(ids) + 1)).astype(numpy.int64)
        rows = start, *(numpy.ascontiguousarray(part[begin:end]) for part in (item, stars))
        with self._lock:
            found = self._answers.top(self._options, self._options["count"], rows=rows)
        return ids, *_shaped(numpy, found, len(ids))


def _shaped(numpy, found, people):
    item, score, count, popular = map(numpy.asarray, found)
    k = len(item) // people if people else 0
    return item.reshape(people, k), score.reshape(people, k), count, popular


def _id(value):
    if getattr(value, "ndim", 0) != 0:
        raise UserError(f"{value!r} is no id; ids are whole numbers or text")
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise UserError(f"{value!r} is no id; ids are whole numbers or text")
    return str(value)


def _column(numpy, table, name):
    column = table[name]
    return numpy.asarray(column.to_numpy(zero_copy_only=False) if hasattr(column, "chunks") else column.to_numpy())


def _stars(numpy, table, name):
    values = _column(numpy, table, name)
    if values.dtype == bool:
        raise UserError(f"the column {name} holds True and False, which are no ratings; make them numbers as you mean them")
    try:
        return values.astype(numpy.float32)
    except (TypeError, ValueError):
        def number(value):
            try:
                return float(value)
            except (TypeError, ValueError):
                return float("nan")

        return numpy.array([number(value) for value in values], numpy.float32)


def _times(numpy, table, names, count):
    """Of each row, what ascends with its time; all alike without a column `timestamp`."""
    if "timestamp" not in names:
        return numpy.zeros(count)
    values = _column(numpy, table, "timestamp")
    if values.dtype.kind == "O":  # numbers, or dates, as text, and what is missing first
        missing = _missing(numpy, values)
        values = numpy.where(missing, "nan" if _are_numbers(values[~missing]) else "NaT", values).astype(str)
        try:
            values = values.astype(numpy.float64 if _are_numbers(values[~missing]) else "datetime64[ns]")
        except ValueError as error:
            raise UserError(f"the column timestamp holds times that cannot be compared ({error}); make them numbers or dates") from None
    missing = numpy.isnat(values) if values.dtype.kind in "mM" else values != values
    return numpy.where(missing, -1, numpy.unique(values, return_inverse=True)[1])


def _are_numbers(values):
    try:
        return [float(value) for value in values] is not None
    except (TypeError, ValueError):
        return False


def _require_usable(numpy, what, user, item, stars, scale, implicit):
    """One rule with Spark's setDataset: rows without a user, an item or a rating on the scale are told, never left out."""
    reasons = {"no user": _missing(numpy, user), "no item": _missing(numpy, item)}
    if not implicit:
        low, high = numpy.float32(scale["minimum"]), numpy.float32(scale["maximum"])
        reasons["rating is missing or no number"] = numpy.isnan(stars)
        reasons["rating is out of scale"] = (stars < low) | (stars > high)
    left, told, first = numpy.ones(len(user), bool), [], None
    for reason, where in reasons.items():
        where = where & left
        left &= ~where
        if where.any():
            told.append(f"{int(where.sum()):,} {reason}")
            place = int(numpy.argmax(where))
            first = min(first or (place, reason), (place, reason))
    if told:
        place, reason = first
        known = "" if implicit else f"; the model knows ratings from {scale['minimum']:g} to {scale['maximum']:g}"
        raise UserError(f"{what}: {int((~left).sum()):,} of {len(user):,} rows cannot be used ({', '.join(told)}), the first: row {place}, "
                        f"'{user[place]}, {item[place]}, {stars[place]:g}': {reason}{known}; mend such rows or leave them out")


def _missing(numpy, values):
    if values.dtype.kind == "f":
        return numpy.isnan(values)
    if values.dtype.kind == "O":  # pandas.NA is neither equal to itself nor different
        return numpy.array([value is None or type(value).__name__ in ("NAType", "NaTType") or value != value for value in values], bool)
    return numpy.zeros(len(values), bool)


def library_of(table):
    """pandas, pyarrow or polars; empty for what is no table."""
    library = type(table).__module__.partition(".")[0]
    return library if library in ("pandas", "pyarrow", "polars") and is_table(table) else ""


def table_of(library, columns):
    """A table of that library. Years may be missing."""
    if library == "pyarrow":
        import pyarrow

        return pyarrow.table({name: pyarrow.array(values, pyarrow.int32() if name == "year" else None) for name, values in columns.items()})
    if library == "polars":
        import polars

        return polars.DataFrame({name: polars.Series(values.tolist(), dtype=polars.Int32 if name == "year" else None)
                                 if values.dtype == object else values for name, values in columns.items()})
    try:
        import pandas
    except ImportError:
        raise UserError("a table of recommendations needs pandas; pip install pandas, or give a table of Polars or Arrow") from None
    return pandas.DataFrame({name: pandas.array(values, dtype="Int32") if name == "year" else values for name, values in columns.items()})


def together(tables):
    """One table of several of one library."""
    library = type(tables[0]).__module__.partition(".")[0]
    if len(tables) == 1:
        return tables[0]
    if library == "pyarrow":
        import pyarrow

        return pyarrow.concat_tables(tables)
    if library == "polars":
        import polars

        return polars.concat(tables)
    import pandas

    return pandas.concat(tables, ignore_index=True)


def _numpy():
    try:
        import numpy
    except ImportError:
        raise UserError("tables of recommendations need NumPy; pip install numpy") from None
    return numpy
