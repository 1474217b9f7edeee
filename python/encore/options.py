"""The options of the commands as the core's own tables declare them: names, kinds, ranges, defaults. Nothing is declared
here, and what an option does is told by the core."""

import difflib
import json
import os
import pathlib
import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from encore.errors import Failure, UserError

_here = pathlib.Path(__file__).resolve().parent


@dataclass(frozen=True)
class Option:
    """One row of a table. `default` is None where the core decides later; `default_text` then says by what."""

    name: str  # as Python writes it: hold_out
    kind: str  # switch, whole number, number, text, texts, whole numbers
    sentence: str
    default: Any = None
    default_text: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple = ()
    required: bool = False
    positional: bool = False
    short: str = ""  # 'k' of '-k'
    negatable: bool = False  # a switch that also has its --no- form
    value_name: str = ""  # FIRST-LAST: what stands for its value in the help

    def checked(self, value, called=None):
        """`value` as the kind of this option. Raises UserError that names the option (as it was `called`), the value and what it must be."""
        called = called or self.name
        good, converted = _converted(self.kind, _ends(value) if self.is_pair else value)
        numbers = [converted] if self.kind in ("whole number", "number") else converted if self.kind == "whole numbers" else []
        if good:
            good = all((self.low is None or self.low <= n) and (self.high is None or n <= self.high) for n in numbers)
        if not good:
            raise UserError(f"{called} is {_one_line(value)}; it must be {self._requirement()}")
        if self.choices and converted not in self.choices:
            raise UserError(f"{called} is {_one_line(value)}; it must be one of {', '.join(self.choices)}")
        return converted

    @property
    def is_pair(self):
        """Whether it is two ends, which are one text on the command line: FIRST-LAST."""
        return self.kind == "text" and re.fullmatch("[A-Z]+-[A-Z]+", self.value_name) is not None

    def _requirement(self):
        if self.is_pair:
            first, last = self.value_name.lower().split("-")
            usual = re.search(r"([0-9.]+)-([0-9.]+)", self.default or self.default_text)
            example = f"such as ({usual[1]}, {usual[2]})" if usual else "such as (1950, 1959)"
            return f"two numbers, ({first}, {last}), {example}"
        words = {"switch": "True or False", "whole number": "a whole number", "number": "a number", "text": "text",
                 "texts": "a list of texts", "whole numbers": "a list of whole numbers"}[self.kind]
        if self.low is not None and self.high is not None:
            return f"{words} from {shown(self.low)} to {shown(self.high)}"
        return words if self.low is None else f"{words} of at least {shown(self.low)}"


def shown(number):
    """1000000, not 1e+06."""
    return f"{int(number)}" if number == int(number) else f"{number:g}"


def _one_line(value):
    """The value as a message shows it: a table or an array by its kind."""
    text = repr(value)
    return text if len(text) <= 200 and "\n" not in text else f"a {type(value).__module__.partition('.')[0]}.{type(value).__name__}"


def _ends(value):
    """(0.5, 5) → '0.5-5', range(1950, 1960) → '1950-1959', 1950 → '1950'; anything else as it is."""
    if isinstance(value, range) and len(value) and value.step == 1:
        value = (value[0], value[-1])
    if _is_number(_plain(value)):
        value = (value,)
    if isinstance(value, (tuple, list)) and len(value) in (1, 2):
        ends = [_plain(end) for end in value]
        if all(_is_number(end) for end in ends):
            return "-".join(str(int(end)) if end == int(end) else format(Decimal(repr(end)), "f") for end in ends)
    return value


def _plain(value):
    """A NumPy scalar as Python's own."""
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, bytes)) and getattr(value, "ndim", 0) == 0 else value


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) != float("inf")


def _is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _converted(kind, value):
    """Whether `value` is of this kind, and the value itself."""
    value = _plain(value)
    if kind == "switch":
        return isinstance(value, bool), value
    if kind == "whole number":
        return _is_whole(value), value
    if kind == "number":
        return _is_number(value), float(value) if _is_number(value) else value
    if kind == "text":
        return isinstance(value, (str, os.PathLike)), os.fspath(value) if isinstance(value, os.PathLike) else value
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return False, value
    items = [_plain(item) for item in value]
    return all(isinstance(item, str) if kind == "texts" else _is_whole(item) for item in items), items


def _default_of(row):
    text = row.get("default")
    kind = row["type"]
    if row.get("default_text"):
        return None
    if kind == "switch":
        return row["negatable"]  # a switch is off unless it has a --no- form
    if text is None:
        return None
    if kind == "whole number":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "whole numbers":
        return [int(part) for part in text.split(",")]
    return [text] if kind == "texts" else text


def _program():
    """The command line program of a checkout: it prints the tables when they are not packed beside this file."""
    return os.environ.get("ENCORE_PROGRAM") or str(_here.parents[1] / "build" / "encore")


@lru_cache(maxsize=None)
def document():
    """All tables, as `encore options --json` prints them. Raises UserError when neither they nor the program are there."""
    packed = _here / "options.json"
    if packed.exists():
        return json.loads(packed.read_text(encoding="utf-8"))
    try:
        printed = subprocess.run([_program(), "options", "--json"], check=True, stdout=subprocess.PIPE).stdout
    except OSError:
        from encore import _full

        try:
            return _full.options()
        except Failure as error:
            raise UserError(f"{packed} is missing and {_program()} cannot be run; install the wheel, or run `make build`") from error
    return json.loads(printed)


@lru_cache(maxsize=None)
def table(command):
    """The options of `command` by their Python names, in the table's order."""
    commands = {entry["name"]: entry for entry in document()["commands"]}
    rows = {}
    for row in commands[command]["options"]:
        name = row["name"].lstrip("-").replace("-", "_").lower()
        rows[name] = Option(name, row["type"], row["sentence"], _default_of(row), row.get("default_text", ""), row.get("low"),
                            row.get("high"), tuple(row.get("choices", ())), row["required"], row["positional"],
                            row.get("short", "").lstrip("-"), row["negatable"], row.get("value", ""))
    return rows


def checked(command, given, without=()):
    """`given` options of `command`, checked, with the core's defaults for the rest. None stands for the default.

    `without` names options that the caller has in another form. Raises UserError for an unknown name or a wrong value."""
    rows = rows_of(command, without)
    return SimpleNamespace(**{name: row.default for name, row in rows.items()} | only_given(command, given, without))


def rows_of(command, without=()):
    return {name: row for name, row in table(command).items() if name not in without}


def only_given(command, given, without=()):
    """`given` options, checked, without those that are None; short names ('k') become long ones. Raises UserError."""
    rows = rows_of(command, without)
    long_names = {row.short: name for name, row in rows.items() if row.short}
    values = {}
    for called, value in given.items():
        name = long_names.get(called, called)
        if name not in rows:
            near = difflib.get_close_matches(name, rows, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(rows)}"
            raise UserError(f"{command} has no option {name}; {hint}")
        if value is None:
            continue
        if name in values and values[name] != value:
            raise UserError(f"{name} is said twice, {values[name]!r} and {value!r}; say it once")
        values[name] = rows[name].checked(value, called)
    return values
