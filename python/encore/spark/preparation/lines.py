"""The lines of a text table: Spark gives its bytes, the core takes them apart (src/table_text), so that a line is here what it is on the
command line. Not what the columns mean (source.py), and not what values are (relations.py)."""

import re
from urllib.parse import quote, unquote

from encore.spark.preparation.table import PART_SHIFT
from encore.spark.storage import exact

WHOLE = 1 << 50  # bytes of a task: a file is read by one


def rows_of(spark, table, used):
    """The rows of a text table, and its lines that are none: columns c0, c1, … of `used` as text (NULL where nothing stands), `line` on
    which the row begins in its file (of several files with the file's number above it, PART_SHIFT), and `problem`: why the line is no
    row, and the line itself; else NULL."""
    places = sorted({table.columns.index(column) for column in used})
    take = [place for place in places if place < table.fields]
    described = {**table.format, "header": table.has_header_line, "take": take, "encoding": table.encoding,
                 "last_may_lack": table.format["last_may_lack"] and table.has_header_line}
    lines, first_lines = _pieces(spark, table)
    files = {}  # by their hash: number, and what their folders say
    if len(table.parts) > 1:
        numbers = {_plain(quote(part.path)): number for number, part in enumerate(table.parts)}
        for row in lines.select("file", "name").distinct().collect():
            number = numbers[_plain(row[1])]
            files[row[0]] = number, [table.parts[number].partition[place - table.fields] for place in places if place >= table.fields]
    else:
        files[None] = 0, [table.parts[0].partition[place - table.fields] for place in places if place >= table.fields]
    schema = ", ".join([*(f"c{place} STRING" for place in places), "line BIGINT", "problem STRING"])
    return lines.drop("name").mapInArrow(_taking_apart(described, places, first_lines, files), schema)


def is_utf8(spark, table):
    """Whether every line of a text table is UTF-8 (or UTF-16, which is told apart before). Reads it to its end."""
    def odd_lines(batches):
        import pyarrow as pa

        for batch in batches:
            for line in batch.column(0).to_pylist():
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    yield pa.RecordBatch.from_arrays([pa.array([True])], ["odd"])

    if table.small:  # the driver has seen it
        return table.utf8 or table.encoding != "utf-8"
    return table.utf8 or table.encoding != "utf-8" or not _text(spark, table).select("bytes").mapInArrow(odd_lines, "odd BOOLEAN").head(1)


def _plain(path):
    """An address as it is compared: Spark writes it with escapes and three slashes."""
    return re.sub("^([a-z0-9]+):/+", r"\1:/", unquote(path))


def _text(spark, table):
    """What stands between line feeds, byte for byte, and where the piece of the file begins in which it stands."""
    paths = [part.path for part in table.parts]
    if table.encoding.startswith("utf-16"):  # a line feed is two bytes there: files whole
        return exact(spark).format("binaryFile").load(paths).selectExpr("content AS bytes", "xxhash64(path) AS file", "0L AS start", "path AS name")
    return exact(spark).text(paths, lineSep="\n").selectExpr(
        "CAST(value AS BINARY) AS bytes", "xxhash64(input_file_name()) AS file", "input_file_block_start() AS start", "input_file_name() AS name")


def _pieces(spark, table):
    """The table's lines in pieces, and the number of each piece's first line. Where a quote may hold line ends, where lines end in
    other ways, and where a line says something of those below it, a file is one piece."""
    text = _text(spark, table)
    whole = table.encoding.startswith("utf-16")
    if whole or text._jdf.queryExecution().toRdd().getNumPartitions() == 1:
        return text, {}
    odd = "position('\r' IN value) BETWEEN 1 AND length(value) - 1"
    if table.format["quoted"]:
        odd += " OR contains(value, '\"')"
    paths = [part.path for part in table.parts]
    if table.packed or table.format["headings"] or exact(spark).text(paths, lineSep="\n").where(odd).head(1):
        spark.conf.set("spark.sql.files.maxPartitionBytes", str(WHOLE))
        return _text(spark, table), {}
    first_lines, file, line = {}, None, 1
    for row in sorted(text.groupBy("file", "start").count().collect()):
        line = 1 if row[0] != file else line
        file = row[0]
        first_lines[row[0], row[1]] = line
        line += row[2]
    return text, first_lines


def _taking_apart(described, places, first_lines, files):
    """For mapInArrow: (bytes, file, start) → the columns of `rows_of`."""
    def task(batches):
        import pyarrow as pa
        import pyarrow.compute

        from encore._core import Lines

        names = [*(f"c{place}" for place in places), "line", "problem"]
        lines, piece = None, None

        def taken(data, last):
            count, numbers, columns = lines.push(data, last)
            texts = [pa.Array.from_buffers(pa.string(), count, [pa.py_buffer(valid), pa.py_buffer(offsets), pa.py_buffer(bytes_)])
                     for offsets, bytes_, valid in columns]
            number, partition = files.get(piece[0], files.get(None))
            line = pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(numbers)])
            if number:
                line = pa.compute.add(line, pa.scalar(number << PART_SHIFT, pa.int64()))
            constants = [pa.array([value or None] * count, pa.string()) for value in partition]
            return pa.RecordBatch.from_arrays([*texts[:-1], *constants, line, texts[-1]], names)

        for batch in batches:
            found, starts = batch.column(1).to_pylist(), batch.column(2).to_pylist()
            at = 0
            while at < len(found):
                end = at
                if (found[-1], starts[-1]) == (found[at], starts[at]):  # pieces come one after another
                    end = len(found)
                while end < len(found) and (found[end], starts[end]) == (found[at], starts[at]):
                    end += 1
                data = b"\n".join(batch.column(0).slice(at, end - at).to_pylist())
                if piece != (found[at], starts[at]):
                    if lines is not None:
                        yield taken(b"", True)
                        lines.close()
                    piece = found[at], starts[at]
                    first = first_lines.get(piece, 1)
                    lines = Lines({**described, "header": described["header"] and starts[at] == 0}, first)
                else:
                    data = b"\n" + data
                yield taken(data, False)
                at = end
        if lines is not None:
            yield taken(b"", True)
            lines.close()

    return task
