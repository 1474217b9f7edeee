"""encore.spark.tune: the trials and the winner of one machine, bit for bit, whatever happens to a task; searches gone on with, there and
here. Not the search itself (tests/tuning, tests/program/tune)."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from conftest import exists, kill, prepared, program, start_session, weights

SEARCH = {"models": "mult-dae,popularity", "trials": 6, "minutes": 0, "range": ["epochs=12", "hidden=16", "weight-decay=0"]}


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    return prepared(tmp_path_factory.mktemp("films") / "films", "--where", "movieId < 1500", "--validation", "0.2")


@pytest.fixture(scope="module")
def data(spark, films):
    from encore.spark import Dataset

    return Dataset.read(spark, films)


def by_program(films, folder, *more, **said):
    words = [program, "tune", films, "-o", str(folder), "--quiet", *more]
    for name, value in {**SEARCH, **said}.items():
        for one in value if isinstance(value, list) else [value]:
            words += [f"--{name}", str(one)]
    subprocess.run(words, check=True)
    return json.loads((pathlib.Path(folder) / "results.json").read_text())


@pytest.fixture(scope="module")
def expected(films, tmp_path_factory):
    """The folder of the same search on one machine."""
    folder = tmp_path_factory.mktemp("expected") / "tuned"
    by_program(films, folder)
    return folder


def figures(results):
    """What does not depend on time."""
    trials = [[one[name] for name in ("model", "options", "state", "value", "epochs", "failure")] for one in results["trials"]]
    return trials, [results["winner"][name] for name in ("trial", "options", "value", "over_defaults", "test")]


def results_in(folder):
    return json.loads((pathlib.Path(folder) / "results.json").read_text())


def seconds_of(pid):
    said = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def watch_links(monkeypatch, tuning, watch):
    """Calls watch(link) in a thread of its own: link.workers are the tasks that have begun, by the names of their answers."""
    class Observed(tuning.DriverLink):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            threading.Thread(target=watch, args=(self,), daemon=True).start()

    monkeypatch.setattr(tuning, "DriverLink", Observed)


def answers(folder):
    return {file.name: file.stat().st_mtime_ns for file in (pathlib.Path(folder) / "trials").glob("*.r?.json")}


def test_the_trials_and_the_winner_are_those_of_one_machine(data, films, expected, tmp_path):
    from encore.spark import tune

    lines = []
    found = tune(data, tmp_path / "tuned", **SEARCH, log=lines.append)
    assert figures(found.results) == figures(results_in(expected)) and found.results == results_in(found.path)
    assert weights(os.path.join(found.path, "winner")) == weights(expected / "winner")
    assert sum(line.startswith("trial ") for line in lines) == len(answers(found.path)) and not [line for line in lines if "warning" in line]
    assert found.winner["command"].startswith(f"encore train {films} -o {found.path}/winner --model ")
    assert os.path.getsize(found.page) > 100_000
    kept = sorted(path.name for path in pathlib.Path(found.path, "trials").glob("*.state"))
    assert kept == sorted(path.name for path in (expected / "trials").glob("*.state")), "checkpoints of those who fell behind"
    assert found.model.recommendForAllUsers(3).count() > 500
    # More trials begin with those that there are, on one machine, and then again here.
    before = answers(found.path)
    more = by_program(films, found.path, "--resume", trials=8)
    assert len(more["trials"]) == 8 and before.items() <= answers(found.path).items()
    before = answers(found.path)
    again = tune(data, found.path, **{**SEARCH, "trials": 9}, resume=True)
    assert len(again.trials) == 9 and before.items() <= answers(found.path).items()


def test_a_task_that_dies_and_one_that_fails(data, films, tmp_path, monkeypatch):
    """One process is killed: its trial runs once more alone. A trial that cannot be computed says why, in the same words."""
    from encore.spark import tune, tuning

    killed = []

    def kill_the_first(link):
        while not link.workers:
            time.sleep(0.002)
        killed.append(next(iter(link.workers.values())))
        kill(killed[0].pid)

    watch_links(monkeypatch, tuning, kill_the_first)
    search = {"models": "ease", "trials": 3, "minutes": 0, "range": ["l2=1e-6|50|100", "denoise=0", "relax=0", "balance=0"]}
    found = tune(data, tmp_path / "tuned", **search)
    assert killed and figures(found.results) == figures(by_program(films, tmp_path / "expected", **search))
    assert any("cannot be inverted" in (one["failure"] or "") for one in found.trials)


def test_ctrl_c_brings_back_a_checkpoint(data, films, tmp_path, monkeypatch):
    """What was answered is not computed again, and what was trained goes on from where it was, to the same bits."""
    from encore.errors import Interrupted
    from encore.spark import tune, tuning

    search = {"models": "mult-dae", "trials": 1, "minutes": 0, "range": ["epochs=300", "hidden=128"]}  # seconds, also where fast
    folder, kept = tmp_path / "tuned", []
    checkpoint = folder / "trials" / "1.state" / "checkpoints" / "last.safetensors"

    def interrupt(link):
        while "1.r2" not in link.workers:
            time.sleep(0.01)
        kept.append(checkpoint.read_bytes())
        pid = link.workers["1.r2"].pid
        began = seconds_of(pid)
        while seconds_of(pid) < began + 0.6:  # of its processor: the dataset is read by then
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        watch_links(patched, tuning, interrupt)
        with pytest.raises(Interrupted, match="resume=True goes on from there"):
            tune(data, folder, **search)
    assert kept and checkpoint.read_bytes() != kept[0], "what the last rung had trained is lost"
    assert len(answers(folder)) == 2 and not (folder / "results.json").exists()
    before = answers(folder)
    found = tune(data, folder, **search, resume=True)
    assert before.items() <= answers(folder).items()
    assert figures(found.results) == figures(by_program(films, tmp_path / "expected", **search))


def test_executors_that_cannot_reach_the_port_cost_checkpoints_only(data, films, tmp_path, monkeypatch):
    from encore.spark import tune, tuning

    class Unreachable(tuning.DriverLink):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            with socket.create_server(("127.0.0.1", 0)) as nobody:
                self.port = nobody.getsockname()[1]  # told to the tasks; closed by then

    monkeypatch.setattr(tuning, "DriverLink", Unreachable)
    lines, search = [], {**SEARCH, "models": "mult-dae", "trials": 3}
    found = tune(data, tmp_path / "tuned", **search, log=lines.append)
    warnings = [line for line in lines if "cannot reach the driver's port" in line]
    assert len(warnings) == 1 and "port_range" in warnings[0], lines
    assert figures(found.results) == figures(by_program(films, tmp_path / "expected", **search))


@pytest.mark.slow
def test_a_killed_driver_loses_what_was_running(data, films, expected, tmp_path):
    from encore.spark import tune

    folder = tmp_path / "tuned"
    said = [f"--{name}={one}" for name, value in SEARCH.items() for one in (value if isinstance(value, list) else [value])]
    settings = {"PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell"}
    driver = subprocess.Popen([sys.executable, "-m", "encore.spark", "tune", films, "-o", str(folder), *said], start_new_session=True,
                              env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(answers(folder)) < 2:
        assert driver.poll() is None, "it ended before it was killed"
        time.sleep(0.01)
    os.killpg(driver.pid, signal.SIGKILL)  # its Java, too
    driver.wait()
    before = answers(folder)
    assert not (folder / "results.json").exists()
    found = tune(data, folder, **SEARCH, resume=True)
    assert before.items() <= answers(folder).items(), "an answer was asked for again"
    assert figures(found.results) == figures(results_in(expected))


def test_mistakes_are_named(data, spark, tmp_path):
    from encore.errors import UserError
    from encore.spark import tune

    for arguments, sentence in (
            ({"output": None, "resume": True}, "resume=True needs output"),
            ({"output": "hdfs://there/tuned"}, "a folder of the driver's own machine"),
            ({"workers": 3}, "workers is 3, but this cluster runs 2 tasks"),
            ({"threads": 2}, "tune has no option threads"),
            ({"models": "knn-item"}, "knn-item"),
            ({"models": "ease", "range": ["dropout=0:0.9"]}, "dropout does nothing with ease")):
        with pytest.raises(UserError, match=sentence):
            tune(data, **{"output": tmp_path / "new", **arguments})
    assert not (tmp_path / "new").exists()
    with pytest.raises(UserError, match="Dataset.read"):
        tune(data.ratings)


@pytest.mark.slow
def test_a_lost_executor_loses_one_trial(films, expected, tmp_path, monkeypatch):
    """On executor processes: Spark starts the task of a lost one again, elsewhere."""
    from conftest import kill_executor

    from encore.spark import Dataset, tune, tuning

    killed = []

    def kill_one(link):
        while len(link.workers) < 3:
            time.sleep(0.002)
        running = [one for one in link.workers.values() if not one.ended and exists(one.pid)]
        if running:
            killed.append(running[0])
            kill_executor(running[0].pid)

    watch_links(monkeypatch, tuning, kill_one)
    session = start_session("local-cluster[2,1,1024]")
    try:
        found = tune(Dataset.read(session, films), tmp_path / "tuned", **SEARCH)
        assert killed and figures(found.results) == figures(results_in(expected))
    finally:
        session.stop()
