"""Encore on one machine: the commands `prepare`, `train` and `evaluate` as functions. Options and defaults are the core's."""

import os
import tempfile

from encore.commands import documented, run
from encore.dataset import Dataset
from encore.folders import Place
from encore.model import Model
from encore.sources import is_in_memory, write_source, write_table


@documented("prepare", without=("source", "output", "movies"))
def prepare(source, output=None, *, movies=None, user_ids=None, item_ids=None, log=None, **options):
    """Turns ratings into a Dataset.

    source: a MovieLens folder or a file of ratings; or a table of ratings (pandas.DataFrame, pyarrow.Table, whatever speaks Arrow); or
    a sparse matrix of SciPy's, users × items. The latter two need pyarrow.
    output: the dataset folder to write; without one it is temporary and goes with the object.
    movies: a table of the films' ids, titles and genres: a path, or a table like `source`.
    user_ids, item_ids: names of a matrix's rows and columns; otherwise their numbers.
    log: gets each remark and warning as a line; otherwise they go to the logger `encore`.

    Raises UserError."""
    with Place(output, "dataset") as place, tempfile.TemporaryDirectory(prefix="encore-") as scratch:
        if is_in_memory(source):
            source = write_source(source, scratch, user_ids, item_ids)
        if movies is not None:
            options["movies"] = write_table(movies, scratch, "movies.parquet") if is_in_memory(movies) else movies
        run("prepare", [source], {**options, "output": place.path}, ("source",), log)
        return place.handed_to(Dataset(place.path))


@documented("train", without=("dataset", "output"))
def train(dataset, output=None, *, log=None, **options):
    """Trains a Model.

    dataset: a Dataset, the path of a dataset folder, or ratings in memory as `prepare` takes them.
    output: the model folder to write; without one it is temporary and goes with the object (Model.save keeps it).
    log: gets a line for each epoch; otherwise they go to the logger `encore`.

    Raises UserError; Interrupted after Ctrl-C, with a checkpoint in `output` (go on with resume=True)."""
    if not isinstance(dataset, Dataset):
        dataset = prepare(dataset, log=log) if is_in_memory(dataset) else Dataset(dataset)
    with Place(output, "model") as place:
        run("train", [dataset], {**options, "output": place.path}, ("dataset",), log)
        return place.handed_to(Model(place.path, dataset))


def load(folder):
    """Opens a model folder that `encore train` or `train` wrote. Raises UserError when it is none."""
    return Model(os.fspath(folder))


@documented("evaluate", without=("model", "dataset"))
def evaluate(model, dataset=None, *, log=None, **options):
    """Judges a Model, or the model of a folder: see Model.evaluate."""
    model = model if isinstance(model, Model) else load(model)
    return model.evaluate(dataset, log=log, **options)
