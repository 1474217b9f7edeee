"""Files of nothing but numbers that lie in a local file system (one that every executor sees, as Spark's own reader needs it): the tasks
read pieces of them, and the core makes columns of their lines, for less than half of what Spark's reader of CSV takes. Not the telling of such
files (plain.py)."""

import os
from dataclasses import dataclass
from typing import Any

PIECES_OF_A_CORE = 4
PIECE = 16 << 20, 128 << 20  # bytes of a task, at least and at most
LARGEST_ITEM = 1 << 23  # up to which items can be left out while lines are read: a bit each travels to the tasks
SMALL = 16 << 20  # bytes of files for which it is not worth while to start workers
_read = 1 << 20  # bytes at a time
_longest_line = 1 << 16
_rows_to_count = 1 << 19  # at a time


@dataclass(frozen=True)
class NumberFiles:
    """Such files of one table, cut into pieces. Its columns have the names and types of `kinds`; `roles`: as encore.h has them for
    encore_number_lines."""

    spark: Any
    pieces: tuple  # (path, state, where it begins)
    length: int
    delimiter: str
    roles: str
    kinds: tuple

    def rows(self, items=None):
        """A DataFrame of the rows, all NULL for each line that is something else. `items`: those whose rows are wanted; None: all."""
        return self._read(_same, None if items is None else _bits(items))

    def counts(self):
        """A DataFrame with a row for each item and rating, more than once perhaps: with how often instead of the user, and 0 instead of the
        time. All NULL for each line that is something else."""
        return self._read(_counted, None)

    def _read(self, change, items):
        schema = ", ".join(f"`{name.replace('`', '``')}` {kind}" for name, kind in self.kinds)
        names = [name for name, _ in self.kinds]
        task = _reading(self.pieces, self.length, self.roles, self.delimiter, names, items, change)
        return _numbers(self.spark, len(self.pieces)).mapInArrow(task, schema)


def number_files(spark, storage, table, roles, kinds):
    """The files of a table of numbers; None where they are not local, or small."""
    paths = [storage.local(part.path) for part in table.parts]
    if len(table.delimiter) != 1 or not table.delimiter.isascii() or table.packed or not all(path and os.path.isfile(path) for path in paths):
        return None
    states = [_state(path) for path in paths]
    size = sum(size for size, _ in states)
    if size < SMALL:
        return None
    length = min(max(-(-size // (PIECES_OF_A_CORE * spark.sparkContext.defaultParallelism)), PIECE[0]), PIECE[1])
    pieces = tuple((path, state, begin) for path, state in zip(paths, states) for begin in range(0, state[0], length))
    return NumberFiles(spark, pieces, length, table.delimiter, roles, tuple(kinds))


def _bits(items):
    """A bit for each item up to the last of `items`, as encore.h has them."""
    bits = bytearray(max(items, default=0) // 8 + 1)
    for item in items:
        bits[item // 8] |= 1 << item % 8
    return bytes(bits)


def _numbers(spark, count):
    """A row and a task for each of so many pieces. Of a range Spark would know how small it is, take what is read for small as well, and
    send it all to every executor for a join."""
    from pyspark.sql import DataFrame

    numbers = spark.range(0, count, 1, count)._jdf
    return DataFrame(spark._jsparkSession.internalCreateDataFrame(numbers.queryExecution().toRdd(), numbers.schema(), False), spark)


def _state(path):
    """Size, and time of the latest change."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def _reading(pieces, length, roles, delimiter, names, items, change):
    """For mapInArrow: numbers of pieces → their rows."""
    def lines_of(path, state, begin):
        """The bytes of the lines that begin in a piece, some at a time, up to a line end."""
        with open(path, "rb") as file:
            at, end = begin, min(begin + length, state[0])
            if begin > 0:  # the line that holds the byte before belongs to the piece before
                file.seek(begin - 1)
                at += len(file.readline(_longest_line)) - 1
            while at < end:
                data = file.read(min(_read, end - at))
                if not data.endswith(b"\n"):
                    data += file.readline(_longest_line)
                at += len(data)
                yield data if data.endswith(b"\n") else data + b"\n"
        if _state(path) != state:
            raise RuntimeError(f"{path} was changed while it was read, or is another file on another machine")

    def rows_of(batches):
        import pyarrow as pa

        kinds = [pa.float64() if role == "r" else pa.int64() for role in roles]
        for batch in batches:
            for place in batch.column(0).to_pylist():
                for data in lines_of(*pieces[place]):
                    rows, columns, others = columns_of(data, roles, delimiter, items)
                    yield pa.record_batch([pa.Array.from_buffers(kind, rows, [None, column]) for kind, column in zip(kinds, columns)], names)
                    if others:
                        yield pa.record_batch([pa.nulls(others, kind) for kind in kinds], names)

    return lambda batches: change(rows_of(batches), roles)


def _same(batches, roles):
    return batches


def _counted(batches, roles):
    """Batches of rows → the same with a row for each item and rating, as `counts` has them; those of nothing stay as they are."""
    import pyarrow as pa
    import pyarrow.compute as compute

    names, waiting, rows = [], [], 0
    keys = [role for role in "ir" if role in roles]

    def put_together():
        table = pa.Table.from_batches(waiting).group_by(keys, use_threads=False).aggregate([("u", "sum")])
        return table.rename_columns(["u" if name == "u_sum" else name for name in table.column_names]).select([*keys, "u"]).combine_chunks()

    for batch in batches:
        names = batch.schema.names
        if batch.num_rows and batch.column(0).null_count:
            yield batch
            continue
        columns = [batch.column(roles.index(role)) for role in keys]
        waiting.append(pa.record_batch([*columns, pa.array(_ones(batch.num_rows))], [*keys, "u"]))
        rows += batch.num_rows
        if rows >= _rows_to_count:
            waiting, rows = put_together().to_batches(), 0
    if waiting:
        for batch in put_together().to_batches():
            zeros = compute.multiply(batch.column("u"), 0)
            yield pa.record_batch([batch.column(role) if role in (*keys, "u") else zeros for role in roles], names)


def _ones(count):
    import numpy

    return numpy.ones(count, numpy.int64)


def columns_of(data, roles, delimiter, items=None):
    """The lines of `data`, which ends in a line feed, that are nothing but numbers, of the items that are wanted (`_bits`; None: all): how
    many, the bytes of their columns, and how many lines are something else."""
    import ctypes

    import pyarrow as pa

    from encore._core import core

    capacity = len(data) // (2 * len(roles))
    columns = [pa.allocate_buffer(8 * capacity) for _ in roles]
    addresses = (ctypes.c_void_p * len(columns))(*(column.address for column in columns))
    rows, others, taken = ctypes.c_int64(), ctypes.c_int64(), ctypes.c_int64()
    core().call("encore_number_lines", roles.encode(), delimiter.encode(), data, len(data), capacity, items,
                len(items or b"") * 8, addresses,
                ctypes.byref(rows), ctypes.byref(others), ctypes.byref(taken))
    return rows.value, columns, others.value
