"""The options of `prepare` as checked values: years, scale, shares. Values in, values out; no file is touched."""

import math
import re
from typing import NamedTuple

from encore import options
from encore.errors import UserError

# Spark's own settings decide these: spark.driver.memory, spark.executor.memory, the cores of the master.
of_the_command_line = ("source", "output", "memory", "threads")


largest_maximum = 1_000_000


class Scale(NamedTuple):
    minimum: float
    maximum: float
    liked: float
    implicit: bool


def checked_settings(given):
    """The options given to `prepare`, checked, with `years` as (first, last) or None and `scale` as a Scale."""
    given = dict(given)
    movies = given.pop("movies", None)
    settings = options.checked("prepare", given, without=(*of_the_command_line, "movies"))
    settings.movies = movies
    settings.years = _years(settings.years) if settings.years else None
    settings.scale = _scale(settings)
    settings.where = settings.where or ""
    settings.time_column_is_asked_for = settings.time_column != options.table("prepare")["time_column"].default
    if settings.hold_out + settings.validation >= 1:
        raise UserError(f"hold_out {settings.hold_out:g} and validation {settings.validation:g} leave no training users; "
                        "together they must be below 1")
    return settings


def _years(text):
    match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", text)
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else -1
    if last < first:
        raise UserError(f"years is '{text}'; it must be a range of years such as (1950, 1959) or '1950-1959'")
    return first, last


def _scale(settings):
    if settings.implicit:
        for name in ("scale", "liked"):
            if getattr(settings, name) is not None:
                raise UserError(f"{name} does nothing with implicit=True, where every row counts as 1; leave one of the two out")
        return Scale(1.0, 1.0, 1.0, True)
    text = "0.5-5" if settings.scale is None else settings.scale
    number = r"[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
    match = re.fullmatch(rf"({number})-({number})", text)
    minimum, maximum = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not minimum < maximum:
        raise UserError(f"scale is '{text}'; it must be a range of ratings from 0 upwards such as (0.5, 5)")
    if maximum > largest_maximum:
        raise UserError(f"scale is '{text}'; ratings of more than {largest_maximum} are none that a scale is needed for: divide them, "
                        "or say implicit=True")
    liked = 0.8 * maximum if settings.liked is None else settings.liked
    if not minimum <= liked <= maximum:
        raise UserError(f"liked is {liked:g}, which is outside of the scale {text}")
    return Scale(minimum, maximum, liked, False)


def hash_bound(share):
    """The first 8 hex digits below which a user's hash falls with this probability: floor(share × 2³²); share < 1."""
    return f"{math.floor(share * 4294967296.0):08x}"
