"""implicit's models for peer.py: how its user trains each and asks it for people who come later, and which settings are tried. implicit
folds a user in by solving for the user's factors (`recalculate_user`). Needs setup/peers-implicit.txt.
"""
import os

import numpy
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender

THREADS = int(os.environ.get("OMP_NUM_THREADS", "0"))  # implicit takes all that there are, unless told


def als(train, factors, regularization, alpha):
    model = AlternatingLeastSquares(factors=factors, regularization=regularization, alpha=alpha, iterations=15, random_state=42,
                                    num_threads=THREADS, use_gpu=False)
    model.fit(train, show_progress=False)

    def scores(rows):
        users = [model.recalculate_user(0, row).reshape(-1) for row in rows]
        return numpy.stack(users) @ model.item_factors.T

    return scores


def cosine(train, count):
    return neighbours(CosineRecommender(K=count, num_threads=THREADS), train)


def tf_idf(train, count):
    return neighbours(TFIDFRecommender(K=count, num_threads=THREADS), train)


def bm25(train, count):
    return neighbours(BM25Recommender(K=count, num_threads=THREADS), train)


def neighbours(model, train):
    model.fit(train, show_progress=False)
    return lambda rows: (rows @ model.similarity).toarray()


COUNTS = [{"count": count} for count in (20, 100, 400)]
MODELS = {
    "ALS": {"fit": als, "settings": [{"factors": factors, "regularization": regularization, "alpha": alpha} for factors in (64, 128)
                                     for regularization in (0.1, 1.0, 10.0) for alpha in (1.0, 3.0, 10.0)]},
    "item-kNN (cosine)": {"fit": cosine, "settings": COUNTS},
    "item-kNN (TF-IDF)": {"fit": tf_idf, "settings": COUNTS},
    "item-kNN (BM25)": {"fit": bm25, "settings": COUNTS},
}
