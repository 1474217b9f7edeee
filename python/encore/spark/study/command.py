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
    answers.write(said.output, measured(request, answer, lambda line: None if said.quiet else print(line, file=sys.stderr, flush=True)))
    return 0


def measured(request, answer, say):
    """The answer to a request, filled in. A failure is an answer, too: with its phase, and with what was measured until then."""
    spark = phases = None
    with Monitor(request.sample_seconds) as monitor:
        try:
            began = time.monotonic()
            spark = session.start(request)
            answer["session_seconds"] = time.monotonic() - began
            answer["settings"] = session.settings_beside_the_study(spark, request)
            phases = Phases(spark, request, monitor)
            say(f"{request.label}: Spark {spark.version} at {spark.sparkContext.master}")
            phases.run()
        except (Exception, _Ended, KeyboardInterrupt) as error:
            _tell_failure(answer, error, spark, phases.current if phases else None)
            say(f"{request.label}: {answer['failure']['sentence']}")
    heap, metrics, application = _ask_and_stop(spark)
    answers.add_watched(answer, monitor)
    if phases:
        answers.add_found(answer, monitor, phases)
        _add_picture(answer, request, monitor, heap, metrics, session.event_log(request, application))
    return answer


def _end(number, frame):
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
        sentence = f"Spark's Java machine was ended by signal {killed}" + (", which is what Linux does when memory ends" if killed == 9 else "")
    answer["failure"] = {"kind": "memory" if out_of_memory or killed == 9 else "error", "phase": phase,
                         "sentence": sentence or type(error).__name__}


def _signal_of_java(spark):
    """The number of the signal that ended the Java machine which this process started; None while it lives."""
    process = getattr(getattr(getattr(spark, "sparkContext", None), "_gateway", None), "proc", None)
    with contextlib.suppress(Exception):
        code = process.wait(1)
        return -code if code < 0 else None
    return None


def _ask_and_stop(spark):
    """(bytes of heap, metrics of stages, id of the application), as far as the session still answers."""
    heap, metrics, application = None, {}, None
    if spark is not None:
        application = spark.sparkContext.applicationId
        with contextlib.suppress(Exception):
            heap = session.heap_at_its_fullest(spark)
            metrics = stages.metrics_of_stages(spark)
        with contextlib.suppress(Exception):
            spark.stop()
    return heap, metrics, application


def _add_picture(answer, request, monitor, heap, metrics, log):
    """The picture of jobs and stages, and what Encore needed; neither where Spark left no event log."""
    log = log if os.path.exists(log) else f"{log}.inprogress"
    if not os.path.exists(log):
        return
    answer["dag"] = stages.picture(log, metrics)
    peaks = {}
    for sample in monitor.samples:
        for kind, size in sample.processes.items():
            peaks[kind] = max(size, peaks.get(kind, 0))
    answer["settings"] += session.needed_beside_the_study(heap, stages.largest_result(log), peaks, request)
