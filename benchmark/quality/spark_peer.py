"""Spark's ALS for peer.py: how its user trains it, and which settings are tried. Its model answers for nobody but the users of its
training, so what goes in of the held-out users is trained on too. Needs setup/peers-spark.txt and a Java runtime.
"""
import os

import numpy
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession


def als(train, rank, regularization, alpha):
    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
             "spark.driver.extraJavaOptions": "-Xss16m"}  # ALS's lineage of 15 iterations overflows Java's usual stack
    spark = SparkSession.builder.master(f"local[{os.environ['OMP_NUM_THREADS']}]").config(map=quiet).getOrCreate()
    user, item = train.nonzero()
    likes = spark.createDataFrame([(*pair, 1.0) for pair in zip(user.tolist(), item.tolist())], "user int, item int, rating float")
    als = ALS(userCol="user", itemCol="item", implicitPrefs=True, rank=rank, regParam=regularization, alpha=alpha, maxIter=15, seed=42)
    model = als.fit(likes)
    users, items = (dict(factors.collect()) for factors in (model.userFactors, model.itemFactors))
    matrix = numpy.full((rank, train.shape[1]), numpy.nan)
    matrix[:, list(items)] = numpy.array(list(items.values())).T
    return lambda rows: numpy.array([users[row] for row in rows.tolist()]) @ matrix


MODELS = {
    "ALS": {"fit": als, "folds_in": False,
            "settings": [{"rank": rank, "regularization": regularization, "alpha": alpha} for rank in (64,)
                         for regularization in (0.01, 0.1) for alpha in (3.0, 10.0)]},
}
