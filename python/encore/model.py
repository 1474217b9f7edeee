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

from encore import _full, html, many
from encore.commands import as_json, documented, log_in_python, run, temporary_folders, told_in_python, told_to_logger
from encore.errors import UserError
from encore.folders import Folder, unpacked
from encore.sentences import in_python
from encore.sources import is_in_memory, is_table, name_of, write_table


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

    def _repr_html_(self):
        return html.films(self)


# How the file of somebody's ratings is read: options of `recommend` alone.
_of_ratings_file = ("item_column", "title_column", "year_column", "rating_column", "encoding", "quote")
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
        self._answers = _full.Answers(self.path)
        self._one_at_a_time = threading.Lock()
        self._items = None
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

        ratings: what somebody new rated: a dict or pandas.Series {title: stars}, or pairs, or a list of titles alone, all of them liked as
        much as can be; a whole number instead of a title is the film's id. A path is a CSV file of such ratings.

        Returns an Answer, a list of films; with all=True what `encore recommend --all --json` prints, as a dict. Raises UserError."""
        options = dict(options)
        if options.get("user") is not None:
            options["user"] = _user(options["user"])
        options["exclude"], options["seen"] = _films(options.get("exclude")), _films(options.get("seen"))
        if options.get("dataset") is None and (options.get("user") is not None or options.get("all")):
            options["dataset"] = self.dataset
        if isinstance(ratings, (str, os.PathLike)):
            if isinstance(ratings, str) and not os.path.exists(ratings):
                raise UserError(f"there is no file {ratings}; a title stands in a list, [{ratings!r}], or beside its stars, {{{ratings!r}: 5}}")
            options["ratings"] = ratings
        elif ratings is not None:
            options["rate"] = [f"{_film(film)}={_stars(film, stars)}" for film, stars in _pairs(ratings, self.config["dataset"]["scale"])]
        answer = self._ask("recommend", options, log)
        if "users" not in answer:
            return answer
        note = in_python(answer["note"]) if "note" in answer else None
        return Answer(answer["users"][0]["items"], answer["score"], answer["unknown"], note)

    @documented("recommend", without=("model", "rate", "ratings", "user", "all", "output", "dataset", "explain",
                                        "seen", *_of_ratings_file))
    def recommend_many(self, who: "Frame | Iterable[Film] | None" = None, *, dataset: "Dataset | Path | None" = None, block: int = 20_000,
                       user_column: str = "userId", item_column: str = "movieId", rating_column: str = "rating",
                       log: "Log | None" = None, **options) -> "Frame | Any":
        """Films for many people at once, as a table: userId, rank, movieId, title, year, score, by user and rank.

        who: ids of users of the dataset, in their order; or None: all of them; or a table of anybody's ratings with the columns userId,
        movieId (or title) and rating, in pandas, Polars or Arrow, which the answer is in, too (otherwise pandas).
        dataset: that of the ids, the one that the model was trained on unless given. block: how many people are answered at a time.

        Raises UserError; for a table with rows that cannot be used (no user, no item, no rating on the scale), too."""
        return many.together(list(self.recommend_blocks(who, dataset=dataset, block=block, user_column=user_column,
                                                        item_column=item_column, rating_column=rating_column, log=log, **options)))

    @documented("recommend", without=("model", "rate", "ratings", "user", "all", "output", "dataset", "explain",
                                        "seen", *_of_ratings_file))
    def recommend_blocks(self, who: "Frame | Iterable[Film] | None" = None, *, dataset: "Dataset | Path | None" = None,
                         block: int = 20_000, user_column: str = "userId", item_column: str = "movieId",
                         rating_column: str = "rating", log: "Log | None" = None, **options) -> "Iterator[Frame | Any]":
        """What `recommend_many` answers, one table for each `block` people: memory for any number of users."""
        options["exclude"] = _films(options.get("exclude"))
        columns = {"user": user_column, "item": item_column, "rating": rating_column}
        return many.blocks_of(self, self._answers, self._one_at_a_time, who, dataset, block, columns, options, log)

    def _catalogue(self):
        if self._items is None:
            with self._one_at_a_time:
                self._items = self._answers.catalogue()
            if self._items["numeric_ids"]:
                self._items["movieId"] = [int(one) for one in self._items["movieId"]]
        return self._items

    def add_items(self, films: "Source", *, item_vectors: "Path | None" = None, log: "Log | None" = None) -> "dict[str, Any]":
        """Brings new films into the model without training, from a table with the columns title, and perhaps movieId, year, genres and
        others, whose texts are features: a path, or a DataFrame of pandas, Polars or Arrow. The model's folder is written anew, and this
        Model answers with them at once.

        item_vectors: a file of the new films' vectors, by their ids, made as those of `prepare(item_vectors=…)`.

        Returns the object of `encore items add --json`, as a dict: {"added": films, "films": how many there are now}. Raises UserError."""
        return self._change_items_by("add", films, "films", {"item_vectors": item_vectors}, log)

    def rate_items(self, ratings: "Source", dataset: "Dataset | Path | None" = None, *, log: "Log | None" = None) -> "dict[str, Any]":
        """Lets ratings of films that `add_items` brought in count, without training, from a table with the columns userId, movieId and
        rating that holds all of them until now: a path, or a DataFrame of pandas, Polars or Arrow. The model's folder is written anew, and
        this Model answers by them at once.

        dataset: the one that the model was trained on, which knows what else these users like; the model's own unless given.

        Returns the object of `encore items rate --json`, as a dict: {"rated": films, "left_out": numbers of ratings that count for
        nothing, "films": how many there are}. Raises UserError."""
        dataset = self.dataset if dataset is None else dataset
        if dataset is None:
            raise UserError("rate_items needs the dataset: name the folder that the model was trained on")
        return self._change_items_by("rate", ratings, "ratings", {"dataset": dataset}, log)

    def _change_items_by(self, action, table, name, options, log):
        with tempfile.TemporaryDirectory(prefix="encore-") as scratch:
            path, stands_for = table, {}
            if is_in_memory(table):
                path = write_table(table, scratch, f"{name}.parquet")
                stands_for[path] = name_of(table)
            answer = run("items", [action, self, path], options, ("action", "model", "what"), log, stands_for)
        with self._one_at_a_time:
            self._answers = _full.Answers(self.path)
            self._items = None
        with open(os.path.join(self.path, "config.json"), encoding="utf-8") as file:
            self.config = json.load(file)
        return answer

    @documented("similar", without=("model", "title"))
    def similar(self, title: "Film", *, log: "Log | None" = None, **options) -> "Answer":
        """The films that the model takes for most like one, named by its title, or by its id as a whole number. Raises UserError."""
        answer = self._ask("similar", {**options, "title": _film(title)}, log)
        return Answer(answer["items"], answer["score"], note=in_python(answer["note"]) if "note" in answer else None)

    def _ask(self, command, options, log):
        stands_for = temporary_folders(self, *options.values())
        with self._one_at_a_time, told_in_python(stands_for):
            return getattr(self._answers, command)(as_json(command, options, ("model",)), log_in_python(log, stands_for))

    def retire(self, *films: "Film") -> None:
        """These films are no answer of anybody's any more, though a rating of them still counts: `encore items retire`. The folder is
        rewritten, whole or not at all. Raises UserError, and then nothing has changed."""
        self._change_items("retire", films)

    def restore(self, *films: "Film") -> None:
        """The way back from `retire`. Raises UserError, and then nothing has changed."""
        self._change_items("restore", films)

    def forget(self, *films: "Film") -> None:
        """Deletes these films and their numbers from the folder, which is rewritten, whole or not at all: `encore items forget`. Raises
        UserError, and then nothing has changed."""
        self._change_items("forget", films)

    def _change_items(self, action, films):
        with self._one_at_a_time:
            run("items", [action, self, *map(_film, films)], {})
            self._answers, self._items = _full.Answers(self.path), None

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
        a model, whose retired films stay retired in the copy."""
        folder = os.path.abspath(os.fspath(folder))
        if os.path.exists(folder) and not (overwrite and _is_model(folder)):
            advice = "it is no model; choose another name" if overwrite else "say overwrite=True, or choose another name"
            raise UserError(f"{folder} is there already; {advice}")
        if os.path.realpath(folder).startswith(os.path.realpath(self.path) + os.sep):
            raise UserError(f"{folder} is within the model's own folder; choose another place")
        if not os.path.isdir(os.path.dirname(folder)):
            raise UserError(f"the folder {os.path.dirname(folder)} does not exist; create it first")
        with tempfile.TemporaryDirectory(prefix=".encore-", dir=os.path.dirname(folder)) as aside:
            shutil.copytree(self.path, os.path.join(aside, "new"))
            if os.path.exists(folder):
                self._keep_retired(folder, os.path.join(aside, "new"))
                os.rename(folder, os.path.join(aside, "old"))
            os.rename(os.path.join(aside, "new"), folder)

    def _keep_retired(self, old, new):
        """Films that are retired in the model that `new` replaces stay retired, by their ids, as `encore train` keeps them."""
        def retired(folder):
            return [film["movieId"] for film in run("items", ["list", folder], {})["items"] if film["retired"]]
        try:
            earlier, now, known = retired(old), set(retired(new)), set(self._catalogue()["movieId"])
        except UserError as error:
            told_to_logger(f"warning: which films {old} has retired cannot be read, so that none of them stays retired: {error}")
            return
        kept = [film for film in earlier if film in known - now]
        if kept:
            run("items", ["retire", new, *(f"id:{film}" for film in kept)], {})
            told_to_logger(f"films that {old} has retired stay retired: ids {', '.join(map(str, kept))}")
        gone = [str(film) for film in earlier if film not in known]
        if gone:
            told_to_logger(f"warning: retired films of {old} are not in the new model, which does not remember them: ids {', '.join(gone)}")

    def __reduce__(self):
        """A pickle carries the model itself: it answers on another machine, and whatever becomes of the folder."""
        return unpacked, (Model, self._files_of_model(), self.dataset)

    def _files_of_model(self):
        return {name: content for name, content in self._files().items() if not name.startswith("checkpoints")}

    def _repr_html_(self):
        return html.model(self)

    def __repr__(self):
        return f"<encore.Model {self.path}: {self.config['architecture']['model']}>"


