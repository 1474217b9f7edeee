"""Encore: from ratings to recommendations with autoencoders.

    import encore

    dataset = encore.prepare("ml-latest-small")
    model = encore.train(dataset)
    model.recommend({"Rear Window": 5, "Vertigo": 4.5}, k=5)

On Apache Spark: encore.spark. What a computation takes: encore.monitor."""

from typing import TYPE_CHECKING

from encore.errors import Failure, Interrupted, PeerLost, TrainingFailed, UserError, WorkerLost

if TYPE_CHECKING:
    from encore.dataset import Dataset
    from encore.model import Answer, Model
    from encore.one_machine import compare, evaluate, load, prepare, train, tune
    from encore.tuned import Tuned

__all__ = ["Answer", "Dataset", "Failure", "Interrupted", "Model", "PeerLost", "TrainingFailed", "Tuned", "UserError", "WorkerLost",
           "compare", "evaluate", "load", "prepare", "train", "tune"]

# Loaded when they are asked for: the executors of a cluster need none of them, nor the tables behind their signatures.
_modules = {"Answer": "model", "Dataset": "dataset", "Model": "model", "compare": "one_machine", "evaluate": "one_machine", "load": "one_machine",
            "prepare": "one_machine", "train": "one_machine", "tune": "one_machine", "Tuned": "tuned"}


def __getattr__(name):
    import importlib

    if name == "__version__":
        from encore import _core

        return _core.program_version()
    if name in ("monitor", "spark"):
        return importlib.import_module(f"encore.{name}")
    if name not in _modules:
        raise AttributeError(f"encore has no {name}")
    found = getattr(importlib.import_module(f"encore.{_modules[name]}"), name)
    globals()[name] = found
    return found


def __dir__():
    return sorted(__all__ + ["__version__", "monitor", "spark"])
