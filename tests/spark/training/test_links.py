"""The link between a driver and its workers, and the checkpoints that go over it: without Spark."""

import io
import os
import socket
import threading
import time

import pytest

pytest.importorskip("pyarrow", reason="PyArrow is not installed; setup/python installs it")
from encore.errors import UserError
from encore.spark import arriving_parts, link_frames
from encore.spark.arriving_parts import ArrivingParts
from encore.spark.checkpoint_store import KeptForWorkers, LinkStore, UriStore
from encore.spark.checkpoints import Checkpoints, training_key
from encore.spark.driver_link import DriverLink
from encore.spark.failures import Report, cause_of, exception_for, may_restart, report_of_spark
from encore.spark.worker_link import WorkerLink

secret = bytes(range(32))


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.fixture
def driver(tmp_path):
    with DriverLink(secret, "127.0.0.1", kept=KeptForWorkers(tmp_path / "kept")) as link:
        yield link


def worker_of(driver, rank=0, key=secret):
    return WorkerLink([("127.0.0.1", driver.port)], key, rank, "here")


def test_a_worker_without_the_secret_is_a_stranger(driver):
    assert not worker_of(driver, key=bytes(32)).connected
    known = worker_of(driver, rank=1)
    assert known.connected
    until(lambda: 1 in driver.workers)
    assert list(driver.workers) == [1]


def test_the_secret_itself_never_travels(driver):
    with socket.create_connection(("127.0.0.1", driver.port)) as connection:
        nonce = connection.recv(32)
        connection.sendall(bytes(32) + link_frames.proof(secret, b"worker", nonce, bytes(32)))
        answer = connection.recv(32)
    assert len(nonce) == 32 and answer == link_frames.proof(secret, b"driver", nonce, bytes(32))
    assert secret not in nonce + answer


def test_noise_is_closed_and_hurts_nobody(driver):
    for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100):
        with socket.create_connection(("127.0.0.1", driver.port)) as connection:
            connection.sendall(noise + bytes(64))
            connection.settimeout(10)
            while connection.recv(1000):
                pass
    assert worker_of(driver).connected


def test_a_worker_that_ends_without_a_word_is_lost(driver):
    silent, polite = worker_of(driver, 0), worker_of(driver, 1)
    polite.close()
    silent._drop()
    until(lambda: driver.reports)
    assert [(report.kind, report.rank) for report in driver.reports] == [("lost", 0)]
    assert f"its process {os.getpid()} ended without a word" in driver.reports[0].sentence


def test_silence_is_noticed():
    noticed = threading.Event()
    with DriverLink(secret, "127.0.0.1", silent_after=0.5, on_silent=lambda report: noticed.set()) as driver:
        worker = worker_of(driver, 3)
        worker.tell({"kind": "alive", "phase": "training", "epoch": 7})
        assert noticed.wait(20)
        assert driver.reports[0].kind == "silent" and "in epoch 7" in driver.reports[0].sentence


def test_a_driver_that_cannot_be_reached_costs_the_telling_only(driver):
    driver.close()
    alone = worker_of(driver)
    assert not alone.connected
    alone.tell({"kind": "alive"})
    with pytest.raises(OSError, match="the driver cannot be reached"):
        alone.ask({"kind": "store", "do": "names"})
    alone.close()


def test_parts_of_a_model_arrive_in_files(tmp_path):
    """In pieces, each worker's in its own; a part that starts again replaces what came before."""
    sources = [tmp_path / "first", tmp_path / "second"]
    for place, source in enumerate(sources):
        source.write_bytes(bytes(range(place, 200)) * 100)
    parts = ArrivingParts(tmp_path / "arrived")
    with DriverLink(secret, "127.0.0.1", parts=parts) as driver:
        links = [worker_of(driver, rank) for rank in (0, 1)]
        assert arriving_parts.send(links[0], sources[1], 1000) and arriving_parts.send(links[0], sources[0], 7777)
        assert arriving_parts.send(links[1], sources[1], 1 << 20)
        assert [open(parts.whole[rank], "rb").read() for rank in (0, 1)] == [source.read_bytes() for source in sources]
        links[1]._drop()
        assert not arriving_parts.send(links[1], sources[1], 1000)
        (tmp_path / "arrived" / "model-0.part").unlink()
        (tmp_path / "arrived" / "model-0.part").mkdir()
        with pytest.raises(UserError, match="the driver cannot keep the trained weights .* TMPDIR"):
            arriving_parts.send(links[0], sources[0], 1000)


