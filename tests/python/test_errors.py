"""Mistakes are exceptions of ours, in one sentence; Ctrl-C interrupts; nothing half-written stays."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import pytest

import encore
from conftest import RATINGS


def test_options_are_checked_against_the_cores_table(dataset):
    with pytest.raises(encore.UserError, match="train has no option epoks; did you mean epochs"):
        encore.train(dataset, epoks=3)
    with pytest.raises(encore.UserError, match="epochs is 0; it must be a whole number from 1 to 1000000"):
        encore.train(dataset, epochs=0)
    with pytest.raises(encore.UserError, match="loss is 'hinge'; it must be one of mse"):
        encore.train(dataset, loss="hinge")
    with pytest.raises(encore.UserError, match="does nothing without"):
        encore.train(dataset, lock=True)


def test_what_is_missing_is_named(dataset, model, tmp_path):
    with pytest.raises(encore.UserError, match="nowhere: there is no such file or folder"):
        encore.prepare(tmp_path / "nowhere")
    with pytest.raises(encore.UserError, match="is no dataset folder; make one with encore.prepare"):
        encore.train(tmp_path)
    with pytest.raises(encore.UserError, match="is not a model folder"):
        encore.load(tmp_path)
    with pytest.raises(encore.UserError, match="evaluate needs the dataset"):
        encore.load(model.path).evaluate()
    with pytest.raises(encore.UserError, match="does not exist; create it first"):
        encore.train(dataset, tmp_path / "no" / "model", epochs=1)
    assert list(tmp_path.iterdir()) == []


def test_ratings_that_cannot_be_are_named(model):
    with pytest.raises(encore.UserError, match="99 stars for \"Rear Window\" are off the scale"):
        model.recommend({"Rear Window": 99})
    with pytest.raises(encore.UserError, match="no film \"asdfgqwe\""):
        model.recommend({"asdfgqwe": 5})
    with pytest.raises(encore.UserError, match="'five' for 'Rear Window' is no number of stars"):
        model.recommend({"Rear Window": "five"})
    with pytest.raises(encore.UserError, match="ratings are a dict"):
        model.recommend([1.5, (2, 3, 4)])


def test_save_replaces_models_only(model, tmp_path):
    model.save(tmp_path / "copy")
    assert encore.load(tmp_path / "copy").recommend({"Alien": 5}) == model.recommend({"Alien": 5})
    with pytest.raises(encore.UserError, match="is there already; say overwrite=True"):
        model.save(tmp_path / "copy")
    encore.load(tmp_path / "copy").retire("Toy Story (1995)")
    model.save(tmp_path / "copy", overwrite=True)
    assert "Toy Story (1995)" not in [film["title"] for film in encore.load(tmp_path / "copy").recommend({"Alien": 5}, k=1000)]
    assert "Toy Story (1995)" in [film["title"] for film in model.recommend({"Alien": 5}, k=1000)]
    (tmp_path / "precious").mkdir()
    for config in (None, "{", '{"model_type": "bert"}'):  # other programs' folders have a config.json, too
        if config:
            (tmp_path / "precious" / "config.json").write_text(config)
        with pytest.raises(encore.UserError, match="it is no model"):
            model.save(tmp_path / "precious", overwrite=True)
    assert (tmp_path / "precious" / "config.json").read_text() == config
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "precious"]


def test_a_model_stays_open(model, tmp_path):
    model.save(tmp_path / "copy")
    copy = encore.load(tmp_path / "copy")
    wanted = model.recommend({"Alien": 5}, k=3)
    (tmp_path / "copy" / "weights.safetensors").unlink()
    assert copy.recommend({"Alien": 5}, k=3) == wanted  # nothing is read again


def test_temporary_folders_go_with_their_objects():
    dataset = encore.prepare(RATINGS)
    folder = pathlib.Path(dataset.path)
    assert folder.exists()
    del dataset
    assert not folder.parent.exists()


def test_nothing_stays_of_what_did_not_come_about(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for mistake in (lambda: encore.train(dataset, epochs=0), lambda: encore.train(dataset, lock=True),
                    lambda: encore.prepare(RATINGS, years="1890-1891")):
        with pytest.raises(encore.UserError):
            mistake()
    assert list(tmp_path.iterdir()) == []


def test_log_lines_go_where_the_caller_wants_them(dataset, caplog, capfd):
    lines = []
    encore.train(dataset, epochs=2, log=lines.append)
    assert [line.split()[1] for line in lines if line.startswith("epoch")] == ["1/2", "2/2"]
    with caplog.at_level("INFO", logger="encore"):
        encore.train(dataset, epochs=1)
    assert any(record.name == "encore" and record.message.startswith("epoch 1/1") for record in caplog.records)
    assert capfd.readouterr() == ("", "")  # nothing on the streams

    def broken(line):
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        encore.train(dataset, epochs=1, log=broken)


def test_docstrings_and_signatures_come_from_the_table():
    import inspect

    parameters = inspect.signature(encore.train).parameters
    assert parameters["seed"].default is None or isinstance(parameters["seed"].default, int)
    assert "dataset" in parameters and "output" in parameters and "json" not in parameters
    assert "Passes over the training users" in encore.train.__doc__
    assert inspect.signature(encore.Model.recommend).parameters["k"].default == 10
    assert "goes with all=True" not in encore.train.__doc__ and "--dataset" not in encore.Model.recommend.__doc__


def test_one_option_under_two_names(model):
    with pytest.raises(encore.UserError, match="count is said twice, 3 and 4; say it once"):
        model.recommend({"Alien": 5}, k=3, count=4)
    assert model.recommend({"Alien": 5}, k=3, count=3) == model.recommend({"Alien": 5}, count=3)


interrupted = """
import os, signal, sys, threading
import encore

