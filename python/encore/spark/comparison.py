"""`encore compare` by all executors: which of several models ranks better for the same users. The comparing itself is the core's
(src/evaluation/comparison.h), in the driver, of what each user adds to each metric."""

import numpy as np

from encore import _core
from encore.errors import UserError
from encore.options import checked
from encore.spark.dataset import Dataset
from encore.spark.evaluation import asked_of, judged_rows
from encore.spark.judging import told_here
from encore.spark.judging_rows import with_judging_rows


def compare(models: "Sequence[AutoencoderModel]", data: "Dataset", *, names: "Sequence[str] | None" = None, **options) -> "dict[str, Any]":
    """`encore compare --json` by all executors, as a dict: models on the users of one fold of a Dataset, each beside the first. names: what the
    sentences call them; options: fold, metrics, candidates, hide, seed, as on the command line. What each user adds to each metric passes
    through the driver, 16 bytes a model, user and metric."""
    if not isinstance(data, Dataset):
        raise UserError("compare judges on a Dataset of prepare, which holds users out")
    if len(models) < 2:
        raise UserError("compare needs two models or more and their dataset: compare([first, second], data)")
    names = [f"model {place}" for place in range(1, len(models) + 1)] if names is None else [str(name) for name in names]
    if len(names) != len(models):
        raise UserError(f"there are {len(models)} models, but {len(names)} names")
    said = checked("compare", options, without=("folders", "page", "threads"))
    said.other_dataset = False
    dataset, shares, first = with_judging_rows(data), [], None
    with told_here():
        _core.compare({"names": names[:1], "metrics": said.metrics, "seed": said.seed}, np.zeros(1), 0)  # wrong metrics are said before any job
    for model in models:
        asked = asked_of(model, dataset, said, False, of_users=True)
        rows = judged_rows(model, dataset, said.fold, False, asked).where("user IS NOT NULL").select("user", "model").collect()
        rows.sort(key=lambda row: row.user)
        users = [row.user for row in rows]
        if not users:
            option = {"test": "hold_out", "validation": "validation"}[said.fold]
            raise UserError(f"the dataset has no {said.fold} users with something to find; prepare with {option}=0.2")
        first = users if first is None else first
        assert users == first
        shares.append(np.array([row.model for row in rows]))
    question = {"names": names, "metrics": said.metrics, "seed": said.seed}
    return {"dataset": data.path, "fold": said.fold,
            "comparisons": _core.compare(question, np.ascontiguousarray(np.stack(shares)), len(first))}
