"""Which worker gets which ratings, and how Spark is made to send them there. Not the training."""

import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F

from encore import _core

FOLDS = {"train": 0, "validation": 1, "test": 2}
PARTS = {"given": 1, "target": 2, "hidden": 3, "seen": 4}  # seen: no rating but a film seen without one


@dataclass(frozen=True)
class Shape:
    """What every worker must know of the whole dataset."""

    head: dict  # of encore_rows_new
    folds: bytes  # [users] uint8
    training_ratings: bytes  # [items] int64

    def training_users(self):
        return self.folds.count(FOLDS["train"])


def shape_of(dataset):
    """Collects items and users, not the ratings."""
    summary = dataset.summary
    items = arrow_table(dataset.items.select("item", "training_ratings")).sort_by("item")
    users = arrow_table(dataset.users.select("user", "fold")).sort_by("user")
    folds = pc.index_in(users["fold"].combine_chunks().cast(pa.string()), value_set=pa.array(list(FOLDS)))
    head = {"items": items.num_rows, "users": users.num_rows, "seed": summary["seed"], "fingerprint": dataset.fingerprint,
            "scale": {**summary["rating_scale"], "liked": summary["liked"], "implicit": summary["implicit"],
                      "count": summary.get("count", "plain")}}
    return Shape(head, _bytes_of(folds, pa.uint8()), _bytes_of(items["training_ratings"], pa.int64()))


def placed_rows(dataset, shape, plan, workers):
    """The training and validation ratings as a DataFrame of `workers` partitions, partition = worker: user, item, rating, part."""
    ratings = with_seen_rows(dataset).select("user", "item", "rating", _part().alias("part"))
    if plan["parallel"] == "items":
        placed = _by_item(ratings, dataset, shape, plan, workers)
    else:
        placed = _by_user(ratings, dataset, shape, plan, workers)
    return placed.repartition(workers, "place").drop("place")


def with_seen_rows(dataset):
    """user, item, rating, part: the ratings, and what was seen without one as rows of the part `seen`."""
    ratings, seen = dataset.ratings.select("user", "item", "rating", "part"), dataset._rows_of_events("seen")
    if seen is None:
        return ratings
    return ratings.unionByName(seen.select("user", "item", F.lit(0.0).cast("float").alias("rating"), F.lit("seen").alias("part")))


def _part():
    column = F.lit(0)
    for name, number in PARTS.items():
        column = F.when(F.col("part") == name, F.lit(number)).otherwise(column)
    return column.cast("tinyint")


def _by_item(ratings, dataset, shape, plan, workers):
    first = _core.cut_items(json.dumps(plan), shape.training_ratings, shape.training_users(), workers)
    keys = keys_of_partitions(dataset.ratings.sparkSession, workers)
    place = F.lit(keys[-1])
    for worker in reversed(range(workers - 1)):
        place = F.when(F.col("item") < first[worker + 1], F.lit(keys[worker])).otherwise(place)
    if FOLDS["test"] in shape.folds:
        tested = dataset.users.where(F.col("fold") == "test").select("user")
        ratings = ratings.join(tested, "user", "left_anti").select("user", "item", "rating", "part")
    return ratings.withColumn("place", place)


def _by_user(ratings, dataset, shape, plan, workers):
    """A training user goes to the worker that has its rank, a validation user to user % workers, a test user nowhere."""
    spark = dataset.ratings.sparkSession
    dealt = _dealt(dataset, shape, plan, workers)
    keys = keys_of_partitions(spark, workers)
    test = FOLDS["test"]
    places = [-1 if fold == test else keys[dealt.get(user, user % workers)] for user, fold in enumerate(shape.folds)]
    buffer = pa.array(places, pa.int32()).buffers()[1].to_pybytes()

    def give_places(batches):
        import pyarrow as pa
        import pyarrow.compute as pc

        place_of = pa.Array.from_buffers(pa.int32(), len(buffer) // 4, [None, pa.py_buffer(buffer)])
        for batch in batches:
            column = place_of.take(batch.column(0))
            placed = pa.RecordBatch.from_arrays([*batch.columns, column], names=["user", "item", "rating", "part", "place"])
            yield placed.filter(pc.greater_equal(column, 0))

    return ratings.mapInArrow(give_places, "user int, item int, rating float, part tinyint, place int")


def _dealt(dataset, shape, plan, workers):
    """{training user with an input: worker}"""
    condition = _core.input_condition(json.dumps(plan), json.dumps(shape.head))
    with_input = arrow_table(dataset.ratings.where(F.expr(condition)).select("user").distinct())["user"].to_pylist()
    train = FOLDS["train"]
    users = sorted(user for user in with_input if shape.folds[user] == train)
    ranks_of_a_worker = plan["shards"] // workers
    return {user: rank // ranks_of_a_worker for user, rank in zip(users, _core.deal_users(json.dumps(plan), users))}


def keys_of_partitions(spark, partitions):
    """For each partition a small whole number that Spark's own hash puts there: `repartition(partitions, key)` sends a row with the
    key of partition p to partition p."""
    if partitions == 1:
        return [0]
    keys, begin = {}, 0
    while len(keys) < partitions:
        end = begin + 16 * partitions + 64
        numbers = spark.range(begin, end, 1, 1).selectExpr("cast(id AS int) AS key")
        for key, partition in numbers.selectExpr("key", f"cast(pmod(hash(key), {partitions}) AS int) AS partition").collect():
            keys.setdefault(partition, key)
        begin = end
    return [keys[partition] for partition in range(partitions)]


def arrow_table(frame):
    """A small DataFrame on the driver, as an Arrow table."""
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    if hasattr(frame, "_collect_as_arrow"):
        from pyspark.sql.pandas.types import to_arrow_schema

        schema = to_arrow_schema(frame.schema)
        return pa.Table.from_batches(frame._collect_as_arrow(), schema)
    return pa.Table.from_pandas(frame.toPandas(), preserve_index=False)


def _bytes_of(column, kind):
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = pa.concat_arrays([array.cast(kind)])
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    width = kind.bit_width // 8
    whole = array.buffers()[1]
    return whole.slice(array.offset * width, len(array) * width).to_pybytes() if whole is not None else b""
