"""What new films are worth that `encore items add` brings into a model without training (docs/catalogue.md): a fifth of the films has no
rating in training, half of these are for choosing settings (--choose), the other half is judged. Prints, for each seed and as a mean,
C1 new films among new films, NDCG@10, beside chance and the nearest neighbours by features; C2 all films, NDCG@100, beside the same
model without new films; C3 the same for those films alone that were there. Needs nothing but the program.

Usage: benchmark/measure_new_films.py PROGRAM RATINGS_FOLDER [--model ease] [--tags] [--item-features FILE] [--seeds 1,2,3,4,5] [--choose]"""

import argparse
import csv
import hashlib
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict

LIKED, LEAST_WARM = 4.0, 5


def share(*what):
    return int(hashlib.sha256(":".join(map(str, what)).encode()).hexdigest()[:8], 16) / 2**32


def features_of(film, told):
    """The names of a film's features, as the program makes them."""
    names = {f"genre:{one.strip().lower()}" for one in film["genres"].split("|") if one and one != "(no genres listed)"}
    year = re.search(r"\((\d{4})\)\s*$", film["title"])
    if year:
        names.add(f"decade:{int(year[1]) // 10 * 10}")
    words = re.findall(r"[a-z0-9\x80-\U0010ffff]+", re.sub("[A-Z]", lambda one: one[0].lower(), film["title"]))
    return names | {f"word:{one}" for one in words if not year or one != year[1]} | told.get(film["movieId"], set())


def ndcg(ranked, wanted, k):
    gain = sum(1 / math.log2(rank + 2) for rank, film in enumerate(ranked[:k]) if film in wanted)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(k, len(wanted))))


class NearestFeatures:
    """Films by the sum of cosines of their features, each counting by its rarity, with those of the liked films."""

    def __init__(self, features):
        times = defaultdict(int)
        for names in features.values():
            for name in names:
                times[name] += 1
        rare = {name: math.log((len(features) + 1) / (count + 1)) for name, count in times.items()}
        self.parts = {}
        for film, names in features.items():
            length = math.sqrt(sum(rare[name] ** 2 for name in names)) or 1
            self.parts[film] = [(name, rare[name] / length) for name in names]

    def ranked(self, liked, candidates):
        taste = defaultdict(float)
        for film in liked:
            for name, value in self.parts[film]:
                taste[name] += value
        score = {film: sum(taste[name] * value for name, value in self.parts[film]) for film in candidates}
        return sorted(candidates, key=lambda film: -score[film])


