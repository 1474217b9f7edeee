"""What a table of rows looks like, found out from its bytes, never from its name: Parquet or text, its separator and its
columns; and its reading by Spark. Not what the columns mean (source.py)."""

from dataclasses import dataclass, field, replace
from typing import Any

from encore.errors import UserError
from encore.spark.storage import exact, java_reason, name_of, unpacked



@dataclass
class Table:
    """A file, a folder of parts as Spark writes them, or a DataFrame."""

    path: str = ""
    frame: Any = None  # of Parquet or a DataFrame of the user: typed columns
    delimiter: str = ","
    quoted: bool = True  # whether double quotes enclose fields
    header: bool = True
    encoding: str = "UTF-8"
    last_unnamed: bool = False  # the header ends in a delimiter, which the rows may lack
    columns: list = field(default_factory=list)

    @property
    def name(self):
        return name_of(self.path)

    @property
    def types(self):
        """Spark's names of the columns' types; empty for text."""
        return {column.name: column.dataType.simpleString() for column in self.frame.schema} if self.frame is not None else {}

    def has(self, column):
        return column in self.columns

    def headerless(self, columns):
        """The same file with the names that its format gives to the columns."""
        return replace(self, columns=list(columns), header=False, quoted=False)


def table_of_frame(frame):
    return Table(path="the DataFrame", frame=frame, columns=list(frame.columns))


def inspect_table(spark, storage, path, quoted=True):
    """Looks at the beginning of a file, or of the first part in a folder of parts. Text without a header keeps its first
    line's fields in `columns`. Raises UserError when it is missing, empty or binary."""
    first = path
    if storage.is_folder(path):
        parts = [entry for entry, folder in storage.entries(path) if not folder and name_of(entry).startswith("part-")]
        if not parts:
            raise UserError(f"{path} is a folder, not a file")
        first = parts[0]
    elif not storage.exists(path):
        raise UserError(f"{path}: there is no such file or folder")
    begin = storage.head(first)
    if not begin:
        raise UserError(f"{path} is empty")
    if begin.startswith(b"PAR1"):
        try:
            frame = exact(spark).parquet(path)
        except Exception as error:
            raise UserError(f"{path} begins like a Parquet file but is damaged ({java_reason(error)})") from error
        return Table(path=path, frame=frame, columns=list(frame.columns))
    if begin.startswith(b"\x1f\x8b") and not first.endswith(".gz"):
        raise UserError(f"{path} is packed with gzip, which Spark knows by the name only; let it end in .gz")
    line = _first_line(path, begin)
    delimiter = _delimiter_of(line)
    if name_of(first).startswith(("_", ".")):
        raise UserError(f"{path}: Spark takes files whose names begin with '_' or '.' for hidden ones; rename it")
    columns = split_line(line, delimiter) if quoted else line.split(delimiter)
    return Table(path=path, delimiter=delimiter, quoted=quoted, last_unnamed=len(columns) > 1 and not columns[-1], columns=columns)


def _first_line(path, begin):
    """The first line that is not empty, without a byte order mark."""
    try:
        data = unpacked(begin)
    except UserError as error:
        raise UserError(f"{path} is damaged: {error}") from error
    lines = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").splitlines()
    if not lines:
        raise UserError(f"{path} is empty")
    if b"\0" in lines[0]:
        raise UserError(f"{path} is neither text nor Parquet")
    return lines[0].decode("utf-8", errors="replace")


def _delimiter_of(line):
    """The separator that occurs most; '::' holds no other one."""
    if "::" in line:
        return "::"
    return max([",", "\t", ";", "|"], key=line.count)


def split_line(line, delimiter):
    """The fields of one line; double quotes may enclose them."""
    fields, inside, at = [""], False, 0
    while at < len(line):
        if line[at] == '"':
            if inside and line[at + 1 : at + 2] == '"':
                fields[-1] += '"'
                at += 1
            else:
                inside = not inside
        elif not inside and line.startswith(delimiter, at):
            fields.append("")
            at += len(delimiter) - 1
        else:
            fields[-1] += line[at]
        at += 1
    return fields


def column_name(table, column):
    """`column` as it stands in a SELECT from `rows_of` (lines.py), or from the table's DataFrame."""
    if table.frame is None:
        return f"c{table.columns.index(column)}"
    return "`" + column.replace("`", "``") + "`"
