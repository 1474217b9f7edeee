"""The notebook's code runs as it stands, cell after cell, and prints what it shows (but for what the processor's own arithmetic
decides: losses and scores)."""

import json

import pytest
from conftest import root

notebook = root / "notebooks" / "study_on_spark.ipynb"


def cells(kind):
    said = json.loads(notebook.read_text(encoding="utf-8"))
    assert said["nbformat"] == 4
    return [cell for cell in said["cells"] if cell["cell_type"] == kind]


def lines_of(text):
    """Without empty ones: Spark 3.5 ends a table that it cuts with one more than Spark 4 does."""
    return [line for line in text.splitlines() if line]


def test_it_walks_through_the_nine_phases():
    from encore.spark.study.phases import NAMES

    titles = [line for cell in cells("markdown") for line in "".join(cell["source"]).splitlines() if line.startswith("## ")]
    assert [title.split(". ")[1].lower() for title in titles] == list(NAMES)


def test_it_runs(monkeypatch, capsys):
    pytest.importorskip("pyspark", reason="PySpark is not installed; setup/python installs it")
    monkeypatch.chdir(root / "notebooks")
    names, learned = {"__name__": "__main__"}, False
    for cell in cells("code"):
        code = "".join(cell["source"])
        exec(compile(code, "a cell of the notebook", "exec"), names)
        learned = learned or "fit(" in code
        printed, shown = capsys.readouterr().out, "".join(text for output in cell["outputs"] for text in output["text"])
        assert bool(printed) == bool(shown) if learned else lines_of(printed) == lines_of(shown)
