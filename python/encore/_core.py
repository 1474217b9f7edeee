"""The core's C interface (src/c_api/encore.h) as Python has it: libraries found and checked, codes turned into exceptions, handles that
close themselves. Plans and heads are JSON texts (or what becomes one), arrays are anything with Python's buffer protocol. Not
the interface for people (one_machine.py, spark/), and no defaults."""

import ctypes as c
import json
import os
import pathlib
from array import array
from functools import lru_cache

from encore._arrays import Array, array_or_none, pointer
from encore.errors import Failure, Interrupted, PeerLost, UserError

API_VERSION = 5
_here = pathlib.Path(__file__).resolve().parent
_message = c.CFUNCTYPE(None, c.c_char_p, c.c_void_p)
_ask = c.CFUNCTYPE(c.c_int, c.c_char_p, c.c_void_p)
_handle, _text, _out = c.c_void_p, c.c_char_p, c.POINTER(c.c_void_p)


class Users(c.Structure):
    """struct encore_users"""

    _fields_ = [("rows", c.c_int64), ("start", c.c_void_p), ("item", c.c_void_p), ("stars", c.c_void_p)]


# Name: what goes in, and what comes back where that is no code.
_functions = {
    "encore_plan_training": (_text, c.c_int64, c.c_int64, _out),
    "encore_plan_resumed": (_text, _text, _out),
    "encore_plan_kernel_path": (_text, _out),
    "encore_input_condition": (_text, _text, _out),
    "encore_cut_items": (_text, c.c_void_p, c.c_int64, c.c_int64, c.c_int, c.c_void_p),
    "encore_deal_users": (_text, c.c_void_p, c.c_int64, c.c_void_p),
    "encore_rows_new": (_text, c.c_void_p, c.c_void_p, _out),
    "encore_rows_push": (_handle, c.c_void_p, c.c_void_p),
    "encore_rows_finish": (_handle,),
    "encore_lines_look": (_text, c.c_int64, c.c_int, _text, _out),
    "encore_lines_new": (_text, c.c_int64, _out),
    "encore_lines_push": (_handle, _text, c.c_int64, c.c_int, c.POINTER(c.c_int64)),
    "encore_lines_column": (_handle, c.c_int, _out, _out, _out),
    "encore_number_lines": (_text, c.c_char, _text, c.c_int64, c.c_int64, _text, c.c_int64, _out, *(c.POINTER(c.c_int64),) * 3),
    "encore_listener_new": (_text, c.c_int, c.c_int, _out),
    "encore_listener_address": (_handle, _out),
    "encore_world_connect": (_handle, _text, _out),
    "encore_training_new": (_text, _handle, _handle, _out),
    "encore_training_load": (_handle, c.POINTER(_text), c.c_int),
    "encore_training_epoch": (_handle, _out),
    "encore_training_save": (_handle, _text),
    "encore_training_save_model": (_handle, _text),
    "encore_model_assemble": (c.POINTER(_text), c.c_int, _text, _text),
    "encore_model_open": (_text, _out),
    "encore_model_describe": (_handle, _out),
    "encore_model_top": (_handle, c.POINTER(Users), c.POINTER(Users), c.c_void_p, c.c_int64, c.c_int, c.c_int, c.c_void_p, c.c_void_p,
                         c.c_void_p),
    "encore_model_explore": (_handle, c.POINTER(Users), c.POINTER(Users), c.c_void_p, c.c_void_p, c.c_int64, c.c_int, c.c_double, c.c_int64, c.c_int, c.c_void_p,
                             c.c_void_p, c.c_void_p),
    "encore_model_scores": (_handle, c.POINTER(Users), c.c_void_p, c.c_void_p, c.c_int64, c.c_int, c.c_void_p),
    "encore_rules_new": (_handle, _text, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p, _out),
    "encore_rules_describe": (_handle, _out),
    "encore_model_judge": (_handle, _handle, c.POINTER(Users), c.c_void_p, c.c_void_p, c.c_void_p, c.c_int, _out, c.c_void_p, c.c_void_p,
                           c.c_void_p, c.c_void_p),
    "encore_model_figures": (_handle, _handle, _text, c.c_void_p, _out),
    "encore_compare": (_text, c.c_void_p, c.c_int64, _out),
    "encore_stop_new": (_out,),
    "encore_answers_open": (_text, _out),
    "encore_answers_recommend": (_handle, _text, _message, c.c_void_p, _handle, _out),
    "encore_answers_similar": (_handle, _text, _message, c.c_void_p, _handle, _out),
    "encore_answers_catalogue": (_handle, _out),
    "encore_answers_films": (_handle, _text, _out),
    "encore_answers_people": (_handle, _text, c.c_int64, c.c_int64, _out),
    "encore_answers_top": (_handle, _text, _text, c.POINTER(Users), _handle, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p),
    "encore_command": (c.c_int, c.POINTER(_text), _message, c.c_void_p, _handle, _out),
    "encore_tune": (_text, _text, _ask, _message, c.c_void_p, _handle, _out),
    "encore_options": (_out,),
}
_plain_functions = {
    "encore_api_version": ((), c.c_int),
    "encore_program_version": ((), _text),
    "encore_crc32c": ((c.c_char_p, c.c_int64), c.c_uint32),
    "encore_last_error": ((), _text),
    "encore_free": ((c.c_void_p,), None),
    "encore_rows_count": ((_handle,), c.c_int64),
    "encore_rows_free": ((_handle,), None),
    "encore_lines_numbers": ((_handle,), c.c_void_p),
    "encore_lines_free": ((_handle,), None),
    "encore_listener_free": ((_handle,), None),
    "encore_world_free": ((_handle,), None),
    "encore_training_finished": ((_handle,), c.c_int),
    "encore_training_progress": ((_handle,), c.c_double),
    "encore_training_finished": ((_handle,), c.c_int),
    "encore_training_free": ((_handle,), None),
    "encore_model_free": ((_handle,), None),
    "encore_rules_free": ((_handle,), None),
    "encore_stop_request": ((_handle,), None),
    "encore_stop_free": ((_handle,), None),
    "encore_answers_free": ((_handle,), None),
}
_exceptions = {2: UserError, 3: PeerLost, 130: Interrupted}


