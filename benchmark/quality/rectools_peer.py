"""RecTools' models for peer.py: how its user trains each and asks it for people who come later, and which settings are tried. Its tables
are pandas'; in a data set with new users behind the others the items keep their numbers. Needs setup/peers-rectools.txt.
"""
import os

import numpy
import pandas
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import EASEModel, ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel

THREADS = int(os.environ.get("OMP_NUM_THREADS", "0"))  # implicit, inside it, takes all that there are, unless told


def table(matrix, first):
    user, item = matrix.nonzero()
    return pandas.DataFrame({Columns.User: first + user, Columns.Item: item, Columns.Weight: 1.0, Columns.Datetime: "2026-01-01"})


def answers(model, train):
    old = table(train, 0)
    model.fit(Dataset.construct(old))

    def scores(rows):
        new = table(rows, train.shape[0])
        new = new[new[Columns.Item].isin(old[Columns.Item])]
        lists = model.recommend(new[Columns.User].unique(), Dataset.construct(pandas.concat([old, new])), k=100, filter_viewed=True)
        scores = numpy.full(rows.shape, -numpy.inf)
        scores[lists[Columns.User] - train.shape[0], lists[Columns.Item]] = lists[Columns.Score]
        return scores

    return scores


def ease(train, regularization):
    return answers(EASEModel(regularization=regularization), train)


def item_knn(train, count):
    return answers(ImplicitItemKNNWrapperModel(CosineRecommender(K=count, num_threads=THREADS)), train)


def als(train, factors, regularization, alpha):
    model = AlternatingLeastSquares(factors=factors, regularization=regularization, alpha=alpha, iterations=15, random_state=42,
                                    num_threads=THREADS, use_gpu=False)
    return answers(ImplicitALSWrapperModel(model, recompute_user_factors=True), train)


MODELS = {
    "EASE": {"fit": ease, "settings": [{"regularization": value} for value in (50.0, 200.0, 800.0)]},
    "item-kNN (cosine)": {"fit": item_knn, "settings": [{"count": count} for count in (20, 100, 400)]},
}