before = signal.getsignal(signal.SIGINT)
def log(line):
    if " 2/100000 " in line:
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGINT)).start()
try:
    encore.train(sys.argv[1], sys.argv[2], epochs=100000, log=log)
except encore.Interrupted as error:
    print("interrupted:", error)
assert signal.getsignal(signal.SIGINT) is before
try:
    signal.raise_signal(signal.SIGINT)
    print("SIGINT was lost")
except KeyboardInterrupt:
    print("Python's own again")
print(len(encore.train(sys.argv[1], epochs=1).history), "epoch after it")
"""


def run_script(text, *arguments):
    return subprocess.run([sys.executable, "-c", text, *map(str, arguments)], stdout=subprocess.PIPE, text=True, timeout=120)


def test_ctrl_c_interrupts_and_leaves_a_checkpoint(dataset, tmp_path):
    done = run_script(interrupted, dataset.path, tmp_path / "model")
    assert done.returncode == 0
    sentence, *rest = done.stdout.splitlines()
    assert sentence.startswith("interrupted: stopped in epoch")
    assert rest == ["Python's own again", "1 epoch after it"]
    resumed = []
    encore.train(dataset, tmp_path / "model", resume=True, epochs=int(sentence.split()[4].rstrip(";")) + 1, log=resumed.append)
    assert any(line.startswith("going on after epoch") for line in resumed)


terminated = """
import os, signal, sys, threading
import encore

def log(line):
    if " 2/100000 " in line:
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM)).start()
encore.train(sys.argv[1], sys.argv[2], epochs=100000, log=log)
"""


def test_sigterm_ends_the_process_once_all_is_put_aside(dataset, tmp_path):
    done = run_script(terminated, dataset.path, tmp_path / "model")
    assert done.returncode == -signal.SIGTERM
    assert (tmp_path / "model" / "checkpoints").is_dir()
    assert os.listdir(tmp_path) == ["model"]


in_no_output = """
import os, signal, sys, threading
import encore

def log(line):
    if " 2/100000 " in line:
        os.kill(os.getpid(), signal.SIGINT)
try:
    encore.train(sys.argv[1], epochs=100000, log=log)
except encore.Interrupted as error:
    print(error)
"""


def test_messages_about_trainings_are_pythons(dataset, tmp_path):
    """A checkpoint in a temporary folder is gone with it, so nobody is told to go on from there."""
    said = run_script(in_no_output, dataset.path).stdout
    assert re.fullmatch(r"stopped in epoch \d+; nothing was kept, because no output was named \(with one, resume=True goes on\)\n", said)
    with pytest.raises(encore.UserError, match="^resume=True needs output, the folder of the training that was stopped$"):
        encore.train(dataset, resume=True)
    with pytest.raises(encore.UserError, match="^patience needs validation users; prepare the dataset with validation=0.1$"):
        encore.train(encore.prepare(RATINGS), patience=3)
    temporary = encore.train(encore.prepare(RATINGS), model="popularity")
    with pytest.raises(encore.UserError, match="^the dataset has no user 99999; its users have ids from 1 to 610$"):
        temporary.recommend(user=99999)
    told = []
    temporary.evaluate(fold="validation", log=told.append)
    assert any(line.startswith("warning: the dataset has no validation users") and "validation=" in line for line in told)
