#!/usr/bin/env python3
"""Whether reasons (--explain) tell the truth, and what they cost, as a Markdown table.

    benchmark/measure_reasons.py build/encore WORK [--kinds ease,elsa,mult-dae] [--users 200] [--seed 42]

For users of data/ml-latest-small drawn by the seed, who rated between 20 and 256 films: ten films are asked for with their reasons. For each film
that has one, the first reason is deleted from the person's ratings, and, by turns, one of their other films drawn at random, among all of
them and among those that they liked: "true" are the answers whose score falls more without the film that is named. Cost: the processor's time
of a request for the user with the nearest to 200 films, with reasons and without, the mean of 200, from a server with one thread.
WORK is a folder for dataset and models. Needs Python 3 and nothing else.
"""
import argparse
import csv
import http.client
import json
import math
import os
import pathlib
import random
import subprocess

import measure_results as measuring

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "data" / "ml-latest-small"
LIKED = 4


def ratings_by_user():
    users = {}
    with open(SOURCE / "ratings.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            users.setdefault(int(row["userId"]), {})[int(row["movieId"])] = float(row["rating"])
    return users


class Server:
    """`encore serve` of a model, with one thread."""

    def __init__(self, program, model):
        words = [program, "serve", model, "--port", "0", "--json", "--threads", "1"]
        self.process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(json.loads(self.process.stdout.readline())["url"].rsplit(":", 1)[1]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, rated, **more):
        body = {"ratings": [{"movieId": film, "rating": stars} for film, stars in rated.items()], "k": 10, **more}
        self.connection.request("POST", "/v1/recommend", json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(self.connection.getresponse().read())
        if "items" not in answer:
            raise SystemExit(answer)
        return answer

    def scores(self, rated, films):
        """{film: score}, of a softmax the logarithm of the probability."""
        answer = self.ask(rated, where=f"movieId IN ({', '.join(map(str, sorted(films)))})")
        shares = answer["score"] == "probability"
        return {film["movieId"]: math.log(film["score"]) if shares else film["score"] for film in answer["items"]}


def without(rated, film):
    return {one: stars for one, stars in rated.items() if one != film}


def truth(server, people, draws):
    """(answers, answers with a reason, true beside any other film, true beside another liked film)"""
    counts = [0, 0, 0, 0]
    for rated in people:
        answer = server.ask(rated, explain=True, fields=["movieId", "score"])
        films = [film["movieId"] for film in answer["items"]]
        whole = server.scores(rated, films)
        asked = {}

        def fall(film, deleted):
            if deleted not in asked:
                asked[deleted] = server.scores(without(rated, deleted), films)
            return whole[film] - asked[deleted].get(film, math.inf)

        counts[0] += len(films)
        for film in answer["items"]:
            if not film["reasons"]:
                continue
            named = film["reasons"][0]["movieId"]
            others = [one for one in rated if one != named]
            liked = [one for one in others if rated[one] >= LIKED]
            if not liked:
                continue
            counts[1] += 1
            for place, some in ((2, others), (3, liked)):
                counts[place] += fall(film["movieId"], named) > fall(film["movieId"], draws.choice(some))
    return counts


def cost(server, rated, requests=200):
    """(milliseconds of the server's processor for a request without reasons, with them), which other programs do not disturb"""
    spent = []
    for explain in (False, True):
        began = server.cpu_seconds()
        for _ in range(requests):
            server.ask(rated, explain=explain)
        spent.append(1000 * (server.cpu_seconds() - began) / requests)
    return spent


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("encore")
    options.add_argument("work", type=pathlib.Path)
    options.add_argument("--kinds", default="ease,elsa,mult-dae")
    options.add_argument("--users", type=int, default=200)
    options.add_argument("--seed", type=int, default=42)
    options = options.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encore = measuring.Program(options.encore, options.work)
    if not (options.work / "films").exists():
        encore.run("prepare", SOURCE, "-o", "films", "--validation", 0.1)
    users = ratings_by_user()
    draws = random.Random(options.seed)
    fitting = [user for user, rated in users.items() if 20 <= len(rated) <= 256]
    people = [users[user] for user in draws.sample(fitting, options.users)]
    of_200 = min(users.values(), key=lambda rated: abs(len(rated) - 200))
    measuring.head("model", "answers", "with a reason", "true, beside any other film", "true, beside another liked film",
                   "without reasons", "with reasons", "more")
    for kind in options.kinds.split(","):
        if not (options.work / kind).exists():
            encore.run("train", "films", "-o", kind, "--model", kind)
        with Server(pathlib.Path(options.encore).resolve(), options.work / kind) as server:
            answers, reasoned, any_other, liked = truth(server, people, draws)
            plain, explained = cost(server, of_200)
        measuring.row(kind, answers, reasoned, *(f"{100 * part / reasoned:.1f} %" for part in (any_other, liked)),
                      f"{plain:.2f} ms", f"{explained:.2f} ms", f"{explained - plain:.2f} ms")


if __name__ == "__main__":
    main()
