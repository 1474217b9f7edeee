"""Plots as SVG files beside the page, drawn by matplotlib in an environment of its own (setup/peers plots)."""

import json
import subprocess

from suite.bench import ROOT, environment, say

DRAW = ROOT / "benchmark/suite/draw.py"


class Pictures:
    """The folder of the page; with `install` the environment is made when it is not there."""

    def __init__(self, folder, install):
        self.folder, self.install = folder, install

    def draw(self, name, spec):
        """Writes NAME.svg as `spec` says (draw.py); returns the lines of Markdown that show it, none where it cannot be drawn."""
        python, reason = environment("plots", self.install)
        if not python:
            say(f"no plot: {reason}")
            return []
        subprocess.run([python, DRAW, self.folder / f"{name}.svg"], input=json.dumps(spec), text=True, check=True)
        return [f"![{spec['title']}]({name}.svg)", ""]
