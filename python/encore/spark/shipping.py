"""A model, or a dataset folder, on its way to the executors: packed once, unpacked once on each of them, opened by each task that needs
it. Not what is asked of it (inference.py, trial_task.py)."""

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_files = ("config.json", "weights.safetensors")
_catalogue = "catalogue.arrow"
_packing = threading.Lock()


def read_catalogue(folder):
    """movieId, title and training_ratings of a model folder, in the order of the model's items; and `answers`: training_ratings, 0 for
    what may be no answer (retired), −1 for what may be one though nobody rated it (added after the training)."""
    file = pq.ParquetFile(os.path.join(folder, "items.parquet"))
    flags = [name for name in ("added", "retired") if name in file.schema_arrow.names]
    table = file.read(columns=["movieId", "title", "training_ratings", *flags])
    ratings = table["training_ratings"].to_numpy()
    added, retired = (table[name].to_numpy().astype(bool) if name in flags else np.zeros(len(ratings), bool)
                      for name in ("added", "retired"))
    answers = np.where(retired, 0, np.where(added & (ratings == 0), -1, ratings)).astype(np.int64)
    return table.select(["movieId", "title", "training_ratings"]).append_column("answers", pa.array(answers))


def retired_films(folder):
    """How many films of a model folder are no answers any more."""
    file = pq.ParquetFile(os.path.join(folder, "items.parquet"))
    return int(file.read(columns=["retired"])["retired"].to_numpy().astype(bool).sum()) if "retired" in file.schema_arrow.names else 0


def ship(spark, folder):
    """Gives the executors what scoring with the model at `folder` needs; the name to open it by. The same model is sent only once a
    session, because its name follows from its content."""
    return _sent(spark, f"encore-model-{_digest(folder, (*_files, 'items.parquet'))}", lambda archive: _pack(folder, archive))


def ship_dataset(spark, folder):
    """The same of a whole dataset folder of the driver's."""
    files = sorted(os.path.relpath(os.path.join(place, file), folder) for place, _, names in os.walk(folder) for file in names)

    def pack(archive):
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:  # Parquet is compressed
            for file in files:
                packed.write(os.path.join(folder, file), file)

    return _sent(spark, f"encore-dataset-{_digest(folder, files)}", pack)


def _sent(spark, name, pack):
    with _packing:  # CrossValidator transforms from several threads, and trials start in several
        sent = _sent_to(spark.sparkContext.applicationId)
        if name not in sent:
            archive = os.path.join(_packing_place(), f"{name}.zip")
            if not os.path.exists(archive):
                pack(f"{archive}.part")
                os.rename(f"{archive}.part", archive)
            spark.sparkContext.addArchive(f"{archive}#{name}")
            sent.add(name)
    return name


def shipped(name):
    """In a task: the folder, and the catalogue as it lies in the file."""
    from pyspark import SparkFiles

    folder = SparkFiles.get(name)
    with pa.memory_map(os.path.join(folder, _catalogue)) as file:
        return folder, pa.ipc.open_file(file).read_all().combine_chunks()


def _digest(folder, files):
    sha256 = hashlib.sha256()
    for file in files:
        with open(os.path.join(folder, file), "rb") as stream:
            for piece in iter(lambda: stream.read(1 << 20), b""):
                sha256.update(piece)
    return sha256.hexdigest()[:20]


def _pack(folder, archive):
    table = read_catalogue(folder)
    buffer = pa.BufferOutputStream()
    with pa.ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:  # weights hardly shrink
        for file in _files:
            packed.write(os.path.join(folder, file), file)
        packed.writestr(_catalogue, buffer.getvalue().to_pybytes())


@lru_cache(maxsize=None)
def _packing_place():
    """Executors that start later fetch from here, so it stays as long as the driver."""
    place = tempfile.mkdtemp(prefix="encore-shipping-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@lru_cache(maxsize=None)
def _sent_to(application):
    return set()
