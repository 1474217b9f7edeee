"""A prepared dataset as Spark sees it: three DataFrames and a summary. Not how it came about (encore.spark.preparation)."""

import json
from dataclasses import dataclass, field
from typing import Any

from encore.errors import UserError
from encore.spark.storage import Storage, exact

format_version = 1
VERSION_WITH_EVENTS = 2  # of a dataset with events.parquet


@dataclass(frozen=True, eq=False)
class Dataset:
    """`items`, `users` and `ratings` have the columns of docs/formats.md; `summary` is what dataset.json says.

    `path` is the folder, or None for a dataset that lives in the session only (then the frames are cached until `unpersist`).
    `phases` tells what its preparation took: [{"name", "seconds", "rows"}], empty when it was read. `events`: films that were seen, shown
    or dismissed without a rating (user, item, kind, count, time), or None."""

    items: Any
    users: Any
    ratings: Any
    summary: dict
    path: str | None = None
    phases: list = field(default_factory=list)
    events: Any = None

    @property
    def fingerprint(self) -> str:
        """sha256 over the sorted (userId, movieId, rating, fold), 64 hex digits."""
        return self.summary["fingerprint"]

    @classmethod
    def read(cls, spark: "SparkSession", path: "Path") -> "Dataset":
        """Opens a dataset folder that `prepare` here or `encore prepare` wrote, at any address that Spark reads. Raises UserError
        when it is none, or of a newer format."""
        return cls._read(spark, str(path).rstrip("/"), {})

    @classmethod
    def _read(cls, spark, path, schemas):
        """`schemas`: of tables by name, for which Spark need not look into the files then."""
        summary = read_summary(Storage(spark), path)
        tables = []
        for name in ("items", "users", "ratings", *(["events"] if "events" in summary else [])):
            try:
                reader = exact(spark).schema(schemas[name]) if name in schemas else exact(spark)
                tables.append(reader.parquet(f"{path}/{name}.parquet"))
            except Exception as error:
                raise UserError(f"{path}/{name}.parquet is missing or damaged; prepare the ratings again") from error
        return cls(*tables[:3], summary, path, events=tables[3] if len(tables) > 3 else None)

    def _rows_of_events(self, kind):
        """(user, item) of one kind; None where nothing of the kind is known."""
        if self.events is None or not self.summary["events"][kind]:
            return None
        return self.events.where(self.events["kind"] == kind).select("user", "item")

    def unpersist(self) -> None:
        """Gives back what a dataset without a folder keeps cached."""
        for frame in (self.items, self.users, self.ratings, self.events):
            if frame is not None:
                frame.unpersist()


def read_summary(storage, path):
    """What `path`/dataset.json says. Raises UserError naming the file when it is missing, damaged, not of ours or newer."""
    file = f"{path}/dataset.json"
    if not storage.exists(file):
        raise UserError(f"{file}: there is no such file; name a folder that prepare wrote")
    try:
        summary = json.loads(storage.read_text(file))
        version, ours = summary["format_version"], summary["format"] == "encore-dataset"
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{file} is damaged; prepare the ratings again") from error
    if not ours:
        raise UserError(f"{file} does not describe a dataset")
    if version not in (format_version, VERSION_WITH_EVENTS):
        raise UserError(f"{file} has format version {version}, but this package reads versions {format_version} and {VERSION_WITH_EVENTS}; use "
                        "the version that wrote it, or prepare the ratings again")
    return summary
