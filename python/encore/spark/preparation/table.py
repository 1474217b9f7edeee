"""What a table of rows looks like, found out from its bytes, never from its name: Parquet or text, its separator and its columns, in one
file or in many parts; the core looks at the bytes (src/table_text/beginning.h). Not what the columns mean (source.py)."""

from dataclasses import dataclass, field, replace
from typing import Any

from encore import _core
from encore.errors import UserError
from encore.spark.preparation.half_floats import frame_of_half_floats
from encore.spark.storage import exact, java_reason, name_of, unpacked

PART_SHIFT = 40  # lines of a table of several files are numbered apart: the number of the part stands above the line's
_few_parts = 16
_packings = {b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip", b"PK\x05\x06": "zip"}
# What Spark unpacks, and knows by the name only.
_by_name = {b"\x1f\x8b": ("gzip", ".gz"), b"BZh": ("bzip2", ".bz2")}


@dataclass(frozen=True)
class Reading:
    """How files are to be looked at."""

    quoted: bool = True
    header: bool = True
    encoding: str = "auto"
    films: bool = False  # it may be Netflix' table of films


@dataclass
class Part:
    """A file of a table, and what the folders it lies in say (`country=DE`), one value for each column of partitions."""

    path: str
    partition: tuple = ()


@dataclass
class Table:
    """Files of one kind, or a DataFrame."""

    path: str = ""
    parts: list = field(default_factory=list)
    frame: Any = None  # of Parquet or a DataFrame of the user: typed columns
    layout: str = "delimited"
    format: dict = field(default_factory=dict)  # how the core takes its lines apart
    header: bool = True
    encoding: str = "utf-8"
    packed: bool = False
    columns: list = field(default_factory=list)
    shapes: dict = field(default_factory=dict)  # of JSON: what was seen in the columns
    partition_columns: tuple = ()
    plain: bool = False  # `frame` is of text: rows of numbers, and NULLs of lines that are none (plain.py)
    number_files: Any = None  # of a plain one that the core reads
    returns: bool = False  # a carriage return stands within the first line of some file
    small: bool = False  # the driver has seen all of it
    utf8: bool = False  # all of it was seen, and is

    @property
    def name(self):
        return name_of(self.path)

    @property
    def delimiter(self):
        return self.format.get("delimiter", ",")

    @property
    def fields(self):
        """How many columns the rows themselves have."""
        return len(self.columns) - len(self.partition_columns)

    @property
    def has_header_line(self):
        return self.header and self.frame is None and self.layout == "delimited"

    @property
    def types(self):
        """Spark's names of the columns' types; empty for text."""
        return {column.name: column.dataType.simpleString() for column in self.frame.schema} if self.frame is not None else {}

    def has(self, column):
        return column in self.columns

    def headerless(self, columns):
        """The same file with the names that its format gives to the columns."""
        return replace(self, columns=[*columns, *self.partition_columns], header=False, format={**self.format, "quoted": False})


def table_of_frame(frame, path="the DataFrame"):
    return Table(path=path, frame=frame, columns=list(frame.columns))


def inspect_table(spark, storage, path, reading):
    """Looks at the beginning of a file. Raises UserError when it is missing, empty or no table."""
    if not storage.exists(path):
        raise UserError(f"{path}: there is no such file or folder")
    if storage.is_folder(path):
        raise UserError(f"{path} is a folder, not a file")
    return inspect_parts(spark, storage, path, [Part(path)], (), reading)


def inspect_parts(spark, storage, path, parts, partition_columns, reading):
    """Looks at the beginning of every part. `path`: what they are called together. Raises UserError when one of them is no table or has
    other columns than the first."""
    table = _look(storage, parts[0].path, reading)
    for part in parts[1:]:
        other = _look(storage, part.path, reading)
        _require_alike(table, other, parts[0].path, part.path, reading.header)
        for column in other.columns:  # JSON's keys need not be everywhere
            if table.layout == "json-lines" and not table.has(column):
                table.columns.append(column)
        table.shapes = {**other.shapes, **table.shapes}
        table.packed, table.returns = table.packed or other.packed, table.returns or other.returns
        table.small, table.utf8 = table.small and other.small and len(parts) <= _few_parts, table.utf8 and other.utf8
    table.path, table.parts, table.partition_columns = path, list(parts), tuple(partition_columns)
    if table.frame == "parquet":
        kinds = _kinds(storage, path, parts)
        if any("FLOAT16" in of_part.values() for of_part in kinds) and not partition_columns:
            table.frame = frame_of_half_floats(spark, [part.path for part in parts])
        else:
            table.frame = _with_timestamps(_parquet(spark, path, parts, partition_columns), parts, kinds)
        table.columns = list(table.frame.columns)
        return table
    if table.layout == "json-lines":
        table.format = {**table.format, "keys": list(table.columns), "columns": len(table.columns)}
    table.columns += partition_columns
    return table


def _parquet(spark, path, parts, partition_columns):
    reader = exact(spark).option("basePath", path) if partition_columns else exact(spark)
    try:
        return reader.parquet(*(part.path for part in parts))
    except Exception as error:
        reason = java_reason(error)
        if any(one in str(error) for one in ("Illegal Parquet type", "PARQUET_TYPE_ILLEGAL", "PARQUET_TYPE_NOT_")):
            raise UserError(f"{path} has a column of a type that Spark does not read ({reason}); write it as another, or prepare with "
                            "`encore prepare`, whose dataset Spark opens") from error
        raise UserError(f"{path} begins like a Parquet file but is damaged ({reason})") from error


def _kinds(storage, path, parts):
    try:
        return [storage.kinds_in_parquet(part.path) for part in parts]
    except UserError as error:
        if "LogicalType$_Fields" in str(error):  # the Parquet of Spark 3.5 stumbles over what it does not know
            return [{"": "FLOAT16"}]
        raise UserError(f"{path} begins like a Parquet file but is damaged ({error})") from error


def _with_timestamps(frame, parts, kinds):
    """Spark reads timestamps in nanoseconds as whole numbers (nanosAsLong); here they are timestamps again, so that no size is taken
    for a unit."""
    nanos = [{name for name, kind in of_part.items() if kind.startswith("TIMESTAMP(NANOS")} for of_part in kinds]
    every, some = set.intersection(*nanos), set.union(*nanos)
    if odd := sorted(some - every):
        part = next(part for part, names in zip(parts, nanos) if odd[0] not in names)
        raise UserError(f"{part.path}: the column '{odd[0]}' has another type than in the other files")
    for name in frame.columns:
        if name in every:
            column = "`" + name.replace("`", "``") + "`"
            micros = f"CASE WHEN {column} > -9223372035000000000 THEN ({column} - pmod({column}, 1000)) div 1000 END"
            frame = frame.selectExpr(*(f"timestamp_micros({micros}) AS {column}" if one == name
                                       else "`" + one.replace("`", "``") + "`" for one in frame.columns))
    return frame


def _look(storage, path, reading):
    begin = storage.head(path, 1 << 18)
    if not begin:
        raise UserError(f"{path} is empty")
    if name_of(path).startswith(("_", ".")):
        raise UserError(f"{path}: Spark takes files whose names begin with '_' or '.' for hidden ones; rename it")
    if begin.startswith(b"PAR1"):
        return Table(path=path, frame="parquet")
    for signature, packing in _packings.items():
        if begin.startswith(signature):
            raise UserError(f"{path} is packed by {packing}, which Spark does not read; unpack it, or prepare it with `encore prepare`, whose "
                            "dataset Spark opens")
    packed = False
    for signature, (packing, ending) in _by_name.items():
        if begin.startswith(signature):
            if not path.endswith(ending):
                raise UserError(f"{path} is packed with {packing}, which Spark knows by the name only; let it end in {ending}")
            packed = True
    try:
        data = unpacked(begin)
    except UserError as error:
        raise UserError(f"{path} is damaged: {error}") from error
    asked = {"quoted": reading.quoted, "films": reading.films, "encoding": reading.encoding}
    whole = not packed and len(begin) < 1 << 18
    look = _core.look_at_table(data, whole, asked)
    if look["problem"]:
        raise UserError(f"{path} {look['problem']}")
    if packed and look["encoding"].startswith("utf-16"):
        raise UserError(f"{path} is packed and in UTF-16, which Spark does not read together; unpack it first")
    return Table(path=path, layout=look["layout"], format=look["format"], encoding=look["encoding"], packed=packed,
                 columns=look["columns"], shapes=dict(zip(look["columns"], look["shapes"])),
                 small=whole, utf8=whole and _is_utf8(data), returns=b"\r" in data.partition(b"\n")[0].removesuffix(b"\r"))


def _is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _require_alike(table, other, path, other_path, header):
    kinds = [(one.layout, one.delimiter, isinstance(one.frame, str)) for one in (table, other)]
    alike = table.columns == other.columns or table.frame is not None or table.layout == "json-lines"
    if not alike and len(table.columns) == len(other.columns):  # without a line of names only their number can be compared
        alike = not header or (table.columns[0].isdigit() and other.columns[0].isdigit())
    if kinds[0] != kinds[1] or not alike:
        raise UserError(f"{path} and {other_path} are no parts of one table: their columns or separators differ")


def column_name(table, column):
    """`column` as it stands in a SELECT from `rows_of` (lines.py), or from the table's DataFrame."""
    if table.frame is None:
        return f"c{table.columns.index(column)}"
    return "`" + column.replace("`", "``") + "`"


def name_of_part(table, part):
    """What a part is called beside the others."""
    path, base = table.parts[part].path, table.path.rstrip("/") + "/"
    at = path.find(base)
    return path[at + len(base):] if at >= 0 else path


def place_of_line(table, line):
    """`line 7`, or `part-2.csv, line 7`."""
    part, number = line >> PART_SHIFT, line & ((1 << PART_SHIFT) - 1)
    return f"line {number}" if len(table.parts) < 2 or part >= len(table.parts) else f"{name_of_part(table, part)}, line {number}"
