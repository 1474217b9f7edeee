"""The written signatures are current, they are those that the package has, and a type checker refuses what the core would."""

import inspect
import pathlib
import subprocess
import sys

import pytest

import encore

ROOT = pathlib.Path(__file__).resolve().parents[3]

right = """
import encore

data = encore.prepare("ratings", years=(1950, 1959), scale=(0.5, 5), validation=0.1)
model = encore.train(data, model="mult-dae", epochs=3, hidden=[20], warm_start=encore.load("older"))
answer = model.recommend({"Alien": 5, 318: 4.5}, k=3, exclude=["Aliens"])
title: str = answer[0]["title"]
print(title, answer.score, model.similar("Alien", k=3), model.evaluate(fold="validation")["ranking"], data.fingerprint)
"""
on_spark = """
from pyspark.sql import SparkSession
from encore.spark import Autoencoder, Dataset, prepare

def fit(spark: SparkSession) -> None:
    data: Dataset = prepare(spark, "ratings", "films", years=(1950, 1959), validation=0.1)
    model = Autoencoder(model="mult-dae", workers=8, batchSize=500, maxIter=3).setHidden([20]).fit(data)
    model.recommendForAllUsers(10).show()
    print(model.history, model.getUserCol())
"""
mistakes = {
    'encore.train("films", epochz=3)': 'Unexpected keyword argument "epochz" for "train"; did you mean "epochs"?',
    'encore.train("films", epochs="3")': 'Argument "epochs" to "train" has incompatible type "str"',
    'encore.train("films", model="mult")': 'Argument "model" to "train" has incompatible type',
    'encore.prepare("films", hold_out=[0.1])': 'Argument "hold_out" to "prepare" has incompatible type',
    'encore.load("films").recommend({"Alien": 5}, kk=3)': 'Unexpected keyword argument "kk" for "recommend" of "Model"',
    'encore.load("films").similar("Alien", k="3")': 'Argument "k" to "similar" of "Model" has incompatible type "str"',
    'encore.load("films").recomend({})': '"Model" has no attribute "recomend"',
    "Autoencoder(epochz=3)": 'Unexpected keyword argument "epochz" for "Autoencoder"; did you mean "epochs"?',
    "Autoencoder(batchSize='3')": 'Argument "batchSize" to "Autoencoder" has incompatible type "str"',
    'prepare(None, "films", year=3)': 'Unexpected keyword argument "year" for "prepare"; did you mean "years"?',
}


def checked_by_mypy(folder, text):
    file = folder / "script.py"
    file.write_text(text)
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--no-error-summary", "--follow-imports=silent",
                           "--allow-subclassing-any", "--cache-dir", folder / "cache", file],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"MYPYPATH": str(ROOT / "python"), "PATH": ""})
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def test_the_files_are_current():
    done = subprocess.run([sys.executable, ROOT / "setup" / "stubs", "--check"], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr


def test_what_is_right_passes(folder):
    assert checked_by_mypy(folder, right) == []
    assert checked_by_mypy(folder, on_spark) == []


def test_what_the_core_would_refuse_is_refused(folder):
    said = checked_by_mypy(folder, "import encore\nfrom encore.spark import Autoencoder, prepare\n" + "\n".join(mistakes))
    for line, sentence in enumerate(mistakes.values(), start=3):
        assert any(f"script.py:{line}: error: " in one and sentence in one for one in said), (line, sentence, said)


def test_every_option_of_the_core_is_in_them():
    from encore.options import rows_of

    for function, command, without in ((encore.prepare, "prepare", ("source", "more", "output")), (encore.train, "train", ("dataset", "output")),
                                       (encore.Model.recommend, "recommend", ("model", "rate", "ratings")),
                                       (encore.Model.evaluate, "evaluate", ("model", "dataset"))):
        assert set(rows_of(command, without)) <= set(inspect.signature(function).parameters), command
