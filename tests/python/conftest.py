"""What the tests of the one-machine interface share: the program, the ratings of the repository, a dataset, a model and the wheel."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel in a folder `dist`, made once: by `make wheel-here` of the programs in build/, by its script of those elsewhere."""
    libraries, target = os.environ["ENCORE_LIBRARIES"], tmp_path_factory.mktemp("wheel") / "dist"
    here = pathlib.Path(libraries) == ROOT / "build"
    kept = (ROOT / "dist").exists()  # `make wheel-here` writes into the repository
    command = ["make", "wheel-here"] if here else [ROOT / "setup" / "wheel", libraries, target]
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "PYTHON": sys.executable})
    if made.returncode != 0 and "No matching distribution found for setuptools" in made.stdout:
        pytest.skip("the wheel could not be made: setuptools cannot be fetched without a network")
    assert made.returncode == 0, made.stdout
    if here:
        shutil.copytree(ROOT / "dist", target, ignore=lambda folder, names: [name for name in names if name not in made.stdout])
        if not kept:
            shutil.rmtree(ROOT / "dist")
    (path,) = target.glob("encore_recommender-*-py3-none-manylinux_2_*.whl")
    return path
