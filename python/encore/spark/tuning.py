"""What Spark says to a search of settings: that one machine does it. Not the search (`encore.tune`)."""

from encore.errors import UserError


def tune(dataset: "Dataset | Path", **options) -> None:
    """Raises UserError: a trial trains a whole model again and again from checkpoints on local disks, and waiting for executors would
    take longer than most trials. Search on the driver, or on a sample of the users, and train with what was found."""
    raise UserError("a search of settings runs on one machine: encore.tune(dataset) on the driver, on a local dataset folder; "
                    "Autoencoder(...) then trains on Spark with the options of its winner")
