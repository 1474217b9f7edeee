#!/usr/bin/env python3
"""The pipeline of the study that Encore answers, transcribed from its text: PySpark RDDs, dense arrays, Elephas. Its nine phases.

    study_pipeline.py SOURCE --years 1950-1959 --workers 2 --epochs 2 --output FILE.json [--marks FILE] [--weights FILE.npz]

Runs in the environment that `setup/peers elephas` makes; `benchmark/study/run` starts and measures it. Where the text leaves a
choice, it is made in the study's favour: arrays of 32-bit floats (its memory figures fit them), losses from Elephas' own
histories instead of a pass after each epoch (`--losses` makes that pass, as the study did), no web interface. One thing differs:
users are split by Encore's rule (docs/preparation.md) instead of at random, so that both judge the same users.
"""
import argparse
import hashlib
import json
import os
import re
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ["PYSPARK_PYTHON"] = sys.executable

import numpy as np  # noqa: E402  the environment must stand first

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from process_tree import Phases  # noqa: E402

YEAR = re.compile(r"\((\d{4})(?:[-–] *\d{0,4} *)?\) *$")
SCALE_MAXIMUM = 5.0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a folder with MovieLens' ratings.csv and movies.csv")
    parser.add_argument("--years", default="1950-1959")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--losses", action="store_true", help="train and test loss by a full pass after each epoch")
    parser.add_argument("--until", choices=("arrays", "training", "evaluation", "recommendation"), default="recommendation", help="the last phase")
    parser.add_argument("--hold-out", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--driver-memory", default="9g")
    parser.add_argument("--executor-memory", default="2g")
    parser.add_argument("--max-result", default="2g")
    parser.add_argument("--output", required=True)
    parser.add_argument("--marks")
    parser.add_argument("--weights")
    return parser.parse_args()


def is_test_user(user, seed, hold_out):
    below = format(int(hold_out * 2**32), "08x")
    return hashlib.md5(f"{seed}:{user}".encode()).hexdigest()[:8] < below


def start_spark(options):
    from pyspark import SparkConf, SparkContext
    conf = (SparkConf().setMaster(f"local[{options.workers}]").setAppName("study")
            .set("spark.executor.instances", str(options.workers))
            .set("spark.driver.memory", options.driver_memory)
            .set("spark.executor.memory", options.executor_memory)
            .set("spark.driver.maxResultSize", options.max_result)
            .set("spark.ui.enabled", "false"))
    context = SparkContext(conf=conf)
    context.setLogLevel("ERROR")
    return context


def split_movie(line):
    """(movieId, title) of a line of movies.csv; a title with commas stands between quotes."""
    if '"' in line:
        movie, rest = line.split(",", 1)
        return int(movie), rest[rest.index('"') + 1:rest.rindex('"')]
    fields = line.split(",")
    return int(fields[0]), fields[1]


def with_year(movie):
    found = YEAR.search(movie[1])
    return movie[0], (movie[1], int(found.group(1)) if found else None)


class Study:
    """The phases of the study's §3 and §5, one method each; each ends with a count(), as there, so that Spark works."""

    def __init__(self, options, phases):
        self.options, self.phases = options, phases
        self.first_year, self.last_year = map(int, options.years.split("-"))

    def run(self):
        with self.phases("start"):
            self.spark = start_spark(self.options)
        steps = [("load", self.load), ("ratings", self.transform_ratings), ("movies", self.transform_movies), ("integrate", self.integrate),
                 ("statistics", self.statistics), ("arrays", self.make_arrays), ("training", self.train), ("evaluation", self.evaluate),
                 ("recommendation", self.recommend)]
        for name, step in steps:
            with self.phases(name) as note:
                note.update(step())
            if name == self.options.until:
                return

    def load(self):
        self.rating_lines = self.spark.textFile(os.path.join(self.options.source, "ratings.csv"))
        self.movie_lines = self.spark.textFile(os.path.join(self.options.source, "movies.csv"))
        return {"rows": self.rating_lines.count() - 1, "movies": self.movie_lines.count() - 1}

    def transform_ratings(self):
        header = self.rating_lines.first()

        def parse(line):
            user, movie, rating, _ = line.split(",")
            return int(movie), (int(user), float(rating))

        self.ratings = self.rating_lines.filter(lambda line: line != header).map(parse)
        return {"rows": self.ratings.count()}

    def transform_movies(self):
        header = self.movie_lines.first()
        first, last = self.first_year, self.last_year
        self.movies = (self.movie_lines.filter(lambda line: line != header).map(split_movie).map(with_year)
                       .filter(lambda movie: movie[1][1] is not None and first <= movie[1][1] <= last))
        return {"rows": self.movies.count()}

    def integrate(self):
        joined = self.ratings.join(self.movies)
        self.selected = joined.map(lambda row: (row[1][0][0], row[0], row[1][0][1]))
        return {"rows": self.selected.count()}

    def statistics(self):
        movies = self.selected.map(lambda row: row[1]).distinct().cache()
        users = self.selected.map(lambda row: row[0]).distinct().cache()
        self.movie_ids = sorted(movies.collect())
        found = {"movies": movies.count(), "users": users.count(), "ratings": self.selected.count()}
        movies.unpersist()
        users.unpersist()
        return found

    def make_arrays(self):
        index, count = {movie: i for i, movie in enumerate(self.movie_ids)}, len(self.movie_ids)

        def to_array(user):
            array = np.zeros(count, dtype=np.float32)
            for movie, rating in user[1]:
                array[index[movie]] = rating
            return user[0], array / np.float32(SCALE_MAXIMUM)

        self.arrays = self.selected.map(lambda row: (row[0], (row[1], row[2]))).groupByKey().map(to_array).cache()
        return {"rows": self.arrays.count()}

    def train(self):
        from elephas_training import train
        seed, hold_out = self.options.seed, self.options.hold_out
        self.training = self.arrays.filter(lambda user: not is_test_user(user[0], seed, hold_out)).map(lambda user: user[1])
        self.test = self.arrays.filter(lambda user: is_test_user(user[0], seed, hold_out)).map(lambda user: user[1])
        pairs = self.training.map(lambda array: (array, array))
        self.collected = None
        if self.options.losses:
            self.collect()
        model, epochs = train(pairs, len(self.movie_ids), self.options.workers, self.options.epochs, seed,
                              after_epoch=self.losses if self.options.losses else None)
        self.spark_model = model
        if self.options.weights:
            weights = {f"w{i}": weight for i, weight in enumerate(model.master_network.get_weights())}
            np.savez(self.options.weights, movies=np.array(self.movie_ids), **weights)
        return {"epochs": epochs, "parameters": int(model.master_network.count_params())}

    def collect(self):
        if self.collected is None:
            self.collected = np.array(self.training.collect()), np.array(self.test.collect())

    def losses(self, network):
        train, test = self.collected
        return {"train_loss_after": network.evaluate(train, train, batch_size=256, verbose=0),
                "test_loss_after": network.evaluate(test, test, batch_size=256, verbose=0)}

    def evaluate(self):
        """Reconstructs all arrays and takes the mean squared error over all cells."""
        self.collect()
        train, test = self.collected
        found = self.losses(self.spark_model.master_network)
        return {"train_mse": found["train_loss_after"], "test_mse": found["test_loss_after"], "rows": len(train) + len(test)}

    def recommend(self):
        """Saves the model, loads it with Keras, and recommends one unseen film to one random user (the study's §6)."""
        from tensorflow.keras.models import load_model
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.h5")
            self.spark_model.save(path, overwrite=True)
            network = load_model(path)
        original = self.arrays.map(lambda user: user[1]).takeSample(False, 1, self.options.seed)[0]
        reconstructed = network.predict(original[None, :], verbose=0)[0]
        merged = np.stack([original, reconstructed, np.arange(len(original))], axis=1)
        unseen = merged[merged[:, 0] == 0]
        best = self.movie_ids[int(unseen[unseen[:, 1].argmax(), 2])]
        title = dict(self.movies.mapValues(lambda movie: movie[0]).filter(lambda movie: movie[0] == best).collect())[best]
        return {"rows": 1, "title": title}


def main():
    options = arguments()
    phases = Phases(options.marks)
    study = Study(options, phases)
    study.run()
    study.spark.stop()
    phases_done = [{**mark, "seconds": mark["ended"] - mark["began"]} for mark in phases.done]
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump({"years": options.years, "workers": options.workers, "phases": phases_done}, file, indent=1)


if __name__ == "__main__":
    main()
