"""A distributed training from the driver's side: the plan, the barrier job, new starts after a failure, and the model folder from
the workers' parts. Not what a worker does (worker.py), and no Spark ML (estimator.py)."""

import json
import os
import secrets
import shutil
import tempfile
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from encore import _core
from encore.errors import TrainingFailed, UserError
from encore.spark import cluster, failures, worker
from encore.spark.arriving_parts import ArrivingParts
from encore.spark.checkpoint_store import KeptForWorkers, UriStore
from encore.spark.checkpoints import training_key
from encore.spark.driver_link import DriverLink
from encore.spark.placement import FOLDS, arrow_table, placed_rows, shape_of
from encore.spark.progress import Progress

_seconds_for_executors_to_register = 30  # Spark's own spark.scheduler.maxRegisteredResourcesWaitingTime
_seconds_for_executors_to_come_back = 60
_seconds_for_the_cause = 4  # longer than a witness waits


@dataclass
class Settings:
    """How the training is spread over the cluster. None: decided by the cluster or by the core."""

    workers: int | None = None
    ports: tuple = (0, 0)
    timeout: float = 60
    checkpoint_location: str | None = None
    checkpoint_every: int | None = None
    max_restarts: int = 0
    quiet: bool = False
    on_epoch: Any = None  # called with each epoch's record, from a thread of its own


@dataclass
class Outcome:
    folder: str  # the model folder, in a temporary place of the driver; the caller's
    history: list
    plan: dict
    summary: dict = field(default_factory=dict)


def train(spark, dataset, options, settings):
    """Trains on `dataset` with the core's `options` ({"batch-size": 500, …}; what is absent is the core's default).

    Raises UserError for what the caller can change, TrainingFailed or WorkerLost when a worker failed once more than
    `settings.max_restarts` times."""
    tag = f"encore-{secrets.token_hex(8)}"
    return cluster.run_stoppable(spark, tag, "encore: training",
                                 lambda stopping: _Training(spark, dataset, options, settings, tag, stopping).run())


def require_workers(spark, settings):
    """How many workers there will be. Raises UserError, before any job, when the cluster or the range of ports has not enough for them."""
    cluster.require_barrier(spark)
    wanted = settings.workers or 1
    count = cluster.wait_for_slots(spark, wanted, 0 if cluster.is_local(spark) else _seconds_for_executors_to_register)
    cluster.require_slots(spark, wanted, count)
    workers, (first, last) = settings.workers or count, settings.ports
    needed = workers + 1 if workers > 1 else 1  # each worker listens to the others, the driver to all
    if first and cluster.is_local(spark) and last - first + 1 < needed:
        raise UserError(f"portRange {first}-{last} has {_ports(last - first + 1)}, but {workers} workers and the driver need {needed} on this "
                        f"host; make it wider, such as {first}-{first + needed - 1}")
    return workers


def _ports(count):
    return f"{count} port{'s' * (count != 1)}"


