"""The finished model's parts, as the workers send them over their links into files of the driver: a part is never in the memory of the
driver, nor in a result of Spark's. Not what is in a part (the core knows), and not checkpoints (checkpoint_store.py)."""

import os

from encore.errors import UserError


class ArrivingParts:
    """The driver's side. Safe while one thread answers and another one reads `whole` later."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self._folder = folder
        self.whole = {}  # worker: file

    def answer(self, worker, message, body):
        """Takes a piece at its offset, the last one with `whole`; a failure is an answer, too."""
        path = os.path.join(self._folder, f"model-{worker}.part")
        try:
            with open(path, "r+b" if message["offset"] else "wb") as file:
                file.seek(message["offset"])
                file.write(body)
        except OSError as error:
            return {"error": f"{path}: {error.strerror or error}"}
        if message["whole"]:
            self.whole[worker] = path
        return {}


def send(link, path, piece_bytes):
    """The worker's side: whether the driver has all of the file now; False where the link is lost. Raises UserError where the driver cannot
    keep it, which another way would not change."""
    if not link.connected:
        return False
    offset, size = 0, os.path.getsize(path)
    with open(path, "rb") as file:
        while offset < size:
            piece = file.read(piece_bytes)
            try:
                answer, _ = link.ask({"kind": "part", "offset": offset, "whole": offset + len(piece) == size}, piece)
            except OSError:
                return False
            if "error" in answer:
                raise UserError(f"the driver cannot keep the trained weights ({answer['error']}); make place in its folder for temporary "
                                "files, or name another one in TMPDIR")
            offset += len(piece)
    return True
