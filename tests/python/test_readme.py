"""The wheel in a fresh environment, installed and used as the README's lines about Python say."""

import os
import re
import subprocess
import sys

from conftest import RATINGS, ROOT
from test_wheel import bare_environment, run, whole_way


def test_the_line_about_python_runs_as_it_stands(wheel, tmp_path):
    found = re.search(r"`make wheel && (pip install [^`]+)`, then `(encore\.[^`]+)`", (ROOT / "README.md").read_text())
    assert found, "README.md no longer says how the package is installed and used"
    install, example = found.groups()
    # `make wheel` compiles everything anew for other releases of Linux; what it makes is tried by `make test-wheel`.
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "fresh"], check=True)
    binaries = tmp_path / "fresh" / "bin"
    done = subprocess.run(install, shell=True, cwd=wheel.parents[1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=bare_environment(PATH=f"{binaries}:{os.environ['PATH']}", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INDEX="1"))
    assert done.returncode == 0, done.stdout
    printed = run(binaries / "python", f"import encore, os\nos.chdir({str(ROOT)!r})\nanswer = {example}\n"
                                       "print(encore.__file__)\nprint(answer[0])")
    assert printed.startswith(str(tmp_path)) and re.search(r"\((19|20)\d\d\)", printed), printed
    file, version, answers = run(binaries / "python", whole_way, RATINGS).split()
    assert file.startswith(str(tmp_path)) and answers == "3"
    assert f"encore_recommender-{version}-py3" in wheel.name
