"""What Encore raises: for what the caller can mend, for trainings that ended early, and for what the core cannot help. Not the
errors of Python, Spark or another library."""


class UserError(ValueError):
    """A user's mistake, in one sentence that names what can be changed: an option, a value, a file or a column."""


class TrainingFailed(RuntimeError):
    """A training on several machines ended early; the sentence names worker, host and place where they are known. `report`, if
    any, is what was noticed."""

    def __init__(self, sentence, report=None):
        super().__init__(sentence)
        self.report = report


class WorkerLost(TrainingFailed):
    """A worker died, was killed, or stopped answering."""


class PeerLost(RuntimeError):
    """What a worker raises when another of the same training died, stopped answering or failed; the sentence names it."""


class Failure(RuntimeError):
    """A bug of Encore's own, or the machine's refusal: no memory, no thread, a full disk."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while the core worked. What was unfinished has been put aside; nothing half-written stays."""
