"""Ratings and tables that are in memory become Parquet files, which the core prepares like any other: pandas, Arrow, SciPy. The libraries
are imported only when something of theirs comes in. Not the preparation itself (one_machine.py)."""

import os

from encore.errors import UserError


def is_in_memory(source):
    """Whether this is a table or a matrix, and no path."""
    return not isinstance(source, (str, bytes, os.PathLike))


def name_of(source):
    """What messages call it."""
    if _is_sparse(source):
        return "the matrix"
    return "the DataFrame" if hasattr(source, "columns") and type(source).__module__.partition(".")[0] != "pyarrow" else "the table"


def write_source(source, folder, user_ids=None, item_ids=None):
    """The Parquet file, in `folder`, that holds a table of ratings or a sparse matrix of users × items. Raises UserError."""
    if _is_sparse(source):
        return _write(_table_of_matrix(source, user_ids, item_ids), folder, "matrix.parquet")
    if user_ids is not None or item_ids is not None:
        raise UserError("user_ids and item_ids name the rows and columns of a sparse matrix; a table has columns for them")
    return write_table(source, folder, "ratings.parquet")


def write_table(table, folder, name):
    """The same for any table: a pandas.DataFrame, a pyarrow.Table, or what speaks Arrow's interface of streams (Polars, DuckDB)."""
    library = type(table).__module__.partition(".")[0]
    if library not in ("pandas", "pyarrow") and not hasattr(table, "__arrow_c_stream__"):
        raise UserError(f"a {type(table).__module__}.{type(table).__name__} is no source of ratings; give a path, a pandas.DataFrame, a "
                        "pyarrow.Table or a sparse matrix of SciPy's")
    arrow = _arrow()
    if library == "pandas":
        return _write(arrow.Table.from_pandas(table, preserve_index=False), folder, name)
    if isinstance(table, arrow.RecordBatch):
        return _write(arrow.Table.from_batches([table]), folder, name)
    if isinstance(table, arrow.Table):
        return _write(table, folder, name)
    return _write(arrow.RecordBatchReader.from_stream(table).read_all(), folder, name)


def _is_sparse(source):
    return type(source).__module__.startswith("scipy.sparse")


def _table_of_matrix(matrix, user_ids, item_ids):
    import numpy

    cells = matrix.tocoo(copy=True)
    cells.sum_duplicates()  # as SciPy means a cell that stands twice
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
    return ids


def _write(table, folder, name):
    import pyarrow.parquet

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
