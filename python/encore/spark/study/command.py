"""`python -m encore.spark study`: a request in, the file of its configuration out, whatever happens in between. Not the phases."""

import contextlib
import os
import signal
import sys
import time

from encore.errors import UserError
from encore.monitor import Monitor
from encore.spark.storage import java_reason
from encore.spark.study import answer as answers
from encore.spark.study import session, stages
from encore.spark.study.phases import Phases
from encore.spark.study.request import read_request


_seconds_between_partial_files = 5


class _Ended(BaseException):
    """A signal that asks to end."""


def add_to(commands):
    """Declares the command to argparse."""
    sentence = "Run one configuration of encore study on Spark and write what every phase took."
    parser = commands.add_parser("study", help=sentence, description=sentence, allow_abbrev=False)
    parser.add_argument("--configuration", required=True, metavar="FILE", help="The request, as encore study writes it (docs/study.md).")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="Where the configuration's file goes.")
    parser.add_argument("-q", "--quiet", action="store_true", help="Say nothing but errors.")


def run(said):
    """The exit code: 0 when the file is there, whatever the configuration's status; 2 for a request that cannot be read."""
    try:
        request = read_request(said.configuration)
        request.session_master()
        answer = answers.empty_answer(request)
        _require_place(said.output)
    except UserError as error:
        print(f"encore.spark study: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _end)
    _Configuration(request, answer, said.output, said.quiet).run()
    return 0


class _Configuration:
    """One request from its session's start to the file. A failure is an answer, too: with its phase, and with what was measured until
    then, which also lies beside the file while it runs."""

    def __init__(self, request, answer, output, quiet):
        self._request, self._answer, self._output, self._quiet = request, answer, output, quiet
        self._monitor = Monitor(request.sample_seconds)
        self._spark = self._phases = None
        self._log = ""
        self._kept = 0.0

    def run(self):
        with self._monitor:
            try:
                self._start()
                self._phases.run()
            except (Exception, _Ended, KeyboardInterrupt) as error:
                _tell_failure(self._answer, error, self._spark, self._phases.current if self._phases else None)
                self._say(self._answer["failure"]["sentence"])
        self._fill_in()
        if self._answer["status"] == "interrupted":  # whoever asked to end does not wait long
            answers.write(answers.partial_file(self._output), self._answer)
        heap, metrics = _ask_and_stop(self._spark)
        log = next((path for path in (self._log, f"{self._log}.inprogress") if os.path.exists(path)), None)
        if log:
            answers.add_picture(self._answer, self._monitor, self._request, heap, metrics, log)
        answers.write(self._output, self._answer)
        if self._answer["status"] != "interrupted":
            with contextlib.suppress(FileNotFoundError):
                os.remove(answers.partial_file(self._output))

    def _start(self):
        began = time.monotonic()
        self._spark = session.start(self._request)
        self._answer["session_seconds"] = time.monotonic() - began
        self._log = session.event_log(self._request, self._spark.sparkContext.applicationId)
        self._answer["settings"] = session.settings_beside_the_study(self._spark, self._request)
        self._say(f"Spark {self._spark.version} at {self._spark.sparkContext.master}")
        self._phases = Phases(self._spark, self._request, self._monitor, self._tell_step)

    def _say(self, line):
        if not self._quiet:
            print(f"{self._request.label}: {line}", file=sys.stderr, flush=True)

    def _tell_step(self, epochs):
        """A line for the program that waits ("phase<TAB>done<TAB>total"), and what there is so far into a file."""
        print(f"{self._phases.current}\t{epochs}\t{self._request.epochs if epochs else 0}", flush=True)
        now = time.monotonic()
        if epochs == 0 or now - self._kept > _seconds_between_partial_files:
            self._kept = now
            self._fill_in()
            so_far = {"kind": "error", "phase": self._phases.current, "sentence": ""}
            answers.write(answers.partial_file(self._output), {**self._answer, "status": "failed", "failure": so_far})

    def _fill_in(self):
        answers.add_watched(self._answer, self._monitor)
        if self._phases:
            answers.add_found(self._answer, self._monitor, self._phases)


def _end(number, frame):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    raise _Ended(f"it was told to end (signal {number})")


def _require_place(path):
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise UserError(f"{folder}: there is no such folder; name another output")


def _tell_failure(answer, error, spark, phase):
    answer["status"] = "interrupted" if isinstance(error, (_Ended, KeyboardInterrupt)) else "failed"
    killed = _signal_of_java(spark)
    sentence = str(error)
    with contextlib.suppress(Exception):  # Java may be gone
        sentence = sentence if isinstance(error, UserError) else java_reason(error)
    text = f"{type(error).__name__} {error}"
    out_of_memory = any(word in text for word in ("OutOfMemoryError", "maxResultSize", "MemoryError", "Cannot allocate memory"))
    if killed:
        why = ", which is what Linux does when memory ends" if killed == 9 else ""
        sentence = f"Spark's Java machine was ended by signal {killed}{why}"
    answer["failure"] = {"kind": "memory" if out_of_memory or killed == 9 else "error", "phase": phase,
                         "sentence": sentence or type(error).__name__}


def _signal_of_java(spark):
    """The number of the signal that ended the Java machine which this process started; None while it lives."""
    with contextlib.suppress(Exception):
        code = spark.sparkContext._gateway.proc.wait(1)
        return -code if code < 0 else None
    return None


def _ask_and_stop(spark):
    """(bytes of heap, metrics of stages), as far as the session still answers."""
    heap, metrics = None, {}
    with contextlib.suppress(Exception):
        heap = session.heap_at_its_fullest(spark)
        metrics = stages.metrics_of_stages(spark)
    with contextlib.suppress(Exception):
        spark.stop()
    return heap, metrics
