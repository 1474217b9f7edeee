"""The study's network in Keras on TensorFlow, trained by `fit` on one dense array: the way the study did it, on today's versions."""

import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras  # noqa: E402
import tensorflow  # noqa: E402

VERSION = f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}"


class EpochTime(keras.callbacks.Callback):
    """Seconds of the last epoch, from the begin of its first batch to its end: without what `fit` sets up."""

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.began


class Fit:
    """All rows dense in memory beforehand; `fit` shuffles, gathers its batches and steps."""

    def __init__(self, start, batch, threads):
        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
        self.batch, self.rows = batch, start.dense(0, start.users)
        widths = [(start.weights[f"encoder.{i}.bias"].shape[0], "relu") for i in range(3)] + [(start.items, "softmax")]
        self.model = keras.Sequential(
            [
                keras.layers.Input((start.items,)),
                *(keras.layers.Dense(width, activation) for width, activation in widths),
            ]
        )
        self.model.compile(optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-7), loss="mse")
        weights = start.weights
        self.model.set_weights(
            [
                weights["encoder.0.weight"],
                weights["encoder.0.bias"],
                weights["encoder.1.weight"].T,
                weights["encoder.1.bias"],
                weights["encoder.2.weight"].T,
                weights["encoder.2.bias"],
                weights["output.weight"].T,
                weights["output.bias"],
            ]
        )

    def first_loss(self):
        return float(self.model.test_on_batch(self.rows[: self.batch], self.rows[: self.batch]))

    def run(self, steps):
        """The second of two epochs over as many rows as the steps take."""
        rows, clock = self.rows[: steps * self.batch], EpochTime()
        self.model.fit(rows, rows, batch_size=self.batch, epochs=2, verbose=0, callbacks=[clock])
        return clock.seconds


PEERS = {"keras": lambda start, batch, threads: Fit(start, batch, threads)}
