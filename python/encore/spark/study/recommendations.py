"""The study's last phase: what the saved model recommends to users drawn by lot, beside what they rated highest and what everybody
rates. Not the recommending."""

import random

from pyspark.sql import functions as F

RATED, RECOMMENDED, POPULAR = 5, 10, 10


def recommendation_test(model, data, seed, count):
    """{"seed", "users", "popular"} of docs/study.md. The same seed draws the same users of the same dataset."""
    drawn = sorted(random.Random(seed).sample(range(data.summary["users"]), min(count, data.summary["users"])))
    users = {row.user: row for row in data.users.where(F.col("user").isin(drawn)).collect()}
    films = {row["item"]: row for row in data.items.select("item", "movieId", "title", "year", "ratings").collect()}
    item_of = {row.movieId: row["item"] for row in films.values()}
    rated = {user: [] for user in drawn}
    for row in data.ratings.where(F.col("user").isin(drawn)).select("user", "item", "rating").collect():
        rated[row.user].append(row)
    wanted = data.users.where(F.col("user").isin(drawn)).select(F.col("userId").alias(model.getUserCol()))
    best = {row[0]: row[1] for row in model.setDataset(data).recommendForUserSubset(wanted, RECOMMENDED).collect()}
    answers = []
    for user in drawn:
        highest = sorted(rated[user], key=lambda row: (-row.rating, -films[row["item"]].ratings, row["item"]))[:RATED]
        listed = [(films[item_of[one[0]]], one[1]) for one in best.get(users[user].userId, [])]
        answers.append({
            "user": users[user].userId, "fold": "train" if users[user].fold == "train" else "test", "ratings": len(rated[user]),
            "rated": [{**_film(films[row["item"]]), "rating": row.rating} for row in highest],
            "recommended": [{**_film(film), "score": score, "ratings": film.ratings} for film, score in listed]})
    popular = sorted(films.values(), key=lambda film: (-film.ratings, film["item"]))[:POPULAR]
    return {"seed": seed, "users": answers, "popular": [{**_film(film), "ratings": film.ratings} for film in popular]}


def _film(row):
    return {"title": row.title, "year": row.year}
