"""`Autoencoder`, the Spark ML estimator: params in, a distributed training, a model out. Not the training itself (training.py)."""

import difflib
import sys

from pyspark import keyword_only
from pyspark.ml import Estimator
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable

from encore.errors import UserError
from encore.spark.dataset import Dataset
from encore.spark.judging_rows import with_judging_rows
from encore.spark.people import require_frame
from encore.spark.params import TrainingParams
from encore.spark.training import Settings, require_workers, train


class Autoencoder(Estimator, TrainingParams, DefaultParamsReadable, DefaultParamsWritable):
    """An autoencoder that learns from ratings, trained by `workers` Spark tasks together.

    `Autoencoder(model="mult-dae", workers=8, maxIter=20).fit(data)`, where `data` is a Dataset of `prepare`, or any DataFrame with
    userCol, itemCol and ratingCol. `explainParams()` lists all params; one that is not set has the core's default."""

    @keyword_only
    def __init__(self, **params):
        super().__init__()
        self.setParams(**params)

    @keyword_only
    def setParams(self, **params):
        """Sets any params by name. Raises UserError for a name that there is not, and for a value that cannot be."""
        for name in params:
            if not self.hasParam(name):
                near = difflib.get_close_matches(name, [param.name for param in self.params], n=1)
                raise UserError(f"Autoencoder has no param {name}; " +
                                (f"did you mean {near[0]}?" if near else "explainParams() lists all"))
        return self._set(**params)

    def _fit(self, dataset):
        if not isinstance(dataset, Dataset):
            require_frame(dataset)
            require_workers(dataset.sparkSession, self._settings())  # before the jobs of a preparation
        data = dataset if isinstance(dataset, Dataset) else self._prepared(dataset)
        try:
            outcome = train(data.ratings.sparkSession, with_judging_rows(data), self._options(), self._settings())
        except BaseException:
            if data is not dataset:
                data.unpersist()
            raise
        from encore.spark.model import AutoencoderModel

        return self._copyValues(AutoencoderModel._trained(outcome, data, frame=None if data is dataset else dataset))

    def _options(self):
        return {name.replace("_", "-"): value for name, value in self._given("train").items()}

    def _settings(self):
        first, last = (self.getPortRange().split("-") if self.isSet("portRange") else (0, 0))
        return Settings(
            workers=self.getWorkers() if self.isSet("workers") else None, ports=(int(first), int(last)), timeout=self.getTimeout(),
            checkpoint_location=self.getCheckpointLocation() if self.isSet("checkpointLocation") else None,
            checkpoint_every=self._given("train").get("checkpoint_every"), max_restarts=self.getMaxRestarts(), quiet=self.getQuiet())

    def _prepared(self, frame):
        """A DataFrame's rows as a dataset: all its users are trained on, and no row is left out without a word."""
        from encore.spark.preparation import prepare

        columns = {"user_column": self.getUserCol(), "item_column": self.getItemCol()}
        for name in columns.values():
            if name not in frame.columns:
                raise UserError(f"the DataFrame has no column {name}; its columns are {', '.join(frame.columns)} (set userCol, itemCol)")
        given = self._given("prepare")
        given.pop("seed", None)  # that of the training
        if not given.get("implicit"):
            columns["rating_column"] = self.getRatingCol()
        try:
            data = prepare(frame.sparkSession, frame, hold_out=0.0, strict=True, **columns, **given)
        except UserError as error:
            raise UserError(str(error).replace(
                "mend them, or leave out strict to go on without them",
                "mend them, set scale to the ratings' own, or fit the Dataset of encore.spark.prepare, which leaves such rows out and "
                "counts them")) from None
        if not self.getQuiet():
            for reason, rows in data.summary["rejected"].items():
                print(f"{rows} of {data.summary['rows']} rows do not count: {reason}", file=sys.stderr, flush=True)
        return data
