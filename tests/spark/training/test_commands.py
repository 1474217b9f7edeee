"""`python -m encore.spark …` and spark-submit: the command line's commands and options, run by Spark."""

import json
import os
import subprocess
import sys

import pytest
from conftest import program, root, trained_by_program, weights

pytest.importorskip("pyspark", reason="PySpark is not installed; setup/python installs it")


def run(*words, check=True):
    settings = {"SPARK_CONF_DIR": os.environ.get("SPARK_CONF_DIR", ""), "PYSPARK_SUBMIT_ARGS":
                "--master local[2] --driver-memory 1g --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2 pyspark-shell"}
    done = subprocess.run([sys.executable, "-m", "encore.spark", *map(str, words)], env={**os.environ, **settings}, capture_output=True,
                          text=True, cwd=root)
    assert not check or done.returncode == 0, done.stderr
    return done


def test_options_are_those_of_the_tables():
    help_text = run("train", "--help").stdout
    for option in ("--batch-size", "--workers", "--max-restarts", "--no-normalise", "--checkpoint-location"):
        assert option in help_text
    for wrong, sentence in ((("train", "d", "-o", "m", "--shards", "2"), "--shards is not for Spark; use --workers"),
                            (("train", "d", "-o", "m", "--model", "als"), "invalid choice: 'als'"),
                            (("train", "d"), "-o"), ((), "prepare|train|evaluate|compare|tune|recommend"),
                            (("tune", "d", "-o", "t", "--threads", "2"), "--threads is not for Spark; use spark.task.cpus")):
        done = run(*wrong, check=False)
        assert done.returncode == 2 and sentence in done.stderr, done.stderr


@pytest.mark.slow
def test_the_whole_way(tmp_path):
    films, model = tmp_path / "films", tmp_path / "films.model"
    assert json.loads(run("prepare", "data/ml-latest-small", "-o", films, "--min-item-ratings", 50, "--validation", 0.1,
                          "--json").stdout)["movies"] > 100
    run("train", films, "-o", model, "--epochs", 2, "--batch-size", 50, "--workers", 2)
    by_program = trained_by_program(str(films), tmp_path / "by_program", "--epochs", "2", "--batch-size", "50")
    assert weights(model) == weights(by_program)
    here = json.loads(run("evaluate", model, films, "--json").stdout)
    there = json.loads(subprocess.run([program, "evaluate", str(model), str(films), "--json", "--quiet"], check=True,
                                      capture_output=True).stdout)
    assert here["ranking"]["ndcg@10"] == pytest.approx(there["ranking"]["ndcg@10"], abs=1e-6)
    tuned = json.loads(run("tune", films, "-o", tmp_path / "tuned", "--models", "item-knn", "--trials", 2, "--minutes", 0, "--json").stdout)
    assert len(tuned["trials"]) == 2 and tuned["winner"]["command"].startswith(f"encore train {films} ")
    assert "title" in run("recommend", model, "--user", 42, "--dataset", films, "-k", 3, "--json").stdout
    run("recommend", model, "--all", "--dataset", films, "-o", tmp_path / "top", "-k", 3)
    assert list((tmp_path / "top").rglob("*"))


def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path):
    done = run("train", tmp_path / "nothing", "-o", tmp_path / "model", check=False)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith(f"encore.spark train: {tmp_path}/nothing/dataset.json: there is no such file")
