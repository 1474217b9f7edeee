"""`encore evaluate` by all executors: each partition's users give sums, the driver adds them up. The formulas and the figures are the
core's (docs/evaluation.md); which rules there are stands in judging.py."""

import json
import warnings

import numpy as np
from pyspark import StorageLevel
from pyspark.sql import functions as F

from encore import _core
from encore.errors import UserError
from encore.options import checked
from encore.spark import inference
from encore.spark.judging import judging
from encore.spark.judging_rows import with_judging_rows
from encore.spark.people import shared_out
from encore.spark.placement import with_seen_rows
from encore.spark.same_dataset import require_same_scale
from encore.spark.shipping import read_catalogue, retired_films, ship
from encore.spark.storage import Storage

_schema = ("held_out boolean, sums string, items array<bigint>, counts array<bigint>, user int, given int, targets int, model array<double>, "
           "popularity array<double>")


def options_of_evaluate(given):
    return checked("evaluate", given, without=("model", "dataset", "threads"))


def evaluate(model, dataset, said):
    """{"train": …, fold: …, "ranking": …, "popularity": …} with the keys of docs/json.md. `said`: checked options. Raises UserError for a
    dataset that the model was not trained on; warns when nobody is held out."""
    spark = dataset.ratings.sparkSession
    if said.per_user is not None and Storage(spark).exists(said.per_user):
        raise UserError(f"{said.per_user} is there already; name another place")
    dataset = with_judging_rows(dataset)
    asked = asked_of(model, dataset, said, said.reconstruction, of_users=said.per_user is not None)
    if said.negatives > 0:
        warnings.warn(f"ranked among {said.negatives} films drawn by chance: such figures are not those of the whole catalogue, and may put "
                      "models in another order (Krichene and Rendle 2020); compare only with papers that did the same")
    rows = judged_rows(model, dataset, said.fold, said.reconstruction, asked)
    if said.per_user is not None:
        rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        judged = _Judged()
        for row in rows.where("sums IS NOT NULL").collect():
            judged.add(row)
        answer = _answer(model, dataset, said.fold, judged, asked)
        if said.per_user is not None:
            _write_users(model, dataset, rows, asked, said.per_user)
    finally:
        rows.unpersist()
    return answer


def asked_of(model, dataset, said, reconstruction, of_users):
    """What the executors are asked. Raises UserError where the model may not be judged on the dataset, and for wrong options."""
    training_ratings = _training_ratings(model, dataset, said.other_dataset)
    liked, means = _of_training_users(dataset, len(training_ratings))
    if retired := retired_films(model.folder):
        told = ("1 retired film, which is judged as if it were an answer" if retired == 1 else
                f"{retired} retired films, which are judged as if they were answers")
        warnings.warn(f"the model has {told}: the figures are those of the model, not of the lists that it gives now")
    return judging(model, dataset, said, training_ratings, liked, means if reconstruction else None, of_users)


def judged_rows(model, dataset, fold, reconstruction, asked):
    """The rows of inference.judging."""
    task = inference.judging(ship(dataset.ratings.sparkSession, model.folder), asked)
    return _rows(dataset, fold, reconstruction).mapInArrow(task, _schema)


class _Judged:
    """The sums of both folds: False for training users, True for those held out."""

    def __init__(self):
        self.sums = {False: {}, True: {}}
        self.counts = {False: [], True: []}

    def add(self, row):
        total = self.sums[row.held_out]
        for key, value in json.loads(row.sums).items():
            total[key] = total.get(key, 0) + value
        self.counts[row.held_out].append((row["items"], row.counts))

    def figures(self, model, rules, held_out):
        exposures = np.zeros(rules.exposures, np.int64)
        for places, counts in self.counts[held_out]:
            exposures[places] += np.array(counts, np.int64)
        return model.figures(rules, self.sums[held_out], exposures)


def _answer(model, dataset, fold, judged, asked):
    with _core.Model(model.folder) as opened, asked.rules(opened) as rules:
        train = judged.figures(opened, rules, False)["errors"]
        held_out = judged.figures(opened, rules, True)
    if train is not None:
        del train["rmse_held_out"]  # nothing of training users is held out
    if not dataset.summary["users_by_fold"][fold]:
        warnings.warn(_no_users(dataset.summary, fold))
    elif held_out["ranking"] is None:
        warnings.warn(f"no {fold} user has enough liked films to hide some, so there is no ranking to judge")
    answer = {"train": train, fold: held_out["errors"], "ranking": held_out["ranking"], "popularity": held_out["popularity"]}
    return {**answer, "slices": held_out["slices"]} if asked.by else answer


def _write_users(model, dataset, rows, asked, place):
    """The table of `encore evaluate --per-user`, as a folder of Parquet."""
    with _core.Model(model.folder) as opened, asked.rules(opened) as rules:
        metrics = [(at, metric) for at, metric in enumerate(rules.metrics) if metric["of_users"]]
    users = rows.where("user IS NOT NULL").join(dataset.users.select("user", "userId"), "user")
    tables = []
    for ranking in ("model", "popularity"):
        figures = []
        for at, metric in metrics:
            mean = F.col(ranking)[2 * at] / F.nullif(F.col(ranking)[2 * at + 1], F.lit(0.0))
            figures.append((F.sqrt(mean) if metric["root"] else mean).alias(metric["key"]))
        tables.append(users.select("user", "userId", F.lit(ranking).alias("ranking"), "given", "targets", *figures))
    table = tables[0].unionByName(tables[1]).orderBy("ranking", "user").drop("user")
    table.write.parquet(place)


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
    if model.description["dataset_fingerprint"].endswith("-all-ratings") and not other_dataset:
        raise UserError("the model was trained on all ratings (--all-ratings), so there is nothing that it has not seen and could be judged "
                        "on; judge a model trained without --all-ratings")
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
    """(user, held_out, rated): one row for each user that is judged."""
    folds = ("train", fold) if reconstruction else (fold,)
    part = F.expr("CAST(CASE part WHEN 'given' THEN 1 WHEN 'target' THEN 2 WHEN 'hidden' THEN 3 WHEN 'seen' THEN 4 ELSE 0 END AS TINYINT)")
    rows = with_seen_rows(dataset).join(_users_of(dataset, *folds), "user")
    rows = rows.select("user", (F.col("fold") != "train").alias("held_out"), "item", "rating", part.alias("part"))
    lists = F.collect_list(F.struct("item", "rating", "part")).alias("rated")
    return shared_out(rows, "user").groupBy("user", "held_out").agg(lists).select("user", "held_out", "rated")
