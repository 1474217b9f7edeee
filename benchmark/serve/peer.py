"""What one writes who serves implicit's ALS by FastAPI: the same question as POST /v1/recommend, the same answer. Started by
benchmark/serve/run with uvicorn; ITEMS and FACTORS say the size of the model, whose factors are made up: their values decide
nothing about the time."""

import os
from typing import List

import implicit
import numpy
import scipy.sparse
from fastapi import FastAPI
from pydantic import BaseModel

items, factors = int(os.environ["ITEMS"]), int(os.environ["FACTORS"])
random = numpy.random.default_rng(1)
model = implicit.als.AlternatingLeastSquares(factors=factors, num_threads=int(os.environ.get("THREADS", "0")))
model.user_factors = random.normal(0, 0.1, (1, factors)).astype(numpy.float32)
model.item_factors = random.normal(0, 0.1, (items, factors)).astype(numpy.float32)
model._YtY = model.item_factors.T @ model.item_factors
titles = [f"Film {item}" for item in range(items)]


class Rating(BaseModel):
    movieId: int
    rating: float


class Question(BaseModel):
    ratings: List[Rating]
    k: int = 10


app = FastAPI()


@app.post("/v1/recommend")
def recommend(question: Question):
    columns = [rating.movieId for rating in question.ratings]
    row = scipy.sparse.csr_matrix(([rating.rating for rating in question.ratings], ([0] * len(columns), columns)), shape=(1, items))
    found, scores = model.recommend(0, row, N=question.k, recalculate_user=True)
    return {"items": [{"movieId": int(item), "title": titles[item], "score": float(score)} for item, score in zip(found, scores)]}


@app.get("/health/live")
def live():
    return {"status": "live"}
