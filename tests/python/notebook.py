"""Runs notebooks/python.ipynb cell after cell as Jupyter does: what is printed, and what the last line of a cell is worth. Run as a
program it writes those outputs into the notebook (`make python` first); test_notebook.py holds it to them."""

import ast
import contextlib
import io
import json
import os
import pathlib

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "python.ipynb"


def read():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def code_of(cell):
    return "".join(cell["source"])


def run(cell, names):
    """The outputs of a code cell, as nbformat has them but for counts."""
    tree = ast.parse(code_of(cell))
    last = ast.Expression(tree.body.pop().value) if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "a cell of the notebook", "exec"), names)
        if last is not None:
            value = eval(compile(last, "a cell of the notebook", "eval"), names)
    outputs = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue().splitlines(keepends=True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_().splitlines(keepends=True)
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}})
    return outputs


def main():
    os.chdir(NOTEBOOK.parent)
    whole, names, count = read(), {"__name__": "__main__"}, 0
    for cell in whole["cells"]:
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"], cell["outputs"] = count, run(cell, names)
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
    NOTEBOOK.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
