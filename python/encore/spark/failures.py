"""What a distributed training raises when it ends early, and how the cause is told from its consequences. Not the restart
(training.py)."""

from dataclasses import dataclass

from encore.errors import TrainingFailed, UserError, WorkerLost


@dataclass(frozen=True)
class Report:
    """What one worker, or the driver about a worker, had to say about the end. kind: user, machine, peer, lost, silent, spark."""

    kind: str
    sentence: str
    rank: int | None = None
    host: str = ""
    details: str = ""

    def described(self):
        where = f"worker {self.rank} on {self.host}: " if self.rank is not None else ""
        return where + self.sentence


# Who is believed first. A worker that notices a lost peer is a witness, not the cause.
_order = ("user", "machine", "lost", "silent", "peer", "spark")
_missing_on_executors = {
    "encore": "install the wheel there, or ship it: spark.archives=encore.zip#encore_pkg with spark.executorEnv.PYTHONPATH=encore_pkg",
    "pyarrow": "install it there, or let spark.pyspark.python name a Python that has it",
}
# A new start may help; against a user's mistake it does not.
_worth_another_try = ("machine", "lost", "silent", "peer", "spark")


def cause_of(reports):
    """The report that is the cause, of all that came; of equals the one that came first. `reports` is not empty."""
    return min(reports, key=lambda report: _order.index(report.kind))


def may_restart(report):
    return report.kind in _worth_another_try


def exception_for(report):
    """The exception that a person gets to see."""
    if report.kind == "user":
        error = UserError(report.described())
        error.report = report
        return error
    kind = TrainingFailed if report.kind in ("machine", "spark") else WorkerLost
    return kind(report.described(), report)


def report_of_spark(error, ended="training"):
    """What Spark's own exception says, on one line."""
    text = str(getattr(error, "java_exception", None) or error)
    for module, cure in _missing_on_executors.items():
        if f"No module named '{module}'" in text:
            return Report("user", f"the executors' Python has no {module}; {cure}", details=text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    telling = [line for line in lines if line.startswith("encore.") or "Error: " in line or "Exception: " in line]
    sentence = (telling or lines or [type(error).__name__])[-1 if telling else 0]
    return Report("spark", f"Spark ended the {ended}: {sentence[:600]}", details=text)
