"""The study's network on Elephas: how it is built, and how it is trained epoch by epoch. Not the pipeline around it
(study_pipeline.py). Runs in the environment that `setup/peers elephas` makes.
"""
import time

import tensorflow as tf
from elephas.spark_model import SparkModel
from tensorflow.keras.layers import Activation, Dense, Input
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers.legacy import Adam

BATCH = 64


def network(movies):
    """The study's §4: 150 – 25 – 150, ReLU, softmax over all films, MSE, Adam 0.001. (Elephas takes legacy optimisers only.)"""
    model = Sequential([Input((movies,)), Dense(150), Activation("relu"), Dense(25), Activation("relu"), Dense(150), Activation("relu"),
                        Dense(movies), Activation("softmax")])
    model.compile(optimizer=Adam(learning_rate=0.001), loss="mse")
    return model


def train(pairs, movies, workers, epochs, seed, after_epoch=None):
    """One synchronous `fit` of one epoch after the other, as the study did. Returns the SparkModel and a record of each epoch.

    `pairs`: RDD of (input, target). The loss of an epoch is the mean of what the workers' Keras reports (a running mean while
    they train); `after_epoch(network)` may measure more, in seconds that are kept apart.
    """
    tf.keras.utils.set_random_seed(seed)
    spark_model = SparkModel(network(movies), frequency="epoch", mode="synchronous", num_workers=workers, batch_size=BATCH)
    records = []
    for epoch in range(1, epochs + 1):
        seen = len(spark_model.training_histories)
        began = time.monotonic()
        spark_model.fit(pairs, epochs=1, batch_size=BATCH, verbose=0)
        record = {"epoch": epoch, "seconds": time.monotonic() - began}
        losses = [history["loss"][-1] for history in spark_model.training_histories[seen:] if history]
        record["train_loss"] = sum(losses) / len(losses) if losses else None
        record["workers_that_trained"] = len(losses)
        if after_epoch:
            began = time.monotonic()
            record.update(after_epoch(spark_model.master_network))
            record["loss_seconds"] = time.monotonic() - began
        print(f"  epoch {epoch}: {record}", flush=True)
        records.append(record)
    return spark_model, records
