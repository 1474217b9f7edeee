"""Parquet files with columns of half floats (FLOAT16), which Spark's reader refuses: PyArrow reads them on the executors, a file a task
and whole, and the halves become floats, as on the command line. Not the reading of any other file (table.py)."""

from encore.spark.storage import exact


def frame_of_half_floats(spark, paths):
    """The files' rows as a DataFrame. All of them have the columns of the first, under any names and of any types that Spark knows."""
    from pyspark.sql.pandas.types import from_arrow_schema

    files = exact(spark).format("binaryFile").load(paths).select("content")
    first = exact(spark).format("binaryFile").load(paths[:1]).select("content")
    schema = first.mapInArrow(_schema_of, "schema binary").head()[0]
    return files.mapInArrow(_rows_of, from_arrow_schema(_without_halves(_arrow_schema(bytes(schema)))))


def _arrow_schema(data):
    import pyarrow.ipc

    return pyarrow.ipc.read_schema(pyarrow.py_buffer(data))


def _without_halves(schema):
    import pyarrow

    def wider(kind):
        if pyarrow.types.is_timestamp(kind):  # Spark knows no nanoseconds
            return pyarrow.timestamp("us", kind.tz)
        return pyarrow.float32() if pyarrow.types.is_float16(kind) else kind

    return pyarrow.schema([pyarrow.field(field.name, wider(field.type)) for field in schema])


def _files_in(batches):
    import pyarrow
    import pyarrow.parquet

    for batch in batches:
        for content in batch.column(0):
            yield pyarrow.parquet.ParquetFile(pyarrow.BufferReader(content.as_buffer()))


def _schema_of(batches):
    import pyarrow

    for file in _files_in(batches):
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array([file.schema_arrow.serialize().to_pybytes()])], ["schema"])


def _rows_of(batches):
    import pyarrow

    for file in _files_in(batches):
        schema = _without_halves(file.schema_arrow)
        for rows in file.iter_batches():
            yield from pyarrow.Table.from_batches([rows]).cast(schema, safe=False).to_batches()
