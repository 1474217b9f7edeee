"""The nine phases of a configuration on Spark, each under the monitor and each brought to its end, so that its cost is its own. Not the
file that comes of it (answer.py), and no step of its own: the preparation, the estimator and the model are encore.spark's."""

import contextlib
import os
import shutil
import time

from encore.spark.study.recommendations import recommendation_test

NAMES = ("data loading", "ratings data transformation", "movies data transformation", "data integration", "statistical analysis",
         "ratings arrays generation", "model training", "model evaluation", "recommendation testing")
# The preparation's own phases, and which of the study's they are.
_of_preparation = {"load": NAMES[0], "ratings": NAMES[1], "movies": NAMES[2], "integrate": NAMES[3], "statistics": NAMES[4],
                   "arrays": NAMES[5], "fingerprint": NAMES[5]}
PHASE_PROPERTY = "encore.study.phase"  # a job's phase, in the event log


class Phases:
    """Runs a request in a session. What it finds lies in its attributes as it comes, so that what was measured stays when a phase fails.
    `on_step(epochs)` hears of the beginning of each phase, with 0, and of the end of each epoch of the training."""

    def __init__(self, spark, request, monitor, on_step):
        self._spark, self._request, self._monitor, self._on_step = spark, request, monitor, on_step
        self.rows, self.materialise_seconds, self.kept_bytes, self.parts = {}, {}, {}, {}
        self.current = None  # the phase that runs, or that failed
        self.history = []
        self.summary = self.model = self.fit_seconds = self.evaluation = self.recommendations = None

    def run(self):
        data = self._dataset()
        self.summary = data.summary
        saved = os.path.join(self._request.work, f"{self._request.id}.model")
        try:
            self._learn(data, saved)
        finally:
            shutil.rmtree(saved, ignore_errors=True)

    def _learn(self, data, saved):
        """The last three phases; model evaluation and recommendation testing read what was saved."""
        from encore.spark import AutoencoderModel

        with self._phase(NAMES[6]):
            self._train(data, saved)
        model = AutoencoderModel.load(saved)
        with self._phase(NAMES[7]):
            self.evaluation = model.evaluate(data, fold="validation")
        self.rows[NAMES[7]] = sum(self.evaluation[fold]["users"] for fold in ("train", "validation") if self.evaluation[fold])
        if self._request.purpose == "modes":
            return
        with self._phase(NAMES[8]):
            self.recommendations = recommendation_test(model, data, self._request.seed, self._request.test_users)
        self.rows[NAMES[8]] = len(self.recommendations["users"])

    @contextlib.contextmanager
    def _phase(self, name):
        context = self._spark.sparkContext
        context.setLocalProperty(PHASE_PROPERTY, name)
        self.current = name
        self._on_step(0)
        try:
            with self._monitor.phase(name):
                yield
            self.current = None
        finally:
            with contextlib.suppress(Exception):  # the session may be gone
                context.setLocalProperty(PHASE_PROPERTY, None)

    def _dataset(self):
        """Prepares; the modes alone take what an earlier configuration of the same study has prepared."""
        from encore.errors import UserError
        from encore.spark import Dataset
        from encore.spark.preparation.phases import prepare_watched

        request = self._request
        place = os.path.join(request.work, f"dataset-{request.subset}")
        settings = {"hold_out": 0.0, "validation": request.hold_out, "seed": request.seed, "years": request.years}
        if request.purpose == "modes":
            with contextlib.suppress(UserError):
                return Dataset.read(self._spark, place)
            return prepare_watched(None, self._spark, request.source, place, settings)
        return prepare_watched(_Watch(self), self._spark, request.source, place, settings)

    def _train(self, data, saved):
        from encore.spark.model import AutoencoderModel
        from encore.spark.training import Settings, train

        began = time.monotonic()
        settings = Settings(workers=self._request.workers, quiet=True, on_epoch=self._tell_epoch)
        outcome = train(self._spark, data, self._request.training_options(), settings)
        self.model, self.history = AutoencoderModel._trained(outcome, data), outcome.history
        self.fit_seconds = time.monotonic() - began
        self.model.write().overwrite().save(saved)
        saving = time.monotonic() - began - self.fit_seconds
        self.rows[NAMES[6]] = data.summary["users_by_fold"]["train"]
        epochs, losses = training_seconds(self.history)
        self.parts[NAMES[6]] = [{"name": "epochs", "seconds": epochs}, {"name": "losses", "seconds": losses},
                                {"name": "Spark: rows to the workers, meeting, the model's way back",
                                 "seconds": max(0.0, self.fit_seconds - epochs - losses)}, {"name": "saving", "seconds": saving}]


    def _tell_epoch(self, record):
        self.history.append(record)
        self._on_step(len(self.history))


class _Watch:
    """Told by the preparation of each of its phases: the study's phase around it, and after it, outside of its time, what it costs to
    count once more what it keeps. A phase that was already brought to its end by such a count has cost so much for that alone."""

    def __init__(self, phases):
        self._phases = phases

    @contextlib.contextmanager
    def __call__(self, step, pipeline):
        phases, name = self._phases, _of_preparation[step]
        before = pipeline.kept()
        told = {}
        with phases._phase(name):
            yield told
        phases.rows[name] = told["rows"]
        phases.parts.setdefault(name, []).append({"name": step, "seconds": told["seconds"]})
        new = [relation for relation in pipeline.kept() if relation not in before]
        context, began = phases._spark.sparkContext, time.monotonic()
        context.setLocalProperty(PHASE_PROPERTY, "materialising")
        for relation in new:
            pipeline.count_kept(relation)
        context.setLocalProperty(PHASE_PROPERTY, None)
        if new:
            phases.materialise_seconds[name] = time.monotonic() - began
        phases.kept_bytes[name] = _kept_bytes(phases._spark)


def _kept_bytes(spark):
    """What Spark keeps of tables now, in memory and on disk."""
    return sum(info.memSize() + info.diskSize() for info in spark.sparkContext._jsc.sc().getRDDStorageInfo())


def training_seconds(history):
    """(of all epochs without the losses after them, of these losses)"""
    epochs = sum(record["seconds"] for record in history)
    both = sum(max(worker["seconds"] for worker in record["workers"]) for record in history)
    return epochs, max(0.0, both - epochs)
