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

_seen = 4  # the core's part of a film that was seen without a rating
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

    def seen(self, lists, by_id):
        """Lists of source ids as (start, item) of sparse rows; lists of (item, stars), of a dataset, as (start, item, stars),
        by whose stars the core tells seen from dismissed."""
        if pa.types.is_struct(lists.type.value_type):
            (item, stars), lengths = flat_lists(lists)
            return sparse_rows(lengths, self.index_of(item) if by_id else numbers(item, np.int32), numbers(stars, np.float32))[:3]
        lengths = lengths_of(lists)
        return sparse_rows(lengths, self.index_of(lists.flatten()), np.zeros(int(lengths.sum()), np.float32))[:2]


def _threads():
    from pyspark import TaskContext

    context = TaskContext.get()
    return max(context.cpus() if context is not None else 1, 1)


@dataclass(frozen=True)
class Choice:
    """Which items may be an answer, and how many. only: [M] bool, or None for all that the model has an answer for. explore: the share of
    the places for items with few ratings, which the seed draws."""

    k: int
    include_seen: bool = False
    only: Any = None
    explore: float = 0.0
    seed: int = 42

    def counts(self, training_ratings):
        return training_ratings if self.only is None else np.where(self.only, training_ratings, 0)


def recommending(name, choice, by_id, names):
    """For mapInArrow: (user, rated) or (user, rated, seen) → (user, [(item, rating)]), the best first. `names`: of the three columns.
    seen: source ids, or (item, stars) of a dataset, as _Opened.seen has them."""
    user_name, item_name, list_name = names

    def run(batches):
        with _Opened(name) as opened:
            for batch in batches:
                for first in range(0, batch.num_rows, most_answers // choice.k + 1):
                    yield answer(opened, batch.slice(first, most_answers // choice.k + 1))

    def answer(opened, batch):
        model = opened.model
        start, item, stars = opened.rows(batch.column(1), by_id)
        seen = opened.seen(batch.column(2), by_id) if batch.num_columns > 2 else None
        if choice.explore > 0:
            may = None if choice.only is None else np.ascontiguousarray(choice.only, np.uint8)
            found = model.explore(start, item, stars, opened.training_ratings, may, choice.k, choice.include_seen, choice.explore, choice.seed,
                                  threads=_threads(), seen=seen)
        else:
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


@dataclass(frozen=True)
class Judging:
    """said: the rules as encore.h has them; the arrays [M] of the model's items. of_users: whether each user's share is wanted."""

    said: dict
    training_ratings: Any
    liked_ratings: Any
    candidate: Any = None
    slice_items: Any = None
    item_means: Any = None
    of_users: bool = False
    by: tuple = ()

    def rules(self, model):
        """The core's, for an opened model."""
        return _core.Rules(model, self.said, self.training_ratings, self.liked_ratings, self.candidate, self.slice_items)


def judging(name, asked):
    """For mapInArrow: (user, held out, [(item, rating, part)]) → for each of the two folds one row (held out, sums, items, counts): the sums
    of the partition's users as JSON, and the counts of lists that are not 0 with their places; and, where they are wanted, a row for each
    judged user: user, given, targets, and pairs of sum and weight for each metric, of the model and of popularity."""

    def run(batches):
        folds = {held_out: _FoldSums(asked) for held_out in (False, True)}
        with _Opened(name) as opened:
            for batch in batches:
                for held_out, sums in folds.items():
                    rows = batch.filter(pc.equal(batch.column(1), held_out))
                    if rows.num_rows:
                        sums.add(opened.model, rows.column(0), rows.column(2), held_out)
                        if held_out and asked.of_users:
                            yield sums.users()
        for held_out, sums in folds.items():
            if sums.sums is not None:
                yield sums.batch(held_out)

    return run


class _FoldSums:
    def __init__(self, asked):
        self.sums, self.exposures, self._asked, self._rules, self._of_users = None, None, asked, None, None

    def add(self, model, users, rated, held_out):
        if self._rules is None:
            self._rules = self._asked.rules(model)
            self.exposures = np.zeros(self._rules.exposures, np.int64)
        (item, stars, part), lengths = flat_lists(rated)
        rows = sparse_rows(lengths, numbers(item, np.int32), numbers(stars, np.float32), numbers(part, np.int8))
        start, item, stars, part = rows
        number = np.ascontiguousarray(numbers(users, np.int32))
        if held_out and self._asked.of_users:
            self._of_users = (number, np.zeros((2, len(number), 2 * len(self._rules.metrics))), np.zeros(len(number), np.int32),
                              np.zeros(len(number), np.int32))
        with_parts = held_out or bool((part == _seen).any())  # of training users only what they have seen has one
        self.sums = model.judge(self._rules, start, item, stars, number, np.ascontiguousarray(part) if with_parts else None,
                                self._asked.item_means, self.exposures, self.sums, self._of_users and self._of_users[1:], threads=_threads())

    def users(self):
        """What the users of the last batch added."""
        number, shares, given, targets = self._of_users
        judged = targets > 0
        pairs = [pa.array(list(of_ranking[judged]), pa.list_(pa.float64())) for of_ranking in shares]
        return _row_batch(user=pa.array(number[judged]), given=pa.array(given[judged]), targets=pa.array(targets[judged]),
                          model=pairs[0], popularity=pairs[1])

    def batch(self, held_out):
        shown = np.flatnonzero(self.exposures)
        return _row_batch(held_out=pa.array([held_out]), sums=pa.array([json.dumps(self.sums)]),
                          items=pa.array([shown], pa.list_(pa.int64())), counts=pa.array([self.exposures[shown]], pa.list_(pa.int64())))


_of_judging = pa.schema([("held_out", pa.bool_()), ("sums", pa.string()), ("items", pa.list_(pa.int64())), ("counts", pa.list_(pa.int64())),
                         ("user", pa.int32()), ("given", pa.int32()), ("targets", pa.int32()), ("model", pa.list_(pa.float64())),
                         ("popularity", pa.list_(pa.float64()))])


def _row_batch(**columns):
    """A batch of the rows of `judging`; what is not given is null."""
    rows = len(next(iter(columns.values())))
    return pa.RecordBatch.from_arrays([columns.get(field.name, pa.nulls(rows, field.type)) for field in _of_judging], schema=_of_judging)
