"""`encore tune` by executors: the driver searches, as the core searches on one machine (src/tuning); each trial is one Spark task, and the
winner is trained as `fit` trains. Not what a trial's task does (trial_task.py)."""

import json
import os
import re
import secrets
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager, suppress

from encore import _full, tuned
from encore.commands import as_json, documented, log_in_python, told_in_python
from encore.errors import UserError
from encore.folders import Place
from encore.options import only_given
from encore.spark import cluster, failures
from encore.spark.checkpoint_store import KeptForWorkers
from encore.spark.dataset import Dataset
from encore.spark.driver_link import DriverLink
from encore.spark.judging_rows import with_judging_rows
from encore.spark.param_table import NOT_FOR_TUNE, ports
from encore.spark.shipping import ship_dataset
from encore.spark.storage import Storage
from encore.spark.training import Settings, require_workers, train
from encore.spark.trial_task import CHECKPOINT, TrialJob, run_in_task


class Tuned(tuned.Tuned):
    """The results of a search on Spark; `model` is the winner as an AutoencoderModel."""

    @property
    def model(self) -> "AutoencoderModel":
        """The winner, trained, with the dataset's ratings."""
        if self._model is None:
            from encore.spark.model import AutoencoderModel

            self._model = AutoencoderModel.load(f"file:{os.path.abspath(os.path.join(self.path, 'winner'))}").setDataset(self._dataset)
        return self._model


@documented("tune", without=NOT_FOR_TUNE)
def tune(dataset: "Dataset", output: "Path | None" = None, *, log: "Log | None" = None, port_range: "str | None" = None,
         **options) -> "Tuned":
    """Searches the settings of one or several kinds of models on validation users by all executors: the trials and the winner that
    `encore tune` finds on one machine, bit for bit.

    dataset: a Dataset in a folder, with validation users.
    output: the driver's folder for all that is found, with the page index.html; without one it is temporary and goes with the object.
    log: gets a line for each answer of a trial; otherwise they go to the logger `encore`.
    port_range: where the driver and the winner's workers listen, "40000-40100"; any port otherwise.

    A trial is one Spark task with spark.task.cpus threads; workers says how many run at the same time: as many as the cluster runs at
    once, if nothing is said. Raises UserError; Interrupted after Ctrl-C, with all answers and checkpoints kept in `output` (go on with
    resume=True, here or by `encore tune --resume`)."""
    given = only_given("tune", options, NOT_FOR_TUNE)
    _require_folders(dataset, output, given)
    spark = dataset.ratings.sparkSession
    first, last = map(int, ports("port_range")(port_range).split("-")) if port_range else (0, 0)
    settings = Settings(workers=given.get("workers"), ports=(first, last), quiet=True)
    given["workers"] = require_workers(spark, settings)
    with Place(output, "tuned") as place, tempfile.TemporaryDirectory(prefix="encore-tune-") as scratch:
        folder = local_copy(spark, dataset.path, scratch)
        called = {folder: dataset.path, **({} if output else {place.path: "the search"})}
        search = _Search(spark, dataset, folder, place.path, settings)
        with told_in_python(called):
            found = search.run({**as_json("tune", given), "dataset": folder, "output": place.path}, log_in_python(log, called))
        return place.handed_to(Tuned(place.path, dataset, found))


def _require_folders(dataset, output, given):
    if not isinstance(dataset, Dataset):
        raise UserError("tune searches on a Dataset of prepare, which holds validation users: Dataset.read(spark, FOLDER) opens one")
    if dataset.path is None:
        raise UserError("tune needs a dataset in a folder, which this one is not: prepare(spark, source, FOLDER, …)")
    if output is None and given.get("resume"):
        raise UserError("resume=True needs output, the folder of the search that was stopped")
    if output is not None and re.match(r"[a-z][a-z0-9+.-]*:", os.fspath(output)):
        raise UserError(f"output is {os.fspath(output)}; a search is kept in a folder of the driver's own machine, and the winner goes "
                        "anywhere by model.save(…)")


def local_copy(spark, path, scratch):
    """The dataset folder where the driver's own core reads it: `path` itself on this machine, else a copy in `scratch`."""
    storage = Storage(spark)
    local = storage.local(path)
    if local:
        return local
    folder = os.path.join(scratch, "dataset")
    for file, within in storage.files_below(path):
        target = os.path.join(folder, within)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        storage.download(file, target)
    return folder


class _Work:
    """One thing that a search asked for, in a thread of its own."""

    def __init__(self, spark, name, action):
        self._spark, self._tag = spark, f"encore-{secrets.token_hex(8)}"

        def work():
            with cluster.stoppable_jobs(spark, self._tag, f"encore: {name}"):
                action()

        self._waiting = cluster.Waiting(work)
        self.ended, self.outcome = self._waiting.ended, self._waiting.outcome

    def kill(self):
        with suppress(Exception):
            cluster.stop_jobs(self._spark, self._tag)


