"""The wheel: unpacked for PYTHONPATH, and without DuckDB's library in an executor. Installed: test_readme.py."""

import os
import subprocess
import sys
import zipfile

import pytest

from conftest import RATINGS, ROOT

whole_way = """
import sys
import encore
dataset = encore.prepare(sys.argv[1])
model = encore.train(dataset, epochs=1)
print(encore.__file__, encore.__version__, len(model.recommend({"Alien": 5}, k=3)))
"""

core_alone = """
import sys
import encore
from encore import _core
_core.plan_training({}, 10)
assert not any("duckdb" in line for line in open("/proc/self/maps"))
_core.full()
assert not any("duckdb" in line for line in open("/proc/self/maps"))
try:
    encore.prepare(sys.argv[1], "none")
except encore.UserError as error:
    print(error)
"""


def bare_environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "ENCORE_LIBRARIES", "ENCORE_PROGRAM")}
    return {**kept, **more}


def run(python, text, *arguments, **environment):
    done = subprocess.run([python, "-c", text, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=bare_environment(**environment), cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:  # loses the files' modes, as spark.archives may
        archive.extractall(folder)
    return folder


def test_unpacked_it_works_by_its_path(unpacked):
    assert run(sys.executable, whole_way, RATINGS, PYTHONPATH=str(unpacked)).startswith(str(unpacked))


def test_the_core_loads_without_duckdbs_library(unpacked):
    library = unpacked / "encore" / "libduckdb.so"
    aside = library.rename(unpacked / "aside")
    try:
        assert "DuckDB's library, which reads and writes tables, cannot be loaded" in run(sys.executable, core_alone, RATINGS,
                                                                                         PYTHONPATH=str(unpacked))
    finally:
        aside.rename(library)


def test_nothing_of_this_machine_is_in_it(unpacked):
    for path in unpacked.rglob("*"):
        if path.is_file() and path.name != "libduckdb.so":
            assert str(ROOT).encode() not in path.read_bytes(), path
    names = {path.name for path in (unpacked / "encore").iterdir()}
    assert {"libencore.so", "libencore_full.so", "libduckdb.so", "options.json", "py.typed", "sql", "licences"} <= names
    assert list((unpacked / "encore" / "sql").glob("*.sql")) != []
