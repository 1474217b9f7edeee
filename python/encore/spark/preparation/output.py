"""Sorted parts and the dataset folder, which appears whole or not at all. Not what stands in it (the texts of sql/)."""

import hashlib
import posixpath
import uuid

from pyspark.sql.functions import sha2

from encore.errors import UserError
from encore.spark.dataset import read_summary
from encore.spark.preparation.summary import to_json
from encore.spark.storage import CHECKSUMS, exact

ROWS_OF_A_PART = 1_000_000  # some 8 MB of ratings: one part of the folder, one task
FEW_PARTS = 8  # are hashed sooner than a query is planned


def sorted_parts(frame, rows, *keys):
    """`frame` in parts that follow each other in order of the first key, each sorted by all keys; no value of the first key is
    in two parts. `rows`: how many there are, about."""
    parts = -(-rows // ROWS_OF_A_PART)
    split = frame.repartitionByRange(parts, keys[0]) if parts > 1 else frame.coalesce(1)
    return split.sortWithinPartitions(*keys)


def require_writable(storage, output):
    """Raises UserError when something other than a dataset is in the way."""
    if not storage.exists(output):
        return
    try:
        read_summary(storage, output)
    except UserError as error:
        if storage.is_folder(output) and not storage.entries(output):
            return
        raise UserError(f"{output} is there already and is no dataset; choose another name for output") from error


def require_outside(storage, output, paths):
    """Raises UserError when a source of the dataset is the folder that it would replace, or lies in it."""
    if not storage.exists(output):
        return
    folder = storage.qualified(output)
    for path in paths:
        if f"{storage.qualified(path)}/".startswith(f"{folder}/"):
            raise UserError(f"{path} lies in {output}, which the dataset would replace; choose another output")


class StagedDataset:
    """A folder beside the one that is asked for; `commit` gives it its name, leaving the block without it removes it."""

    def __init__(self, storage, output):
        self.storage, self.output = storage, output.rstrip("/")
        folder, name = posixpath.split(self.output)
        self.path = posixpath.join(folder, f".{name}.{uuid.uuid4().hex}")
        self.schemas = {}  # of the tables by name

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.storage.delete(self.path)

    def write(self, frame, name):
        frame.write.parquet(f"{self.path}/{name}.parquet", compression="zstd")
        self.schemas[name] = frame.schema

    def commit(self, spark, summary):
        text = to_json(summary)
        self.storage.write_text(f"{self.path}/dataset.json", text)
        sums = {"dataset.json": hashlib.sha256(text.encode("utf-8")).hexdigest(), **self._sums_of_parts(spark)}
        self.storage.write_text(f"{self.path}/{CHECKSUMS}", "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))
        self.storage.delete(self.output)
        self.storage.rename(self.path, self.output)

    def _sums_of_parts(self, spark):
        """SHA-256 of each part, by its name seen from the folder. The executors hash what they have just written; the driver a few parts."""
        paths = [path for name in self.schemas for path, _ in self.storage.entries(f"{self.path}/{name}.parquet") if path.endswith(".parquet")]
        if len(paths) <= FEW_PARTS:
            return {"/".join(path.split("/")[-2:]): self.storage.sha256(path) for path in paths}
        parts = exact(spark).format("binaryFile").option("pathGlobFilter", "*.parquet").load(
            [f"{self.path}/{name}.parquet" for name in self.schemas])
        return {"/".join(path.split("/")[-2:]): digest for path, digest in parts.select("path", sha2("content", 256)).collect()}
