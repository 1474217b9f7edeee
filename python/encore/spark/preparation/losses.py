"""What is said aloud when more rows are lost than a few, or when the ratings that stay cannot be judged: the reason, the values that
were seen, one row, and the option that helps. As src/preparation/losses.cpp says it. Not the counting (sql/)."""

from encore.commands import told_to_logger

FEW = 0.03  # the share of the rows from which on a loss is said aloud
SUPERSEDED = "superseded by a later rating"
MALFORMED = "malformed line"
LOWER = "superseded by a higher rating"
ADDED = "added to another row"
_repeats = (SUPERSEDED, LOWER, ADDED)
# Scales as they are common; the first that holds all ratings is proposed.
_scales = ((0.5, 5), (1, 5), (0, 5), (1, 10), (0, 10), (-10, 10), (0, 100), (-100, 100))


def remark(line):
    told_to_logger(line)


def warn(line):
    told_to_logger("warning: " + line)


def is_repeat(reason):
    return reason in _repeats


def losses_of(summary):
    """The reasons that nobody asked for, with their rows."""
    losses = {reason: rows for reason, rows in summary["rejected"].items() if not is_repeat(reason)}
    losses.update({reason: rows for reason, rows in summary["filtered"].items() if reason == "title has no year"})
    return losses


def years_take_most(summary):
    """Whether more rows are outside of `years` than lost, to titles without a year for instance, whose advice would bring few back."""
    return summary["filtered"].get("outside the years", 0) > sum(losses_of(summary).values())


def much_is_lost(summary):
    return sum(losses_of(summary).values()) > FEW * summary["rows"]


def range_of_ratings(pipeline):
    """The smallest and largest rating that any row holds, as long as ratings_read is kept."""
    return tuple(pipeline.query("SELECT min(rating), max(rating) FROM ratings_read WHERE rating IS NOT NULL").head())


def main_loss(summary, source, settings, seen, example):
    """Of the reason that most rows have: what happened to them, and what helps. `example` gives a row of a reason."""
    losses = losses_of(summary)
    if not losses:
        return ""
    reason = min(losses, key=lambda name: (-losses[name], name))
    first = example(reason)
    helps = ("encoding='cp1252' reads text that is no UTF-8" if reason == MALFORMED and "not UTF-8" in first
             else _advice(reason, source, settings, seen))
    return f"{reason}{', for example: ' + first if first else ''}; {helps}"


def warn_of_losses(name, summary, text):
    lost, rows = sum(losses_of(summary).values()), summary["rows"]
    warn(f"{name}: {lost} of {rows} rows ({100 * lost / rows:.0f} %) are lost: {text}")


def warn_if_nothing_is_liked(summary, counts):
    stars = summary["statistics"]["ratings_per_star"]
    if summary["implicit"] or counts or not stars or stars[-1]["stars"] >= summary["liked"]:
        return
    warn(f"no rating reaches {summary['liked']:g}, from which on something counts as liked (the highest is {stars[-1]['stars']:g}); ranking "
         "cannot be judged then, liked sets another bound")


def _advice(reason, source, settings, seen):
    if reason == "rating is out of scale" and seen and seen[0] is not None:
        said = f"ratings from {seen[0]:g} to {seen[1]:g} were seen, the scale is {settings.scale.minimum:g} to {settings.scale.maximum:g}; "
        if seen[1] > 100:
            return said + "if these are counts, such as plays, count_column names their column"
        fitting = [scale for scale in _scales if scale[0] <= seen[0] and seen[1] <= scale[1]]
        low, high = fitting[0] if fitting else (min(seen[0], 0), seen[1])
        return f"{said}scale=({low:g}, {high:g}) takes them"
    if reason == "count is not above 0":
        return "a count says how often or how much, such as plays or pieces"
    if reason == "rating is not a number":
        comma = "" if settings.decimal_comma else "decimal_comma reads 4,5 as 4.5, "
        return f"{comma}rating_column names another column, implicit does without ratings"
    if reason in ("no valid userId", "no valid movieId"):
        return "ids='text' takes ids of any kind" if settings.ids == "number" else "there is no id in these rows"
    if reason == "no valid time":
        return "no_time leaves the times alone"
    if reason == "unknown movie":
        films = source.movies.name if source.movies else "the table of films"
        return f"{films} has no film with these ids; movie_id_column names its column of ids"
    if reason == "title has no year":
        return "year_column names a column of years"
    return "rejects lists them all"
