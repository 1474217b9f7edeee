"""Whose ratings go into a model: one row for each user, with all that user's ratings in a list. From a prepared dataset, or from any
DataFrame of ratings. Not what is made of them (inference.py)."""

from dataclasses import dataclass
from typing import Any

from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, IntegralType, StringType

from encore.errors import UserError

_own_columns = ["user", "item", "value", "rating", "time", "part"]


def require_frame(data):
    """Raises UserError for what is no DataFrame of Spark's."""
    if not (hasattr(data, "sparkSession") and hasattr(data, "schema")):
        raise UserError(f"{type(data).__module__}.{type(data).__name__} is no DataFrame of Spark's and no Dataset; spark.createDataFrame makes "
                        "the one, prepare and Dataset.read the other")


@dataclass(frozen=True)
class Columns:
    """The names that a DataFrame of ratings has for its columns; no rating column where every row counts as 1."""

    user: str
    item: str
    rating: str | None

    def require_in(self, frame, *needed):
        """Raises UserError when one of the columns is missing, or when they are a dataset's own numbers."""
        require_frame(frame)
        if frame.columns == _own_columns:
            raise UserError("these are a dataset's own rows, whose users and items are numbers of its own; pass the Dataset itself")
        for name in needed:
            if name not in frame.columns:
                raise UserError(f"the DataFrame has no column {name}; its columns are {', '.join(frame.columns)} (set userCol, itemCol, "
                                "ratingCol)")
            if [column.lower() for column in frame.columns].count(name.lower()) > 1:
                raise UserError(f"the DataFrame has the column {name} twice ({', '.join(frame.columns)}); rename one of them")


@dataclass(frozen=True)
class People:
    """`frame`: (user, rated) or (user, rated, seen), one row for each user. by_id: the rated items are source ids, else numbers of the
    model's items; seen: source ids, or of a dataset (item, stars), the items as the rated ones and the stars as the core's `top` has them."""

    frame: Any
    by_id: bool


def require_usable(frame, columns, scale):
    """Raises UserError for rows without a user, an item or a rating on the scale: how many of how many, and the first. A job of Spark's,
    so that it is said here and not in the middle of somebody's query."""
    if frame.isStreaming:
        return
    user, item = (F.col(f"`{name}`") for name in (columns.user, columns.item))
    reason = F.when(user.isNull(), F.lit(f"no {columns.user}")).when(item.isNull(), F.lit(f"no {columns.item}"))
    shown = [user, item]
    if not scale["implicit"]:
        rating = F.col(f"`{columns.rating}`")
        if isinstance(frame.schema[columns.rating].dataType, BooleanType):
            raise UserError(f"the column {columns.rating} holds true and false, which are no ratings; cast it to numbers as you mean them")
        stars = F.expr(f"try_cast(`{columns.rating}` AS FLOAT)")
        on_scale = stars.between(*(F.lit(scale[end]).cast("float") for end in ("minimum", "maximum")))
        reason = reason.when(stars.isNull() | F.isnan(stars), F.lit("rating is missing or no number"))
        reason = reason.when(~on_scale, F.lit("rating is out of scale"))
        shown.append(rating)
    counts = dict(frame.groupBy(reason.alias("reason")).count().collect())
    bad = {name: count for name, count in counts.items() if name is not None}
    if bad:
        first = frame.where(reason.isNotNull()).select(F.concat_ws(", ", *(F.coalesce(one.cast("string"), F.lit("")) for one in shown)),
                                                       reason).head()
        listed = ", ".join(f"{count} {name}" for name, count in sorted(bad.items()))
        known = "" if scale["implicit"] else f"; the model knows ratings from {scale['minimum']:g} to {scale['maximum']:g}"
        raise UserError(f"the DataFrame: {sum(bad.values())} of {sum(counts.values())} rows cannot be used ({listed}), the first: "
                        f"'{first[0]}': {first[1]}{known}; mend such rows or leave them out")


def as_id(column, from_type, numeric):
    """An expression for ids of the kind that the model has: null for what can be none of them."""
    name = f"`{column.replace('`', '``')}`"
    if not numeric:
        return F.col(name).cast("string")
    if isinstance(from_type, (IntegralType, StringType)):
        return F.expr(f"try_cast({name} AS BIGINT)")
    return F.expr(f"CASE WHEN try_cast({name} AS BIGINT) = {name} THEN try_cast({name} AS BIGINT) END")