class Library:
    """One of the two shared libraries. `call` raises what the code that came back stands for."""

    def __init__(self, path):
        try:
            self._library = c.CDLL(str(path))
        except OSError as error:
            raise Failure(f"Encore's core cannot be loaded ({error}); install the whole wheel for this processor anew") from error
        self._library.encore_api_version.restype = c.c_int
        version = self._library.encore_api_version()
        if version != API_VERSION:
            raise Failure(f"{path} speaks version {version} of the core's interface, this package {API_VERSION}: two versions of "
                          "Encore are mixed; install one of them anew")
        self.path = path
        for name, arguments in _functions.items():
            self._declare(name, arguments, c.c_int)
        for name, (arguments, result) in _plain_functions.items():
            self._declare(name, arguments, result)

    def _declare(self, name, arguments, result):
        function = getattr(self._library, name, None)
        if function is not None:
            function.argtypes, function.restype = arguments, result

    def plain(self, name):
        """The function itself. Raises Failure where this library does not hold it."""
        try:
            return getattr(self._library, name)
        except AttributeError:
            raise Failure(f"{name} is not in {self.path}; it needs the full library") from None

    def call(self, name, *arguments):
        code = self.plain(name)(*arguments)
        if code:
            sentence = self._library.encore_last_error().decode("utf-8", "replace")
            raise _exceptions.get(code, Failure)(sentence)

    def text(self, name, *arguments):
        """A call whose last argument takes a text that the caller frees."""
        out = c.c_void_p()
        self.call(name, *arguments, c.byref(out))
        return self.take(out)

    def take(self, out):
        """The text that `out` points to, which is freed; None where there is none."""
        if not out.value:
            return None
        try:
            return c.string_at(out).decode("utf-8")
        finally:
            self._library.encore_free(out)
            out.value = None

    def handle(self, name, *arguments):
        out = c.c_void_p()
        self.call(name, *arguments, c.byref(out))
        return out


def _folders():
    """Beside this file in an installed package; in a checkout what `make python` builds, or ENCORE_LIBRARIES."""
    given = os.environ.get("ENCORE_LIBRARIES")
    return [pathlib.Path(given)] if given else [_here, _here.parents[1] / "build"]


def _path_of(name):
    for folder in _folders():
        if (folder / name).exists():
            return folder / name
    return None


