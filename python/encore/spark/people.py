"""Whose ratings go into a model: one row for each user, with all that user's ratings in a list. From a prepared dataset, or from any
DataFrame of ratings. Not what is made of them (inference.py)."""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import functions as F
from pyspark.sql.types import IntegralType, StringType

from encore.errors import UserError

_own_columns = ["user", "item", "value", "rating", "time", "part"]


@dataclass(frozen=True)
class Columns:
    """The names that a DataFrame of ratings has for its columns; no rating column where every row counts as 1."""

    user: str
    item: str
    rating: str | None

    def require_in(self, frame, *needed):
        """Raises UserError when one of the columns is missing, or when they are a dataset's own numbers."""
        if frame.columns == _own_columns:
            raise UserError("these are a dataset's own rows, whose users and items are numbers of its own; pass the Dataset itself")
        for name in needed:
            if name not in frame.columns:
                raise UserError(f"the DataFrame has no column {name}; its columns are {', '.join(frame.columns)} (set userCol, itemCol, "
                                "ratingCol)")


@dataclass(frozen=True)
class People:
    """`frame`: (user, rated), one row for each user. by_id: the rated items are source ids, else numbers of the model's items."""

    frame: Any
    by_id: bool


def as_id(column, from_type, numeric):
    """An expression for ids of the kind that the model has: null for what can be none of them."""
    name = f"`{column.replace('`', '``')}`"
    if not numeric:
        return F.col(name).cast("string")
    if isinstance(from_type, (IntegralType, StringType)):
        return F.expr(f"try_cast({name} AS BIGINT)")
    return F.expr(f"CASE WHEN try_cast({name} AS BIGINT) = {name} THEN try_cast({name} AS BIGINT) END")


def from_frame(frame, columns, implicit, numeric_items):
    """The users of a DataFrame of ratings, under the ids that it has for them."""
    columns.require_in(frame, columns.user, columns.item, *([] if implicit else [columns.rating]))
    stars = F.lit(1.0) if implicit else F.col(f"`{columns.rating}`")
    rows = frame.select(F.col(f"`{columns.user}`").alias("user"),
                        as_id(columns.item, frame.schema[columns.item].dataType, numeric_items).alias("item"),
                        stars.cast("float").alias("stars"))
    return People(_listed(rows.where("user IS NOT NULL"), "item", "stars"), by_id=True)


def from_dataset(dataset, fingerprint, known_only=False, users=None):
    """The users of a dataset, under their source ids. known_only: without what is hidden of held-out users: their given part only.
    users: those only, rows of the dataset's users. fingerprint: of the model's dataset, whose item numbers are the model's."""
    users = dataset.users if users is None else users
    rows = dataset.ratings.join(users.select("user", "userId", "fold"), "user")
    if known_only and any(count for fold, count in dataset.summary["users_by_fold"].items() if fold != "train"):
        rows = rows.where("fold = 'train' OR part = 'given'")
    by_id = dataset.fingerprint != fingerprint
    item = "item"
    if by_id:
        rows, item = rows.join(dataset.items.select("item", "movieId"), "item"), "movieId"
    return People(_listed(rows.select(F.col("userId").alias("user"), item, F.col("rating").alias("stars")), item, "stars"), by_id)


def shared_out(rows, key):
    """The rows in as many partitions as keep all cores busy twice. Adaptive execution would merge them by their bytes, which say little
    about the cost of scoring."""
    return rows.repartition(2 * rows.sparkSession.sparkContext.defaultParallelism, key)


def _listed(rows, *columns):
    return shared_out(rows, "user").groupBy("user").agg(F.collect_list(F.struct(*columns)).alias("rated"))
