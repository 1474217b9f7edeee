"""`AutoencoderModel`, the Spark ML model: predictions, recommendations and figures of a model folder, by all executors. Not how it was
trained (training.py) and not how it is saved (model_storage.py)."""

import json
import os
import shutil
import uuid
import warnings
import weakref
from functools import cached_property

from pyspark.ml import Model
from pyspark.ml.util import MLReadable, MLWritable
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, IntegralType, LongType, StringType, StructField, StructType

from encore import _core
from encore.errors import UserError
from encore.spark import inference, people
from encore.spark.dataset import Dataset
from encore.spark.bulk import write_recommendations
from encore.spark.evaluation import evaluate, options_of_evaluate
from encore.spark.model_storage import ModelReader, ModelWriter
from encore.spark.params import ColumnParams
from encore.spark.same_dataset import require_common_films, require_same_stars
from encore.spark.shipping import read_catalogue, ship


class _Folder:
    """A model folder on the driver. Opened for its description only; the scoring is the executors'."""

    def __init__(self, path, owned):
        self.path = path
        if owned:
            weakref.finalize(self, shutil.rmtree, os.path.dirname(path), ignore_errors=True)

    @cached_property
    def description(self) -> "dict[str, Any]":
        with _core.Model(self.path) as model:
            return model.description

    @cached_property
    def catalogue(self):
        return read_catalogue(self.path)

    @property
    def numeric_ids(self):
        return str(self.catalogue.schema.field("movieId").type) == "int64"


