"""The options of `prepare` as checked values: years, scale, shares. Values in, values out; no file is touched."""

import math
import os
import re
import sys
from typing import NamedTuple

from encore import options
from encore.errors import UserError
from encore.spark.preparation.protocol import apply_protocol

_tables = ("movies", "test_ratings", "validation_ratings", "seen")  # an address or a DataFrame
# Spark's own settings decide these: spark.driver.memory, spark.executor.memory, the cores of the master.
of_the_command_line = ("source", "more", "output", "memory", "threads", "item_vectors")


largest_maximum, largest_count = 1_000_000, 1 << 24  # a float32 holds whole numbers up to there


class Scale(NamedTuple):
    minimum: float
    maximum: float
    liked: float
    implicit: bool
    log_counts: bool = False


def checked_settings(given):
    """The options given to `prepare`, checked, with `years` as (first, last) or None and `scale` as a Scale."""
    given = dict(given)
    tables = {name: given.pop(name, None) for name in _tables}
    settings = options.checked("prepare", given, without=(*of_the_command_line, *_tables))
    for name, value in tables.items():
        setattr(settings, name, os.fspath(value) if isinstance(value, os.PathLike) else value)
    apply_protocol(settings)
    settings.years = _years(settings.years) if settings.years else None
    settings.asked_scale, settings.scale = settings.scale, _scale(settings)
    settings.where = settings.where or ""
    settings.time_divisor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}.get(settings.time_unit, 0)
    settings.counts = asks_for_counts(settings)
    _check_split(settings)
    if settings.hold_out + settings.validation >= 1:
        raise UserError(f"hold_out {settings.hold_out:g} and validation {settings.validation:g} leave no training users; "
                        "together they must be below 1")
    return settings


_smallest, _largest = sys.float_info.min, sys.float_info.max
open_scale = Scale(_smallest, _largest, _smallest, False)  # counts may be anything above 0 until the largest is known


def asks_for_counts(settings):
    """Whether the ratings are counts, as far as the options say it."""
    return settings.count_column is not None or settings.repeats in ("sum", "count")


def has_scale(settings):
    return settings.asked_scale is not None


def rule_of_repeats(settings):
    """What becomes of several rows of one user and film: "last", "max" or "sum". To count rows is to add up ones."""
    rule = settings.repeats or ("sum" if settings.counts else "last")
    return "sum" if rule == "count" else rule


def scale_of_counts(settings, minimum, maximum):
    liked = minimum if settings.liked is None else settings.liked
    if maximum > largest_count:
        raise UserError(f"the largest count is {maximum:g}; counts of more than {largest_count} cannot be told apart any more: divide them")
    if liked > maximum:
        raise UserError(f"liked is {liked:g}, but the largest count is {maximum:g}")
    weigh = settings.count == "log"
    if weigh and not liked > 0:
        raise UserError(f"liked is {liked:g}; with count='log', which divides by log(1 + liked), it must be above 0")
    return Scale(minimum, maximum, liked, False, weigh)


def _check_split(settings):
    """Raises UserError for what does not go together, as src/preparation/split.cpp does. Shares that a split does not use become 0."""
    files = settings.split == "files"
    if files and settings.test_ratings is None and settings.protocol != "lightgcn":
        raise UserError("split='files' needs test_ratings: the ratings to be found")
    for name in ("test_ratings", "validation_ratings"):
        if getattr(settings, name) is not None and not files:
            raise UserError(f"{name} goes with split='files'")
    if files or settings.split == "last":
        if settings.validation > 0:
            what = "name validation_ratings" if files else "the last rating but one is held out for it"
            raise UserError(f"validation={settings.validation:g} does nothing with split='{settings.split}'; {what}")
        if settings.hold_out != options.table("prepare")["hold_out"].default:
            raise UserError(f"hold_out={settings.hold_out:g} does nothing with split='{settings.split}'")
        settings.hold_out = settings.validation = 0.0


def _years(text):
    match = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", text)
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else -1
    if last < first:
        raise UserError(f"years is '{text}'; it must be a range of years such as (1950, 1959) or '1950-1959'")
    return first, last


def _scale(settings):
    counting = "count_column" if settings.count_column else f"repeats='{settings.repeats}'"
    if asks_for_counts(settings):
        if settings.implicit:
            raise UserError(f"implicit takes every row for 1, {counting} adds up; choose one of them")
        if settings.scale is not None:
            raise UserError(f"scale is for ratings; counts ({counting}) have no scale")
        if settings.count_column and settings.repeats == "count":
            raise UserError("repeats='count' counts rows and reads no count_column; choose one of them")
        return open_scale
    if settings.implicit and settings.repeats:
        raise UserError("with implicit every row counts as 1, so repeats would change nothing; leave one of them out")
    if settings.implicit:
        for name in ("scale", "liked"):
            if getattr(settings, name) is not None:
                raise UserError(f"{name} does nothing with implicit=True, where every row counts as 1; leave one of the two out")
        return Scale(1.0, 1.0, 1.0, True)
    text = "0.5-5" if settings.scale is None else settings.scale
    number = r"-?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?"
    match = re.fullmatch(rf"({number})-({number})", text)
    minimum, maximum = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not minimum < maximum or maximum <= 0:
        raise UserError(f"scale is '{text}'; it must be a range of ratings such as (0.5, 5) or (-10, 10) that ends above 0")
    if max(-minimum, maximum) > largest_maximum:
        raise UserError(f"scale is '{text}'; ratings of more than {largest_maximum} are none that a scale is needed for: divide them, "
                        "or say implicit=True")
    return Scale(minimum, maximum, 0.8 * maximum if settings.liked is None else settings.liked, False)


def require_liked_on_scale(scale, asked):
    """Counts have no scale, which only a look at the columns tells."""
    if not scale.minimum <= scale.liked <= scale.maximum:
        raise UserError(f"liked is {scale.liked:g}, which is outside of the scale {asked or '0.5-5'}")


def hash_bound(share):
    """The first 8 hex digits below which a user's hash falls with this probability: floor(share × 2³²); share < 1."""
    return f"{math.floor(share * 4294967296.0):08x}"
