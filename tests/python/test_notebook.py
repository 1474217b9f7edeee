"""The notebook on Python runs as it stands and shows what it holds (but for what the processor's own arithmetic decides: losses, scores,
and what follows from them)."""

import notebook


def test_it_runs(monkeypatch):
    monkeypatch.chdir(notebook.NOTEBOOK.parent)
    names, learned = {"__name__": "__main__"}, False
    for cell in notebook.read()["cells"]:
        if cell["cell_type"] != "code":
            continue
        learned = learned or "encore.train(" in notebook.code_of(cell)
        outputs, shown = notebook.run(cell, names), cell["outputs"]
        assert [one["output_type"] for one in outputs] == [one["output_type"] for one in shown]
        for one, other in zip(outputs, shown):
            if one["output_type"] == "stream":
                assert one["text"] == other["text"], "mistakes are the same on every machine"
            else:
                assert one["data"].keys() == other["data"].keys()
                assert learned or one["data"].get("text/html") == other["data"].get("text/html")
