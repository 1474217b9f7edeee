"""The same answers from executors that are processes of their own, which the model has to reach."""

import json
import os
import subprocess
import sys

import pytest
from conftest import root

_script = """
import json, sys
from pyspark.sql import SparkSession

spark = (SparkSession.builder.master("local-cluster[2,1,600]").config("spark.executor.memory", "600m")
         .config("spark.driver.memory", "1g").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
         .config("spark.executorEnv.PYTHONPATH", sys.argv[1]).getOrCreate())
try:
    from encore.spark import AutoencoderModel, Dataset

    model = AutoencoderModel.load(sys.argv[2]).setDataset(Dataset.read(spark, sys.argv[3]))
    rows = model.recommendForAllUsers(7).collect()
    best = {row.user: [(one["item"], one["rating"]) for one in row.recommendations] for row in rows}
    print(json.dumps([sorted(best.items()), model.evaluate(model.dataset)]))
finally:
    spark.stop()
"""


@pytest.mark.slow
def test_executors_that_are_processes_of_their_own(films):
    pytest.importorskip("pyspark.sql", reason="PySpark is not installed; setup/python installs it")
    words = [sys.executable, "-c", _script, root / "python", films.model("autorec"), films.dataset]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=dict(os.environ), timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    best, figures = json.loads(done.stdout.splitlines()[-1])
    expected = films.by_program("autorec")
    assert {user: [tuple(one) for one in rows] for user, rows in best} == expected.best
    for part, values in expected.figures.items():
        for key, value in values.items():
            assert figures[part][key] == (value if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)), (part, key)
