#!/usr/bin/env python3
"""Judges a network of the study's shape on held-out users: mean squared error and ranking, by the rules of docs/preparation.md and
docs/evaluation.md, written a second time in NumPy. Not Encore's own `evaluate`: it is there so that Keras' weights and Encore's
are judged by the same lines (and Encore's `evaluate` must agree with them).

    judge.py SOURCE MODEL --years 1950-1959        # MODEL: the .npz of study_pipeline.py, or a model folder of Encore

Prints one JSON object. Needs NumPy; runs in the environment that `setup/peers elephas` makes.
"""
import argparse
import collections
import csv
import hashlib
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from fifties import films_of  # noqa: E402

LIKED, SCALE_MAXIMUM, BATCH = 4.0, 5.0, 512


def read_ratings(source, years):
    """{user: [(film, rating)]} of the films of these years."""
    films = {int(film) for film in films_of(pathlib.Path(source) / "movies.csv", *map(int, years.split("-")))}
    users = collections.defaultdict(list)
    with open(pathlib.Path(source) / "ratings.csv", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for user, film, rating, *_ in rows:
            if int(film) in films:
                users[int(user)].append((int(film), float(rating)))
    return users


def digest(*words):
    return hashlib.md5(":".join(map(str, words)).encode()).hexdigest()


def given_and_targets(user, ratings, seed):
    """A fifth of the liked films, those with the smallest hash, is to be found; the others go in."""
    liked = sorted((digest(seed, user, film), film, rating) for film, rating in ratings if rating >= LIKED)
    if len(liked) < 5:
        return None
    count = len(liked) // 5
    return [(film, rating) for _, film, rating in liked[count:]], {film for _, film, _ in liked[:count]}


def layers_of_keras(path):
    """(films, [(weight as inputs × outputs, bias)])."""
    with np.load(path) as file:
        arrays = [file[f"w{i}"] for i in range(len(file.files) - 1)]
        return file["movies"].tolist(), list(zip(arrays[::2], arrays[1::2]))


def layers_of_encore(folder, films):
    """The films are those of the data, ascending, as in any dataset of Encore."""
    raw = (pathlib.Path(folder) / "weights.safetensors").read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(raw, np.float32, offset=8 + size + begin, count=(end - begin) // 4).reshape(entry["shape"])
    layers = [(tensors["encoder.0.weight"], tensors["encoder.0.bias"])]
    number = 1
    while f"encoder.{number}.weight" in tensors:
        layers.append((tensors[f"encoder.{number}.weight"].T, tensors[f"encoder.{number}.bias"]))
        number += 1
    return films, layers + [(tensors["output.weight"].T, tensors["output.bias"])]


def forward(layers, rows):
    for weight, bias in layers[:-1]:
        rows = np.maximum(rows @ weight + bias, 0)
    logits = rows @ layers[-1][0] + layers[-1][1]
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    return logits / logits.sum(axis=1, keepdims=True)


def dense(users, index):
    rows = np.zeros((len(users), len(index)), dtype=np.float32)
    for row, ratings in zip(rows, users):
        for film, rating in ratings:
            row[index[film]] = rating / SCALE_MAXIMUM
    return rows


def batches(values):
    for first in range(0, len(values), BATCH):
        yield values[first:first + BATCH]


def squared_error(layers, users, index):
    total = 0.0
    for batch in batches(users):
        rows = dense(batch, index)
        total += float(np.square(forward(layers, rows) - rows, dtype=np.float64).sum())
    return total / (len(users) * len(index))


def ranking(layers, judged, index, candidates):
    sums, discount = collections.Counter(), 1 / np.log2(np.arange(100) + 2)
    for batch in batches(judged):
        scores = forward(layers, dense([given for given, _ in batch], index))
        scores[:, ~candidates] = -np.inf
        for row, (given, targets) in zip(scores, batch):
            row[[index[film] for film, _ in given]] = -np.inf
            best = np.argsort(-row, kind="stable")[:100]
            hit = np.isin(best, [index[film] for film in targets]) & np.isfinite(row[best])
            for k in (10, 100):
                sums[f"ndcg@{k}"] += (hit[:k] * discount[:k]).sum() / discount[:min(k, len(targets))].sum()
            for k in (20, 50):
                sums[f"recall@{k}"] += hit[:k].sum() / min(k, len(targets))
    return {"users": len(judged), **{key: float(value) / len(judged) for key, value in sums.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("model")
    parser.add_argument("--years", default="1950-1959")
    parser.add_argument("--hold-out", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=42, help="of the dataset")
    options = parser.parse_args()
    users = read_ratings(options.source, options.years)
    films = sorted({film for ratings in users.values() for film, _ in ratings})
    films, layers = layers_of_encore(options.model, films) if pathlib.Path(options.model).is_dir() else layers_of_keras(options.model)
    index = {film: i for i, film in enumerate(films)}
    below = format(int(options.hold_out * 2**32), "08x")
    test = [user for user in sorted(users) if digest(options.seed, user)[:8] < below]
    held_out = set(test)
    train = [user for user in sorted(users) if user not in held_out]
    candidates = np.zeros(len(films), dtype=bool)
    candidates[[index[film] for user in train for film, _ in users[user]]] = True
    judged = [parts for parts in (given_and_targets(user, users[user], options.seed) for user in test) if parts]
    print(json.dumps({"train": {"users": len(train), "mse": squared_error(layers, [users[user] for user in train], index)},
                      "test": {"users": len(test), "mse": squared_error(layers, [users[user] for user in test], index)},
                      "ranking": ranking(layers, judged, index, candidates)}))


if __name__ == "__main__":
    main()
