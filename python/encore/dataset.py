"""A prepared dataset: a folder that the command line and Spark read too. Not the preparation (one_machine.py)."""

import json
import os

from encore.errors import UserError
from encore.folders import Folder


class Dataset(Folder):
    """A dataset folder, as `encore prepare` writes it."""

    def __init__(self, path):
        """Raises UserError when `path` is no dataset folder."""
        super().__init__(path)
        try:
            with open(os.path.join(self.path, "dataset.json"), encoding="utf-8") as file:
                #: What dataset.json says: movies, users, ratings, rejected, filtered, scale, fingerprint …
                self.summary = json.load(file)
        except OSError:
            raise UserError(f"{self.path} is no dataset folder; make one with encore.prepare") from None

    @property
    def fingerprint(self):
        """The sha256 over the ratings; equal datasets have equal ones."""
        return self.summary["fingerprint"]

    def __repr__(self):
        return "<encore.Dataset {path}: {ratings:,} ratings, {users:,} users, {movies:,} items>".format(path=self.path, **self.summary)
