"""The texts of sql/, which DuckDB and Spark run alike: found, with what their first lines say. Not the running of them."""

import pathlib
import re
from functools import lru_cache
from typing import NamedTuple

from encore.errors import Failure

_package = pathlib.Path(__file__).resolve().parents[2]
_first_line = re.compile(r"-- name: (\w+)  materialize: (yes|no)  output: (yes|no)$")
_comment = re.compile(r"^ *--.*\n", re.MULTILINE)


class SqlModel(NamedTuple):
    name: str
    materialize: bool
    text: str


@lru_cache(maxsize=None)
def sql_models():
    """All models by name, without comments: from the package, or in a checkout from the folder that the core is built from."""
    folder = _package / "sql" if (_package / "sql").is_dir() else _package.parents[1] / "sql"
    models = {}
    for path in sorted(folder.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        name, materialize, _ = _first_line.match(text.split("\n", 1)[0]).groups()
        models[name] = SqlModel(name, materialize == "yes", _comment.sub("", text))
    if not models:
        raise Failure(f"the SQL texts are not in {folder}; install the wheel, or take the package from a whole checkout")
    return models
