"""Checkpoints of a distributed training: one part from each worker, valid once all are there. Not the places where they lie
(checkpoint_store.py), nor what a part holds (the core knows).

epoch-000012/part-0-of-2.state … and epoch-000012.json, which whoever finds all parts there writes: nobody has to wait for anybody.
What has no such file was left by an attempt that died, and is removed by the next one."""

import hashlib
import io
import json
import os
import uuid

from encore.errors import UserError

_may_change = ("epochs", "threads", "patience", "stop_on", "patience_asked", "stop_on_asked", "epochs_unjudged", "checkpoint_every")


def training_key(plan, fingerprint):
    """Names the folder of one training: the same dataset and the same settings, but for those that may change in a continuation."""
    lasting = {name: value for name, value in plan.items() if name not in _may_change}
    if plan["parallel"] == "items":
        lasting.pop("shards", None)
    text = json.dumps([fingerprint, lasting], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


class Checkpoints:
    def __init__(self, store):
        self._store = store

    def latest(self):
        """{"epoch", "parts", "history"} of the last valid checkpoint, or None."""
        names = [name for name in self._store.names() if name.endswith(".json")]
        return json.loads(self._store.read(names[-1])) if names else None

    def mark(self):
        """Leaves a file by which the other workers see that they look at the same place; its name. Raises UserError when it cannot."""
        name = f"seen-{uuid.uuid4().hex}"
        try:
            self._store.put(name, io.BytesIO(b""))
        except OSError as error:
            raise UserError(f"checkpointLocation {self._store.location} cannot be written ({error}); name another place, or "
                            "'driver'") from error
        return name

    def require_shared(self, mark, host):
        """Raises UserError when `mark`, which worker 0 left, cannot be seen from here."""
        if mark not in self._store.names():
            raise UserError(f"checkpointLocation {self._store.location} is not the same place for all workers: {host} does not see what "
                            "worker 0 wrote; name a place that all of them reach, or 'driver'")

    def clear_unfinished(self):
        """Removes what an earlier attempt left; only before the others begin."""
        names = self._store.names()
        valid = {name[:-len(".json")] for name in names if name.endswith(".json")}
        self._store.remove(name for name in names if not name.endswith(".json") and name.split("/")[0] not in valid)

    def restore(self, checkpoint, folder):
        """Fetches all parts into a local folder; their paths, by process."""
        paths = []
        for name in checkpoint["parts"]:
            paths.append(os.path.join(folder, name.replace("/", "-")))
            self._store.fetch(name, paths[-1])
        return paths

    def save(self, path, process, processes, history):
        """This process's part of the state after the last epoch of `history`, written by the core to `path`."""
        epoch = f"epoch-{history[-1]['epoch']:06d}"
        with open(path, "rb") as file:
            self._store.put(f"{epoch}/part-{process}-of-{processes}.state", file)
        parts = [f"{epoch}/part-{p}-of-{processes}.state" for p in range(processes)]
        names = self._store.names()
        if not set(parts) <= set(names):
            return
        text = json.dumps({"epoch": history[-1]["epoch"], "parts": parts, "history": history})
        self._store.put(f"{epoch}.json", io.BytesIO(text.encode("utf-8")))
        older = [name for name in names if name < epoch and name.startswith("epoch-")]
        self._store.remove(sorted(older, key=lambda name: not name.endswith(".json")))
