"""The words behind `encore.spark` on a command line, read by the core's own tables of options. Not what the commands do
(__main__.py)."""

import argparse
import json
import sys

from encore.options import document
from encore.spark.study import command as study

COMMANDS = ("prepare", "train", "evaluate", "compare", "tune", "recommend")
# What Spark decides, and by which of its settings.
_of_spark = {"--threads": "spark.task.cpus and the cores of the master", "--memory": "spark.executor.memory",
             "--shards": "--workers and spark.task.cpus", "--resume": "--checkpoint-location, where a training goes on by itself",
             "--warm-start": "the command line's encore train", "--keep-moments": "the command line's encore train",
             "--page": "the command line's encore compare", "--retired-from": "the command line's encore items retire"}
_of_tune = ("--resume",)  # but this it has
_of_training = (
    ("--workers", int, "N", "Spark tasks that train together; default: as many as run at once."),
    ("--port-range", str, "FIRST-LAST", "Ports on which workers and driver listen; default: any."),
    ("--timeout", float, "SECONDS", "Without a word for so long, a worker counts as lost."),
    ("--checkpoint-location", str, "URI", "A folder that all workers reach, or `driver`."),
    ("--max-restarts", int, "N", "How often a training that lost a worker starts again from its last checkpoint."),
)


def parsed(words):
    """argparse's namespace with `command`; what was not said is absent. Exits with 2 and a sentence on a mistake."""
    parser = argparse.ArgumentParser(prog="encore.spark", allow_abbrev=False,
                                     description="Encore on Spark: the commands and options of `encore`, run by Spark.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join((*COMMANDS, "study")))
    for entry in document()["commands"]:
        if entry["name"] in COMMANDS:
            _add(commands, entry)
    study.add_to(commands)
    return parser.parse_args(words)


def options_of(namespace, without):
    """{name: value} of what was said, but for the names in `without`."""
    return {name: value for name, value in vars(namespace).items() if name not in ("command", "json", "quiet", *without)}


def _add(commands, entry):
    parser = commands.add_parser(entry["name"], help=entry["sentence"], description=entry["sentence"], allow_abbrev=False,
                                 argument_default=argparse.SUPPRESS)
    for row in entry["options"]:
        if row["name"] != "--trial":  # how `encore tune` calls itself
            _add_option(parser, row, entry["name"])
    if entry["name"] == "train":
        for name, kind, value, sentence in _of_training:
            parser.add_argument(name, type=kind, metavar=value, help=sentence)
    parser.add_argument("--json", action="store_true", default=False, help="Print one JSON object on standard output.")
    parser.add_argument("-q", "--quiet", action="store_true", default=False, help="Say nothing but errors (and the JSON object).")


def _add_option(parser, row, command):
    name, kind = row["name"], row["type"]
    if name in _of_spark and not (command == "tune" and name in _of_tune):
        parser.add_argument(name, action=_Refused, nargs="?", help=argparse.SUPPRESS)
        return
    told = {"help": row["sentence"].replace("%", "%%")}
    if kind == "switch":
        told["action"] = argparse.BooleanOptionalAction if row["negatable"] else "store_true"
    else:
        told["type"] = {"whole number": int, "number": float, "whole numbers": _whole_numbers}.get(kind, str)
        told["metavar"] = row.get("value") or name
        if row.get("choices"):
            told["choices"] = row["choices"]
        if kind == "texts":
            told["action"] = "append"
    if row["positional"]:
        if kind == "texts":
            del told["action"]
            told["nargs"] = "*"
        parser.add_argument(name.lower(), **told)
    else:
        names = [row["short"], name] if row.get("short") else [name]
        parser.add_argument(*names, required=row["required"], **told)


def _whole_numbers(text):
    return [int(part) for part in text.split(",")]


class _Refused(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        parser.error(f"{option_string} is not for Spark; use {_of_spark[option_string]}")


def answer(namespace, value, text):
    """One JSON object, or a text for people."""
    if namespace.json:
        print(json.dumps(value, ensure_ascii=False))
    elif not namespace.quiet:
        print(text)
    sys.stdout.flush()
