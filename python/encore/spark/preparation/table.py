"""What a table of rows looks like, found out from its bytes, never from its name: Parquet or text, its separator and its
columns; and its reading by Spark. Not what the columns mean (source.py)."""

from dataclasses import dataclass, field, replace
from typing import Any

from encore.errors import UserError
from encore.spark.storage import exact, java_reason, name_of, unpacked

LONGEST_LINE = 2_000_000  # bytes; what is longer is no line of ratings
replacement = "\ufffd"  # what Spark puts in place of bytes that are not UTF-8


@dataclass
class Table:
    """A file, a folder of parts as Spark writes them, or a DataFrame."""

    path: str = ""
    frame: Any = None  # of Parquet or a DataFrame of the user: typed columns
    delimiter: str = ","
    quoted: bool = True  # whether double quotes enclose fields
    header: bool = True
    encoding: str = "UTF-8"
    many_lines: bool = False  # whether a quoted field may hold line ends; then a file is read by one task
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


def inspect_table(spark, storage, path):
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
    return Table(path=path, delimiter=delimiter, columns=split_line(line, delimiter))


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


def lines_of(spark, table):
    """The rows of a text table: columns c0, c1, … as text, and `bad_line`, the line itself where it could not be taken apart.

    Spark forgives what the command line's reader does not: text behind a closing quote, a quote that the line's last field opens,
    lines of blanks only. Such rows are judged by their values here."""
    columns = ", ".join(f"c{place} STRING" for place in range(len(table.columns)))
    quote = '"' if table.quoted else ""
    return exact(spark).csv(
        table.path, schema=f"{columns}, bad_line STRING", sep=table.delimiter, quote=quote, escape=quote, header=table.header,
        encoding=table.encoding, multiLine=table.many_lines, mode="PERMISSIVE", columnNameOfCorruptRecord="bad_line",
        enforceSchema=True, nullValue="", emptyValue="", ignoreLeadingWhiteSpace=False, ignoreTrailingWhiteSpace=False,
        maxCharsPerColumn=-1)


def malformed(table):
    """Whether a row of `lines_of` is no line: too few or too many fields, an open quote, not UTF-8, or too long."""
    fields = [f"c{place}" for place in range(len(table.columns))]
    wrong = " OR ".join(f"coalesce(contains({field}, '{replacement}'), FALSE)" for field in fields)
    length = " + ".join(f"coalesce(octet_length({field}), 0)" for field in fields)
    return f"(bad_line IS NOT NULL OR {wrong} OR {length} > {LONGEST_LINE})"


def column_name(table, column):
    """`column` as it stands in a SELECT from `lines_of`, or from the table's DataFrame."""
    if table.frame is None:
        return f"c{table.columns.index(column)}"
    return "`" + column.replace("`", "``") + "`"
