"""Encore on one machine: the commands `prepare`, `train`, `evaluate`, `compare` and `tune` as functions. Options and defaults are the core's."""

import os
import re
import tempfile

from encore.commands import documented, run, told_to_logger
from encore.dataset import Dataset
from encore.errors import Interrupted, UserError
from encore.folders import Place
from encore.model import Model
from encore.sentences import in_python
from encore.sources import is_in_memory, is_list_of_paths, name_of, write_source, write_table
from encore.tuned import Tuned


@documented("prepare", without=("source", "more", "output", "movies", "seen"))
def prepare(source: "Source", output: "Path | None" = None, *, movies: "Source | None" = None, seen: "Source | None" = None, user_ids: "Sequence[Any] | None" = None,
            item_ids: "Sequence[Any] | None" = None, log: "Log | None" = None, **options) -> "Dataset":
    """Turns ratings into a Dataset.

    source: a MovieLens folder, a file of ratings, or a list of files that are one table; or a table of ratings (pandas.DataFrame, pyarrow.Table, whatever speaks Arrow); or
    a sparse matrix of SciPy's, users × items. The latter two need pyarrow.
    output: the dataset folder to write; without one it is temporary and goes with the object.
    movies: a table of the films' ids, titles and genres: a path, or a table like `source`.
    seen: a table of films that users have seen, rated or not, such as a log of what was watched: a path, or a table like `source`.
    user_ids, item_ids: names of a matrix's rows and columns; otherwise their numbers.
    log: gets each remark and warning as a line; otherwise they go to the logger `encore`.

    Rows that cannot be used are left out and counted by reason in `summary`, with a warning; strict=True refuses them. Raises
    UserError."""
    stands_for = {}
    with Place(output, "dataset") as place, tempfile.TemporaryDirectory(prefix="encore-") as scratch:
        sources = [source]
        if is_list_of_paths(source):
            sources = list(source)
        elif is_in_memory(source):
            sources = [write_source(source, scratch, user_ids, item_ids)]
            stands_for[sources[0]] = name_of(source)
        for name, table in (("movies", movies), ("seen", seen)):
            if table is not None:
                options[name] = write_table(table, scratch, f"{name}.parquet") if is_in_memory(table) else table
                stands_for[os.path.join(scratch, f"{name}.parquet")] = f"{name_of(table)} of {name}"
        run("prepare", sources, {**options, "output": place.path}, ("source", "more"), log, stands_for)
        dataset = place.handed_to(Dataset(place.path))
    if dataset.unusable:
        (log or told_to_logger)(f"warning: {dataset.rejects_text()}")
    return dataset


@documented("train", without=("dataset", "output"))
def train(dataset: "Dataset | Source", output: "Path | None" = None, *, log: "Log | None" = None, **options) -> "Model":
    """Trains a Model.

    dataset: a Dataset, the path of a dataset folder, or ratings in memory as `prepare` takes them; of these every row must be usable.
    output: the model folder to write; without one it is temporary and goes with the object (Model.save keeps it).
    log: gets a line for each epoch; otherwise they go to the logger `encore`.

    Raises UserError; Interrupted after Ctrl-C, with a checkpoint in `output` (go on with resume=True)."""
    if output is None and options.get("resume"):
        raise UserError("resume=True needs output, the folder of the training that was stopped")
    if not isinstance(dataset, Dataset):
        dataset = _whole(dataset, log) if is_in_memory(dataset) else Dataset(dataset)
    with Place(output, "model") as place:
        try:
            run("train", [dataset], {**options, "output": place.path}, ("dataset",), log, {} if output else {place.path: "the model"})
        except Interrupted as error:
            if output is not None:
                raise
            raise Interrupted(str(error).partition(";")[0] + "; nothing was kept, because no output was named (with one, resume=True "
                              "goes on)") from error.__cause__
        return place.handed_to(Model(place.path, dataset))


def _whole(ratings, log):
    """Ratings in memory with the defaults of `prepare`, no row of which is left out without a word."""
    try:
        return prepare(ratings, log=log, strict=True)
    except UserError as error:
        raise UserError(re.sub("; mend them, or leave out strict=True .*", "; mend them, or train on the dataset of encore.prepare, which "
                               "has a scale of its own (scale=(0.5, 5)), leaves such rows out and counts them", str(error))) from None


def load(folder: "Path") -> "Model":
    """Opens a model folder that `encore train` or `train` wrote. Raises UserError when it is none."""
    return Model(os.fspath(folder))


@documented("evaluate", without=("model", "dataset"))
def evaluate(model: "Model | Path", dataset: "Dataset | Path | None" = None, *, log: "Log | None" = None,
             **options) -> "dict[str, Any]":
    """Judges a Model, or the model of a folder: see Model.evaluate."""
    model = model if isinstance(model, Model) else load(model)
    return model.evaluate(dataset, log=log, **options)


@documented("compare", without=("folders",))
def compare(*models: "Model | Path", dataset: "Dataset | Path | None" = None, log: "Log | None" = None, **options) -> "dict[str, Any]":
    """Says which of several models ranks better for the same users, by how much, and how sure that is: the object of
    `encore compare --json`, as a dict.

    models: two or more, objects or folders; all others are compared with the first.
    dataset: the one that they were trained on; without it that of the first model that knows its own. Raises UserError."""
    if len(models) < 2:
        raise UserError("compare needs two models or more: compare(first, second, dataset=…)")
    opened = [model if isinstance(model, Model) else load(model) for model in models]
    dataset = dataset if dataset is not None else next((model.dataset for model in opened if model.dataset is not None), None)
    if dataset is None:
        raise UserError("compare needs the dataset: name the folder that the models were trained on with dataset")
    called = {model.path: f"model {place}" for place, model in enumerate(opened, 1) if model.is_temporary}
    found = run("compare", [*opened, dataset], options, ("folders",), log, called)
    for comparison in found["comparisons"]:
        for name in ("first", "second", "sentence"):
            comparison[name] = in_python(comparison[name], called)
    return found


@documented("tune", without=("dataset", "output", "workers", "trial"))
def tune(dataset: "Dataset | Path", output: "Path | None" = None, *, log: "Log | None" = None, **options) -> "Tuned":
    """Searches the settings of one or several kinds of models on validation users: what `encore tune --json` says, as a dict, and the
    winner as a Model.

    dataset: a Dataset with validation users, or the path of one.
    output: the folder for all that is found, with the page index.html; without one it is temporary and goes with the object.
    log: gets a line for each answer of a trial; otherwise they go to the logger `encore`.

    Trials run one after the other in this process, each on all threads; `encore tune` in a shell runs several at a time. Raises
    UserError; Interrupted after Ctrl-C, with all answers kept in `output` (go on with resume=True)."""
    if output is None and options.get("resume"):
        raise UserError("resume=True needs output, the folder of the search that was stopped")
    dataset = dataset if isinstance(dataset, Dataset) else Dataset(dataset)
    with Place(output, "tuned") as place:
        found = run("tune", [dataset], {**options, "output": place.path}, ("dataset",), log, {} if output else {place.path: "the search"})
        return place.handed_to(Tuned(place.path, dataset, found))
