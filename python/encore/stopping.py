"""Calls of the core that Python's signals reach: Ctrl-C, and whatever a handler or a log function raises, stops the call, and nothing that
arrives is lost. Not the calls themselves (_core.py, _full.py)."""

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
    lines, outcome = queue.SimpleQueue(), []

    def run():
        try:
            outcome.append((work(lines.put, stop), None))
        except BaseException as error:
            outcome.append((None, error))
        finally:
            lines.put(None)

    helper = threading.Thread(target=run, name="encore", daemon=True)
    try:
        try:
            helper.start()
            while (line := _next(lines)) is not None:
                message(line)
        except BaseException as raised:
            stop.request()
            if helper.is_alive():
                helper.join()
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
