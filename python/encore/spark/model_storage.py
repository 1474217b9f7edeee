"""Model folders at any address: saved whole or not at all, fetched to where the core can read them. A saved model is the folder that
`encore recommend` reads, with Spark ML's `metadata` beside its files. Not what a model answers (model.py)."""

import json
import os
import shutil
import tempfile
import uuid

from pyspark.ml.util import DefaultParamsReader, DefaultParamsWriter, MLReader, MLWriter

from encore.errors import UserError
from encore.spark.storage import CHECKSUMS, Storage

FILES = ("config.json", "weights.safetensors", "items.parquet", "history.csv")
SOMETIMES = ("catalogue.safetensors", "item_features.parquet", CHECKSUMS)  # by older versions, or where nobody told features, not
_metadata = "metadata/part-00000"


def _is_model(place, path):
    """Whether Encore wrote it: config.json is the name of many programs' files."""
    try:
        config = json.loads(place.read_text(f"{path}/config.json"))
    except (UserError, OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("format") == "encore-model"


class ModelWriter(MLWriter):
    """`write()` of a model whose `folder` is a model folder on this machine."""

    def __init__(self, model):
        super().__init__()
        self._model = model

    def save(self, path):
        """Raises UserError when something is there already: without overwrite() anything, with it anything but a model."""
        path = path.rstrip("/")
        place = _place(self.sparkSession, path)
        if place.exists(path):
            if not self.shouldOverwrite:
                raise UserError(f"{path} is there already; save with write().overwrite(), or to another place")
            if not _is_model(place, path):
                raise UserError(f"{path} is there already and is no model; save to another place")
        metadata = DefaultParamsWriter._get_metadata_to_save(self._model, self.sparkSession)
        folder, _, name = path.rpartition("/")
        aside = f"{folder}/.{name}.{uuid.uuid4().hex}" if folder or path.startswith("/") else f".{name}.{uuid.uuid4().hex}"
        try:
            for file in FILES:
                place.upload(os.path.join(self._model.folder, file), f"{aside}/{file}")
            for file in SOMETIMES:
                if os.path.exists(os.path.join(self._model.folder, file)):
                    place.upload(os.path.join(self._model.folder, file), f"{aside}/{file}")
            place.write_text(f"{aside}/{_metadata}", metadata + "\n")
            place.write_text(f"{aside}/metadata/_SUCCESS", "")
            if self.shouldOverwrite:
                place.delete(path)
            place.rename(aside, path)
        except BaseException:
            place.delete(aside)
            raise

    saveImpl = save


class ModelReader(MLReader):
    """`read()` of a model class that is made from a local model folder: `cls._opened(folder, owned)`."""

    def __init__(self, cls):
        super().__init__()
        self._class = cls

    def load(self, path):
        """From a folder that `save` here or `encore train` wrote. Raises UserError when it is none."""
        path = path.rstrip("/")
        place = _place(self.sparkSession, path)
        if not place.exists(f"{path}/config.json"):
            raise UserError(f"{path} is no model folder: it has no config.json; name one that save() or encore train wrote")
        local = place.local(path)
        model = self._class._opened(local, owned=False) if local else self._class._opened(_fetched(place, path), owned=True)
        if place.exists(f"{path}/{_metadata}"):
            metadata = json.loads(place.read_text(f"{path}/{_metadata}"))
            model._resetUid(metadata["uid"])
            DefaultParamsReader.getAndSetParams(model, metadata)
        return model


def _fetched(place, path):
    folder = os.path.join(tempfile.mkdtemp(prefix="encore-model-"), "model")
    os.mkdir(folder)
    try:
        for file in FILES:
            place.download(f"{path}/{file}", os.path.join(folder, file))
        for file in SOMETIMES:
            if place.exists(f"{path}/{file}"):
                place.download(f"{path}/{file}", os.path.join(folder, file))
    except BaseException:
        shutil.rmtree(os.path.dirname(folder), ignore_errors=True)
        raise
    return folder


def _place(spark, path):
    """The storage that `path` speaks of: this machine's, wherever that is what it means; else Hadoop's."""
    if path.startswith("file:"):
        return _ThisMachine()
    try:
        storage = Storage(spark)
    except UserError:
        if "://" in path:
            raise
        return _ThisMachine()
    return _ThisMachine() if storage.local(path) else storage


class _ThisMachine:
    """The same verbs without Hadoop, which leaves checksum files behind."""

    @staticmethod
    def _path(path):
        path = path.removeprefix("file://") if path.startswith("file://") else path.removeprefix("file:")
        return os.path.abspath(path)

    def exists(self, path):
        return os.path.exists(self._path(path))

    def local(self, path):
        return self._path(path)

    def read_text(self, path):
        with open(self._path(path), encoding="utf-8") as file:
            return file.read()

    def write_text(self, path, text):
        os.makedirs(os.path.dirname(self._path(path)), exist_ok=True)
        with open(self._path(path), "w", encoding="utf-8") as file:
            file.write(text)

    def upload(self, file, path):
        os.makedirs(os.path.dirname(self._path(path)), exist_ok=True)
        shutil.copyfile(file, self._path(path))

    def delete(self, path):
        shutil.rmtree(self._path(path), ignore_errors=True)

    def rename(self, source, target):
        os.rename(self._path(source), self._path(target))
