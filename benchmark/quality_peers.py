#!/usr/bin/env python3
"""Other programs on the split of a dataset folder, each with the best of a few settings by NDCG@100 of its validation users. Prints one
JSON object: {peer: {recall@20, ndcg@100, …, seconds, setting}}. Not a table (measure_quality.py).

    .deps/peers-quality/bin/python benchmark/quality_peers.py DATASET

The protocol is that of docs/evaluation.md: a held-out user's given items go in and are never shown; candidates are all items with a
training rating. implicit folds a user in by solving for the user's factors (`recalculate_user`). Needs setup/peers-quality.txt.
"""
import json
import pathlib
import sys
import time

import implicit.als
import implicit.nearest_neighbours
import numpy
import pyarrow.parquet
import scipy.sparse

TOP = 100
DISCOUNT = 1 / numpy.log2(numpy.arange(2, TOP + 2))


class Split:
    """The likes of a dataset folder by what they are for."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        head = json.loads((folder / "dataset.json").read_text())
        ratings = pyarrow.parquet.read_table(folder / "ratings.parquet").to_pydict()
        users = pyarrow.parquet.read_table(folder / "users.parquet").to_pydict()
        items = pyarrow.parquet.read_table(folder / "items.parquet").to_pydict()
        fold = numpy.array(users["fold"])
        user, item = numpy.array(ratings["user"]), numpy.array(ratings["item"])
        liked = numpy.ones(len(user), bool) if head["implicit"] else numpy.array(ratings["rating"]) >= head["liked"]
        part = numpy.array([one or "" for one in ratings["part"]])
        self.shape = (len(fold), len(items["item"]))
        self.candidate = numpy.array(items["training_ratings"]) > 0
        trained = liked & (fold[user] == "train")
        self.train = self._rows(user, item, trained)
        self.train = self.train[numpy.diff(self.train.indptr) > 0]
        self.held_out = {}
        for name in ("validation", "test"):
            of_fold = fold[user] == name
            target = self._rows(user, item, of_fold & (part == "target"))
            judged = numpy.flatnonzero(numpy.diff(target.indptr))
            self.held_out[name] = (self._rows(user, item, of_fold & (part == "given"))[judged], target[judged])

    def _rows(self, user, item, which):
        ones = numpy.ones(which.sum(), numpy.float32)
        return scipy.sparse.csr_matrix((ones, (user[which], item[which])), shape=self.shape)


def judged(split, fold, scores_of):
    """Means over the users of a fold; `scores_of` [users × items] from the rows that go in."""
    given, target = split.held_out[fold]
    sums = {key: 0.0 for key in ("recall@20", "recall@50", "ndcg@10", "ndcg@100")}
    for first in range(0, given.shape[0], 256):
        rows = given[first:first + 256]
        scores = numpy.array(scores_of(rows), dtype=numpy.float64)
        scores[:, ~split.candidate] = -numpy.inf
        scores[rows.nonzero()] = -numpy.inf
        order = numpy.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        for user, ranked in enumerate(order):
            wanted = target.indices[target.indptr[first + user]:target.indptr[first + user + 1]]
            hits = numpy.isin(ranked, wanted)
            for k in (20, 50):
                sums[f"recall@{k}"] += hits[:k].sum() / min(k, len(wanted))
            for k in (10, 100):
                sums[f"ndcg@{k}"] += (hits[:k] * DISCOUNT[:k]).sum() / DISCOUNT[:min(k, len(wanted))].sum()
    return {key: value / given.shape[0] for key, value in sums.items()}


def als(train, factors, regularization, alpha):
    model = implicit.als.AlternatingLeastSquares(factors=factors, regularization=regularization, alpha=alpha, iterations=15,
                                                 random_state=42, num_threads=0, use_gpu=False)
    model.fit(train, show_progress=False)

    def scores(rows):
        return numpy.stack([model.recalculate_user(0, rows[user]).reshape(-1) @ model.item_factors.T for user in range(rows.shape[0])])

    return scores


def neighbours(kind):
    def fit(train, count):
        model = kind(K=count, num_threads=0)
        model.fit(train, show_progress=False)
        return lambda rows: (rows @ model.similarity).toarray()

    return fit


PEERS = {
    "implicit ALS": (als, [{"factors": factors, "regularization": regularization, "alpha": alpha}
                           for factors in (64, 128) for regularization in (0.1, 1.0, 10.0) for alpha in (1.0, 10.0)]),
    "implicit item-kNN, cosine": (neighbours(implicit.nearest_neighbours.CosineRecommender), [{"count": k} for k in (20, 100, 400)]),
    "implicit item-kNN, TF-IDF": (neighbours(implicit.nearest_neighbours.TFIDFRecommender), [{"count": k} for k in (20, 100, 400)]),
    "implicit item-kNN, BM25": (neighbours(implicit.nearest_neighbours.BM25Recommender), [{"count": k} for k in (20, 100, 400)]),
}


def measured(split, fit, settings):
    """The setting that is best for the validation users, judged on the test users; `seconds` of its training alone."""
    best, found = -1.0, None
    for setting in settings:
        began = time.monotonic()
        scores_of = fit(split.train, **setting)
        seconds = time.monotonic() - began
        quality = judged(split, "validation", scores_of)["ndcg@100"]
        if quality > best:
            best, found = quality, (setting, scores_of, seconds)
    setting, scores_of, seconds = found
    return {**judged(split, "test", scores_of), "seconds": seconds, "setting": setting, "validation_ndcg@100": best}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    split = Split(sys.argv[1])
    if split.held_out["validation"][0].shape[0] == 0:
        sys.exit(f"{sys.argv[1]} has no validation users to choose settings by; prepare with --validation 0.1")
    print(json.dumps({name: measured(split, fit, settings) for name, (fit, settings) in PEERS.items()}))


if __name__ == "__main__":
    main()
