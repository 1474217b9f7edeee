"""The split of a dataset folder as sparse matrices, and the judge of every program that Encore is compared with: the protocol of
docs/evaluation.md. Not a program; `peer.py` runs it in the environment of each of them. Needs NumPy, SciPy and PyArrow.
"""
import json
import pathlib

import numpy
import pyarrow.parquet
import scipy.sparse

TOP = 100
DISCOUNT = 1 / numpy.log2(numpy.arange(2, TOP + 2))
USERS_AT_ONCE = 256


def columns(file, *names):
    table = pyarrow.parquet.read_table(file, columns=list(names))
    return [table[name].to_numpy(zero_copy_only=False) for name in names]


class Split:
    """The likes of a dataset folder by what they are for: `train` [users × items] of the users that are not held out, `held_out` of each
    fold the items that go in and those to be found, `candidate` which items may be answered."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        head = json.loads((folder / "dataset.json").read_text())
        user, item, part = columns(folder / "ratings.parquet", "user", "item", "part")
        (fold,) = columns(folder / "users.parquet", "fold")
        (training_ratings,) = columns(folder / "items.parquet", "training_ratings")
        liked = numpy.ones(len(user), bool) if head["implicit"] else columns(folder / "ratings.parquet", "rating")[0] >= head["liked"]
        self.shape = (len(fold), len(training_ratings))
        self.candidate = training_ratings > 0
        train = self._rows(user, item, liked & (fold[user] == "train"))
        self.train = train[numpy.diff(train.indptr) > 0]
        self.held_out = {}
        for name in ("validation", "test"):
            of_fold = fold[user] == name
            target = self._rows(user, item, of_fold & (part == "target"))
            judged = numpy.flatnonzero(numpy.diff(target.indptr))
            self.held_out[name] = (self._rows(user, item, of_fold & (part == "given"))[judged], target[judged])

    def _rows(self, user, item, which):
        ones = numpy.ones(which.sum(), numpy.float32)
        return scipy.sparse.csr_matrix((ones, (user[which], item[which])), shape=self.shape)

    def with_held_out(self):
        """For programs that know nobody but the users of the training: what goes in of the held-out users stands below the others'."""
        return scipy.sparse.vstack([self.train, *(given for given, _ in self.held_out.values())], format="csr")

    def row_of(self, fold):
        """Where the users of a fold begin in `with_held_out`."""
        return self.train.shape[0] + (self.held_out["validation"][0].shape[0] if fold == "test" else 0)


def ranked(scores, given, candidate):
    """The TOP items of each row: candidates that were not given, equal scores by item, nothing that is no number."""
    scores = numpy.nan_to_num(numpy.array(scores, dtype=numpy.float64), nan=-numpy.inf, neginf=-numpy.inf)
    scores[:, ~candidate] = -numpy.inf
    scores[given.nonzero()] = -numpy.inf
    order = numpy.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    return numpy.where(numpy.take_along_axis(scores, order, axis=1) == -numpy.inf, -1, order)


def judged(split, fold, scores_of, known):
    """Means over the users of a fold. `scores_of` makes [users × items] of the rows that go in, or, where the users were known to the
    training, of their places in `with_held_out`."""
    given, target = split.held_out[fold]
    sums = {key: 0.0 for key in ("recall@20", "recall@50", "ndcg@10", "ndcg@100")}
    for first in range(0, given.shape[0], USERS_AT_ONCE):
        rows = given[first:first + USERS_AT_ONCE]
        asked = split.row_of(fold) + first + numpy.arange(rows.shape[0]) if known else rows
        for user, answer in enumerate(ranked(scores_of(asked), rows, split.candidate)):
            wanted = target.indices[target.indptr[first + user]:target.indptr[first + user + 1]]
            hits = numpy.isin(answer, wanted)
            for k in (20, 50):
                sums[f"recall@{k}"] += hits[:k].sum() / min(k, len(wanted))
            for k in (10, 100):
                sums[f"ndcg@{k}"] += (hits[:k] * DISCOUNT[:k]).sum() / DISCOUNT[:min(k, len(wanted))].sum()
    return {key: value / given.shape[0] for key, value in sums.items()}