def _number(text):
    if text == "":
        return None
    try:
        return int(text)
    except ValueError:
        return float(text)


def _is_model(folder):
    """Whether Encore wrote it: config.json is the name of many programs' files."""
    try:
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("format") == "encore-model"


def _user(user):
    """The id of one user as text."""
    if not isinstance(user, (str, Integral)) or isinstance(user, bool):
        raise UserError(f"user is {user!r}; it must be the id of one user (recommend_many answers for a list of them)")
    return str(user)


_of_ratings = ("ratings are a dict {title: stars}, a pandas.Series, pairs of a title and stars, a list of titles and ids, or the path of a CSV "
               "file")


def _pairs(ratings, scale):
    """(film, stars) of whatever ratings may be."""
    if hasattr(ratings, "items") and not is_table(ratings):
        return ratings.items()
    if is_table(ratings):
        raise UserError("a table of ratings is for recommend_many, which answers with a table")
    if not hasattr(ratings, "__iter__"):
        raise UserError(f"ratings is {ratings!r}; {_of_ratings}")
    listed = [tuple(one) if hasattr(one, "tolist") and getattr(one, "ndim", 0) == 1 else one for one in ratings]
    if all(isinstance(one, (str, Integral)) and not isinstance(one, bool) for one in listed):
        return [(film, float(scale["maximum"])) for film in listed]
    if not all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in listed):
        raise UserError(_of_ratings)
    return listed


def _films(films):
    """One film or several, as the core names them; None stays."""
    return None if films is None else [_film(film) for film in ([films] if isinstance(films, (str, Integral)) else films)]


def _film(film):
    """As the core names it; NumPy keeps ids beside stars as 318.0."""
    if isinstance(film, Real) and not isinstance(film, Integral) and float(film).is_integer():
        film = int(film)
    if isinstance(film, Integral) and not isinstance(film, bool):
        return f"id:{int(film)}"
    if not isinstance(film, str) or not film.strip() or "\0" in film or not _is_text(film):
        raise UserError(f"{film!r} is no film; name it by its title, or by its id as a whole number")
    return film


def _is_text(text):
    try:
        return bool(text.encode("utf-8"))
    except UnicodeEncodeError:  # half a character
        return False


def _stars(film, stars):
    if not isinstance(stars, Real) or isinstance(stars, bool):
        raise UserError(f"{stars!r} for {film!r} is no number of stars")
    return repr(float(stars))
