"""How a notebook shows a dataset, a model and an answer: small tables, every text escaped. Not what they are."""

from html import escape


def table(rows, head=None, caption=""):
    """An HTML table; numbers to the right."""
    def cell(value, tag="td"):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        text = "" if value is None else f"{value:,}" if isinstance(value, int) and number else f"{value:.4g}" if number else str(value)
        return f'<{tag} style="text-align:{"right" if number else "left"}">{escape(text)}</{tag}>'

    lines = ["<table>"]
    if caption:
        lines.append(f'<caption style="text-align:left">{escape(caption)}</caption>')
    if head:
        lines.append(f"<thead><tr>{''.join(cell(name, 'th') for name in head)}</tr></thead>")
    body = "".join(f"<tr>{''.join(cell(value) for value in row)}</tr>" for row in rows)
    return "\n".join([*lines, f"<tbody>{body}</tbody>", "</table>"])


def films(answer):
    """An Answer: rank, title, year (not a number to be read with commas), score."""
    rows = [(rank, film["title"], str(film["year"] or ""), film["score"]) for rank, film in enumerate(answer, start=1)]
    return table(rows, ("", "film", "year", answer.score or "score"), answer.note or "")


def dataset(one):
    summary = one.summary
    rows = [("ratings", summary["ratings"]), ("users", summary["users"]), ("items", summary["movies"])]
    rows += [(f"{fold} users", count) for fold, count in summary["users_by_fold"].items() if count]
    rows += [(f"rejected: {reason}", count) for reason, count in sorted(summary["rejected"].items())]
    rows += [(f"filtered: {reason}", count) for reason, count in sorted(summary["filtered"].items())]
    return table(rows, caption=f"encore.Dataset {one.path}")


def model(one):
    rows = [("model", one.config["architecture"]["model"]), ("items", one.config["items"]), ("parameters", one.config["parameters"])]
    history = one.history
    if history:
        rows += [("epochs", len(history))]
        rows += [(name.replace("_", " "), value) for name, value in history[-1].items()
                 if name in ("train_loss", "validation_loss", "validation_ndcg@100") and value is not None]
    return table(rows, caption=f"encore.Model {one.path}")
