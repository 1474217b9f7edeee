"""Folders that older versions wrote (tests/upgrade), opened in Python: the same films as then."""

import json
import shutil

import pytest

import encore
from conftest import ROOT

VERSIONS = sorted(path.parent for path in (ROOT / "tests" / "upgrade").glob("*/answers.json"))


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_models_of_older_versions_answer_as_they_did(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "old")
    kept = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    asked = [one for one in kept["answers"] if one["words"][0] == "recommend" and "--user" in one["words"]]
    assert len(asked) >= 4
    for one in asked:
        model = encore.load(tmp_path / "old" / one["words"][1])
        answer = model.recommend(user=int(kept["facts"]["user"]), dataset=tmp_path / "old" / "films", k=5)
        assert [item["movieId"] for item in answer] == [item["movieId"] for item in one["answer"]["users"][0]["items"]]


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda path: path.name)
def test_datasets_of_older_versions_are_trained_on(folder, tmp_path):
    shutil.copytree(folder / "films", tmp_path / "films")
    assert encore.train(tmp_path / "films", model="popularity").evaluate()["ranking"]["users"] > 0
