"""Published splits by name (`protocol=…`): what a protocol says becomes settings, from the core's table; and what settings cannot say:
Liang's draws, RecBole's core, LightGCN's files. As src/preparation/protocol.cpp does it. Not the other splits (split.py)."""

import math

from encore import options
from encore.errors import UserError
from encore.spark.preparation.table import table_of_frame
from encore.spark.storage import exact

_users_of_paper = 10_000


def apply_protocol(settings):
    """Sets what the settings' protocol says. Raises UserError for an option that it decides."""
    if settings.protocol is None:
        return
    protocol = next(one for one in options.document()["protocols"] if one["name"] == settings.protocol)
    rows = options.table("prepare")
    for name in map(_in_python, protocol["decides"]):
        if getattr(settings, name) != rows[name].default:
            raise UserError(f"protocol='{settings.protocol}' decides {name}; leave that out")
    if protocol["keeps"]:
        settings.where = f"({settings.where}\n) AND {protocol['keeps']}" if settings.where else protocol["keeps"]
    for name, value in protocol["says"].items():
        setattr(settings, _in_python(name), rows[_in_python(name)].checked(value))


def metrics_of_protocol(name):
    """What a dataset of this protocol is judged by; None for none."""
    return next((one["metrics"] for one in options.document()["protocols"] if one["name"] == name), None)


def _in_python(option):
    return option.removeprefix("--").replace("-", "_")


def files_of_lightgcn(spark, storage, source):
    """train.txt and test.txt of a folder as tables of pairs."""
    tables = []
    for name in ("train.txt", "test.txt"):
        path = f"{source}/{name}"
        if not isinstance(source, str) or not storage.exists(path):
            what = path if isinstance(source, str) else "the source"
            raise UserError(f"protocol='lightgcn': {what} cannot be read; the source is the folder of train.txt and test.txt")
        tables.append(table_of_frame(_pairs(spark, path), path))
    return tables


def _pairs(spark, path):
    """"user film film …" lines as (userId, movieId), both text. Raises UserError for a line that is none."""
    from pyspark.sql import functions as F

    words = F.filter(F.split("value", "[ \t\r]+", -1), lambda word: word != "")
    lines = exact(spark).text(path, lineSep="\n").select(words.alias("ids"), F.monotonically_increasing_id().alias("place"))
    wrong = F.filter("ids", lambda word: ~word.rlike("\\A[0-9]+\\z"))
    first = lines.withColumn("wrong", wrong).where(F.size("wrong") > 0).orderBy("place").head()
    if first:
        number = lines.where(F.col("place") <= first.place).count()
        raise UserError(f"{path}, line {number}: '{first.wrong[0]}' is no number; a line is a user and the films of that user")
    films = F.explode(F.slice("ids", 2, F.size("ids")))
    return lines.where(F.size("ids") > 1).select(F.expr("try_element_at(ids, 1)").alias("userId"), films.alias("movieId"))


def narrow_to_core(pipeline, settings, relations, summary):
    """ratings_of_frequent_items and ratings_final, the k-core of ratings_once: films and users in turn, until none of either has too few
    ratings. Only the ids that go out pass through the driver."""
    out = {"movieId": [], "userId": []}
    numbers = {"movieId": relations.movie_is_number, "userId": relations.user_is_number}
    least = {"movieId": settings.min_item_ratings, "userId": settings.min_user_ratings}

    def core():
        joins = ""
        for column, ids in out.items():
            if ids:
                kind = "BIGINT" if numbers[column] else "STRING"
                pipeline.create_from(f"out_of_core_{column}", pipeline.spark.createDataFrame([(one,) for one in ids], f"id {kind}"))
                joins += f" LEFT ANTI JOIN out_of_core_{column} AS {column}s ON r.{column} = {column}s.id"
        hints = ", ".join(f"{column}s" for column, ids in out.items() if ids)
        hint = f"/*+ BROADCAST({hints}) */ " if hints else ""
        return f"SELECT {hint}r.userId, r.movieId, r.rating, r.time FROM ratings_once AS r{joins}"

    found = True
    while found:
        found = False
        for column in out:
            few = pipeline.query(f"SELECT {column} FROM ({core()}) AS c GROUP BY {column} HAVING count(*) < {least[column]}").collect()
            out[column] += [row[0] for row in few]
            found = found or bool(few)
    pipeline.cut("core", pipeline.query(core()))
    gone = pipeline.count("ratings_once") - pipeline.count("core")
    if gone:
        summary["filtered"]["outside the core of films and users with enough ratings"] = gone
    pipeline.pass_on("ratings_of_frequent_items", "core")
    pipeline.pass_on("ratings_final", "ratings_of_frequent_items")


def split_as_liang(pipeline, settings, summary):
    """Makes ratings_split, users and what arrays_by_protocol asks for, from ratings_final, by numpy's own draws in the driver, which
    depend on numbers of users and ratings alone. Raises UserError when there are too few users."""
    from numpy.random import RandomState  # the generator whose numbers numpy has promised not to change (NEP 19)

    spark = pipeline.spark
    pipeline.settle("ratings_final")
    users = pipeline.number("SELECT count(DISTINCT userId) FROM ratings_final")
    validation, test = _held_out(settings, users)
    summary.update(hold_out=test / users, validation=validation / users)
    folds = ["train"] * (users - validation - test) + ["validation"] * validation + ["test"] * test
    order = RandomState(settings.seed).permutation(users).tolist()
    pipeline.create_from("protocol_folds", spark.createDataFrame(list(zip(order, folds)), "number BIGINT, fold STRING"))
    pipeline.run("ratings_by_protocol")
    pipeline.pass_on("ratings_split", "ratings_by_protocol")
    gone = pipeline.count("ratings_final") - pipeline.count("ratings_by_protocol")
    if gone:
        summary["filtered"]["held out, unknown to training"] = gone
    pipeline.run("users_by_protocol")
    pipeline.pass_on("users", "users_by_protocol")
    targets = []
    for fold in ("validation", "test"):
        random = RandomState(settings.seed)
        for user, ratings in pipeline.query(f"SELECT user, ratings FROM users WHERE fold = '{fold}' ORDER BY user").collect():
            if ratings >= 5:
                targets += ((user, place) for place in random.choice(ratings, int(0.2 * ratings), replace=False).tolist())
    pipeline.create_from("protocol_targets", spark.createDataFrame(targets, "number BIGINT, place BIGINT"))


def _held_out(settings, users):
    """(validation, test) users."""
    rows = options.table("prepare")
    held = (_users_of_paper, _users_of_paper)
    if any(getattr(settings, name) != rows[name].default for name in ("hold_out", "validation")):
        held = math.floor(settings.validation * users), math.floor(settings.hold_out * users)
    if users <= sum(held):
        raise UserError("protocol='liang' holds out 10,000 users for validation and 10,000 for testing, as its paper does for MovieLens 20M, "
                        f"and there are {users}; say a share of them: hold_out=0.1, validation=0.1")
    return held
