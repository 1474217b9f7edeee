"""From a source of ratings to a dataset on Spark, by the texts of sql/: `prepare`. Not the dataset itself (../dataset.py)."""

from encore.spark.preparation.phases import prepare

__all__ = ["prepare"]
