"""`AutoencoderModel`, the Spark ML model: a model folder on the driver with the params of its columns. Its life is here: made by
a training or loaded, copied, saved, and away with what it kept. What it answers is not."""

import csv
import os
import shutil
import weakref

from pyspark.ml import Model
from pyspark.ml.util import MLReadable, MLWritable

from encore.spark.model_storage import ModelReader, ModelWriter
from encore.spark.params import ColumnParams


class AutoencoderModel(Model, ColumnParams, MLReadable, MLWritable):
    """A trained autoencoder.

    `folder`: the model folder on this machine, as `encore recommend` reads it. `history`: one dict for each epoch. `summary`: how
    the training went (workers, restarts, seconds); empty for a loaded model. `dataset`: what it was trained on, or None."""

    def __init__(self):
        super().__init__()
        self.folder, self.history, self.summary, self.dataset = None, [], {}, None
        self._keeper = None

    @classmethod
    def _trained(cls, outcome, dataset):
        """Takes over the temporary folder of a training."""
        model = cls._opened(outcome.folder, owned=True)
        model.history, model.summary, model.dataset = outcome.history, outcome.summary, dataset
        return model

    @classmethod
    def _opened(cls, folder, owned):
        """A model of a local folder; an owned one lies alone in a temporary folder, which goes when its last copy goes."""
        model = cls()
        model.folder, model.history = folder, history_in(folder)
        model._keeper = _Keeper(os.path.dirname(folder)) if owned else None
        return model

    def write(self):
        """`write().overwrite().save(path)`: the model folder, at any address that Spark writes."""
        return ModelWriter(self)

    @classmethod
    def read(cls):
        return ModelReader(cls)


class _Keeper:
    """Holds a temporary folder for as long as a copy of the model is in use."""

    def __init__(self, folder):
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def history_in(folder):
    """[{"epoch", "train_loss", "validation_loss", "validation_ndcg@100", "seconds"}] of history.csv; nothing stands as None."""
    path = os.path.join(folder, "history.csv")
    if not os.path.exists(path):
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: int(text) if name == "epoch" else float(text) if text else None for name, text in row.items()}
                for row in csv.DictReader(file)]
