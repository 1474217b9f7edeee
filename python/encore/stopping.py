"""Calls of the core that Python's signals reach: Ctrl-C, and whatever a handler or a log function raises, stops the call, and nothing that
arrives is lost. Not the calls themselves (_core.py, _full.py)."""

import _thread
import queue
import threading

from encore.errors import Interrupted


def stoppable(work, stop, message=None):
    """What work(tell, stop) returns or raises. `tell` hands a line to `message`.

    In the main thread, where Python runs the handlers of signals, the work is done by a second thread while this one waits for its lines:
    a handler runs at once, and when it raises (KeyboardInterrupt after Ctrl-C), `stop.request()` ends the work first. A second exception
    while it ends does not wait for it any more. In other threads, which no signal reaches, the work is done where it is called. A
    `message` that raises ends the work too."""
    if threading.current_thread() is threading.main_thread():
        return _waited_for(work, stop, message)
    failed = []

    def tell(line):
        try:
            if not failed:
                message(line)
        except BaseException as error:  # no exception crosses C
            failed.append(error)
            stop.request()

    try:
        return work(tell, stop)
    finally:
        if failed:
            raise failed.pop()


def _waited_for(work, stop, message):
    """A bare thread, and nothing in here that Python code finalizes: an exception of a handler that runs within a finalizer is printed,
    and lost. (threading.Thread keeps its threads in a WeakSet, whose callback is Python.)"""
    lines, outcome, claim = queue.SimpleQueue(), [], _thread.allocate_lock()

    def run():
        if not claim.acquire(False):
            return
        try:
            outcome.append((work(lines.put, stop), None))
        except BaseException as error:
            outcome.append((None, error))
        finally:
            lines.put(None)

    try:
        try:
            _thread.start_new_thread(run, ())
            while (line := _next(lines)) is not None:
                message(line)
        except BaseException as raised:
            stop.request()
            if not claim.acquire(False):  # the work has begun, and is waited for
                while not outcome and _next(lines) is not None:
                    pass
            ended = outcome[0][1] if outcome else None
            if isinstance(raised, KeyboardInterrupt) and isinstance(ended, Interrupted):
                raise ended from raised
            raise
        answer, error = outcome[0]
        if error is not None:
            raise error
        return answer
    finally:
        outcome.clear()  # an exception holds this frame: no circle of the two
        ended = error = None


def _next(lines):
    """The next line. Looks up once a second, should a signal have reached another thread than this one."""
    while True:
        try:
            return lines.get(timeout=1)
        except queue.Empty:
            pass
