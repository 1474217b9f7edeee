"""What the tests of the one-machine interface share: the program, the ratings of the repository, a dataset and a model."""

import json
import os
import pathlib
import subprocess

import pytest

import encore

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATINGS = ROOT / "data" / "ml-latest-small"


@pytest.fixture(scope="session")
def program():
    """Runs the command line program; the object that it prints with --json."""

    def run(*words):
        printed = subprocess.run([os.environ["ENCORE_PROGRAM"], *map(str, words), "--json", "--quiet"], check=True, stdout=subprocess.PIPE)
        return json.loads(printed.stdout)

    return run


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    return encore.prepare(RATINGS, tmp_path_factory.mktemp("dataset") / "films", validation=0.1)


@pytest.fixture(scope="session")
def model(dataset, tmp_path_factory):
    return encore.train(dataset, tmp_path_factory.mktemp("model") / "films.model", epochs=3)
