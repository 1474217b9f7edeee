"""The README's lines about Python, run as they stand in a fresh environment."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT
from test_wheel import bare_environment, run


@pytest.fixture
def no_new_dist():
    """`make wheel-here` writes dist/ into the repository; one that was not there goes again."""
    dist = ROOT / "dist"
    was_there = dist.exists()
    yield
    if not was_there:
        shutil.rmtree(dist, ignore_errors=True)


def test_the_line_about_python_runs_as_it_stands(tmp_path, no_new_dist):
    found = re.search(r"`(make wheel && pip install [^`]+)`, then `(encore\.[^`]+)`", (ROOT / "README.md").read_text())
    assert found, "README.md no longer says how the package is installed and used"
    install, example = found.groups()
    # `make wheel` compiles everything anew for other releases of Linux; what it makes is tried by `make test-wheel`.
    install = install.replace("make wheel ", "make wheel-here ")
    if pathlib.Path(os.environ["ENCORE_LIBRARIES"]) != ROOT / "build":
        pytest.skip("`make wheel-here` builds in build/, and this run is about another folder")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "fresh"], check=True)
    binaries = tmp_path / "fresh" / "bin"
    done = subprocess.run(install, shell=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=bare_environment(PATH=f"{binaries}:{os.environ['PATH']}", PYTHON=sys.executable,
                                               PIP_DISABLE_PIP_VERSION_CHECK="1"))
    if done.returncode != 0 and "No matching distribution found for setuptools" in done.stdout:
        pytest.skip("the wheel could not be made: setuptools cannot be fetched without a network")
    assert done.returncode == 0, done.stdout
    printed = run(binaries / "python", f"import encore, os\nos.chdir({str(ROOT)!r})\nanswer = {example}\n"
                                       "print(encore.__file__)\nprint(answer[0])")
    assert printed.startswith(str(tmp_path)) and re.search(r"\((19|20)\d\d\)", printed), printed
