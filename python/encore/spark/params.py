"""The Spark ML params of Encore: those that ALS users know, and one for each option of the core's tables. Not what they do."""

import re
from dataclasses import replace

from pyspark.ml.param import Param, Params

from encore.errors import UserError
from encore.options import table

# Options of `encore train` that the cluster decides, or that name the command line's own files.
_not_for_spark = ("dataset", "output", "warm_start", "resume", "keep_moments", "threads", "shards")
# Of `encore prepare`, for a DataFrame that has not been prepared.
_for_data_frames = ("scale", "liked", "implicit", "validation")
# ALS's name, ours, and what ALS's value means for ours.
_known_from_als = (
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


def with_params(*rows):
    """A class decorator: for each (name, sentence, converter) a Param with its getter and setter."""
    def decorate(cls):
        for name, sentence, convert in rows:
            setattr(cls, name, Param(Params._dummy(), name, sentence, convert))
            title = name[0].upper() + name[1:]
            if not hasattr(cls, f"set{title}"):
                setattr(cls, f"set{title}", _setter(name))
            if not hasattr(cls, f"get{title}"):
                setattr(cls, f"get{title}", _getter(name))
        return cls

    return decorate


def _setter(name):
    def set_value(self, value):
        return self._set(**{name: value})

    set_value.__doc__ = f"Sets {name}; the estimator itself comes back."
    return set_value


def _getter(name):
    def get_value(self):
        return self.getOrDefault(name)

    get_value.__doc__ = f"The value of {name}; KeyError when it is not set, so that the core decides."
    return get_value


@with_params(
    ("userCol", "The column of the users' ids.", text("userCol")),
    ("itemCol", "The column of the items' ids.", text("itemCol")),
    ("ratingCol", "The column of the ratings; ignored where every row counts as 1.", text("ratingCol")),
    ("predictionCol", "The column that transform adds.", text("predictionCol")),
    ("coldStartStrategy", "What transform does with users and items that it does not know: a prediction of NaN, or the row dropped.",
     one_of("coldStartStrategy", "nan", "drop")),
)
class ColumnParams(Params):
    """The names and defaults of ALS; for the estimator and its model."""

    def __init__(self):
        super().__init__()
        self._setDefault(userCol="user", itemCol="item", ratingCol="rating", predictionCol="prediction", coldStartStrategy="nan")


def _rows_of_tables():
    rows = []
    for command, wanted in (("train", None), ("prepare", _for_data_frames)):
        for name, option in table(command).items():
            if name in wanted if wanted else name not in _not_for_spark:
                rows.append((camel(name), option.sentence, replace(option, name=camel(name)).checked))
    return rows


def _rows_known_from_als():
    options = table("train")
    rows = []
    for als, ours, meaning in _known_from_als:
        rows.append((als, f"As in ALS: {options[ours].sentence} The same as {camel(ours)}.", _checked_as(als, options[ours], meaning)))
    rows.append(("implicitPrefs", "As in ALS: every row counts as 1, whatever its rating. The same as implicit.", switch("implicitPrefs")))
    return rows


def _checked_as(als, option, meaning):
    option = replace(option, name=als)

    def convert(value):
        if option.kind != "number":
            whole(als, {"rank": 1, "maxIter": 1}.get(als, -1))(value)
        option.checked(meaning(value))
        return value

    return convert


@with_params(
    *_rows_of_tables(),
    *_rows_known_from_als(),
    ("workers", "How many Spark tasks train together, each with spark.task.cpus threads; not set: as many as run at once.",
     whole("workers", 1)),
    ("portRange", "Ports on which workers (and the driver) listen, such as '40000-40100'; not set: any.", ports("portRange")),
    ("timeout", "Seconds without a word from a worker after which it counts as lost.", positive("timeout")),
    ("checkpointLocation", "A folder that all workers reach, or 'driver': checkpoints travel to the driver.", text("checkpointLocation")),
    ("maxRestarts", "How often a training that lost a worker starts again from its last checkpoint.", whole("maxRestarts", 0)),
    ("quiet", "No line for each epoch on the driver's standard error.", switch("quiet")),
)
class TrainingParams(ColumnParams):
    """Everything that a training can be told."""

    def __init__(self):
        super().__init__()
        self._setDefault(timeout=60.0, maxRestarts=0, quiet=False)

    def _given(self, command):
        """{our option: value} for what is set. Raises UserError when a name of ALS and our own say different things."""
        without = _not_for_spark if command == "train" else ()
        given = {}
        for name in table(command):
            if name not in without and self.hasParam(camel(name)) and self.isSet(camel(name)):
                given[name] = self.getOrDefault(camel(name))
        for als, ours, meaning in (*_known_from_als, ("implicitPrefs", "implicit", lambda value: value)):
            if ours not in table(command) or not self.isSet(als):
                continue
            value = meaning(self.getOrDefault(als))
            if given.get(ours, value) != value:
                raise UserError(f"{als} and {camel(ours)} are the same setting, but they are set to {self.getOrDefault(als)!r} and "
                                f"{given[ours]!r}; set one of them")
            given[ours] = value
        return given