class _Search:
    def __init__(self, spark, dataset, folder, output, settings):
        self._spark, self._dataset, self._folder, self._output, self._settings = spark, dataset, folder, output, settings
        self._threads = cluster.task_cpus(spark)
        self._works, self._secret = {}, secrets.token_bytes(32)
        self._host = cluster.setting(spark, "spark.driver.host", "127.0.0.1")

    def run(self, options, log):
        """What `encore tune --json` says. The searching thread is not the caller's, to whom Ctrl-C comes."""
        stop = _full.Stop()
        self._log, self._told_of_links = log, False
        bind = cluster.setting(self._spark, "spark.driver.bindAddress", self._host)
        kept = KeptForWorkers(os.path.join(self._output, "trials"))
        with _plain_ctrl_c(), DriverLink(self._secret, bind, self._settings.ports, kept=kept) as self._link:
            searching = cluster.Waiting(lambda: _full.tune(options, self._caller(), self._ask, log, stop))
            try:
                return searching.outcome()
            except BaseException as raised:
                if searching.ended():
                    raise
                stop.request()  # and then it ends by itself, with checkpoints of what runs
                searching.ended(None)
                if isinstance(raised, KeyboardInterrupt):
                    searching.outcome()
                raise
            finally:
                for one in self._works.values():
                    one.kill()

    def _caller(self):
        local = Storage(self._spark).local(self._dataset.path)
        return {"dataset": local or self._dataset.path, "train": "encore train" if local else "python -m encore.spark train"}

    # ---- what the core asks for (src/c_api/encore.h) ----

    def _ask(self, what):
        return getattr(self, f"_{what['do']}")(what)

    def _start(self, what):
        action = self._winner if what["work"] == "winner" else self._trial
        self._works[what["work"]] = _Work(self._spark, what["work"], lambda: action(what))
        return 0

    def _look(self, what):
        name = what["work"]
        if not self._works[name].ended():
            return 0
        if name not in self._link.called_off:
            self._works[name].outcome()  # raises what would end every trial
        return 1

    def _stop(self, what):
        self._link.called_off.add(what["work"])
        return 0

    def _kill(self, what):
        self._link.called_off.add(what["work"])
        self._works[what["work"]].kill()
        return 0

    # ---- and how it is done ----

    def _trial(self, what):
        name = what["work"]
        state = os.path.join(self._output, "trials", f"{name.partition('.')[0]}.state")
        with open(what["request"], encoding="utf-8") as file:
            request = file.read()
        job = TrialJob(name, request, ship_dataset(self._spark, self._folder), self._threads,
                       os.path.exists(os.path.join(state, *CHECKPOINT.split("/"))), self._secret, ((self._host, self._link.port),))
        try:
            said = self._spark.sparkContext.parallelize([job], 1).map(run_in_task).collect()[0]
        except Exception as error:
            said = {"failure": self._reason(name, error)}
        if said.get("cut_off") and not self._told_of_links:
            self._told_of_links = True
            self._log("warning: executors cannot reach the driver's port, so checkpoints are lost and a trial that goes on begins anew; name "
                      "ports that are open between them with port_range")
        if "answer" in said:
            if json.loads(said["answer"])["finished"]:
                shutil.rmtree(state, ignore_errors=True)
            _write_whole(what["answer"], said["answer"])
        elif "failure" in said:
            _write_whole(what["errors"], said["failure"].replace("\n", " ") + "\n")

    def _reason(self, name, error):
        """Why a task ended without an answer. Raises UserError for what would end every task like this."""
        report = failures.report_of_spark(error, "trial")
        if report.kind == "user":
            raise failures.exception_for(report) from error
        lost = [one for one in self._link.reports if one.rank == name]
        return f"on {lost[-1].host}: {lost[-1].sentence}" if lost else report.sentence

    def _winner(self, what):
        options, threads = what["options"], Settings(workers=self._settings.workers, ports=self._settings.ports, quiet=True)
        if options.get("parallel", "items") != "items":  # its bits depend on the number of workers: that of its trial
            threads.workers = 1
        outcome = train(self._spark, with_judging_rows(self._dataset), options, threads)
        shutil.rmtree(what["folder"], ignore_errors=True)
        shutil.move(outcome.folder, what["folder"])
        shutil.rmtree(os.path.dirname(outcome.folder), ignore_errors=True)


@contextmanager
def _plain_ctrl_c():
    """PySpark's own handler of Ctrl-C calls off all jobs at once, and no trial would come back as a checkpoint."""
    before = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    if not str(getattr(before, "__module__", "")).startswith("pyspark."):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write_whole(path, text):
    aside = f"{path}.part"
    with open(aside, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
