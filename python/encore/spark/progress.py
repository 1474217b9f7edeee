"""What a person sees of a distributed training while it runs: a line for some of the epochs, and on a terminal how far the epoch is."""

import sys
import threading


class Progress:
    """Writes to `stream` (standard error); nothing when `quiet`. May be used from several threads."""

    def __init__(self, epochs, users, quiet=False, stream=None):
        self._epochs, self._users, self._quiet = epochs, users, quiet
        self._stream = stream or sys.stderr
        self._lock = threading.Lock()
        self._open_line = False

    def epoch(self, record):
        """Each epoch where there are few, else 1, 2, 5, 10, 20, 50 and so on, and the last, as the command line does."""
        number = record["epoch"]
        if self._epochs > 15 and number != self._epochs and str(number).rstrip("0") not in ("1", "2", "5"):
            return
        line = f"epoch {record['epoch']:>{len(str(self._epochs))}}/{self._epochs}  train loss {_number(record['train_loss'])}"
        if record.get("validation_loss") is not None:
            line += f"  validation loss {_number(record['validation_loss'])}"
        if record.get("validation_ndcg@100") is not None:
            line += f"  NDCG@100 {record['validation_ndcg@100']:.4f}"
        self.say(f"{line}  {record['seconds']:.2f} s")

    def users(self, epoch, users):
        if not self._quiet and self._stream.isatty():
            with self._lock:
                share = min(users / self._users, 1) if self._users else 0
                self._stream.write(f"\r\x1b[Kepoch {epoch}  {share:4.0%} of the users")
                self._stream.flush()
                self._open_line = True

    def say(self, line):
        if self._quiet:
            return
        with self._lock:
            self._stream.write(("\r\x1b[K" if self._open_line else "") + line + "\n")
            self._stream.flush()
            self._open_line = False


def _number(value):
    return "nothing" if value is None else f"{value:#.6g}"
