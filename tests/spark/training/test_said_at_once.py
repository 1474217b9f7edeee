"""What cannot go well is said before Spark has done anything, and what the command line says aloud is the same here. Not the trainings
themselves (test_training.py)."""

import socket

import pytest


@pytest.fixture(scope="module")
def ratings(spark):
    """Film 6 is rated by user 1 alone and liked by nobody."""
    rows = [(user, film, 5.0) for user in range(1, 31) for film in range(1, 6) if (user + film) % 4] + [(1, 6, 1.0)]
    return spark.createDataFrame(rows, "user int, item int, rating double").cache()


def estimator(**params):
    from encore.spark import Autoencoder

    return Autoencoder(**{"workers": 2, "maxIter": 2, "quiet": True, "hidden": [4], **params})


def jobs(spark):
    return len(spark.sparkContext.statusTracker().getJobIdsForGroup(None))


@pytest.mark.parametrize("params, sentence", [
    ({"workers": 3}, r"workers is 3, but this cluster runs 2 tasks at the same time \(spark.task.cpus is 1\); set workers=2, or start Spark with "
                     r"local\[3\]"),
    ({"portRange": "40123-40123"}, "portRange 40123-40123 has 1 port, but 2 workers and the driver need 3 on this host; make it wider, such as "
                                   "40123-40125"),
])
def test_workers_and_ports_are_refused_before_any_job(spark, ratings, params, sentence):
    from encore.errors import UserError

    before = jobs(spark)
    with pytest.raises(UserError, match=sentence):
        estimator(**params).fit(ratings)
    assert jobs(spark) == before


def test_ports_that_are_taken_are_named_and_no_lost_worker(spark, ratings):
    from encore.errors import UserError

    held, first = [], 40200
    while len(held) < 2:  # two of three ports are somebody else's
        held, first = [], first + 10
        for port in (first, first + 1):
            one = socket.socket()
            try:
                one.bind(("127.0.0.1", port))
                one.listen()
                held.append(one)
            except OSError:
                one.close()
    try:
        with pytest.raises(UserError, match=f"portRange {first}-{first + 2}: every worker of a host, and the driver on its own, takes one port"):
            estimator(portRange=f"{first}-{first + 2}").fit(ratings)
    finally:
        for one in held:
            one.close()


def lists(frame):
    return {row["user"]: [(best["item"], round(best["rating"], 6)) for best in row["recommendations"]] for row in frame.collect()}


def test_repeated_rows_and_films_that_do_not_count_follow_the_rules_of_the_command_line(spark, ratings):
    model = estimator(workers=1).fit(ratings)

    def answers(rows, schema="user int, item int, rating double"):
        return lists(model.recommendForNewUsers(spark.createDataFrame(rows, schema), 3))

    latest = answers([(1, 1, 5.0, 10), (1, 1, 0.5, 20), (1, 2, 5.0, 5)], "user int, item int, rating double, timestamp int")
    assert latest == answers([(1, 1, 0.5), (1, 2, 5.0)])
    assert answers([(1, 1, 5.0), (1, 1, 0.5), (1, 2, 5.0)]) == answers([(1, 1, 5.0), (1, 2, 5.0)])
    known, with_silent = answers([(1, 1, 5.0)]), answers([(1, 1, 5.0), (1, 6, 5.0)])
    others = [pair for pair in known[1] if pair[0] != 6]
    assert with_silent[1][:len(others)] == others, "film 6 does not count in the row; it is left out as seen"
