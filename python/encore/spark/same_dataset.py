"""Whether a dataset's ratings and films mean what those meant that a model was trained on: the sentences of the command line
(src/dataset/same_scale.h, src/recommendation/same_catalogue.h), for Spark. Not the fingerprint (evaluation.py compares it)."""

from encore.errors import UserError


def require_same_stars(scale, summary):
    """Raises UserError when stars of the dataset with this summary are not those of a model with this scale."""
    if scale["implicit"]:
        return
    other = _scale_of(summary)
    if other["implicit"] or (other["minimum"], other["maximum"]) != (scale["minimum"], scale["maximum"]):
        raise _refusal(scale, other)


def require_same_scale(scale, summary):
    """That, and when something else counts as liked."""
    require_same_stars(scale, summary)
    other = _scale_of(summary)
    other_likes = (scale["liked"], scale["count"]) != (other["liked"], other["count"])
    if scale["implicit"] != other["implicit"] or (not scale["implicit"] and other_likes):
        raise _refusal(scale, other)


def require_common_films(ids, titles, other_ids, other_titles):
    """Raises UserError when the films of a dataset (other_…) are not those of a model: no id in common, or most of the common ids
    with another title."""
    title_of = dict(zip(ids, titles))
    common = [(title_of[one], title) for one, title in zip(other_ids, other_titles) if one in title_of]
    if not common:
        raise UserError("the model knows no film of this dataset; name the dataset that it was trained on, or one with the same films")
    if 2 * sum(mine == its for mine, its in common) < len(common):
        raise UserError("most films of this dataset have other titles than the model's films with their ids; name the dataset that it was "
                        "trained on, or one with the same films")


def _scale_of(summary):
    return {**summary["rating_scale"], "liked": summary["liked"], "implicit": summary["implicit"], "count": summary.get("count", "plain")}


def _in_words(scale):
    if scale["implicit"]:
        return "interactions without stars (implicit=True)"
    if scale["count"] == "log":
        return (f"counts from {scale['minimum']:g} to {scale['maximum']:g} that weigh log(1 + count) (count='log'), "
                f"liked from {scale['liked']:g} on (liked={scale['liked']:g})")
    return (f"ratings on a scale of {scale['minimum']:g} to {scale['maximum']:g} (scale=({scale['minimum']:g}, {scale['maximum']:g})), "
            f"liked from {scale['liked']:g} on (liked={scale['liked']:g})")


def _refusal(scale, other):
    return UserError(f"the model was trained on {_in_words(scale)}, but the dataset holds {_in_words(other)}; prepare that with the "
                     "options of the former")
