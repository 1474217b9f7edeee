#!/usr/bin/env python3
"""How near the films of `encore similar` are: of the ten nearest, the share of genres and tags that they have in common with the film, for
several kinds of models; beside ten popular and ten random films. Prints a table in Markdown.

    PYTHONPATH=python benchmark/measure_nearness.py data/ml-latest-small [--models ease,elsa,mult-dae,item-knn]
"""
import argparse
import collections
import csv
import pathlib
import random
import statistics
import tempfile

import encore


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path, help="a MovieLens folder with tags.csv")
    parser.add_argument("--models", default="ease,elsa,mult-dae,item-knn")
    parser.add_argument("--least-ratings", type=int, default=20, help="of the films that are asked about")
    return parser.parse_args()


def rows(file):
    with open(file, newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


class Films:
    """Genres and tags by movieId, and how often each film was rated."""

    def __init__(self, source):
        self.genres = {int(row["movieId"]): set(row["genres"].split("|")) for row in rows(source / "movies.csv")}
        self.tags = collections.defaultdict(set)
        for row in rows(source / "tags.csv"):
            self.tags[int(row["movieId"])].add(row["tag"].lower())
        self.ratings = collections.Counter(int(row["movieId"]) for row in rows(source / "ratings.csv"))

    def nearness(self, film, others):
        """(mean Jaccard index of genres, share with a tag in common or None where the film has no tag, median ratings)"""
        genres = [len(self.genres[film] & self.genres[one]) / len(self.genres[film] | self.genres[one]) for one in others]
        tags = [bool(self.tags[film] & self.tags[one]) for one in others] if self.tags[film] else None
        return (statistics.mean(genres), None if tags is None else statistics.mean(tags),
                statistics.median(self.ratings[one] for one in others))


def line(name, films, asked, nearest):
    found = [films.nearness(film, nearest(film)) for film in asked]
    genres, tags, ratings = ([one[i] for one in found if one[i] is not None] for i in range(3))
    return f"| {name} | {statistics.mean(genres):.3f} | {statistics.mean(tags):.3f} | {statistics.mean(ratings):.0f} |"


def main():
    options = parse()
    films = Films(options.source)
    with tempfile.TemporaryDirectory() as folder:
        dataset = encore.prepare(options.source, f"{folder}/films", validation=0.1)
        asked = [film for film, count in films.ratings.items() if count >= options.least_ratings]
        chance, popular = random.Random(1), [film for film, _ in films.ratings.most_common(11)]
        print(f"{len(asked)} films with {options.least_ratings} ratings at least.\n")
        print("| ten films | genres in common | share with a tag in common | median ratings |\n| --- | --- | --- | --- |")
        print(line("random ones of these", films, asked, lambda film: [one for one in chance.sample(asked, 11) if one != film][:10]))
        print(line("the most popular", films, asked, lambda film: [one for one in popular if one != film][:10]))
        for kind in options.models.split(","):
            model = encore.train(dataset, f"{folder}/{kind}", model=kind)
            known = [film for film in asked if silent(model, film) is None]
            print(line(f"`encore similar`, `{kind}`", films, known, lambda film, of=model: [one["movieId"] for one in of.similar(film)]))


def silent(model, film):
    """Why the model cannot compare the film, if it cannot."""
    try:
        model.similar(film, k=1)
    except encore.UserError as error:
        return str(error)
    return None


if __name__ == "__main__":
    main()