class AutoencoderModel(Model, ColumnParams, MLReadable, MLWritable):
    """A trained model. `history` tells its epochs; `folder` is its model folder on the driver, the one that `encore recommend` reads.

    A model that was fitted remembers the ratings that it was fitted on: they go in when it predicts or recommends for these users.
    A loaded one is told them by `setDataset`."""

    def __init__(self):
        super().__init__()
        self._files = None
        self.history = []
        self.summary = {}  # how the fit went: workers, local_ranks, restarts, seconds, best_epoch, kept
        self.dataset = None
        self._id_types = {}  # of the DataFrame that was fitted or set: {column: type}

    @classmethod
    def _opened(cls, folder, owned):
        model = cls()
        model._files = _Folder(folder, owned)
        model.history = _history(os.path.join(folder, "history.csv"))
        model._files.description  # what is no model is said at once
        return model

    @classmethod
    def _trained(cls, outcome, dataset, frame=None):
        """frame: the DataFrame that the dataset was made of, if any."""
        model = cls._opened(outcome.folder, owned=True)
        model._id_types = {} if frame is None else _types_of(frame)
        model.history, model.summary, model.dataset = outcome.history, outcome.summary, dataset
        model._warn_of_what_went_badly()
        return model

    def _warn_of_what_went_badly(self):
        """Aloud, as `encore train` does: a training that diverged, a model below popularity for validation users."""
        if not self.history:
            return
        if self.history[-1]["warning"]:
            warnings.warn(self.history[-1]["warning"].replace("--learning-rate", "learningRate"))
        own = self.history[self.summary["best_epoch"] - 1]["validation_ndcg@100"] if self.summary["best_epoch"] else None
        if own is None:
            return
        said = options_of_evaluate({"fold": "validation", "reconstruction": False, "metrics": "ndcg@100"})
        popularity = evaluate(self, self.dataset, said)["popularity"]["ndcg@100"]
        self.summary["popularity_ndcg@100"] = popularity
        if own < popularity:
            warnings.warn(f"the model ranks below popularity: NDCG@100 {own:.4f} for validation users, to whom the most liked films are "
                          f"worth {popularity:.4f}; train longer, or another model")

    @property
    def folder(self) -> str:
        return self._files.path

    def __copy__(self) -> "AutoencoderModel":
        """What Params.copy() begins with; it would go by way of a pickle."""
        same = type(self).__new__(type(self))
        same.__dict__.update(self.__dict__)
        return same

    def __reduce__(self):
        raise UserError("a model on Spark holds a Spark session and cannot be pickled; write it with model.save(PATH), and read it "
                        "with AutoencoderModel.load(PATH)")

    @property
    def description(self) -> "dict[str, Any]":
        """What the model is: model, items, scale, predicts_ratings, score (what a prediction says), dataset_fingerprint, config …"""
        return self._files.description

    def write(self) -> "Any":
        return ModelWriter(self)

    @classmethod
    def read(cls) -> "Any":
        return ModelReader(cls)

    def setDataset(self, data: "Dataset | DataFrame") -> "AutoencoderModel":
        """Whose ratings go in: a Dataset, or a DataFrame of ratings with userCol, itemCol and ratingCol. The model itself comes back.
        Raises UserError for a DataFrame with rows that cannot be used."""
        if not isinstance(data, Dataset):
            self._require_usable(data)
        self.dataset, self._id_types = data, {} if isinstance(data, Dataset) else _types_of(data)
        return self

    def _transform(self, data):
        """Adds predictionCol (float): of the row's item for the row's user, from the ratings that the model was fitted on. A user or an
        item that the fit did not know has NaN, or no row, as coldStartStrategy says."""
        columns = self._columns()
        if isinstance(data, Dataset):
            data = self._by_id(data)
        columns.require_in(data, columns.user, columns.item)
        prediction = self.getPredictionCol()
        if prediction in data.columns:
            raise UserError(f"the DataFrame has a column {prediction} already; drop it, or set another predictionCol")
        mark = uuid.uuid4().hex[:8]
        user, item = f"user_{mark}", f"item_{mark}"
        known = self._people(known_only=True)
        user_type = known.frame.schema["user"].dataType
        keyed = data.withColumn(user, people.as_id(columns.user, data.schema[columns.user].dataType, not isinstance(user_type, StringType)))
        keyed = keyed.withColumn(item, people.as_id(columns.item, data.schema[columns.item].dataType, self._files.numeric_ids))
        scores = self._scores(keyed.select(F.col(user).alias("user"), F.col(item).alias("wanted")), known)
        scores = scores.withColumnsRenamed({"user": user, "item": item})
        drop = self.getColdStartStrategy() == "drop"
        joined = keyed.join(scores, [user, item], "inner" if drop else "left")
        score = F.coalesce(F.col("score"), F.lit(float("nan"))).cast("float")
        return joined.select(*(F.col(f"`{name}`") for name in data.columns), score.alias(prediction))

    def _scores(self, pairs, known):
        wanted = people.shared_out(pairs.dropna(), "user").distinct().groupBy("user").agg(F.collect_list("wanted").alias("wanted"))
        user_type = known.frame.schema["user"].dataType
        key = people.as_id("user", user_type, not isinstance(user_type, StringType))
        rows = wanted.join(known.frame.withColumn("user", key), "user")
        schema = StructType([wanted.schema["user"], StructField("item", self._item_type()), StructField("score", FloatType())])
        return rows.select("user", "wanted", "rated").mapInArrow(inference.scoring(self._shipped(rows), known.by_id), schema)

    def recommendForAllUsers(self, numItems: int) -> "DataFrame":
        """The numItems best items that each user has not rated, best first: userCol, recommendations array<struct<itemCol, rating>>."""
        return self._typed(self._recommended(self._people(), numItems), self._id_types)

    def recommendForUserSubset(self, dataset: "DataFrame", numItems: int) -> "DataFrame":
        """The same for the users in a DataFrame's userCol; those that the fit did not know are left out, as in ALS."""
        columns = self._columns()
        columns.require_in(dataset, columns.user)
        return self._typed(self._recommended(self._people(subset=dataset), numItems), self._id_types)

    def recommendForNewUsers(self, ratings: "DataFrame", numItems: int, seen: "DataFrame | None" = None) -> "DataFrame":
        """The same for anybody, from a DataFrame of their ratings (userCol, itemCol, ratingCol). Items that the model does not know are
        left out; somebody of whom it then knows nothing gets the items with the most ratings, which their `rating` counts. seen: what
        they have seen without rating it (userCol, itemCol): no answer, and no taste; whoever is in it alone is answered, too. Raises
        UserError for rows that cannot be used."""
        self._require_usable(ratings)
        who = self._from_frame(ratings)
        if seen is not None:
            who = people.with_seen(who, seen, self._columns(), self._files.numeric_ids)
        return self._typed(self._recommended(who, numItems), _types_of(ratings))

    def write_recommendations(self, output: str, **options) -> None:
        """`encore recommend --all` for the users of the Dataset whose ratings go in (setDataset): a folder of Parquet where the name ends
        in .parquet, else of CSV, with userId, rank, movieId, title, year and score by user and rank. options: count, where,
        include_seen, explore, seed."""
        if not isinstance(self.dataset, Dataset):
            raise UserError("name the Dataset whose users get recommendations with setDataset()")
        write_recommendations(self, output, options)

    def evaluate(self, data: "Dataset", **options) -> "dict[str, Any]":
        """The figures of `encore evaluate --json` on a Dataset, as a dict, computed by the executors. options: those of the command line;
        per_user is the address of a folder of Parquet."""
        if not isinstance(data, Dataset):
            raise UserError("evaluate judges on a Dataset of prepare, which holds users out; for a DataFrame, transform it and use Spark's "
                            "RegressionEvaluator or RankingEvaluator")
        return evaluate(self, data, options_of_evaluate(options))

    def _recommended(self, who, k, include_seen=False, only=None, explore=0.0, seed=42):
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise UserError(f"numItems is {k!r}; it must be a whole number of at least 1")
        user, item = self.getUserCol(), self.getItemCol()
        pair = StructType([StructField(item, self._item_type()), StructField("rating", FloatType())])
        schema = StructType([StructField(user, who.frame.schema["user"].dataType), StructField("recommendations", ArrayType(pair))])
        choice = inference.Choice(min(k, self.description["items"]), include_seen, only, explore, seed)
        task = inference.recommending(self._shipped(who.frame), choice, who.by_id, (user, item, "recommendations"))
        columns = ("user", "rated", "seen") if "seen" in who.frame.columns else ("user", "rated")
        return who.frame.select(*columns).mapInArrow(task, schema)

    def _typed(self, lists, types):
        """Ids of the narrower type that they had in a DataFrame of ratings, as ALS gives them back."""
        user, item = self.getUserCol(), self.getItemCol()
        user_type, item_type = (types.get(name, kind) if isinstance(kind, LongType) else kind
                                for name, kind in ((user, lists.schema[user].dataType), (item, self._item_type())))
        pair = StructType([StructField(item, item_type), StructField("rating", FloatType())])
        return lists.select(F.col(f"`{user}`").cast(user_type).alias(user), F.col("recommendations").cast(ArrayType(pair)))

    def _people(self, known_only=False, subset=None):
        data = self.dataset
        if data is None:
            raise UserError("this model was loaded, so it does not know whose ratings go in; name them with setDataset(), or use "
                            "recommendForNewUsers()")
        user = self.getUserCol()
        if not isinstance(data, Dataset):
            known = self._from_frame(data)
            if subset is None:
                return known
            wanted = subset.select(F.col(f"`{user}`").cast(known.frame.schema["user"].dataType).alias("user")).distinct()
            return people.People(known.frame.join(wanted, "user", "left_semi"), known.by_id)
        users = None
        if subset is not None:
            numeric = not isinstance(data.users.schema["userId"].dataType, StringType)
            wanted = subset.select(people.as_id(user, subset.schema[user].dataType, numeric).alias("userId")).distinct()
            users = data.users.join(wanted, "userId", "left_semi")
        require_same_stars(self.description["scale"], data.summary)
        if data.fingerprint != self.description["dataset_fingerprint"]:
            films = data.items.select("movieId", "title").collect()
            own = read_catalogue(self.folder)
            require_common_films(own["movieId"].to_pylist(), own["title"].to_pylist(), *zip(*films))
        return people.from_dataset(data, self.description["dataset_fingerprint"], known_only, users)

    def _from_frame(self, frame):
        return people.from_frame(frame, self._columns(), self.description["scale"]["implicit"], self._files.numeric_ids)

    def _by_id(self, data):
        """A Dataset's ratings with source ids, under this model's column names."""
        columns = self._columns()
        rows = data.ratings.join(data.users.select("user", "userId", "fold"), "user").join(data.items.select("item", "movieId"), "item")
        return rows.select(F.col("userId").alias(columns.user), F.col("movieId").alias(columns.item),
                           F.col("rating").alias(self.getRatingCol()), "fold", "part")

    def _require_usable(self, frame):
        columns = self._columns()
        columns.require_in(frame, *self._needed())
        people.require_usable(frame, columns, self.description["scale"])

    def _columns(self):
        return people.Columns(self.getUserCol(), self.getItemCol(), self.getRatingCol())

    def _needed(self):
        columns = self._columns()
        return (columns.user, columns.item) + (() if self.description["scale"]["implicit"] else (columns.rating,))

    def _item_type(self):
        return LongType() if self._files.numeric_ids else StringType()

    def _shipped(self, frame):
        return ship(frame.sparkSession, self.folder)


def _types_of(frame):
    return {field.name: field.dataType for field in frame.schema if isinstance(field.dataType, IntegralType)}


def _history(file):
    """history.csv as a list of dicts; empty fields are None."""
    with open(file, encoding="utf-8") as lines:
        names, *rows = [line.rstrip("\n").split(",") for line in lines] or [[]]
    return [{name: json.loads(value) if value else None for name, value in zip(names, row)} for row in rows]
