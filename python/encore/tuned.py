"""What a search of settings found: the object of `encore tune --json`, and the winner as a Model. Not the search (one_machine.py)."""

import os

from encore.folders import Folder
from encore.model import Model


class Tuned(Folder):
    """The results of a search, the winner as a Model, and the folder that holds them."""

    called = "the search"

    def __init__(self, path: "Path", dataset: "Dataset", results: "dict[str, Any]") -> None:
        super().__init__(path)
        self._dataset, self._results, self._model = dataset, results, None

    def __repr__(self):
        options = ", ".join(f"{name}={value!r}" for name, value in self.winner["options"].items())
        return f"<Tuned: {self.winner['model']} ({options}), {self._results['metric']} {self.winner['value']:.4f} after {len(self.trials)} trials>"

    @property
    def results(self) -> "dict[str, Any]":
        """All that `encore tune --json` says; docs/json.md names the keys."""
        return self._results

    @property
    def winner(self) -> "dict[str, Any]":
        """The best trial: its options, what it reaches, the command that makes it again."""
        return self._results["winner"]

    @property
    def trials(self) -> "list[dict[str, Any]]":
        """Every trial, in the order in which they were begun."""
        return self._results["trials"]

    @property
    def model(self) -> "Model":
        """The winner, trained."""
        if self._model is None:
            self._model = Model(os.path.join(self.path, "winner"), self._dataset)
        return self._model

    @property
    def page(self) -> str:
        """The path of the page that shows the search."""
        return os.path.join(self.path, "index.html")
