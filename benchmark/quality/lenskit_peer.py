"""LensKit's models for peer.py: how its user trains each and asks it for people who come later, and which settings are tried. Its scorers
fold a user in from the items in the query, all of which must be known to the training. Needs setup/peers-lenskit.txt.
"""
import numpy
import pandas
from lenskit.als import ImplicitMFScorer
from lenskit.data import ItemList, RecQuery, from_interactions_df
from lenskit.knn import ItemKNNScorer


def answers(scorer, train):
    user, item = train.nonzero()
    dataset = from_interactions_df(pandas.DataFrame({"user_id": user, "item_id": item}))
    scorer.train(dataset)
    every = ItemList(item_ids=numpy.arange(train.shape[1]))

    def scores(rows):
        queries = [RecQuery(history_items=ItemList(item_ids=numpy.intersect1d(row.indices, item))) for row in rows]
        return numpy.stack([scorer(query, every).scores("numpy") for query in queries])

    return scores


def als(train, size, regularization, weight):
    return answers(ImplicitMFScorer(embedding_size=size, regularization=regularization, weight=weight, epochs=15), train)


def item_knn(train, count):
    return answers(ItemKNNScorer(max_nbrs=count, feedback="implicit"), train)


MODELS = {
    "implicit MF": {"fit": als, "settings": [{"size": size, "regularization": regularization, "weight": weight} for size in (64, 128)
                                             for regularization in (0.1, 1.0, 10.0) for weight in (1.0, 3.0, 10.0)]},
    "item-kNN": {"fit": item_knn, "settings": [{"count": count} for count in (20, 100, 400)]},
}
