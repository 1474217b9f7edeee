"""`encore recommend --all` by all executors: recommendations of all users of a dataset as a table of films. Not the recommending
(inference.py)."""

import numpy as np
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from encore.errors import UserError
from encore.options import checked
from encore.spark.preparation.condition import spark_condition
from encore.spark.storage import Storage

_not_for_all = ("model", "rate", "ratings", "user", "all", "dataset", "output", "threads", "item_column", "title_column", "year_column",
                 "rating_column", "encoding", "quote", "explain", "seen")


def write_recommendations(model, output, options):
    """Raises UserError for an option that there is not, and for a condition that cannot be read."""
    said = checked("recommend", options, without=_not_for_all)
    if said.exclude:
        raise UserError("titles are matched by the command line only; leave films out with where=\"movieId NOT IN (…)\"")
    dataset = model.dataset
    if Storage(dataset.items.sparkSession).exists(output):
        raise UserError(f"{output} is there already; name another place")
    only = films_where(model, dataset, said.where) if said.where else None
    if said.seed is not None and not said.explore:
        raise UserError("seed is about the draws of explore, which is missing")
    lists = model._recommended(model._people(), said.count, said.include_seen, only, said.explore, 42 if said.seed is None else said.seed)
    user, item = (F.col(f"`{name}`") for name in (model.getUserCol(), model.getItemCol()))
    rows = lists.select(user.alias("userId"), F.posexplode("recommendations").alias("place", "best"))
    films = dataset.items.select("movieId", "title", "year")
    rows = rows.select("userId", (F.col("place") + 1).alias("rank"), F.col(f"best.`{model.getItemCol()}`").alias("movieId"),
                       F.col("best.rating").alias("score")).join(films, "movieId")
    table = rows.select("userId", "rank", "movieId", "title", "year", "score").orderBy("userId", "rank")
    table.write.format("parquet" if output.endswith(".parquet") else "csv").option("header", True).save(output)


def films_where(model, dataset, where, option="where"):
    """[M] of the model: whether the condition over movieId, title, year and genres holds for the film."""
    films = dataset.items.select("movieId", "title", "year", "genres")
    try:
        films = films.where(spark_condition(where)[0])
    except UserError as error:
        raise UserError(str(error).replace("where:", f"{option}:", 1)) from None
    except AnalysisException as error:
        raise UserError(f"{option}={where!r} cannot be asked of films, which have movieId, title, year and genres") from error
    chosen = {row.movieId for row in films.select("movieId").collect()}
    return np.array([film in chosen for film in model._files.catalogue["movieId"].to_pylist()])