@lru_cache(maxsize=None)
def core():
    """libencore.so: training, exchange, scoring. Raises Failure when it is missing or of another version."""
    path = _path_of("libencore.so")
    if path is None:
        raise Failure(f"libencore.so is not in {' or '.join(map(str, _folders()))}; install the wheel, or run `make python` in a checkout")
    return Library(path)


@lru_cache(maxsize=None)
def full():
    """libencore_full.so: the whole program, which loads DuckDB's library when it needs a table. Raises Failure when it is missing."""
    path = _path_of("libencore_full.so")
    if path is None:
        raise Failure(f"this needs the full library, and libencore_full.so is not in {' or '.join(map(str, _folders()))}; install the "
                      "whole wheel, or run `make python` in a checkout")
    return Library(path)


# ---- Texts

def _bytes(path_or_text):
    return os.fsencode(path_or_text)


def _json(value):
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8")


def _texts(values):
    encoded = [_bytes(value) for value in values]
    return (c.c_char_p * len(encoded))(*encoded), len(encoded)


# ---- Program and planning

def program_version():
    return core().plain("encore_program_version")().decode()


def crc32c(line):
    """The sum of a line of a log of events, of its bytes."""
    return core().plain("encore_crc32c")(line, len(line))


def plan_training(options, training_users, validation_users=0):
    """Options as on the command line without dashes → the plan, a JSON text. Raises UserError."""
    return core().text("encore_plan_training", _json(options), training_users, validation_users)


def plan_resumed(options, before):
    return core().text("encore_plan_resumed", _json(options), _json(before))


def kernel_path(plan):
    """Which last bits a training has on this processor: the same for all who take the same path."""
    return core().text("encore_plan_kernel_path", _json(plan))


def input_condition(plan, head):
    """SQL over `rating` that says whether a rating is an input of the plan's model."""
    return core().text("encore_input_condition", _json(plan), _json(head))


def cut_items(plan, training_ratings, training_users, processes):
    """[processes + 1]: process p owns the items [p] … [p + 1]."""
    ratings = Array(training_ratings, "q")
    first = array("q", bytes(8 * (processes + 1)))
    core().call("encore_cut_items", _json(plan), ratings.address, ratings.count, training_users, processes,
                Array(first, "q").address)
    return first


def deal_users(plan, users):
    """The rank of each of these ascending training users."""
    users = Array(users, "i")
    rank = array("i", bytes(4 * users.count))
    core().call("encore_deal_users", _json(plan), users.address, users.count, Array(rank, "i").address)
    return rank


# ---- Handles

class _Handle:
    """Frees what it holds when it is closed, left as a context, or forgotten. `_free` names the function."""

    _value = None
    _free = ""

    def __init__(self, library, value):
        self._library, self._value = library, value

    def close(self):
        value, self._value = self._value, None
        if value is not None:
            self._library.plain(self._free)(value)

    @property
    def _open(self):
        if self._value is None:
            raise Failure(f"this {type(self).__name__} is closed")
        return self._value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()


class Rows(_Handle):
    """The ratings that one process holds. folds [U] uint8, training_ratings [M] int64."""

    _free = "encore_rows_free"

    def __init__(self, head, folds, training_ratings):
        shape = json.loads(_json(head))
        self._arrays = Array(folds, "B", shape["users"]), Array(training_ratings, "q", shape["items"])
        super().__init__(core(), core().handle("encore_rows_new", _json(head), *(a.address for a in self._arrays)))

    def push(self, batch):
        """Takes a record batch of user, item, rating and perhaps part: anything with `__arrow_c_array__`. Raises UserError naming
        row and column; nothing of the batch was taken then."""
        schema, values = batch.__arrow_c_array__()
        self._library.call("encore_rows_push", self._open, _capsule(schema, b"arrow_schema"), _capsule(values, b"arrow_array"))

    def finish(self):
        self._library.call("encore_rows_finish", self._open)

    def __len__(self):
        return self._library.plain("encore_rows_count")(self._open)


def _capsule(capsule, name):
    pointer = c.pythonapi.PyCapsule_GetPointer
    pointer.argtypes, pointer.restype = (c.py_object, c.c_char_p), c.c_void_p
    return pointer(capsule, name)


def look_at_table(data, whole, asked):
    """What kind of table begins with these bytes; `asked` and the answer as encore.h has them."""
    return json.loads(core().text("encore_lines_look", data, len(data), int(whole), _json(asked)))


