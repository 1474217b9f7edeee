"""A dataset whose ratings are split, in the shape that training and judging know: a row of training ratings for every user, and further
rows, of the folds validation and test, in which the training ratings go in and the held-out ones are to be found. The rules and the
order of the rows are those of src/dataset/judging_rows.h, so models and figures are those of one machine."""

from pyspark.sql import Window
from pyspark.sql import functions as F

from encore.spark.dataset import Dataset


def with_judging_rows(dataset):
    """The dataset itself where whole users are held out. Without a path: it is nowhere on disk."""
    if dataset.summary.get("split", "users") == "users":
        return dataset
    users = dataset.summary["users"]
    likes = F.lit(True) if dataset.summary["implicit"] else F.col("rating") >= F.lit(float(dataset.summary["liked"]))
    to_find = F.when(likes, F.lit("target"))  # what is disliked is none
    ratings = dataset.ratings.select("user", "item", "rating", "part")
    train = ratings.where("part IS NULL")
    seen = dataset._rows_of_events("seen")
    events = [] if seen is None else [seen]
    rows = [(dataset.users.select("user", "userId").withColumn("fold", F.lit("train")), train)]
    counts = {"train": users}
    first = users
    for fold, held_out in (("validation", "validation"), ("test", "test")):
        numbers, count = _judged(dataset, train, ratings, held_out, first)
        part = F.when(F.col("part").isNull(), F.lit("given")).when(F.col("part") == held_out, to_find)
        cells = ratings
        if fold == "test":
            part = part.otherwise(F.lit("hidden"))
        else:
            cells = ratings.where("part IS NULL OR part = 'validation'")
        cells = cells.join(numbers.select("user", "row"), "user").select(F.col("row").alias("user"), "item", "rating", part.alias("part"))
        rows.append((numbers.select(F.col("row").alias("user"), "userId", F.lit(fold).alias("fold")), cells))
        if seen is not None:  # what a user has seen goes into each of their rows
            events.append(seen.join(numbers.select("user", "row"), "user").select(F.col("row").alias("user"), "item"))
        counts[fold] = count
        first += count
    all_users, all_ratings = rows[0]
    for more_users, more_ratings in rows[1:]:
        all_users, all_ratings = all_users.unionByName(more_users), all_ratings.unionByName(more_ratings)
    summary = {**dataset.summary, "users_by_fold": counts, "users": first}
    all_events = None
    for more in events:
        all_events = more if all_events is None else all_events.unionByName(more)
    if all_events is not None:
        all_events = all_events.withColumn("kind", F.lit("seen"))
    return Dataset(dataset.items, all_users, all_ratings, summary, events=all_events)


def _judged(dataset, train, ratings, held_out, first):
    """(user, userId, row) of those with ratings to train on and some held out, numbered from `first` in their order; how many."""
    some = ratings.where(F.col("part") == held_out).select("user").distinct()
    judged = dataset.users.select("user", "userId").join(some, "user", "left_semi").join(train.select("user").distinct(), "user", "left_semi")
    judged = judged.withColumn("row", (F.row_number().over(Window.orderBy("user")) + F.lit(first - 1)).cast("int"))
    return judged, judged.count()
