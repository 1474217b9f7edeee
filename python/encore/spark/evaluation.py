"""`encore evaluate` by all executors: each partition's users give sums, the driver adds them up. The formulas and the figures are the
core's (docs/evaluation.md)."""

import json
import warnings

import numpy as np
from pyspark.sql import functions as F

from encore import _core
from encore.errors import UserError
from encore.spark import inference
from encore.spark.judging_rows import with_judging_rows
from encore.spark.people import shared_out
from encore.spark.same_dataset import require_same_scale
from encore.spark.shipping import read_catalogue, ship

_schema = "held_out boolean, sums string, items array<bigint>, counts array<bigint>"


def evaluate(model, dataset, fold, reconstruction, other_dataset):
    """{"train": …, fold: …, "ranking": …, "popularity": …} with the keys of docs/json.md. Raises UserError for a dataset that the
    model was not trained on; warns when nobody is held out."""
    dataset = with_judging_rows(dataset)
    training_ratings = _training_ratings(model, dataset, other_dataset)
    liked, means = _of_training_users(dataset, len(training_ratings))
    spark = dataset.ratings.sparkSession
    task = inference.judging(ship(spark, model.folder), training_ratings, liked, means if reconstruction else None)
    judged = _Judged(len(training_ratings))
    for row in _rows(dataset, fold, reconstruction).mapInArrow(task, _schema).collect():
        judged.add(row)
    return _answer(model, dataset, fold, judged, training_ratings)


class _Judged:
    """The sums of both folds: False for training users, True for those held out."""

    def __init__(self, items):
        self.sums = {False: {}, True: {}}
        self.exposures = {False: np.zeros(2 * items, np.int64), True: np.zeros(2 * items, np.int64)}

    def add(self, row):
        total = self.sums[row.held_out]
        for key, value in json.loads(row.sums).items():
            total[key] = total.get(key, 0) + value
        self.exposures[row.held_out][row["items"]] += np.array(row.counts, np.int64)

    def figures(self, model, held_out, training_ratings):
        return model.figures(self.sums[held_out], self.exposures[held_out], training_ratings)


def _answer(model, dataset, fold, judged, training_ratings):
    with _core.Model(model.folder) as opened:
        train = judged.figures(opened, False, training_ratings)["errors"]
        held_out = judged.figures(opened, True, training_ratings)
    if train is not None:
        del train["rmse_held_out"]  # nothing of training users is held out
    if not dataset.summary["users_by_fold"][fold]:
        warnings.warn(_no_users(dataset.summary, fold))
    elif held_out["ranking"] is None:
        warnings.warn(f"no {fold} user has enough liked films to hide some, so there is no ranking to judge")
    return {"train": train, fold: held_out["errors"], "ranking": held_out["ranking"], "popularity": held_out["popularity"]}


def _no_users(summary, fold):
    """Why there is nobody to judge on: no users were held out, or too few for a share of them to be one."""
    name = {"test": "hold_out", "validation": "validation"}[fold]
    nothing = f"the dataset has no {fold} users, so nothing is judged on them"
    if not summary[name]:
        return f"{nothing}; prepare with {name}=0.2"
    return f"{nothing}: {name}={summary[name]:g} of its {summary['users']:,} users gave none; prepare with a larger {name}, or more users"


def _training_ratings(model, dataset, other_dataset):
    """[M] of the dataset. Raises UserError when it is not one to judge the model on."""
    rows = dataset.items.select("item", "movieId", "training_ratings").collect()
    rows.sort(key=lambda row: row.item)
    if [row.movieId for row in rows] != read_catalogue(model.folder)["movieId"].to_pylist():
        raise UserError("the model was trained on other films than this dataset holds; name the dataset that it was trained on")
    require_same_scale(model.description["scale"], dataset.summary)
    if model.description["dataset_fingerprint"] != dataset.fingerprint and not other_dataset:
        raise UserError("the model was trained on another dataset, so the held-out users of this one may be known to it; name the dataset "
                        "that it was trained on, or say other_dataset=True")
    return np.array([row.training_ratings for row in rows], np.int64)


def _of_training_users(dataset, items):
    """How many training users liked each item, and each item's mean value over all of them, zeros included. [M] each."""
    liked, means = np.zeros(items, np.int64), np.zeros(items)
    scale = dataset.summary["rating_scale"]
    likes = F.lit(True) if dataset.summary["implicit"] else F.col("rating") >= F.lit(float(dataset.summary["liked"]))
    value = F.col("rating").cast("double") / F.lit(float(scale["maximum"]))
    rated = dataset.ratings.join(_users_of(dataset, "train"), "user")
    for row in rated.groupBy("item").agg(F.sum(likes.cast("long")).alias("liked"), F.sum(value).alias("total")).collect():
        liked[row["item"]], means[row["item"]] = row.liked, row.total
    return liked, means / max(dataset.summary["users_by_fold"]["train"], 1)


def _users_of(dataset, *folds):
    return dataset.users.where(F.col("fold").isin(*folds)).select("user", "fold")


def _rows(dataset, fold, reconstruction):
    """(held_out, rated): one row for each user that is judged."""
    folds = ("train", fold) if reconstruction else (fold,)
    part = F.expr("CAST(CASE part WHEN 'given' THEN 1 WHEN 'target' THEN 2 WHEN 'hidden' THEN 3 ELSE 0 END AS TINYINT)")
    rows = dataset.ratings.join(_users_of(dataset, *folds), "user")
    rows = rows.select("user", (F.col("fold") != "train").alias("held_out"), "item", "rating", part.alias("part"))
    lists = F.collect_list(F.struct("item", "rating", "part")).alias("rated")
    return shared_out(rows, "user").groupBy("user", "held_out").agg(lists).select("held_out", "rated")
