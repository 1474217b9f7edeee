"""What a task does with a model: recommends, scores and judges, batch of users by batch of users. Runs in Spark's Python workers, and
holds nothing between two tasks. Not the plans around it (model.py, evaluation.py)."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from encore import _core
from encore.spark.inference_rows import flat_lists, lengths_of, numbers, require_on_scale, sparse_rows, starts
from encore.spark.shipping import shipped

most_answers = 4_000_000  # at once; of one batch of users


class _Opened:
    """A shipped model in a task, opened when it is first needed: an empty partition costs nothing."""

    def __init__(self, name):
        self._name, self._model = name, None

    @property
    def model(self):
        if self._model is None:
            folder, catalogue = shipped(self._name)
            self.ids = catalogue["movieId"].combine_chunks()
            self.training_ratings = np.ascontiguousarray(catalogue["answers"].to_numpy(), np.int64)
            self._model = _core.Model(folder)
        return self._model

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._model is not None:
            self._model.close()

    def index_of(self, ids):
        """The model's items with these source ids; −1 where there is none."""
        return numbers(pc.fill_null(pc.index_in(ids, value_set=self.ids.cast(ids.type)), -1), np.int32)

    def rows(self, rated, by_id):
        """Lists of (item, stars) as sparse rows. by_id: items are source ids of anybody's making, else the model's own numbers."""
        scale = self.model.description["scale"]
        (item, stars), lengths = flat_lists(rated)
        stars = numbers(stars, np.float32)
        if not by_id:
            return sparse_rows(lengths, numbers(item, np.int32), stars)[:3]
        require_on_scale(stars, scale)
        return sparse_rows(lengths, self.index_of(item), stars)[:3]

    def seen(self, lists):
        """Lists of source ids as (start, item) of sparse rows."""
        lengths = lengths_of(lists)
        return sparse_rows(lengths, self.index_of(lists.flatten()), np.zeros(int(lengths.sum()), np.float32))[:2]


def _threads():
    from pyspark import TaskContext

    context = TaskContext.get()
    return max(context.cpus() if context is not None else 1, 1)


@dataclass(frozen=True)
class Choice:
    """Which items may be an answer, and how many. only: [M] bool, or None for all that the model has an answer for."""

    k: int
    include_seen: bool = False
    only: Any = None

    def counts(self, training_ratings):
        return training_ratings if self.only is None else np.where(self.only, training_ratings, 0)


def recommending(name, choice, by_id, names):
    """For mapInArrow: (user, rated) or (user, rated, seen) → (user, [(item, rating)]), the best first. `names`: of the three columns.
    seen: source ids that are no answers."""
    user_name, item_name, list_name = names

    def run(batches):
        with _Opened(name) as opened:
            for batch in batches:
                for first in range(0, batch.num_rows, most_answers // choice.k + 1):
                    yield answer(opened, batch.slice(first, most_answers // choice.k + 1))

    def answer(opened, batch):
        model = opened.model
        start, item, stars = opened.rows(batch.column(1), by_id)
        seen = opened.seen(batch.column(2)) if batch.num_columns > 2 else None
        counts = choice.counts(opened.training_ratings)
        found = model.top(start, item, stars, counts, choice.k, choice.include_seen, threads=_threads(), seen=seen)
        best, score, count = map(np.asarray, found)
        found = best >= 0
        pairs = pa.StructArray.from_arrays([opened.ids.take(pa.array(best[found])), pa.array(score[found])], [item_name, "rating"])
        lists = pa.ListArray.from_arrays(pa.array(starts(count), pa.int32()), pairs)
        return pa.RecordBatch.from_arrays([batch.column(0), lists], [user_name, list_name])

    return run


def scoring(name, by_id):
    """For mapInArrow: (user, wanted source ids, rated) → (user, item, score), a row for each wanted item that training users rated."""

    def run(batches):
        with _Opened(name) as opened:
            for batch in batches:
                if not batch.num_rows:
                    continue
                model = opened.model
                start, item, stars = opened.rows(batch.column(2), by_id)
                lists = batch.column(1)
                lengths = numbers(pc.list_value_length(lists), np.int64)
                wanted = lists.flatten()
                index = opened.index_of(wanted)
                row = np.repeat(np.arange(batch.num_rows, dtype=np.int64), lengths)
                heard = (start[1:] > start[:-1])[row]  # somebody of whose ratings the model knows none is a stranger
                known = (index >= 0) & (opened.training_ratings[index] != 0) & heard
                row, index = np.ascontiguousarray(row[known]), np.ascontiguousarray(index[known])
                score = np.asarray(model.scores(start, item, stars, row, index, threads=_threads()))
                yield pa.RecordBatch.from_arrays([batch.column(0).take(pa.array(row)), wanted.filter(pa.array(known)), pa.array(score)],
                                                 ["user", "item", "score"])

    return run


def judging(name, training_ratings, liked_ratings, item_means):
    """For mapInArrow: (held out, [(item, rating, part)]) → for each of the two folds one row (held out, sums, items, counts): the sums of
    the partition's users as JSON, and how often which items stood in a top-10 list (those of popularity numbered from M)."""

    def run(batches):
        folds = {held_out: _FoldSums() for held_out in (False, True)}
        with _Opened(name) as opened:
            for batch in batches:
                for held_out, sums in folds.items():
                    rows = batch.filter(pc.equal(batch.column(0), held_out))
                    if rows.num_rows:
                        sums.add(opened.model, rows.column(1), held_out, training_ratings, liked_ratings, item_means)
        for held_out, sums in folds.items():
            if sums.sums is not None:
                yield sums.batch(held_out)

    return run


class _FoldSums:
    def __init__(self):
        self.sums, self.exposures = None, None

    def add(self, model, rated, held_out, training_ratings, liked_ratings, item_means):
        if self.exposures is None:
            self.exposures = np.zeros(2 * len(training_ratings), np.int64)
        (item, stars, part), lengths = flat_lists(rated)
        rows = sparse_rows(lengths, numbers(item, np.int32), numbers(stars, np.float32), numbers(part, np.int8))
        start, item, stars, part = rows
        self.sums = model.judge(start, item, stars, np.ascontiguousarray(part) if held_out else None, training_ratings, liked_ratings,
                                item_means, self.exposures, self.sums, threads=_threads())

    def batch(self, held_out):
        shown = np.flatnonzero(self.exposures)
        return pa.RecordBatch.from_arrays(
            [pa.array([held_out]), pa.array([json.dumps(self.sums)]), pa.array([shown], pa.list_(pa.int64())),
             pa.array([self.exposures[shown]], pa.list_(pa.int64()))], ["held_out", "sums", "items", "counts"])
