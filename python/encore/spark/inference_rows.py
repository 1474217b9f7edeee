"""From lists of ratings in Arrow to the sparse rows that the core takes, without a Python loop over users. Needs no Spark."""

import numpy as np
import pyarrow.compute as pc

from encore.errors import UserError


def flat_lists(column):
    """The columns of a list of structs, all lists one behind the other, and how long each list is. A missing list is an empty one."""
    return column.flatten().flatten(), lengths_of(column)


def lengths_of(column):
    return pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)


def starts(lengths):
    """[R + 1]: where each row begins, and the end."""
    start = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=start[1:])
    return start


def numbers(column, kind):
    return column.to_numpy(zero_copy_only=False).astype(kind, copy=False)


def sparse_rows(lengths, item, stars, part=None):
    """(start, item, stars, part) with items ascending in each row. Items below 0 are not known and left out; of an item that came
    twice the highest rating counts."""
    row = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    known = item >= 0
    if not known.all():
        row, item, stars = row[known], item[known], stars[known]
        part = None if part is None else part[known]
    place = row << 32 | item
    if not (place[1:] > place[:-1]).all():
        order = np.lexsort((stars, place))
        last = np.append(place[order][1:] != place[order][:-1], True)[:len(order)]
        order = order[last]
        row, item, stars = row[order], item[order], stars[order]
        part = None if part is None else part[order]
    start = starts(np.bincount(row, minlength=len(lengths)))
    return start, np.ascontiguousarray(item, np.int32), np.ascontiguousarray(stars, np.float32), part


def require_on_scale(stars, scale):
    """Raises UserError for a rating that is none, or off the model's scale."""
    if scale["implicit"]:
        return
    good = (stars >= scale["minimum"]) & (stars <= scale["maximum"])
    if not good.all():
        wrong = stars[~good][0]
        what = "a rating is missing" if np.isnan(wrong) else f"a rating of {wrong:g} is off the scale"
        raise UserError(f"{what}: this model knows {scale['minimum']:g} to {scale['maximum']:g} stars; mend or leave out such rows")
