"""Ratings and tables that are in memory become Parquet files, which the core prepares like any other: pandas, Arrow, SciPy. The libraries
are imported only when something of theirs comes in. Not the preparation itself (one_machine.py)."""

import os

from encore.errors import UserError


def is_in_memory(source):
    """Whether this is a table or a matrix, and no path."""
    return not isinstance(source, (str, bytes, os.PathLike))


def is_list_of_paths(source):
    """Whether these are several files."""
    return isinstance(source, (list, tuple)) and len(source) > 0 and not any(is_in_memory(one) for one in source)


def is_table(source):
    """Whether this has columns by name: pandas, Polars (a LazyFrame, too), Arrow."""
    # Of a lazy table the columns are not asked: that is work.
    return not isinstance(source, dict) and any(hasattr(type(source), name) for name in ("columns", "column_names", "collect_schema"))


def name_of(source):
    """What messages call it."""
    if _is_sparse(source):
        return "the matrix"
    if type(source).__module__.partition(".")[0] == "numpy":
        return "the array"
    return "the DataFrame" if hasattr(type(source), "columns") and type(source).__module__.partition(".")[0] != "pyarrow" else "the table"


def write_source(source, folder, user_ids=None, item_ids=None):
    """The Parquet file, in `folder`, that holds a table of ratings or a sparse matrix of users × items. Raises UserError."""
    if _is_sparse(source):
        return _write(_table_of_matrix(source, user_ids, item_ids), folder, "matrix.parquet")
    if user_ids is not None or item_ids is not None:
        raise UserError("user_ids and item_ids name the rows and columns of a sparse matrix; a table has columns for them")
    return write_table(source, folder, "ratings.parquet")


def write_table(table, folder, name):
    """The same for any table: a pandas.DataFrame, a pyarrow.Table, or what speaks Arrow's interface of streams (Polars, DuckDB)."""
    if hasattr(table, "collect") and hasattr(table, "collect_schema"):  # a LazyFrame of Polars
        table = table.collect()
    if isinstance(table, (list, tuple)):
        raise UserError("the list of sources is empty" if len(table) == 0 else
                        "a list of rows is no source of ratings; give a dict of columns, a table, or a list of paths")
    if isinstance(table, dict) or type(table).__module__.partition(".")[0] == "numpy":
        arrow, columns = _arrow(), _named_columns(table)
        try:
            table = arrow.table(columns)
        except (arrow.ArrowException, TypeError, ValueError) as error:
            raise UserError(f"{name_of(table)} cannot become a table of Arrow: {error}") from error
    table = with_index(table)
    library = type(table).__module__.partition(".")[0]
    if not is_table(table) and not hasattr(table, "__arrow_c_stream__") or library == "pandas" and not hasattr(table, "columns"):
        raise UserError(f"a {type(table).__module__}.{type(table).__name__} is no source of ratings; give a path, a table (pandas, Polars, "
                        "Arrow, a dict of columns), an array of rows or a sparse matrix of SciPy's")
    return _write(_in_arrow(table, library), folder, name)


def with_index(table):
    """A DataFrame or Series of pandas with what its index names as columns, as of groupby(["userId", "movieId"]); anything else as it is."""
    if type(table).__module__.partition(".")[0] != "pandas" or not hasattr(table, "index"):
        return table
    taken = table.columns if hasattr(table, "columns") else [table.name]
    named = [name for name in table.index.names if name is not None and name not in taken]
    if not named:
        return table
    if not hasattr(table, "columns"):
        table = table.to_frame("rating" if table.name is None else table.name)
    return table.reset_index(level=named)


def _in_arrow(table, library):
    arrow = _arrow()
    if isinstance(table, arrow.Table):
        return table
    try:
        if library == "pandas":
            return arrow.Table.from_pandas(table, preserve_index=False)
        if isinstance(table, arrow.RecordBatch):
            return arrow.Table.from_batches([table])
        return arrow.RecordBatchReader.from_stream(table).read_all()
    except (arrow.ArrowException, TypeError, ValueError) as error:
        reason = ": ".join(map(str, reversed(error.args))) if len(error.args) > 1 else str(error)
        raise UserError(f"{name_of(table)} cannot become a table of Arrow: {reason}") from error


def _named_columns(source):
    """{name: values} of a dict of columns, of a structured array, or of rows of (user, item, rating) or (user, item, rating, time)."""
    if isinstance(source, dict):
        return source
    if source.dtype.names:
        return {name: source[name] for name in source.dtype.names}
    names = ("userId", "movieId", "rating", "timestamp")
    if source.ndim != 2 or source.shape[1] not in (3, 4) or source.dtype.kind not in "iuf":
        raise UserError(f"an array of the shape {source.shape} is no table of ratings; its rows must be user, item, rating and perhaps time "
                        "(a matrix of users × items: scipy.sparse.csr_matrix(array))")
    columns = {}
    for name, values in zip(names, source.T):
        whole = name != "rating" and source.dtype.kind == "f" and bool((values == values.astype("int64")).all())
        columns[name] = values.astype("int64") if whole else values.copy()
    return columns


def _is_sparse(source):
    return type(source).__module__.startswith("scipy.sparse")


def _table_of_matrix(matrix, user_ids, item_ids):
    import numpy

    cells = matrix.tocoo(copy=True)
    cells.sum_duplicates()  # as SciPy means a cell that stands twice
    if cells.data.dtype.kind not in "biuf":
        raise UserError(f"the matrix holds values of the type {cells.data.dtype}, which are no ratings")
    if cells.ndim != 2:
        raise UserError(f"the matrix has {cells.ndim} dimensions; it must have two, users × items")
    users, items = (_ids(numpy, ids, size, name) for ids, size, name in
                    ((user_ids, cells.shape[0], "user_ids"), (item_ids, cells.shape[1], "item_ids")))
    return _arrow().table({"userId": users[cells.row], "movieId": items[cells.col],
                           "rating": cells.data.astype(numpy.float64, copy=False)})


def _ids(numpy, ids, size, name):
    if ids is None:
        return numpy.arange(size, dtype=numpy.int64)
    ids = numpy.asarray(ids)
    if ids.shape != (size,):
        raise UserError(f"{name} has {len(ids)} ids; the matrix needs {size}")
    seen = set()
    twice = next((one for one in ids.tolist() if one in seen or seen.add(one)), None)
    if twice is not None:
        raise UserError(f"{name} has {twice!r} twice; each row and column of the matrix needs an id of its own")
    return ids


def _write(table, folder, name):
    import pyarrow.parquet

    if table.num_columns == 0:
        raise UserError("a table without columns is no source of ratings")
    for place, field in enumerate(table.schema):
        if pyarrow.types.is_duration(field.type):  # Parquet would keep the number alone, which could be taken for a time
            texts = [None if value is None else f"{value} {field.type.unit}" for value in table.column(place).cast("int64").to_pylist()]
            table = table.set_column(place, field.name, pyarrow.array(texts, pyarrow.string()))
    path = os.path.join(folder, name)
    pyarrow.parquet.write_table(table, path)
    return path


def _arrow():
    try:
        import pyarrow
    except ImportError:
        raise UserError("tables and matrices in memory go through Parquet, which needs pyarrow; pip install pyarrow, or give the path of a "
                        "file") from None
    return pyarrow
