"""Looks for the rows of tests/rows/rows.cpp wherever a row of their tables has to be found. Run by tests/rows/run."""

import contextlib
import importlib.machinery
import importlib.util
import inspect
import io
import json
import os
import pathlib
import subprocess
import tempfile

import encore
from encore.commands import run as run_command
from encore.options import table

PROGRAM = os.environ["ENCORE_PROGRAM"]
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORK = tempfile.TemporaryDirectory(prefix="encore-rows.")
os.chdir(WORK.name)


def said(*words, status=0):
    done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == status, (words, done.returncode, done.stderr)
    return done.stdout + done.stderr


def found(text, *parts):
    for part in parts:
        assert part in text, f"'{part}' is not in:\n{text}"


def signatures():
    """What setup/stubs would write for one machine and for Spark."""
    loader = importlib.machinery.SourceFileLoader("stubs", str(ROOT / "setup" / "stubs"))
    text = (ROOT / "setup" / "stubs").read_text(encoding="utf-8").split("\nwritten = ")[0]
    stubs = importlib.util.module_from_spec(importlib.util.spec_from_loader("stubs", loader))
    stubs.__file__ = str(ROOT / "setup" / "stubs")
    exec(compile(text, "setup/stubs", "exec"), stubs.__dict__)  # all but the writing
    return stubs.one_machine() + stubs.on_spark()


said("generate", "--like", "ml-latest-small", "--scale", "0.5", "--seed", "3", "-o", "made", "--quiet")
said("prepare", "made", "-o", "films", "--quiet")
markdown, help_of_train = said("options", "--markdown"), said("train", "--help")

# A command.
found(said("--help"), "greet", "Say good evening.")
found(said("greet", "--help"), "--times", "from 1 to 9", "encore greet Iris")
found(markdown, "## encore greet", "`--times N`")
found(said("options", "--completion", "bash"), "greet")
found(said("options", "--man"), "greet")
found(said("gret", status=2), "did you mean greet?")
assert said("greet", "Iris", "--times", "2") == "Good evening, Iris.\n" * 2
found(said("greet", "Iris", "--times", "10", status=2), "--times is '10'; it must be a whole number from 1 to 9")
assert run_command("greet", ["Iris"], {"times": 3}) == {"greeted": "Iris", "times": 3}
assert table("greet")["times"].high == 9

# A loss.
found(help_of_train, "charbonnier")
found(markdown, "`charbonnier`")
found(signatures(), "'charbonnier'", "'oracle'")
assert "charbonnier" in table("train")["loss"].choices and "'charbonnier'" in str(inspect.signature(encore.train))
found(said("train", "films", "-o", "m", "--loss", "charbonier", status=2), "charbonnier")
found(said("train", "films", "-o", "m", "--model", "autorec", "--loss", "charbonnier", "--output-activation", "softmax", status=2),
      "--loss charbonnier does not go with --output softmax")
words = ["--model", "autorec", "--loss", "charbonnier", "--epochs", "3", "--hidden", "10"]
for shards in ("1", "3"):
    said("train", "films", "-o", f"by-loss-{shards}", *words, "--shards", shards, "--quiet")
one, three = (pathlib.Path(f"by-loss-{shards}/weights.safetensors").read_bytes() for shards in ("1", "3"))
assert one == three, "the bits depend on the shards"
assert json.loads(pathlib.Path("by-loss-1/config.json").read_text())["architecture"]["loss"] == "charbonnier"
in_python = encore.train("films", model="autorec", loss="charbonnier", epochs=3, hidden=[10])
losses = [row["train_loss"] for row in in_python.history]
assert len(losses) == 3 and losses == sorted(losses, reverse=True), f"it does not learn: {losses}"

# A metric.
found(said("evaluate", "--help").replace("\n", " "), "found-first@K")
found(markdown, "found-first@K")
found(table("evaluate")["metrics"].sentence, "found-first@K")
found(said("evaluate", "by-loss-1", "films", "--metrics", "fond-first", status=2), "found-first@K")
found(said("evaluate", "by-loss-1", "films", "--metrics", "found-first@3,ndcg@10", "--no-reconstruction"), "Found first@3")
judged = json.loads(said("evaluate", "by-loss-1", "films", "--metrics", "found-first,hit@1", "--no-reconstruction", "--json", "--quiet"))
assert judged["ranking"]["found-first"] == judged["ranking"]["hit@1"], judged["ranking"]
with contextlib.redirect_stderr(io.StringIO()):
    by_python = encore.evaluate(in_python, "films", metrics="found-first", reconstruction=False)
assert by_python["ranking"]["found-first"] == judged["ranking"]["found-first"]

# A kind of model.
found(help_of_train, "oracle", "--omens", "Birds that are watched. For oracle.")
found(markdown, "`oracle`", "`--omens N`")
said("train", "films", "-o", "oracles", "--model", "oracle", "--omens", "9", "--quiet")
found(pathlib.Path("oracles/config.json").read_text(), '"model": "oracle"')
found(said("train", "films", "-o", "m", "--model", "oracle", "--epochs", "3", status=2), "--epochs does nothing with --model oracle")
found(said("train", "films", "-o", "m", "--model", "ease", "--omens", "3", status=2), "--omens does nothing with --model ease")
assert encore.train("films", model="oracle", omens=9).recommend({}, k=3)

print("each of the four rows is found everywhere")
