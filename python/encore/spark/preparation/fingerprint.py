"""The fingerprint of the scale and the sorted ratings: the same sha256 over the same bytes as the core's (src/dataset/fingerprint.h). The
bytes are made where the ratings are; the driver sees them pass, one chunk at a time. Not its place in the summary."""

import hashlib
import struct

folds = ("train", "validation", "test")


def fingerprint(scale, ratings, items, users, events=None):
    """64 hex digits over `scale` (minimum, maximum, liked, implicit, log_counts) and `ratings` (user, item, rating, part), whose partitions follow each other in order of user, each sorted by user
    and item, no user in two of them. `items` has (movieId), `users` has (userId, fold), in order of their numbers; their ids pass through
    the driver. `events` (user, item, kind), in the same order, or None: of them what was seen counts, behind all ratings. Raises AssertionError when the rows do not ascend."""
    films = [_text_of(row[0]) for row in items.select("movieId").toLocalIterator()]
    people = [(_text_of(row[0]), folds.index(row[1])) for row in users.select("userId", "fold").toLocalIterator()]
    film_records = [tag + len(film).to_bytes(4, "little") + film for tag in (b"R", b"V", b"T", b"N") for film in films]
    user_records = [b"U" + bytes([fold]) + len(user).to_bytes(4, "little") + user for user, fold in people]
    tag = "CAST(CASE part WHEN 'validation' THEN 1 WHEN 'test' THEN 2 ELSE 0 END AS INT) AS tag"
    chunks = ratings.selectExpr("user", "item", "rating", tag).mapInArrow(_maker(film_records, user_records), "bytes binary")
    kind = 1 if scale.implicit else 2 if scale.log_counts else 0
    digest = hashlib.sha256(struct.pack("<cB3d", b"S", kind, scale.minimum, scale.maximum, scale.liked))
    for row in chunks.toLocalIterator(prefetchPartitions=True):
        digest.update(row[0])
    if events is not None:
        seen = events.where("kind = 'seen'").selectExpr("user", "item", "CAST(0 AS FLOAT) AS rating", "3 AS tag")
        for row in seen.mapInArrow(_maker(film_records, user_records), "bytes binary").toLocalIterator():
            digest.update(row[0])
    return digest.hexdigest()


def _text_of(identifier):
    return str(identifier).encode("utf-8")


def _maker(film_records, user_records):
    """A function of its own: it travels to workers that need not have this package."""

    def records(batches):
        import numpy
        import pyarrow
        import pyarrow.compute as compute

        films = pyarrow.array(film_records, pyarrow.binary())
        users = pyarrow.array([*user_records, b""], pyarrow.binary())  # the last one: a row of the same user as before
        last_user = last_item = -1
        for batch in batches:
            if batch.num_rows == 0:
                continue
            user, item, rating, tag = (batch.column(place).to_numpy() for place in range(4))
            before = numpy.concatenate(([last_user], user[:-1]))
            before_item = numpy.concatenate(([last_item], item[:-1]))
            if not numpy.all((user > before) | ((user == before) & (item > before_item))):
                raise AssertionError("the ratings are not in strictly ascending order")
            last_user, last_item = user[-1], item[-1]
            heads = users.take(pyarrow.array(numpy.where(user != before, user, len(user_records))))
            stars = numpy.ascontiguousarray(rating, dtype="<f4")
            tails = pyarrow.FixedSizeBinaryArray.from_buffers(pyarrow.binary(4), len(stars), [None, pyarrow.py_buffer(stars)])
            rows = compute.binary_join_element_wise(heads, films.take(pyarrow.array(item + tag * (len(film_records) // 4))), tails.cast(pyarrow.binary()), b"")
            offsets = numpy.frombuffer(rows.buffers()[1], dtype=numpy.int32)[rows.offset:]
            data = rows.buffers()[2].slice(int(offsets[0]), int(offsets[len(rows)] - offsets[0]))
            yield pyarrow.record_batch([pyarrow.array([data.to_pybytes()], pyarrow.binary())], names=["bytes"])

    return records


def strictly_ascends(ratings):
    """Whether the rows of `ratings` (two columns of numbers) ascend in every partition and the partitions do not overlap: then
    nobody rated a film twice. False when that is not seen, which proves nothing."""
    ranges = sorted(tuple(row) for row in ratings.mapInArrow(
        _ranges, "ascends boolean, first_user bigint, first_item bigint, last_user bigint, last_item bigint").collect())
    if not all(one[0] for one in ranges):
        return False
    return all(left[3:] < right[1:3] for left, right in zip(ranges, ranges[1:]))


def _range_maker():
    def ranges(batches):
        import numpy
        import pyarrow

        first = last = None
        ascends = True
        for batch in batches:
            if batch.num_rows == 0:
                continue
            user, item = (batch.column(place).to_numpy() for place in range(2))
            first = first or (int(user[0]), int(item[0]))
            ascends = last is None or last < (int(user[0]), int(item[0]))
            ascends = ascends and bool(numpy.all((user[1:] > user[:-1]) | ((user[1:] == user[:-1]) & (item[1:] > item[:-1]))))
            last = (int(user[-1]), int(item[-1]))
            if not ascends:
                break
        if first is not None:
            values = [ascends, *first, *last]
            names = ["ascends", "first_user", "first_item", "last_user", "last_item"]
            yield pyarrow.record_batch([pyarrow.array([value]) for value in values], names=names)

    return ranges


_ranges = _range_maker()
