"""A prepared dataset: a folder that the command line and Spark read too. Not the preparation (one_machine.py)."""

import json
import os

from encore import html
from encore.errors import UserError
from encore.folders import Folder, unpacked


class Dataset(Folder):
    """A dataset folder, as `encore prepare` writes it."""

    called = "the dataset"
    summary: "dict[str, Any]"

    def __init__(self, path: "Path") -> None:
        """Raises UserError when `path` is no dataset folder."""
        super().__init__(path)
        try:
            with open(os.path.join(self.path, "dataset.json"), encoding="utf-8") as file:
                #: What dataset.json says: movies, users, ratings, rejected, filtered, scale, fingerprint …
                self.summary = json.load(file)
        except OSError:
            raise UserError(f"{self.path} is no dataset folder; make one with encore.prepare") from None

    @property
    def fingerprint(self) -> str:
        """The sha256 over the ratings; equal datasets have equal ones."""
        return self.summary["fingerprint"]

    @property
    def unusable(self) -> "dict[str, int]":
        """{reason: rows} that were rejected, without earlier ratings of the same item."""
        return {reason: rows for reason, rows in self.summary["rejected"].items() if not reason.startswith("superseded")}

    def rejects_text(self) -> str:
        """'12 of 100 rows were rejected: 12 rating is out of scale'; empty when none was."""
        bad = self.unusable
        listed = ", ".join(f"{rows:,} {reason}" for reason, rows in sorted(bad.items()))
        return f"{sum(bad.values()):,} of {self.summary['rows']:,} rows were rejected: {listed}" if bad else ""

    def __reduce__(self):
        """A pickle names the folder, which may be large; a temporary one, which nobody else could read, it carries."""
        return (unpacked, (Dataset, self._files())) if self.is_temporary else (Dataset, (self.path,))

    def _repr_html_(self):
        return html.dataset(self)

    def __repr__(self):
        rejects = f" ({self.rejects_text()})" if self.unusable else ""
        return "<encore.Dataset {path}: {ratings:,} ratings, {users:,} users, {movies:,} items{rejects}>".format(
            path=self.path, rejects=rejects, **self.summary)
