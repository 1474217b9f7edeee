"""What docs/serving.md shows runs as it stands, but for the port: shell, Python, JavaScript."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from server import PROGRAM, Server, folder

ROOT = pathlib.Path(__file__).resolve().parents[2]


def blocks(kind):
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class Examples(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        (self.place / "films").symlink_to(folder() / "films")
        shutil.copytree(folder() / "films.model", self.place / "films.model")  # an example gives it a film more
        (self.place / "data").symlink_to(ROOT / "data")
        (self.place / "bin").mkdir()
        (self.place / "bin" / "encore").symlink_to(PROGRAM)

    def run_it(self, words, server):
        environment = {**os.environ, "PATH": f"{self.place}/bin:{os.environ['PATH']}"}
        if isinstance(words, str):
            words = ["bash", "-euo", "pipefail", "-c", words]
        words = [re.sub(r"(localhost|127\.0\.0\.1):8000", f"127.0.0.1:{server.port}", word) for word in words]
        done = subprocess.run(words, cwd=self.place, env=environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, f"{words}\n{done.stderr}")
        return done.stdout

    def test_shell(self):
        self.assertIsNotNone(shutil.which("curl"), "the examples are for curl, which is not there")
        server, ran = None, 0
        for block in blocks("sh"):
            for line in block.splitlines():
                if line.startswith("encore serve "):
                    if server is not None:
                        server.stop()
                    words = shlex.split(line)[3:]
                    words = [str(self.place / word) if word in ("films", "events") else word for word in words]
                    server = Server(*words, model=self.place / "films.model")
                    self.addCleanup(server.stop)
                    continue
                if line == "encore events erase events":  # "while no server runs"
                    server.stop()
                out = self.run_it(line, server)
                ran += 1
                if line.startswith("curl "):
                    self.assertNotIn("error", json.loads(out), line)
        self.assertGreaterEqual(ran, 6)
        self.assertTrue((self.place / "films2" / "dataset.json").exists())

    def test_python_and_javascript(self):
        server = Server()
        self.addCleanup(server.stop)
        for kind, program in (("python", [sys.executable, "-c"]), ("js", ["node", "--input-type=module", "-e"])):
            self.assertEqual(len(blocks(kind)), 1)
            if shutil.which(program[0]) is None:
                print(f"skipped: no {program[0]} for the example in {kind}")
                continue
            self.assertIn("title", self.run_it([*program, blocks(kind)[0]], server))
