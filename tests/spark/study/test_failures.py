"""What a configuration says when it cannot be done: the reason, the phase, and what was measured until then."""

import json
import os
import signal
import subprocess

import pytest
from conftest import answer_to, request_of, root, words_for

from encore.process_tree import ProcessTree
from encore.spark.study.phases import NAMES


def test_a_failure_is_an_answer(tmp_path):
    code, said, _ = answer_to(tmp_path, request_of(tmp_path, first_year=1700, last_year=1701))
    assert code == 0 and said["status"] == "failed"
    assert said["failure"]["kind"] == "error" and said["failure"]["phase"] == "data integration"
    assert "none of the 100836 ratings is left" in said["failure"]["sentence"]
    assert [phase["name"] for phase in said["phases"]][:3] == ["data loading", "ratings data transformation", "movies data transformation"]
    assert said["samples"]["seconds"] and said["settings"] and said["training"] is None


@pytest.mark.slow
def test_a_configuration_that_is_told_to_end_says_how_far_it_came(tmp_path):
    words, answered = words_for(tmp_path, request_of(tmp_path, epochs=1_000_000))
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=root)
    while "(Spark): Spark" not in (line := process.stderr.readline()):  # the session is there
        assert line
    process.send_signal(signal.SIGTERM)
    process.stderr.read()
    assert process.wait() == 0
    said = json.loads(answered.read_text(encoding="utf-8"))
    assert said["status"] == "interrupted" and "signal 15" in said["failure"]["sentence"] and said["samples"]["seconds"]
    assert said["settings"] and said["training"] is None
    partial = json.loads((tmp_path / ".answer.json.partial").read_text(encoding="utf-8"))
    assert partial["failure"] == said["failure"] and partial["status"] == "interrupted"


@pytest.mark.slow
def test_what_was_measured_stays_when_the_process_is_killed(tmp_path):
    words, answered = words_for(tmp_path, request_of(tmp_path, epochs=1_000_000))
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root)
    steps = []
    while not steps or steps[-1][:2] != ["model training", "2"]:
        steps.append(process.stdout.readline().rstrip("\n").split("\t"))
        assert len(steps[-1]) == 3, steps
    process.kill()
    process.communicate()
    assert not answered.exists()
    partial = json.loads((tmp_path / ".answer.json.partial").read_text(encoding="utf-8"))
    assert partial["status"] == "failed" and partial["failure"]["phase"] == "model training"
    assert [phase["name"] for phase in partial["phases"]] == list(NAMES[:6])
    assert partial["dataset"]["ratings"] > 0 and partial["samples"]["seconds"]
    assert [step[0] for step in steps[:6]] == list(NAMES[:5]) + [NAMES[5]] and ["model training", "1", "1000000"] in steps


@pytest.mark.slow
def test_a_java_machine_that_is_killed_is_named(tmp_path):
    words, answered = words_for(tmp_path, request_of(tmp_path, epochs=1_000_000))
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=root)
    while "model training\t1\t" not in (line := process.stdout.readline()):
        assert line
    tree = ProcessTree(process.pid)
    tree.look()
    (java,) = tree.processes("JVM")
    os.kill(java, signal.SIGKILL)
    process.communicate()
    said = json.loads(answered.read_text(encoding="utf-8"))
    assert process.returncode == 0 and said["status"] == "failed"
    assert said["failure"]["kind"] == "memory" and said["failure"]["phase"] == "model training"
    assert "signal 9" in said["failure"]["sentence"] and said["history"]


@pytest.mark.parametrize("change, sentence", [
    ({"workers": 4}, "4 workers do not fit into master 'local[2]'"),
    ({"workers": 3, "master": "local-cluster[2,1,1024]"}, "3 workers do not fit into master 'local-cluster[2,1,1024]'"),
    ({"engine": "encore"}, "is for the engine 'encore', not for Spark"),
    ({"purpose": "fun"}, "purpose is 'fun'"),
    ({"model": "alexnet"}, "alexnet"),
])
def test_a_request_that_cannot_be(tmp_path, change, sentence):
    code, said, errors = answer_to(tmp_path, request_of(tmp_path, **change))
    assert code == 2 and said is None and sentence in errors and len(errors.strip().splitlines()) == 1


def test_a_file_that_is_no_request(tmp_path):
    words, answered = words_for(tmp_path, {"id": "x"})
    done = subprocess.run(words, capture_output=True, text=True, cwd=root)
    assert done.returncode == 2 and "does not say batch_size, engine" in done.stderr and not answered.exists()
    (tmp_path / "request.json").write_text("{")
    assert "is no JSON" in subprocess.run(words, capture_output=True, text=True, cwd=root).stderr
    (tmp_path / "request.json").unlink()
    assert "cannot be read" in subprocess.run(words, capture_output=True, text=True, cwd=root).stderr
    (tmp_path / "request.json").write_text(json.dumps(request_of(tmp_path)))
    words[-1] = str(tmp_path / "nowhere" / "answer.json")
    assert "there is no such folder" in subprocess.run(words, capture_output=True, text=True, cwd=root).stderr
