"""A trained model and its answers on one machine. The folder is the one that the command line writes and reads. Not the training
(one_machine.py) and not Spark's model (spark/)."""

import csv
import json
import os
import shutil
import tempfile
import threading
import weakref
from numbers import Integral, Real

from encore import _core
from encore.commands import as_json, documented, log_in_python, run, temporary_folders, told_in_python
from encore.errors import UserError
from encore.folders import Folder


class Answer(list):
    """Films, best first: dicts with movieId, title, year and score.

    score: what the scores are (docs/recommending.md); unknown: ids that the model does not know; note: what else there is to say."""

    score: "str | None"
    unknown: "list[str]"
    note: "str | None"

    def __init__(self, items: "Iterable[dict[str, Any]]", score: "str | None" = None, unknown: "Iterable[str]" = (),
                 note: "str | None" = None) -> None:
        super().__init__(items)
        self.score, self.unknown, self.note = score, list(unknown), note


_open_models = weakref.WeakSet()


def _forget_others_questions():
    """In a forked child nobody is asking: the threads that were are the parent's."""
    for model in list(_open_models):
        model._one_at_a_time = threading.Lock()


os.register_at_fork(after_in_child=_forget_others_questions)


class Model(Folder):
    """A model folder, opened once for any number of questions."""

    called = "the model"

    dataset: "Dataset | None"
    config: "dict[str, Any]"

    def __init__(self, path: "Path", dataset: "Dataset | None" = None) -> None:
        """dataset: what `evaluate` and `recommend(user=…)` look into unless told otherwise. Raises UserError."""
        super().__init__(path)
        self._answers = _core.Answers(self.path)
        self._one_at_a_time = threading.Lock()
        _open_models.add(self)
        self.dataset = dataset
        with open(os.path.join(self.path, "config.json"), encoding="utf-8") as file:
            #: What config.json says: architecture, settings, scale, fingerprint of the dataset …
            self.config = json.load(file)

    @property
    def history(self) -> "list[dict[str, Any]]":
        """One dict for each epoch trained: epoch, losses, seconds."""
        path = os.path.join(self.path, "history.csv")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8", newline="") as file:
            return [{name: _number(text) for name, text in row.items()} for row in csv.DictReader(file)]

    @documented("recommend", without=("model", "rate", "ratings"))
    def recommend(self, ratings: "Ratings | None" = None, *, log: "Log | None" = None, **options) -> "Answer":
        """Films for somebody new, for a user of a dataset, or for all of them.

        ratings: what somebody new rated: a dict or pandas.Series {title: stars}, or pairs; a whole number instead of a title is the
        film's id. A path is a CSV file of such ratings. `k` is short for count.

        Returns an Answer, a list of films; with all=True what `encore recommend --all --json` prints, as a dict. Raises UserError."""
        options = dict(options)
        if isinstance(options.get("user"), Integral):
            options["user"] = str(options["user"])
        if options.get("exclude") is not None:
            excluded = options["exclude"]
            options["exclude"] = [_film(film) for film in ([excluded] if isinstance(excluded, (str, Integral)) else excluded)]
        if options.get("dataset") is None and (options.get("user") is not None or options.get("all")):
            options["dataset"] = self.dataset
        if isinstance(ratings, (str, os.PathLike)):
            options["ratings"] = ratings
        elif ratings is not None:
            options["rate"] = [f"{_film(film)}={_stars(film, stars)}" for film, stars in _pairs(ratings)]
        answer = self._ask("recommend", options, log)
        if "users" not in answer:
            return answer
        return Answer(answer["users"][0]["items"], answer["score"], answer["unknown"], answer.get("note"))

    @documented("similar", without=("model", "title"))
    def similar(self, title: "Film", *, log: "Log | None" = None, **options) -> "Answer":
        """The films that the model takes for most like one, named by its title, or by its id as a whole number. Raises UserError."""
        return Answer(self._ask("similar", {**options, "title": _film(title)}, log)["items"], "cosine")

    def _ask(self, command, options, log):
        stands_for = temporary_folders(self, *options.values())
        with self._one_at_a_time, told_in_python(stands_for):
            return getattr(self._answers, command)(as_json(command, options, ("model",)), log_in_python(log, stands_for))

    @documented("evaluate", without=("model", "dataset"))
    def evaluate(self, dataset: "Dataset | Path | None" = None, *, log: "Log | None" = None, **options) -> "dict[str, Any]":
        """Judges the model on held-out users, beside popularity and constants: the object of `encore evaluate --json`, as a dict.

        dataset: the one that it was trained on, unless given. Raises UserError."""
        dataset = self.dataset if dataset is None else dataset
        if dataset is None:
            raise UserError("evaluate needs the dataset: name the folder that the model was trained on")
        return run("evaluate", [self, dataset], options, ("model", "dataset"), log)

    def save(self, folder: "Path", overwrite: bool = False) -> None:
        """Copies the model folder. Raises UserError when something is there already: without overwrite anything, with it anything but
        a model."""
        folder = os.path.abspath(os.fspath(folder))
        if os.path.exists(folder) and not (overwrite and os.path.exists(os.path.join(folder, "config.json"))):
            advice = "it is no model; choose another name" if overwrite else "say overwrite=True, or choose another name"
            raise UserError(f"{folder} is there already; {advice}")
        if not os.path.isdir(os.path.dirname(folder)):
            raise UserError(f"the folder {os.path.dirname(folder)} does not exist; create it first")
        with tempfile.TemporaryDirectory(prefix=".encore-", dir=os.path.dirname(folder)) as aside:
            shutil.copytree(self.path, os.path.join(aside, "new"))
            if os.path.exists(folder):
                os.rename(folder, os.path.join(aside, "old"))
            os.rename(os.path.join(aside, "new"), folder)

    def __repr__(self):
        return f"<encore.Model {self.path}: {self.config['architecture']['model']}>"


def _number(text):
    if text == "":
        return None
    try:
        return int(text)
    except ValueError:
        return float(text)


def _pairs(ratings):
    if hasattr(ratings, "items"):
        return ratings.items()
    pairs = list(ratings)
    if not all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in pairs):
        raise UserError("ratings are a dict {title: stars}, a pandas.Series, pairs of a title and stars, or the path of a CSV file")
    return pairs


def _film(film):
    """As --rate names it."""
    return f"id:{int(film)}" if isinstance(film, Integral) and not isinstance(film, bool) else str(film)


def _stars(film, stars):
    if not isinstance(stars, Real) or isinstance(stars, bool):
        raise UserError(f"{stars!r} for {film!r} is no number of stars")
    return repr(float(stars))
