"""The Python of docs/spark_models.md runs as it stands, one block after the other."""

import re

import pytest
from conftest import root
from test_transform import source_ids

from encore.spark import Dataset


@pytest.mark.parametrize("name", ["autorec", "mult-dae"])
def test_the_page_runs(spark, films, name, capsys):
    blocks = re.findall(r"```python\n(.*?)```", (root / "docs" / "spark_models.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    ratings = source_ids(Dataset.read(spark, str(films.dataset)))
    names = {"spark": spark, "dataset_folder": str(films.dataset), "model_folder": str(films.model(name)), "ratings_of_many": ratings}
    for block in blocks:
        exec(block, names)
    printed = [float(line) for line in capsys.readouterr().out.splitlines() if re.fullmatch(r"[0-9.]+", line)]
    assert len(printed) == (2 if name == "autorec" else 1)
    assert all(0 < figure < 2 for figure in printed)
