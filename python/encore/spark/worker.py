"""What runs in each worker of a distributed training: takes its ratings, meets the others, trains with them epoch by epoch, and hands
its part of the model to the driver, over the link or, where that is lost, as rows. Not the driver's side (training.py). Knows Spark's
barrier, but no session."""

import json
import os
import tempfile
import time
import traceback
import zlib
from contextlib import ExitStack
from dataclasses import dataclass

import pyarrow as pa

from encore import _core
from encore.errors import UserError
from encore.spark import arriving_parts
from encore.spark.checkpoint_store import LinkStore, UriStore
from encore.spark.checkpoints import Checkpoints
from encore.spark.worker_link import WorkerLink

RESULT_SCHEMA = "worker int, kind string, idx int, data binary"
_chunk = 4 << 20
# Spark tells of the task that failed first. A witness who waits leaves that place to the cause.
_seconds_before_a_witness_speaks = 3


@dataclass(frozen=True)
class Job:
    """One attempt at a training, in plain values: it travels in the closure."""

    run: str
    plan: str
    head: str
    folds: bytes  # compressed
    training_ratings: bytes  # compressed
    workers: int
    local_ranks: int
    secret: bytes
    link: tuple  # ((host, port), …) of the driver
    ports: tuple
    timeout: float
    checkpoints: str | None  # URI of this training's own folder, 'driver', or None: none are made
    checkpoint_every: int


def train(job, batches):
    """For mapInArrow in a barrier stage: batches of user, item, rating, part → batches of RESULT_SCHEMA."""
    from pyspark import BarrierTaskContext

    context = BarrierTaskContext.get()
    worker = context.partitionId()
    host = context.getTaskInfos()[worker].address.rpartition(":")[0].strip("[]")
    link = WorkerLink(job.link, job.secret, worker, host)
    try:
        yield from _Worker(job, worker, host, context, link).run(batches)
    except Exception as error:
        kind = _kind_of(error)
        link.tell({"kind": "failed", "report": kind, "sentence": str(error) or type(error).__name__,
                   "details": traceback.format_exc()})
        if kind == "peer":
            time.sleep(_seconds_before_a_witness_speaks)
        raise
    finally:
        link.close()


def _kind_of(error):
    if isinstance(error, _core.PeerLost):
        return "peer"
    return "user" if isinstance(error, UserError) else "machine"


class _Worker:
    def __init__(self, job, worker, host, context, link):
        self._job, self._worker, self._host, self._context, self._link = job, worker, host, context, link
        self._status = {"phase": "rows", "rows": 0}
        self._training = None
        self._history = []

    def run(self, batches):
        with ExitStack() as held:
            scratch = held.enter_context(tempfile.TemporaryDirectory(prefix="encore-", dir=_scratch()))
            self._link.keep_telling(self._tell)
            rows = held.enter_context(self._take(batches))
            checkpoints = self._checkpoints()
            world, checkpoint = self._meet(held, checkpoints)
            training = held.enter_context(_core.Training(self._job.plan, rows, world))
            if checkpoint:
                training.load(checkpoints.restore(checkpoint, scratch))
                self._history = checkpoint["history"]
            self._training = training
            held.callback(self._forget)
            self._train(training, checkpoints, scratch)
            part = os.path.join(scratch, "model.part")
            training.save_model(part)
            self._forget()
            self._status = {"phase": "result"}
            if os.path.exists(part) and not arriving_parts.send(self._link, part, _chunk):
                yield from _in_chunks(part, self._worker)
            if self._worker == 0:
                yield _batch(0, "history", 0, json.dumps(self._history).encode("utf-8"))

    def _tell(self):
        training, status = self._training, self._status
        return {**status, "users": training.progress()} if training is not None and "epoch" in status else status

    def _forget(self):
        """The link's thread may not ask a training that is being freed."""
        with self._link.quiet():
            self._training = None

    def _take(self, batches):
        rows = _core.Rows(self._job.head, zlib.decompress(self._job.folds), zlib.decompress(self._job.training_ratings))
        try:
            for batch in batches:
                rows.push(batch)
                self._status["rows"] += batch.num_rows
            rows.finish()
            return rows
        except BaseException:
            rows.close()
            raise

    def _checkpoints(self):
        if self._job.checkpoints is None:
            return None
        return Checkpoints(LinkStore(self._link) if self._job.checkpoints == "driver" else UriStore(self._job.checkpoints))

    def _meet(self, held, checkpoints):
        """(the world of all workers, or None for one alone; the checkpoint that all go on from, or None)"""
        job = self._job
        self._status = {"phase": "meeting"}
        words = {"host": self._host}
        if job.workers > 1:
            listener = held.enter_context(self._listener())
            words["address"] = listener.address
        if checkpoints and self._worker == 0:
            checkpoints.clear_unfinished()
            words["checkpoint"] = checkpoints.latest()
            words["token"] = checkpoints.mark()
        said = [json.loads(text) for text in self._context.allGather(json.dumps(words))]
        if checkpoints:
            checkpoints.require_shared(said[0]["token"], self._host)
        if job.workers == 1:
            return None, said[0].get("checkpoint")
        settings = {"process": self._worker, "processes": job.workers, "local_ranks": job.local_ranks,
                    "addresses": [one["address"] for one in said], "secret": job.secret.hex(),
                    "identity": {"run": job.run, "program version": _core.program_version(),
                                 f"kernels for precision {json.loads(job.plan)['precision']}": _core.kernel_path(job.plan),
                                 "plan": job.plan, "dataset": json.loads(job.head)["fingerprint"]},
                    "timeout_seconds": job.timeout}
        return held.enter_context(_core.World(listener, json.dumps(settings))), said[0].get("checkpoint")

    def _listener(self):
        first, last = self._job.ports
        try:
            return _core.Listener(self._host, first, last)
        except _core.PeerLost as error:
            if not first:
                raise
            raise UserError(f"{error} (portRange {first}-{last}: every worker of a host, and the driver on its own, takes one port)") from None

    def _train(self, training, checkpoints, scratch):
        while not training.finished():
            epoch = len(self._history) + 1
            self._status = {"phase": "training", "epoch": epoch}
            record = training.epoch()
            self._history.append(record)
            if self._worker == 0:
                self._link.tell({"kind": "epoch", "record": record})
            if checkpoints and not record["done"] and epoch % self._job.checkpoint_every == 0:
                state = os.path.join(scratch, "state")
                training.save(state)
                checkpoints.save(state, self._worker, self._job.workers, self._history)
                os.remove(state)


def _scratch():
    """Where Spark lets its workers write; the system's own place outside a cluster."""
    for folder in os.environ.get("SPARK_LOCAL_DIRS", "").split(","):
        if folder and os.access(folder, os.W_OK):
            return folder
    return None


def _in_chunks(path, worker):
    with open(path, "rb") as file:
        index = 0
        while chunk := file.read(_chunk):
            yield _batch(worker, "model", index, chunk)
            index += 1


def _batch(worker, kind, index, data):
    return pa.RecordBatch.from_arrays([pa.array([worker], pa.int32()), pa.array([kind]), pa.array([index], pa.int32()),
                                       pa.array([data], pa.binary())], names=["worker", "kind", "idx", "data"])