def test_half_a_part_is_none(tmp_path):
    parts = ArrivingParts(tmp_path)
    assert parts.answer(0, {"offset": 0, "whole": False}, b"half") == {} and parts.whole == {}
    assert parts.answer(0, {"offset": 4, "whole": True}, b" and half") == {}
    assert open(parts.whole[0], "rb").read() == b"half and half"


def store_of(kind, driver, tmp_path):
    places = {"uri": f"file://{tmp_path}/place", "path": str(tmp_path / "place")}
    return LinkStore(worker_of(driver)) if kind == "driver" else UriStore(places[kind])


@pytest.mark.parametrize("kind", ["driver", "uri", "path"])
def test_checkpoints_are_valid_once_all_parts_are_there(kind, driver, tmp_path):
    checkpoints = Checkpoints(store_of(kind, driver, tmp_path))
    content = {process: os.urandom(5_000_000) for process in range(2)}
    history = []
    for epoch in (1, 2):
        history.append({"epoch": epoch, "train_loss": 1 / epoch})
        for process in (1, 0):
            (tmp_path / "state").write_bytes(content[process])
            checkpoints.save(str(tmp_path / "state"), process, 2, history)
            assert ((checkpoints.latest() or {"epoch": 0})["epoch"] == epoch) == (process == 0)
    assert checkpoints.latest()["history"] == history
    names = checkpoints._store.names()
    assert names == ["epoch-000002.json", "epoch-000002/part-0-of-2.state", "epoch-000002/part-1-of-2.state"]
    (tmp_path / "restored").mkdir()
    paths = checkpoints.restore(checkpoints.latest(), str(tmp_path / "restored"))
    assert [open(path, "rb").read() for path in paths] == [content[0], content[1]]


def test_what_an_attempt_left_is_removed_by_the_next(tmp_path):
    checkpoints = Checkpoints(UriStore(str(tmp_path / "place")))
    (tmp_path / "state").write_bytes(b"x")
    checkpoints.save(str(tmp_path / "state"), 0, 1, [{"epoch": 3}])
    checkpoints.save(str(tmp_path / "state"), 0, 2, [{"epoch": 3}, {"epoch": 4}])
    checkpoints.clear_unfinished()
    assert checkpoints._store.names() == ["epoch-000003.json", "epoch-000003/part-0-of-1.state"]


def test_a_place_that_others_do_not_see_is_refused(tmp_path):
    from encore.errors import UserError

    mark = Checkpoints(UriStore(str(tmp_path / "here"))).mark()
    with pytest.raises(UserError, match="there is not the same place for all workers"):
        Checkpoints(UriStore(str(tmp_path / "there"))).require_shared(mark, "elsewhere")


def test_names_cannot_lead_elsewhere(driver, tmp_path):
    store = LinkStore(worker_of(driver))
    for name in ("../outside", "/etc/passwd", "a/../../b", "a/b/../c", "a/b/c/d", ""):
        with pytest.raises(OSError, match="is no name of a checkpoint file"):
            store.put(name, io.BytesIO(b"x"))
    assert not (tmp_path / "outside").exists()


def test_the_key_follows_what_decides_the_result():
    plan = {"parallel": "items", "epochs": 5, "seed": 1, "shards": 2, "threads": 1}
    same = training_key(plan, "f")
    assert training_key({**plan, "epochs": 9, "threads": 3, "shards": 4}, "f") == same
    assert training_key({**plan, "seed": 2}, "f") != same
    assert training_key(plan, "g") != same
    users = {**plan, "parallel": "elephas"}
    assert training_key({**users, "shards": 4}, "f") != training_key(users, "f")


def test_the_cause_is_told_from_its_consequences():
    witness, lost, wrong = Report("peer", "rank 1 was lost", 0, "a"), Report("lost", "ended", 1, "b"), Report("user", "row 3", 2, "c")
    assert cause_of([witness, lost]) is lost
    assert cause_of([witness, lost, wrong]) is wrong
    assert cause_of([lost, Report("lost", "ended", 2, "c")]) is lost
    assert str(exception_for(lost)) == "worker 1 on b: ended"
    assert may_restart(lost) and not may_restart(wrong)


def test_executors_without_encore_are_told_apart():
    report = report_of_spark(RuntimeError("Job aborted …\nModuleNotFoundError: No module named 'encore'\n"))
    assert report.kind == "user" and "spark.archives=encore.zip#encore_pkg" in report.sentence
    other = report_of_spark(RuntimeError("Job aborted\n\tat org.apache\norg.apache.spark.SparkException: no more\n"))
    assert other.sentence == "Spark ended the training: org.apache.spark.SparkException: no more"
