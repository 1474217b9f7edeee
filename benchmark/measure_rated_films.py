"""What `encore items rate` makes of the first ratings of films that came after the training (docs/catalogue.md): films are kept out of the
training as in measure_new_films.py and come in by `items add`; then 1, 2, 5, 10, 20 and 50 ratings of each arrive, by users drawn by
hash, and are folded in. Beside it: the same model without these ratings, and one that was trained again with them. Judged by the likes of
the other users, NDCG@10 among the new films and NDCG@100 among all. Films with five ratings more than arrive; of the films one half is
for choosing settings (--choose), the other is judged. Needs nothing but the program.

Usage: benchmark/measure_rated_films.py PROGRAM RATINGS_FOLDER [--model ease] [--tags] [--seeds 1,2,3] [--ratings 1,2,5,10,20,50] [--choose]"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict

from measure_new_films import LEAST_WARM, LIKED, Measurement, ndcg, share

TO_BE_FOUND = 5


class RatedMeasurement(Measurement):
    def __init__(self, program, folder, arguments, seed):
        super().__init__(program, folder, arguments, seed)
        self.half = self.new
        self.order = defaultdict(list)  # of each new film (user, stars, time), as they arrive
        for user, film, stars, time in sorted(self.ratings, key=lambda one: share(seed, "arrives", one[0], one[1])):
            if film in self.half:
                self.order[film].append((user, stars, time))

    def prepare(self, source, name, ratings, films):
        os.makedirs(source, exist_ok=True)
        with open(f"{source}/ratings.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["userId", "movieId", "rating", "timestamp"], *ratings])
        with open(f"{source}/movies.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["movieId", "title", "genres"], *([film, self.films[film]["title"], self.films[film]["genres"]]
                                                                          for film in films)])
        told = ["--item-features", "features.csv"] if self.told else []
        self.encore("prepare", source, "-o", name, "--hold-out", "0", *told)

    def run_with(self, count):
        self.new = {film for film in self.half if len(self.order[film]) >= count + TO_BE_FOUND}
        self.write_features()
        train, warm, wanted_warm, wanted_new = [], defaultdict(list), defaultdict(set), defaultdict(set)
        for user, film, stars, time in self.ratings:
            if share(self.seed, film) < 0.2:
                continue
            if stars >= LIKED and share(self.seed, user, film) < 0.2:
                wanted_warm[user].add(film)
            else:
                train.append([user, film, stars, time])
                if stars >= LIKED:
                    warm[user].append(film)
        known = {row[0] for row in train}
        arrived = []
        for film in self.new:
            of = [one for one in self.order[film] if one[0] in known]
            arrived += [[user, film, stars, time] for user, stars, time in of[:count]]
            for user, stars, _ in of[count:]:
                if stars >= LIKED:
                    wanted_new[user].add(film)
        self.prepare("before", "films", train, [film for film in self.films if film not in self.new])
        self.prepare("after", "rated", train + arrived, list(self.films))
        with open("arrived.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["userId", "movieId", "rating", "timestamp"], *arrived])
        self.encore("train", "films", "-o", "guess.model", "--model", self.arguments.model)
        self.encore("items", "add", "guess.model", "new.csv")
        shutil.rmtree("folded.model", ignore_errors=True)
        shutil.copytree("guess.model", "folded.model")
        folded = json.loads(self.encore("items", "rate", "folded.model", "arrived.csv", "--dataset", "films", "--json"))
        self.encore("train", "rated", "-o", "again.model", "--model", self.arguments.model)
        judged = [user for user in warm if len(warm[user]) >= LEAST_WARM and wanted_new[user]]
        figures = {"films": len(self.new), "users": len(judged), "seconds": folded["seconds"]}
        new = f"movieId IN ({', '.join(sorted(self.new, key=int))})"
        for name, model in (("guess", "guess.model"), ("folded in", "folded.model"), ("trained again", "again.model")):
            among, everywhere = self.answers_of_rated(model, 10, new), self.answers_of_rated(model, 100)
            figures[f"among new, {name}"] = sum(ndcg(among[user], wanted_new[user], 10) for user in judged) / len(judged)
            figures[f"among all, {name}"] = sum(ndcg(everywhere[user], wanted_new[user] | wanted_warm[user], 100)
                                                for user in judged) / len(judged)
        for where in ("new", "all"):
            figures[f"among {where}, folded in ÷ trained again"] = (figures[f"among {where}, folded in"] /
                                                                   figures[f"among {where}, trained again"])
        return figures

    def answers_of_rated(self, model, k, where=None):
        out = f"{model}.answers.csv"
        self.encore("recommend", model, "--all", "--dataset", "rated", "-k", str(k), "-o", out, *(["--where", where] if where else []))
        ranked = defaultdict(list)
        with open(out, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                ranked[row["userId"]].append(row["movieId"])
        return ranked


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    words.add_argument("program")
    words.add_argument("folder")
    words.add_argument("--model", default="ease")
    words.add_argument("--tags", action="store_true")
    words.add_argument("--seeds", default="1,2,3")
    words.add_argument("--ratings", default="1,2,5,10,20,50")
    words.add_argument("--choose", action="store_true")
    arguments = words.parse_args()
    arguments.item_features = []
    program, folder = os.path.abspath(arguments.program), os.path.abspath(arguments.folder)
    for count in map(int, arguments.ratings.split(",")):
        sums = defaultdict(list)
        for seed in map(int, arguments.seeds.split(",")):
            with tempfile.TemporaryDirectory() as aside:
                os.chdir(aside)
                for name, figure in RatedMeasurement(program, folder, arguments, seed).run_with(count).items():
                    sums[name].append(figure)
        for name, figures in sums.items():
            print(f"{count:3} ratings: {name:45} {sum(figures) / len(figures):.4f}   " + " ".join(f"{one:.4f}" for one in figures),
                  flush=True)


if __name__ == "__main__":
    main()
