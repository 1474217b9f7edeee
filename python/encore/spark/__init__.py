"""Encore on Apache Spark. The names are found when they are asked for: a worker of a training loads neither SQL nor Spark ML."""

_places = {
    "Autoencoder": "estimator", "AutoencoderModel": "model", "Dataset": "dataset", "compare": "comparison", "prepare": "preparation",
    "Tuned": "tuning", "tune": "tuning",
}
__all__ = [*_places, "TrainingFailed", "UserError", "WorkerLost"]


def __getattr__(name):
    from importlib import import_module

    if name in _places:
        return getattr(import_module(f"encore.spark.{_places[name]}"), name)
    if name in __all__:
        return getattr(import_module("encore.errors"), name)
    raise AttributeError(f"encore.spark has no {name}")


def __dir__():
    return sorted(__all__)
