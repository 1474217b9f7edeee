"""The functions of the full library: whole commands, and questions to a model folder that stays open, alone or in blocks. The libraries
themselves, and what the core alone can do: _core.py."""

import ctypes as c
import json

from encore._core import Array, Users, _ask, _bytes, _Handle, _json, _message, _texts, full
from encore.stopping import stoppable


class Stop(_Handle):
    """A wish to stop a call, made from any thread."""

    _free = "encore_stop_free"
    requested = False

    def __init__(self):
        super().__init__(full(), full().handle("encore_stop_new"))

    def request(self):
        self.requested = True
        self._library.plain("encore_stop_request")(self._open)


_unused_stops = []


def _stoppable(work, message=None):
    """stoppable(…) with a Stop that is kept for the next call unless it was used: none is finalized in a call that nothing stops, since
    an exception of a signal's handler is lost within a finalizer."""
    stop = _unused_stops.pop() if _unused_stops else Stop()
    try:
        return stoppable(work, stop, message)
    finally:
        if not stop.requested:
            _unused_stops.append(stop)


def _answer(message, name, *arguments):
    """A call of the full library that tells lines of log to `message` and answers with a JSON object."""

    def work(tell, stop):
        out = c.c_void_p()
        heard = _message(lambda line, _: tell(line.decode("utf-8", "replace").rstrip("\n")))
        full().call(name, *arguments, heard if message else _message(), None, stop._open, c.byref(out))
        return full().take(out)

    text = _stoppable(work, message)
    return None if text is None else json.loads(text)


def command(words, message=None):
    """Runs a command as typed behind `encore`; the object that --json prints. `message` gets each line of log."""
    texts, count = _texts(words)
    return _answer(message, "encore_command", count, texts)


def run_command(words, stop):
    """The same without an answer, in the calling thread, until somebody requests `stop`."""
    texts, count = _texts(words)
    out = c.c_void_p()
    full().call("encore_command", count, texts, _message(), None, stop._open, c.byref(out))
    full().take(out)


def tune(options, caller, ask, message, stop):
    """`encore tune` whose trials somebody else runs: ask(what) does what encore.h says of encore_tune. What it raises ends the search."""
    failed = []

    def asked(text, _):
        try:
            return ask(json.loads(text))
        except BaseException as error:  # no exception crosses C
            failed.append(error)
            return -1

    def work(tell, _):
        out = c.c_void_p()
        heard = _message(lambda line, _: tell(line.decode("utf-8", "replace").rstrip("\n")))
        try:
            full().call("encore_tune", _json(options), _json(caller), _ask(asked), heard, None, stop._open, c.byref(out))
        finally:
            if failed:
                raise failed.pop()
        return full().take(out)

    return json.loads(stoppable(work, stop, message))


def options():
    """The tables of all commands, as `encore options --json` prints them."""
    return json.loads(full().text("encore_options"))


class Answers(_Handle):
    """A model folder that stays open for questions, with its catalogue. Options as on the command line without dashes."""

    _free = "encore_answers_free"

    def __init__(self, folder):
        super().__init__(full(), full().handle("encore_answers_open", _bytes(folder)))

    def recommend(self, options, message=None):
        return _answer(message, "encore_answers_recommend", self._open, _json(options))

    def similar(self, options, message=None):
        return _answer(message, "encore_answers_similar", self._open, _json(options))

    def catalogue(self):
        """{"numeric_ids", "movieId", "title", "year"} of the model's items, by their numbers."""
        return json.loads(self._library.text("encore_answers_catalogue", self._open))

    def films(self, films):
        """{"items": the numbers of the model's items for "id:318" or titles, -1 for ids that it does not know, "notes"}."""
        return json.loads(self._library.text("encore_answers_films", self._open, _json(list(films))))

    def people(self, options, first=0, count=0):
        """{"users": how many, "numeric_ids", "ids": those of [first, first + count), "notes"} of the options' dataset."""
        return json.loads(self._library.text("encore_answers_people", self._open, _json(options), first, count))

    def top(self, options, k, user_ids=None, rows=None):
        """(item int32 [P × k], score float32 [P × k], count int32 [P], popular int8 [P]) for users of the options' dataset, or for sparse
        rows (start, item, stars) of the model's items."""
        users, people = None, len(user_ids) if rows is None else len(rows[0]) - 1
        if rows is not None:
            arrays = [Array(values, code) for values, code in zip(rows, "qif")]
            users = Users(people, *(array.address for array in arrays))
        best, score = (c.c_int32 * (people * k))(), (c.c_float * (people * k))()
        count, popular = (c.c_int32 * people)(), (c.c_int8 * people)()
        ids = None if user_ids is None else _json(list(user_ids))

        def work(_, stop):
            self._library.call("encore_answers_top", self._open, _json(options), ids, None if users is None else c.byref(users),
                               stop._open, best, score, count, popular)

        _stoppable(work)
        return best, score, count, popular