class Measurement:
    def __init__(self, program, folder, arguments, seed):
        self.program, self.arguments, self.seed = program, arguments, seed
        with open(os.path.join(folder, "movies.csv"), encoding="utf-8", newline="") as file:
            self.films = {row["movieId"]: row for row in csv.DictReader(file)}
        with open(os.path.join(folder, "ratings.csv"), encoding="utf-8", newline="") as file:
            self.ratings = [(row["userId"], row["movieId"], float(row["rating"]), row["timestamp"]) for row in csv.DictReader(file)]
        liked = {film for _, film, stars, _ in self.ratings if stars >= LIKED}
        low, high = (0, 0.1) if arguments.choose else (0.1, 0.2)
        self.new = {film for film in liked if low <= share(seed, film) < high}
        self.told = self.told_features(folder)
        self.features = {film: features_of(row, self.told) for film, row in self.films.items()}

    def told_features(self, folder):
        told = defaultdict(set)
        for path in ([os.path.join(folder, "tags.csv")] if self.arguments.tags else []) + self.arguments.item_features:
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    column = "tag" if "tag" in row else "feature"
                    text = re.sub("[A-Z]", lambda one: one[0].lower(), row[column].strip(" "))
                    if text:
                        told[row["movieId"]].add(f"{column}:{text}")
        return told

    def encore(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: {done.stderr}")
        return done.stdout

    def answers(self, model, k, where=None):
        """{user: films, best first} for everybody in the dataset."""
        out = f"{model}.answers.csv"
        self.encore("recommend", model, "--all", "--dataset", "films", "-k", str(k), "-o", out, *(["--where", where] if where else []))
        ranked = defaultdict(list)
        with open(out, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                ranked[row["userId"]].append(row["movieId"])
        return ranked

    def run(self):
        os.makedirs("source", exist_ok=True)
        warm, wanted_warm, wanted_new = defaultdict(list), defaultdict(set), defaultdict(set)
        with open("source/ratings.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["userId", "movieId", "rating", "timestamp"])
            for user, film, stars, time in self.ratings:
                if share(self.seed, film) < 0.2:
                    if stars >= LIKED and film in self.new:
                        wanted_new[user].add(film)
                elif stars >= LIKED and share(self.seed, user, film) < 0.2:
                    wanted_warm[user].add(film)
                else:
                    out.writerow([user, film, stars, time])
                    if stars >= LIKED:
                        warm[user].append(film)
        with open("source/movies.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["movieId", "title", "genres"])
            out.writerows([film, row["title"], row["genres"]] for film, row in self.films.items() if film not in self.new)
        self.write_features()
        told = ["--item-features", "features.csv"] if self.told else []
        self.encore("prepare", "source", "-o", "films", "--hold-out", "0", *told)
        self.encore("train", "films", "-o", "before.model", "--model", self.arguments.model)
        shutil.copytree("before.model", "after.model", dirs_exist_ok=True)
        added = json.loads(self.encore("items", "add", "after.model", "new.csv", "--json"))
        judged = [user for user in warm if len(warm[user]) >= LEAST_WARM]
        figures = {"films added": len(added["added"]), "seconds of items add": added["seconds"]}
        figures.update(self.among_new(warm, wanted_new, [user for user in judged if wanted_new[user]]))
        before, after = self.answers("before.model", 100), self.answers("after.model", 100)

        def mean(answers, wanted):
            of = [user for user in judged if wanted(user)]
            return sum(ndcg(answers[user], wanted(user), 100) for user in of) / len(of)

        for name, wanted in (("C2 all films, NDCG@100", lambda user: wanted_warm[user] | wanted_new[user]),
                             ("C3 films that were there, NDCG@100", lambda user: wanted_warm[user])):
            figures[f"{name}, without new films"], figures[name] = mean(before, wanted), mean(after, wanted)
        return figures

    def among_new(self, warm, wanted, users):
        ranked = self.answers("after.model", 10, "ratings = 0")
        candidates, chance = sorted(self.new, key=int), random.Random(self.seed)
        by_features = NearestFeatures(self.features)
        nearest = {user: by_features.ranked(warm[user], candidates) for user in users}
        return {f"C1 new films among themselves, NDCG@10, {name}": sum(ndcg(answer(user), wanted[user], 10) for user in users) / len(users)
                for name, answer in (("chance", lambda user: chance.sample(candidates, 10)), ("nearest features", nearest.get),
                                     ("encore", lambda user: ranked[user]))}

    def write_features(self):
        with open("features.csv", "w", encoding="utf-8", newline="") as known, open("new.csv", "w", encoding="utf-8", newline="") as new:
            told, films = csv.writer(known), csv.writer(new)
            columns = sorted({name.split(":", 1)[0] for names in self.told.values() for name in names})
            told.writerow(["movieId", columns[0] if columns else "tag"])
            films.writerow(["movieId", "title", "genres", *columns])
            for film, row in self.films.items():
                of = {column: sorted(name.split(":", 1)[1].replace("|", " ") for name in self.told.get(film, ())
                                     if name.startswith(column + ":")) for column in columns}
                if film in self.new:
                    films.writerow([film, row["title"], row["genres"], *("|".join(of[column]) for column in columns)])
                else:
                    told.writerows([film, text] for column in columns[:1] for text in of[column])


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    words.add_argument("program")
    words.add_argument("folder")
    words.add_argument("--model", default="ease")
    words.add_argument("--tags", action="store_true")
    words.add_argument("--item-features", action="append", default=[], metavar="FILE")
    words.add_argument("--seeds", default="1,2,3,4,5")
    words.add_argument("--choose", action="store_true")
    arguments = words.parse_args()
    program, folder = os.path.abspath(arguments.program), os.path.abspath(arguments.folder)
    arguments.item_features = [os.path.abspath(path) for path in arguments.item_features]
    sums = defaultdict(list)
    for seed in map(int, arguments.seeds.split(",")):
        with tempfile.TemporaryDirectory() as aside:
            os.chdir(aside)
            for name, figure in Measurement(program, folder, arguments, seed).run().items():
                sums[name].append(figure)
                print(f"seed {seed}: {name:55} {figure:.4f}", file=sys.stderr, flush=True)
    for name, figures in sums.items():
        print(f"{name:60} {sum(figures) / len(figures):.4f}   " + " ".join(f"{figure:.4f}" for figure in figures))


if __name__ == "__main__":
    main()
