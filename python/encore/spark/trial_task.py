"""What the task of a trial does in an executor: `encore tune --trial` on the dataset that was shipped there, from the driver's checkpoint
and back to it. Not the search (tuning.py). Knows no session."""

import os
import socket
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass

from encore import _full
from encore.errors import Interrupted
from encore.spark.checkpoint_store import LinkStore
from encore.spark.worker import _scratch
from encore.spark.worker_link import WorkerLink

CHECKPOINT = "checkpoints/last.safetensors"
_seconds_between_looks = 0.5


@dataclass(frozen=True)
class TrialJob:
    name: str  # of the answer: 3.r1
    request: str  # JSON
    dataset: str  # as it was shipped
    threads: int
    checkpoint: bool  # whether the driver has one
    secret: bytes
    link: tuple  # ((host, port), …) of the driver


def run_in_task(job):
    """{"answer": JSON}, {"failure": a sentence}, or {"stopped": True}; with "cut_off" where a checkpoint could not travel: the trial begins
    anew then, and comes to the same answer."""
    link = WorkerLink(job.link, job.secret, job.name, socket.gethostname())
    ended = threading.Event()
    try:
        with tempfile.TemporaryDirectory(prefix="encore-", dir=_scratch()) as scratch, _full.Stop() as stop:
            watch = threading.Thread(target=_watch, args=(job.name, link, stop, ended), daemon=True)
            watch.start()
            try:
                return _run(job, scratch, LinkStore(link), stop)
            finally:
                ended.set()
                watch.join()
    finally:
        link.close()


def _run(job, scratch, store, stop):
    from pyspark import SparkFiles

    request, answer = (os.path.join(scratch, job.name + ending) for ending in (".request.json", ".json"))
    with open(request, "w", encoding="utf-8") as file:
        file.write(job.request)
    name = f"{job.name.partition('.')[0]}.state/{CHECKPOINT}"
    state = os.path.join(scratch, *name.split("/"))
    said = {"cut_off": True} if job.checkpoint and not _fetched(store, name, state) else {}
    try:
        _full.run_command(["tune", SparkFiles.get(job.dataset), "--trial", request, "-o", answer, "--threads", str(job.threads)], stop)
        with open(answer, encoding="utf-8") as file:
            said["answer"] = file.read()
    except Interrupted:
        said["stopped"] = True
    except Exception as error:
        return {**said, "failure": str(error) or type(error).__name__}
    if os.path.exists(state):
        try:
            with open(state, "rb") as file:
                store.put(name, file)
        except OSError:
            said["cut_off"] = True
    return said


def _fetched(store, name, path):
    os.makedirs(os.path.dirname(path))
    try:
        store.fetch(name, path)
        return True
    except OSError:
        with suppress(OSError):
            os.remove(path)
        return False


def _watch(name, link, stop, ended):
    """Asks the driver whether the trial shall go on."""
    while not ended.wait(_seconds_between_looks):
        try:
            if link.ask({"kind": "called off?", "work": name})[0]["called_off"]:
                return stop.request()
        except OSError:
            return None
