"""The Python of docs/spark_models.md runs as it stands, one block after the other; that of README.md and of docs/spark.md's first
page with the repository's ratings in place of a cluster's."""

import re

import pytest
from conftest import root
from test_transform import source_ids

from encore.spark import Dataset


@pytest.mark.parametrize("name", ["autorec", "mult-dae"])
def test_the_page_runs(spark, films, name, capsys):
    blocks = re.findall(r"```python\n(.*?)```", (root / "docs" / "spark_models.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    ratings = source_ids(Dataset.read(spark, str(films.dataset)))
    names = {"spark": spark, "dataset_folder": str(films.dataset), "model_folder": str(films.model(name)), "ratings_of_many": ratings}
    for block in blocks:
        exec(block, names)
    printed = [float(line) for line in capsys.readouterr().out.splitlines() if re.fullmatch(r"[0-9.]+", line)]
    assert len(printed) == (2 if name == "autorec" else 1)
    assert all(0 < figure < 2 for figure in printed)


@pytest.mark.parametrize("page", ["README.md", "docs/spark.md"])
def test_the_way_from_ratings_to_recommendations_runs(spark, page, tmp_path, capsys):
    text = (root / page).read_text(encoding="utf-8")
    block = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "prepare(spark" in block)
    here = block.replace("hdfs://…/ml-25m", str(root / "data" / "ml-latest-small")).replace("hdfs://…", str(tmp_path))
    assert here != block and "workers=8" in here
    names = {"spark": spark}
    exec(here.replace("workers=8", "workers=2, maxIter=3, quiet=True"), names)
    assert "recommendations" in capsys.readouterr().out
    assert len(names["model"].history) == 3
    if page == "docs/spark.md":
        assert (tmp_path / "fifties.model" / "weights.safetensors").exists()
