"""What a configuration says when it cannot be done: the reason, the phase, and what was measured until then."""

import json
import signal
import subprocess

import pytest
from conftest import answer_to, request_of, root, words_for


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
