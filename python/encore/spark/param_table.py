"""The Spark ML params of Encore as rows: name, sentence, what its value must be, and how a type checker knows it. Those that ALS users
know, and one for each option of the core's tables. Not the params themselves (params.py): this needs no Spark."""

import re
from dataclasses import replace

from encore.commands import annotation
from encore.errors import UserError
from encore.options import table

# Options of `encore train` that the cluster decides, or that name the command line's own files.
NOT_FOR_SPARK = ("dataset", "output", "warm_start", "retired_from", "all_ratings", "resume", "keep_moments", "threads", "shards")
# The same of `encore tune`.
NOT_FOR_TUNE = ("dataset", "output", "retired_from", "threads", "trial")
# Of `encore prepare`, for a DataFrame that has not been prepared.
FOR_DATA_FRAMES = ("scale", "liked", "implicit", "validation")
# ALS's name, ours, and what ALS's value means for ours.
KNOWN_FROM_ALS = (
    ("maxIter", "epochs", lambda value: value),
    ("regParam", "weight_decay", lambda value: value),
    ("rank", "hidden", lambda value: [value]),
    ("checkpointInterval", "checkpoint_every", lambda value: max(value, 0)),  # ALS: -1 means none
)


def camel(name):
    """batch_size → batchSize"""
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def text(name):
    def convert(value):
        if not isinstance(value, str):
            raise UserError(f"{name} is {value!r}; it must be text")
        return value

    return convert


def whole(name, low):
    def convert(value):
        if hasattr(value, "item"):
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise UserError(f"{name} is {value!r}; it must be a whole number of at least {low}")
        return value

    return convert


def positive(name):
    def convert(value):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise UserError(f"{name} is {value!r}; it must be a number above 0")
        return float(value)

    return convert


def switch(name):
    def convert(value):
        if not isinstance(value, bool):
            raise UserError(f"{name} is {value!r}; it must be True or False")
        return value

    return convert


def one_of(name, *choices):
    def convert(value):
        if value not in choices:
            raise UserError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
        return value

    return convert


def ports(name):
    def convert(value):
        match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", value) if isinstance(value, str) else None
        if not match or not 1024 <= int(match[1]) <= int(match[2]) <= 65535:
            raise UserError(f"{name} is {value!r}; it must be two ports from 1024 to 65535, such as '40000-40100'")
        return value

    return convert


COLUMN_ROWS = (
    ("userCol", "The column of the users' ids.", text("userCol"), "str"),
    ("itemCol", "The column of the items' ids.", text("itemCol"), "str"),
    ("ratingCol", "The column of the ratings; ignored where every row counts as 1.", text("ratingCol"), "str"),
    ("predictionCol", "The column that transform adds.", text("predictionCol"), "str"),
    ("coldStartStrategy", "What transform does with users and items that it does not know: a prediction of NaN, or the row dropped.",
     one_of("coldStartStrategy", "nan", "drop"), "Literal['nan', 'drop']"),
)


def _rows_of_tables():
    rows = []
    for command, wanted in (("train", None), ("prepare", FOR_DATA_FRAMES)):
        for name, option in table(command).items():
            if name in wanted if wanted else name not in NOT_FOR_SPARK:
                rows.append((camel(name), option.sentence, replace(option, name=camel(name)).checked, annotation(replace(option, default=0))))
    return rows


def _rowsKNOWN_FROM_ALS():
    options = table("train")
    rows = []
    for als, ours, meaning in KNOWN_FROM_ALS:
        rows.append((als, f"As in ALS: {options[ours].sentence} The same as {camel(ours)}.", _checked_as(als, options[ours], meaning),
                     "float" if options[ours].kind == "number" else "int"))
    rows.append(("implicitPrefs", "As in ALS: every row counts as 1, whatever its rating. The same as implicit.", switch("implicitPrefs"),
                 "bool"))
    return rows


def _checked_as(als, option, meaning):
    option = replace(option, name=als)

    def convert(value):
        if option.kind != "number":
            whole(als, {"rank": 1, "maxIter": 1}.get(als, -1))(value)
        option.checked(meaning(value))
        return value

    return convert


TRAINING_ROWS = (
    *_rows_of_tables(),
    *_rowsKNOWN_FROM_ALS(),
    ("workers", "How many Spark tasks train together, each with spark.task.cpus threads; not set: as many as run at once.",
     whole("workers", 1), "int"),
    ("portRange", "Ports on which workers (and the driver) listen, such as '40000-40100'; not set: any.", ports("portRange"), "str"),
    ("timeout", "Seconds without a word from a worker after which it counts as lost.", positive("timeout"), "float"),
    ("checkpointLocation", "A folder that all workers reach, or 'driver': checkpoints travel to the driver.", text("checkpointLocation"), "str"),
    ("maxRestarts", "How often a training that lost a worker starts again from its last checkpoint.", whole("maxRestarts", 0), "int"),
    ("quiet", "No line for each epoch on the driver's standard error.", switch("quiet"), "bool"),
)
