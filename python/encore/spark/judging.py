"""By which rules users are judged (the options of `encore evaluate`), as the executors take them. Not the judging (inference.py) and not
what follows from its sums (evaluation.py)."""

from contextlib import contextmanager

import numpy as np

from encore import _core
from encore.errors import UserError
from encore.sentences import in_python
from encore.spark.bulk import films_where
from encore.spark.inference import Judging
from encore.spark.preparation.protocol import metrics_of_protocol
from encore.spark.storage import Storage


def judging(model, dataset, said, training_ratings, liked, means, of_users=False):
    """`said`: checked options of evaluate or compare. Raises UserError naming the option and its value."""
    negatives, by = getattr(said, "negatives", 0), tuple(getattr(said, "by", None) or ())
    rules = {"hide_rated": said.hide == "rated", "give": getattr(said, "give", "liked"), "negatives": negatives, "seed": dataset.summary["seed"], "slices": list(by),
             "training_users": dataset.summary["users_by_fold"]["train"]}
    metrics = said.metrics or metrics_of_protocol(dataset.summary.get("protocol"))
    if metrics is not None:
        rules["metrics"] = metrics
        if "diversity" in metrics:
            rules["genres"] = [row.genres or "" for row in sorted(dataset.items.select("item", "genres").collect(), key=lambda row: row.item)]
    conditions = [one for one in by if one not in ("popularity", "history")]
    masks = [films_where(model, dataset, one, "by").astype(np.uint8) for one in conditions]
    asked = Judging(rules, training_ratings, liked, _candidate(model, dataset, said.candidates, len(training_ratings)),
                    np.ascontiguousarray(np.stack(masks)) if masks else None, means, of_users, by)
    with told_here(), _core.Model(model.folder) as opened:
        asked.rules(opened).close()  # what is wrong with the metrics is said before any job
    return asked


@contextmanager
def told_here():
    """The core's sentences with Python's names."""
    try:
        yield
    except UserError as error:
        raise UserError(in_python(str(error))) from None


def _candidate(model, dataset, which, items):
    """[M] of 0 and 1; None for the films with a training rating."""
    if which == "rated-by-somebody":
        return None
    if which == "all":
        return np.ones(items, np.uint8)
    storage = Storage(dataset.items.sparkSession)
    if not storage.exists(which) or storage.is_folder(which):
        raise UserError(f"candidates: '{which}' is neither rated-by-somebody nor all, and no file that can be read")
    number = {str(film): place for place, film in enumerate(model._files.catalogue["movieId"].to_pylist())}
    candidate = np.zeros(items, np.uint8)
    for at, line in enumerate(storage.read_text(which).split("\n"), 1):
        line = line.removesuffix("\r")
        if not line:
            continue
        if line not in number:
            raise UserError(f"{which}, line {at}: '{line}' is no film of the dataset")
        candidate[number[line]] = 1
    if not candidate.any():
        raise UserError(f"{which} names no film")
    return candidate