def from_frame(frame, columns, implicit, numeric_items):
    """The users of a DataFrame of usable ratings, under the ids that it has for them."""
    columns.require_in(frame, columns.user, columns.item, *([] if implicit else [columns.rating]))
    stars = F.lit(1.0) if implicit else F.col(f"`{columns.rating}`")
    rows = frame.select(F.col(f"`{columns.user}`").alias("user"),
                        as_id(columns.item, frame.schema[columns.item].dataType, numeric_items).alias("item"),
                        stars.cast("float").alias("stars"), *([F.col("timestamp")] if "timestamp" in frame.columns else []))
    rows = rows.where("user IS NOT NULL")
    if "timestamp" in frame.columns:  # of a pair that came twice the latest counts, or else the highest, as everywhere
        rows = rows.groupBy("user", "item").agg(F.max(F.struct("timestamp", "stars"))["stars"].alias("stars"))
    return People(_listed(rows, "item", "stars"), by_id=True)


def with_seen(who, frame, columns, numeric_items):
    """The same people with what a DataFrame (user, item) says they have seen, and those whom it alone names. Raises UserError for a
    DataFrame without these columns, or with rows that lack one of them."""
    columns.require_in(frame, columns.user, columns.item)
    user, item = F.col(f"`{columns.user}`"), as_id(columns.item, frame.schema[columns.item].dataType, numeric_items)
    lacking = 0 if frame.isStreaming else frame.where(user.isNull() | F.col(f"`{columns.item}`").isNull()).count()
    if lacking:
        raise UserError(f"the DataFrame of what was seen: {lacking} rows lack {columns.user} or {columns.item}; leave such rows out")
    rows = frame.select(user.cast(who.frame.schema["user"].dataType).alias("user"), item.alias("item"))
    lists = shared_out(rows, "user").groupBy("user").agg(F.collect_set("item").alias("seen"))
    return People(who.frame.join(lists, "user", "full_outer"), who.by_id)


def from_dataset(dataset, fingerprint, known_only=False, users=None):
    """The users of a dataset, under their source ids. known_only: without what is held out: of held-out users their given part, of users
    whose ratings are split those to train on.
    users: those only, rows of the dataset's users. fingerprint: of the model's dataset, whose item numbers are the model's."""
    users = dataset.users if users is None else users
    rows = dataset.ratings.join(users.select("user", "userId", "fold"), "user")
    if known_only and dataset.summary.get("split", "users") != "users":
        rows = rows.where("part IS NULL")
    elif known_only and any(count for fold, count in dataset.summary["users_by_fold"].items() if fold != "train"):
        rows = rows.where("fold = 'train' OR part = 'given'")
    by_id = dataset.fingerprint != fingerprint
    item = "item"
    if by_id:
        rows, item = rows.join(dataset.items.select("item", "movieId"), "item"), "movieId"
    frame = _listed(rows.select(F.col("userId").alias("user"), item, F.col("rating").alias("stars")), item, "stars")
    beside = _seen_of(dataset, users)
    if beside is not None:
        if by_id:
            beside = beside.join(dataset.items.select("item", "movieId"), "item")
        lists = shared_out(beside, "user").groupBy("user").agg(F.collect_list(F.struct(item, "stars")).alias("seen"))
        frame = frame.join(lists, "user", "left")
    return People(frame, by_id)


def _seen_of(dataset, users):
    """(user's source id, item, stars) of what these users have seen or dismissed: 0 seen, 1 both, -1 dismissed alone. None: nothing."""
    kinds = [kind for kind in ("seen", "dismissed") if dataset._rows_of_events(kind) is not None]
    if not kinds:
        return None
    rows = None
    for kind in kinds:
        of_kind = dataset._rows_of_events(kind).withColumn("is_seen", F.lit(kind == "seen"))
        rows = of_kind if rows is None else rows.unionByName(of_kind)
    once = rows.groupBy("user", "item").agg(F.bool_or("is_seen").alias("any_seen"), F.bool_and("is_seen").alias("only_seen"))
    stars = F.when(F.col("only_seen"), 0.0).when(F.col("any_seen"), 1.0).otherwise(-1.0).cast("float")
    return once.join(users.select("user", "userId"), "user").select(F.col("userId").alias("user"), "item", stars.alias("stars"))


def shared_out(rows, key):
    """The rows in as many partitions as keep all cores busy twice. Adaptive execution would merge them by their bytes, which say little
    about the cost of scoring."""
    return rows.repartition(2 * rows.sparkSession.sparkContext.defaultParallelism, key)


def _listed(rows, *columns):
    return shared_out(rows, "user").groupBy("user").agg(F.collect_list(F.struct(*columns)).alias("rated"))