class _Training:
    def __init__(self, spark, dataset, options, settings, tag, stopping):
        self._spark, self._dataset, self._settings, self._tag, self._stopping = spark, dataset, settings, tag, stopping
        self._began = time.monotonic()
        threads = cluster.task_cpus(spark)
        self._workers = require_workers(spark, settings)
        self._shape = shape_of(dataset)
        self._plan = self._planned(options, threads)
        if self._plan.pop("one_process") and self._workers > 1:
            if settings.workers is not None:
                raise UserError(f"model {self._plan['model']} is computed by one worker, which holds all of it; leave workers out, or set it "
                                "to 1; several train ease or mult-dae together")
            self._workers = 1
            self._plan = self._planned(options, threads)
            del self._plan["one_process"]
        self._require_place_for_result()
        for name, asked in (("patience", "patience_asked"), ("stopOn", "stop_on_asked")):
            if self._plan[asked] and FOLDS["validation"] not in self._shape.folds:
                raise UserError(f"{name} needs validation users; prepare the dataset with validation=0.1, or set that on the estimator")
        self._progress = Progress(self._plan["epochs"], self._shape.training_users(), settings.quiet)
        self._records = {}
        self._restarts = 0

    def _planned(self, options, threads):
        given = {**options, "threads": threads, "shards": self._workers * threads}
        return json.loads(_core.plan_training(json.dumps(given), self._shape.training_users(),
                                              self._dataset.summary["users_by_fold"]["validation"]))

    def _require_place_for_result(self):
        """All weights of an `ease` lie in the driver's temporary folder, as parts and as the model: refused before they are computed, not after."""
        films = self._shape.head["items"]
        if self._plan["model"] != "ease" or self._plan["knobs"]["keep"] > 0:
            return
        folder, needed = tempfile.gettempdir(), 2 * films * films * 4
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise UserError(f"model ease stores {films}² · 4 bytes = {needed / 2 / 2**30:.1f} GiB for {films} films, twice while they arrive, and the "
                            f"driver's {folder} has {free / 2**30:.1f} GiB; name a folder with more in TMPDIR, or set keep, such as 500: the "
                            "largest weights of each film")

    def run(self):
        own = tempfile.mkdtemp(prefix="encore-training-")
        try:
            location = self._checkpoint_location(own)
            while True:
                try:
                    rows, parts = self._attempt(location, os.path.join(own, f"parts-{self._restarts}"))
                    break
                except TrainingFailed as error:
                    if self._stopping.is_set() or self._restarts >= self._settings.max_restarts or not failures.may_restart(error.report):
                        raise
                    self._restarts += 1
                    self._progress.say(f"{error}; starting again from the last checkpoint ({self._restarts} of "
                                       f"{self._settings.max_restarts})")
                    self._wait_for_workers()
            outcome = self._assemble(rows, parts, own)
            if location:
                self._forget_checkpoints(location)
            return outcome
        finally:
            shutil.rmtree(own, ignore_errors=True)

    # ---- one attempt ----

    def _attempt(self, location, place):
        """(the rows that the workers gave back, the parts of the model that they sent)"""
        run = secrets.token_hex(8)
        secret = secrets.token_bytes(32)
        host = cluster.setting(self._spark, "spark.driver.host", "127.0.0.1")
        bind = cluster.setting(self._spark, "spark.driver.bindAddress", host)
        kept = KeptForWorkers(location.removeprefix("driver:")) if location and location.startswith("driver:") else None
        parts = ArrivingParts(place)
        link = DriverLink(secret, bind, self._settings.ports, silent_after=self._settings.timeout + 1, kept=kept, parts=parts,
                          on_epoch=self._on_epoch, on_progress=self._progress.users,
                          on_silent=lambda _: cluster.stop_jobs(self._spark, self._tag))
        with link:
            job = self._job(run, secret, (host, link.port), location)
            try:
                return self._submit(job), parts.whole
            except UserError:
                raise
            except Exception as error:
                raise self._explained(error, link) from error

    def _job(self, run, secret, address, location):
        every = self._settings.checkpoint_every or self._plan["checkpoint_every"] or 1
        return worker.Job(
            run=run, plan=json.dumps(self._plan), head=json.dumps(self._shape.head), folds=zlib.compress(self._shape.folds, 1),
            training_ratings=zlib.compress(self._shape.training_ratings, 1), workers=self._workers,
            local_ranks=self._plan["shards"] // self._workers, secret=secret, link=(address,), ports=tuple(self._settings.ports),
            timeout=self._settings.timeout, checkpoint_every=every,
            checkpoints="driver" if location and location.startswith("driver:") else location)

    def _submit(self, job):
        def task(batches):
            from encore.spark.worker import train

            return train(job, batches)

        rows = placed_rows(self._dataset, self._shape, self._plan, self._workers)
        return rows.mapInArrow(task, worker.RESULT_SCHEMA, barrier=True).collect()

    def _on_epoch(self, record):
        if record["epoch"] not in self._records:
            self._progress.epoch(record)
            if self._settings.on_epoch:
                self._settings.on_epoch(record)
        self._records[record["epoch"]] = record

    def _explained(self, error, link):
        """What to raise instead of Spark's exception: the cause, as soon as somebody named it."""
        end = time.monotonic() + _seconds_for_the_cause
        while not self._stopping.is_set() and time.monotonic() < end and not any(report.kind != "peer" for report in link.reports):
            time.sleep(0.05)
        return failures.exception_for(failures.cause_of([*link.reports, failures.report_of_spark(error)]))

    def _wait_for_workers(self):
        """After a failure: executors come back, or the films are shared among those that are left."""
        count = cluster.wait_for_slots(self._spark, self._workers, _seconds_for_executors_to_come_back)
        if count >= self._workers:
            return
        if self._plan["parallel"] != "items":
            cluster.require_slots(self._spark, self._workers, count)
        cluster.require_slots(self._spark, 1, count)
        self._progress.say(f"only {count} of {self._workers} workers came back; going on with these")
        ranks = self._plan["shards"] // self._workers
        self._workers = count
        self._plan["shards"] = ranks * count

    # ---- checkpoints ----

    def _checkpoint_location(self, own):
        """The folder of this training alone: a URI, 'driver:FOLDER', or None."""
        location = self._settings.checkpoint_location
        if self._settings.checkpoint_every == 0:
            return None
        if location is None:
            wanted = self._settings.max_restarts or self._settings.checkpoint_every
            return f"driver:{own}/checkpoints" if wanted else None
        if location == "driver":
            return f"driver:{own}/checkpoints"
        key = training_key(self._plan, self._dataset.fingerprint)
        return f"{location.rstrip('/')}/{key}"

    def _forget_checkpoints(self, location):
        with suppress(Exception):  # the driver need not reach what the workers reach
            UriStore(location.removeprefix("driver:")).remove_all()

    # ---- the result ----

    def _assemble(self, rows, parts, own):
        """`parts`: files by worker. Workers that had lost their link gave theirs back as rows."""
        history = next(json.loads(bytes(row.data)) for row in rows if row.kind == "history")
        chunks = sorted((row for row in rows if row.kind == "model"), key=lambda row: (row.worker, row.idx))
        for chunk in chunks:
            parts[chunk.worker] = os.path.join(own, f"model-{chunk.worker}.part")
            with open(parts[chunk.worker], "ab") as file:
                file.write(chunk.data)
        catalogue = os.path.join(own, "items.parquet")
        pq.write_table(catalogue_table(self._dataset), catalogue, compression="zstd")
        place = tempfile.mkdtemp(prefix="encore-model-")
        folder = os.path.join(place, "model")
        try:
            _core.assemble_model([parts[one] for one in sorted(parts)], catalogue, folder)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        summary = {"workers": self._workers, "local_ranks": self._plan["shards"] // self._workers, "restarts": self._restarts,
                   "seconds": time.monotonic() - self._began}
        last = history[-1] if history else {}
        summary.update(best_epoch=last.get("best_epoch", 0), kept=last.get("kept", ""))
        return Outcome(folder, history, self._plan, summary)


def catalogue_table(dataset):
    """The items of a dataset with the types of docs/formats.md, in order."""
    table = arrow_table(dataset.items).sort_by("item")
    kinds = {"item": pa.int32(), "title": pa.string(), "year": pa.int32(), "genres": pa.string(), "ratings": pa.int64(),
             "training_ratings": pa.int64()}
    ids = table.schema.field("movieId").type
    kinds["movieId"] = pa.int64() if pa.types.is_integer(ids) else pa.string()
    names = ["item", "movieId", "title", "year", "genres", "ratings", "training_ratings"]
    return pa.table({name: table[name].cast(kinds[name]) for name in names})
