"""The commands as Python functions have them: options as words of a command line or as JSON, signatures and docstrings from the core's
tables, lines of log. Not the functions themselves (one_machine.py, model.py)."""

import inspect
import logging
import os
from contextlib import contextmanager

from encore import _full
from encore.errors import Interrupted, UserError
from encore.folders import Folder
from encore.options import only_given, rows_of, shown
from encore.sentences import in_python

_annotations = {"switch": "bool", "whole number": "int", "number": "float", "text": "str", "texts": "Sequence[str]",
                "whole numbers": "Sequence[int]"}
_of_arguments = {"user": "int | str", "dataset": "Dataset | Path", "exclude": "Film | Sequence[Film]", "seen": "Film | Sequence[Film]", "output": "Path",
                 "movies": "Source", "warm_start": "Model | Path", "retired_from": "Model | Path", "rejects": "Path"}  # what is more than its text


def told_to_logger(line):
    """Where remarks and warnings go unless the caller says otherwise: the logger `encore`."""
    logger = logging.getLogger("encore")
    if line.startswith("warning: "):
        logger.warning(line[len("warning: "):])
    else:
        logger.info(line)


def run(command, arguments, given, without=(), log=None, stands_for=None):
    """Runs a command with its positional `arguments` and options. The object that it prints with --json, as a dict. stands_for: what
    messages call a temporary path."""
    words = [command, *(_positional(argument) for argument in arguments)]
    rows = rows_of(command)
    stands_for = {**temporary_folders(*arguments, *given.values()), **(stands_for or {})}
    for name, value in only_given(command, given, without).items():
        words += _words(rows[name], value)
    with told_in_python(stands_for):
        return _full.command(words, log_in_python(log, stands_for))


def temporary_folders(*values):
    """{path: what messages call it} of those that nobody has named."""
    return {value.path: value.called for value in values if isinstance(value, Folder) and value.is_temporary}


def log_in_python(log, stands_for=None):
    log = log or told_to_logger
    return lambda line: log(in_python(line, stands_for))


@contextmanager
def told_in_python(stands_for=None):
    """The core's sentences with the names that Python has for things."""
    try:
        yield
    except Interrupted as error:
        raise Interrupted(in_python(str(error), stands_for)) from error.__cause__
    except UserError as error:
        raise UserError(in_python(str(error), stands_for)) from None


def as_json(command, given, without=()):
    """Options as the core's JSON has them: named as on the command line, without dashes."""
    return {name.replace("_", "-"): value for name, value in only_given(command, given, without).items()}


def _positional(argument):
    text = os.fsdecode(argument)
    return os.path.join(".", text) if text.startswith("-") else text


def _words(row, value):
    name = "--" + row.name.replace("_", "-")
    if row.kind == "switch":
        return [name] if value else ["--no-" + name[2:]] if row.negatable else []
    if row.kind == "texts":
        return [f"{name}={text}" for text in value]
    return [f"{name}={','.join(map(str, value)) if row.kind == 'whole numbers' else value}"]


def documented(command, without=()):
    """Gives a function with **options their signature and their part of the docstring."""

    def decorate(function):
        rows = rows_of(command, without)
        plain = inspect.signature(function)
        kept = [p for p in plain.parameters.values() if p.kind is not p.VAR_KEYWORD]
        options = []
        for row in rows.values():
            kind = annotation(row)
            if row.short == "k":  # as everywhere in this field; count is its other name
                options.append(inspect.Parameter(row.short, inspect.Parameter.KEYWORD_ONLY, default=row.default, annotation=kind))
                options.append(inspect.Parameter(row.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=f"{kind} | None"))
            else:
                options.append(inspect.Parameter(row.name, inspect.Parameter.KEYWORD_ONLY, default=row.default, annotation=kind))
        function.__signature__ = plain.replace(parameters=kept + options)
        function.__doc__ = f"{inspect.cleandoc(function.__doc__)}\n\nOptions:\n" + "".join(map(_described, rows.values()))
        return function

    return decorate


def annotation(row):
    """The type of an option's value, as text for a type checker."""
    kind = _of_arguments.get(row.name, _annotations[row.kind])
    if row.choices:
        kind = f"Literal[{', '.join(map(repr, row.choices))}]"
    if row.is_pair:
        kind = "tuple[float, float] | str"
    return f"{kind} | None" if row.default is None else kind


def _described(row):
    facts = [row.kind]
    if row.choices:
        facts = ["one of " + ", ".join(map(repr, row.choices))]
    elif row.low is not None and row.high is not None:
        facts.append(f"from {shown(row.low)} to {shown(row.high)}")
    if row.default_text:
        facts.append(f"default: {row.default_text}")
    elif row.default not in (None, "", [], False):
        facts.append(f"default: {row.default!r}")
    name = "k, count" if row.short == "k" else row.name
    return f"    {name}: {in_python(row.sentence)} ({'; '.join(facts)})\n"