class Lines(_Handle):
    """Bytes of a text table → its rows. `format` as encore.h has it."""

    _free = "encore_lines_free"

    def __init__(self, format, first_line):
        self._columns = len(format["take"]) + 1
        super().__init__(core(), core().handle("encore_lines_new", _json(format), first_line))

    def push(self, data, last):
        """Takes the next bytes. Of the rows that are known now: their number, the lines on which they begin (int64), and for each
        column (offsets, data, validity) as Arrow's utf8 has them."""
        rows = c.c_int64()
        self._library.call("encore_lines_push", self._open, data, len(data), int(last), c.byref(rows))
        count = rows.value
        numbers = c.string_at(self._library.plain("encore_lines_numbers")(self._open), 8 * count) if count else b""
        return count, numbers, [self._column(place, count) for place in range(self._columns)]

    def _column(self, place, count):
        offsets, data, valid = c.c_void_p(), c.c_void_p(), c.c_void_p()
        self._library.call("encore_lines_column", self._open, place, c.byref(offsets), c.byref(data), c.byref(valid))
        raw = c.string_at(offsets, 4 * (count + 1))
        return raw, c.string_at(data, int.from_bytes(raw[-4:], "little")), c.string_at(valid, (count + 7) // 8) if count else b""


class Listener(_Handle):
    _free = "encore_listener_free"

    def __init__(self, host, first_port=0, last_port=0):
        super().__init__(core(), core().handle("encore_listener_new", host.encode(), first_port, last_port))

    @property
    def address(self):
        """host:port"""
        return self._library.text("encore_listener_address", self._open)


class World(_Handle):
    """The processes that train together, once they have met. Takes the listener's place."""

    _free = "encore_world_free"

    def __init__(self, listener, settings):
        super().__init__(core(), core().handle("encore_world_connect", listener._open, _json(settings)))


class Training(_Handle):
    """world: None where this process is alone."""

    _free = "encore_training_free"

    def __init__(self, plan, rows, world=None):
        self._used = rows, world
        world_handle = None if world is None else world._open
        super().__init__(core(), core().handle("encore_training_new", _json(plan), rows._open, world_handle))

    def load(self, files):
        self._library.call("encore_training_load", self._open, *_texts(files))

    def epoch(self):
        """Trains one; the record as a dict."""
        return json.loads(self._library.text("encore_training_epoch", self._open))

    def finished(self):
        """Whether no epoch is left or patience is at its end."""
        return bool(self._library.plain("encore_training_finished")(self._open))

    def progress(self):
        """Users seen in the running epoch; from any thread."""
        return self._library.plain("encore_training_progress")(self._open)

    def save(self, file):
        self._library.call("encore_training_save", self._open, _bytes(file))

    def save_model(self, file):
        self._library.call("encore_training_save_model", self._open, _bytes(file))


def assemble_model(part_files, items_parquet, folder):
    full().call("encore_model_assemble", *_texts(part_files), _bytes(items_parquet), _bytes(folder))


class Model(_Handle):
    """An opened model folder; the catalogue is not read. Users are sparse rows: start [R + 1] int64, item int32 ascending within a
    row, stars float32. Answers are ctypes arrays, which NumPy takes without a copy."""

    _free = "encore_model_free"

    def __init__(self, folder):
        super().__init__(core(), core().handle("encore_model_open", _bytes(folder)))
        self.description = json.loads(self._library.text("encore_model_describe", self._open))

    def _users(self, start, item, stars):
        arrays = [Array(start, "q"), Array(item, "i")] + ([] if stars is None else [Array(stars, "f")])
        users = Users(arrays[0].count - 1, *(a.address for a in arrays))
        users.arrays = arrays
        return users

    def _seen(self, seen):
        return None if seen is None else self._users(*seen, *([None] if len(seen) == 2 else []))

    def top(self, start, item, stars, training_ratings, k, include_seen=False, threads=1, seen=None):
        """(item int32 [R × k], score float32 [R × k], count int32 [R]). seen: (start, item) of rows of items that were seen, or
        (start, item, stars), where stars above 0 say that the item was dismissed, too, and below 0 that it was only dismissed."""
        users = self._users(start, item, stars)
        hidden = self._seen(seen)
        ratings = Array(training_ratings, "q", self.description["items"])
        best, score, count = (c.c_int32 * (users.rows * k))(), (c.c_float * (users.rows * k))(), (c.c_int32 * users.rows)()
        self._library.call("encore_model_top", self._open, c.byref(users), None if hidden is None else c.byref(hidden), ratings.address, k,
                           bool(include_seen), threads, best, score, count)
        return best, score, count

    def explore(self, start, item, stars, training_ratings, candidate, k, include_seen, share, seed, threads=1, seen=None):
        """As top, with this share of the places for items with few ratings. candidate: uint8 [M], or None for all."""
        users = self._users(start, item, stars)
        hidden = self._seen(seen)
        ratings = Array(training_ratings, "q", self.description["items"])
        may = None if candidate is None else Array(candidate, "B", self.description["items"])
        best, score, count = (c.c_int32 * (users.rows * k))(), (c.c_float * (users.rows * k))(), (c.c_int32 * users.rows)()
        self._library.call("encore_model_explore", self._open, c.byref(users), None if hidden is None else c.byref(hidden), ratings.address, None if may is None else may.address, k,
                           bool(include_seen), share, seed, threads, best, score, count)
        return best, score, count

    def scores(self, start, item, stars, pair_row, pair_item, threads=1):
        """float32, one for each pair of pair_row int64 and pair_item int32."""
        users = self._users(start, item, stars)
        rows = Array(pair_row, "q")
        items = Array(pair_item, "i", rows.count)
        score = (c.c_float * rows.count)()
        self._library.call("encore_model_scores", self._open, c.byref(users), rows.address, items.address, rows.count, threads, score)
        return score

    def judge(self, rules, start, item, stars, number=None, part=None, item_means=None, exposures=None, sums=None, of_users=None, threads=1):
        """The sums as a dict, added to those given; `exposures` (int64 [rules.exposures], writable) is added to. of_users: None, or writable
        (shares float64 [2 × R × metrics × 2], given int32 [R], targets int32 [R]) for what each user adds."""
        users = self._users(start, item, stars)
        metrics = len(rules.metrics)
        arrays = [array_or_none(number, "i", users.rows), array_or_none(part, "b"), array_or_none(item_means, "d", self.description["items"])]
        counts = array_or_none(exposures, "q", rules.exposures)
        wanted = [None] * 3 if of_users is None else [Array(of_users[0], "d", 4 * users.rows * metrics),
                                                      *(Array(one, "i", users.rows) for one in of_users[1:])]
        before = None if sums is None else c.create_string_buffer(_json(sums))
        text = c.c_void_p(_duplicate(before))
        self._library.call("encore_model_judge", self._open, rules._open, c.byref(users), *map(pointer, arrays), threads, c.byref(text),
                           pointer(counts), *map(pointer, wanted))
        return json.loads(self._library.take(text))

    def figures(self, rules, sums, exposures):
        counts = Array(exposures, "q", rules.exposures)
        return json.loads(self._library.text("encore_model_figures", self._open, rules._open, _json(sums), counts.address))


class Rules(_Handle):
    """By which rules users are ranked; `said` as encore.h has it. `metrics`: dicts of key, of_users and root; `slices`: names."""

    _free = "encore_rules_free"

    def __init__(self, model, said, training_ratings, liked_ratings, candidate=None, slice_items=None):
        items = model.description["items"]
        arrays = [Array(training_ratings, "q", items), Array(liked_ratings, "q", items), array_or_none(candidate, "B", items),
                  array_or_none(slice_items, "B")]
        super().__init__(core(), core().handle("encore_rules_new", model._open, _json(said), *map(pointer, arrays)))
        described = json.loads(self._library.text("encore_rules_describe", self._open))
        self.metrics, self.slices, self.exposures = described["metrics"], described["slices"], described["exposures"]


def compare(asked, shares, users):
    """The `comparisons` of `encore compare --json`. shares: float64 [models × users × metrics × 2]."""
    return json.loads(core().text("encore_compare", _json(asked), Array(shares, "d").address, users))


def _duplicate(buffer):
    """A copy of the text in the C library's own memory, which encore_free() can free."""
    if buffer is None:
        return None
    strdup = c.CDLL(None).strdup
    strdup.restype, strdup.argtypes = c.c_void_p, (c.c_char_p,)
    return strdup(buffer.value)
