"""The lines of a text table: Spark gives its bytes, the core takes them apart (src/table_text), so that a line is here what it is on the
command line. Not what the columns mean (source.py), and not what values are (relations.py)."""

from encore.spark.storage import exact

WHOLE = 1 << 50  # bytes of a task: a file is read by one


def rows_of(spark, table, used):
    """The rows of a text table, and its lines that are none: columns c0, c1, … of `used` as text (NULL where nothing stands), `line` on
    which the row begins in its file, and `problem`: why the line is no row, and the line itself; else NULL."""
    take = sorted({table.columns.index(column) for column in used})
    described = {"delimiter": table.delimiter, "quoted": table.quoted, "columns": len(table.columns),
                 "last_may_lack": table.last_unnamed and table.header, "header": table.header, "take": take,
                 "latin1": table.encoding != "UTF-8"}
    lines, first_lines = _pieces(spark, table)
    schema = ", ".join([*(f"c{place} STRING" for place in take), "line BIGINT", "problem STRING"])
    return lines.mapInArrow(_taking_apart(described, first_lines), schema)


def _text(spark, table):
    """What stands between line feeds, byte for byte, and where the piece of the file begins in which it stands."""
    return exact(spark).text(table.path, lineSep="\n").selectExpr(
        "CAST(value AS BINARY) AS bytes", "xxhash64(input_file_name()) AS file", "input_file_block_start() AS start")


def _pieces(spark, table):
    """The table's lines in pieces, and the number of each piece's first line. Where a quote may hold line ends, and where lines end in
    other ways, a file is one piece."""
    text = _text(spark, table)
    if text.rdd.getNumPartitions() == 1:
        return text, {}
    odd = "position('\r' IN value) BETWEEN 1 AND length(value) - 1"
    if table.quoted:
        odd += " OR contains(value, '\"')"
    if exact(spark).text(table.path, lineSep="\n").where(odd).head(1):
        spark.conf.set("spark.sql.files.maxPartitionBytes", str(WHOLE))
        return _text(spark, table), {}
    first_lines, file, line = {}, None, 1
    for row in sorted(text.groupBy("file", "start").count().collect()):
        line = 1 if row[0] != file else line
        file = row[0]
        first_lines[row[0], row[1]] = line
        line += row[2]
    return text, first_lines


def _taking_apart(described, first_lines):
    """For mapInArrow: (bytes, file, start) → the columns of `rows_of`."""
    def task(batches):
        import pyarrow as pa

        from encore._core import Lines

        names = [*(f"c{place}" for place in described["take"]), "line", "problem"]
        lines, piece = None, None

        def taken(data, last):
            count, numbers, columns = lines.push(data, last)
            texts = [pa.Array.from_buffers(pa.string(), count, [pa.py_buffer(valid), pa.py_buffer(offsets), pa.py_buffer(bytes_)])
                     for offsets, bytes_, valid in columns]
            line = pa.Array.from_buffers(pa.int64(), count, [None, pa.py_buffer(numbers)])
            return pa.RecordBatch.from_arrays([*texts[:-1], line, texts[-1]], names)

        for batch in batches:
            files, starts = batch.column(1).to_pylist(), batch.column(2).to_pylist()
            at = 0
            while at < len(files):
                end = at
                if (files[-1], starts[-1]) == (files[at], starts[at]):  # pieces come one after another
                    end = len(files)
                while end < len(files) and (files[end], starts[end]) == (files[at], starts[at]):
                    end += 1
                data = b"\n".join(batch.column(0).slice(at, end - at).to_pylist())
                if piece != (files[at], starts[at]):
                    if lines is not None:
                        yield taken(b"", True)
                        lines.close()
                    piece = files[at], starts[at]
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
