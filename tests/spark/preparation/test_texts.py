"""The texts of sql/ are found, or it is said where they were looked for."""

import pytest

from encore.errors import Failure
from encore.spark.preparation import texts


def test_a_package_without_its_texts_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(texts, "_package", tmp_path / "python" / "encore")
    with pytest.raises(Failure, match="the SQL texts are not in .*sql; install the wheel"):
        texts.sql_models.__wrapped__()


def test_the_texts_of_this_package_are_found():
    assert {"reasons", "ratings_final", "items", "users"} <= texts.sql_models().keys()
