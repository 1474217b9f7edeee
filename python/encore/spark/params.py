"""The Spark ML params of Encore: param_table.py's rows with their getters and setters. Not what they do."""

from pyspark.ml.param import Param, Params

from encore.errors import UserError
from encore.options import table
from encore.spark.param_table import COLUMN_ROWS, KNOWN_FROM_ALS, NOT_FOR_SPARK, TRAINING_ROWS, camel


def with_params(*rows):
    """A class decorator: for each row (param_table.py) a Param with its getter and setter."""
    def decorate(cls):
        for name, sentence, convert, _ in rows:
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


@with_params(*COLUMN_ROWS)
class ColumnParams(Params):
    """The names and defaults of ALS; for the estimator and its model."""

    def __init__(self):
        super().__init__()
        self._setDefault(userCol="user", itemCol="item", ratingCol="rating", predictionCol="prediction", coldStartStrategy="nan")


@with_params(*TRAINING_ROWS)
class TrainingParams(ColumnParams):
    """Everything that a training can be told."""

    def __init__(self):
        super().__init__()
        self._setDefault(timeout=60.0, maxRestarts=0, quiet=False)

    def _given(self, command):
        """{our option: value} for what is set. Raises UserError when a name of ALS and our own say different things."""
        without = NOT_FOR_SPARK if command == "train" else ()
        given = {}
        for name in table(command):
            if name not in without and self.hasParam(camel(name)) and self.isSet(camel(name)):
                given[name] = self.getOrDefault(camel(name))
        for als, ours, meaning in (*KNOWN_FROM_ALS, ("implicitPrefs", "implicit", lambda value: value)):
            if ours not in table(command) or not self.isSet(als):
                continue
            value = meaning(self.getOrDefault(als))
            if given.get(ours, value) != value:
                raise UserError(f"{als} and {camel(ours)} are the same setting, but they are set to {self.getOrDefault(als)!r} and "
                                f"{given[ours]!r}; set one of them")
            given[ours] = value
        return given
