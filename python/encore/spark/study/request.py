"""What a configuration is asked to do, read from its request file (docs/study.md). Not the doing."""

import json
import re
from dataclasses import dataclass, field, fields

from encore.errors import UserError

PURPOSES = ("phases", "modes")


@dataclass(frozen=True)
class Request:
    id: str
    label: str
    purpose: str
    engine: str
    subset: str
    workers: int
    parallel: str
    variant: str
    source: str
    first_year: int | None
    last_year: int | None
    model: str
    epochs: int
    batch_size: int | None
    seed: int
    hold_out: float
    test_users: int
    sample_seconds: float
    work: str
    master: str
    output_activation: str | None = None
    spark: dict = field(default_factory=dict)

    @property
    def years(self):
        return None if self.first_year is None else (self.first_year, self.last_year)

    def training_options(self):
        """Named as on the command line; the losses are those of the finished epoch."""
        options = {"model": self.model, "epochs": self.epochs, "batch-size": self.batch_size, "seed": self.seed, "parallel": self.parallel,
                   "output-activation": self.output_activation, "loss-after-epoch": True}
        return {name: value for name, value in options.items() if value is not None}

    def session_master(self):
        """The master of this configuration: of a local one, as many slots as there are workers, so that one worker is one core with
        everything that Spark does. Raises UserError when the master asked for has fewer."""
        local = re.fullmatch(r"local(?:\[(\d+|\*)(?:,\d+)?\])?", self.master)
        cluster = re.fullmatch(r"local-cluster\[(\d+),(\d+),(\d+)\]", self.master)
        if local and (local[1] or "1").isdigit():
            self._require_slots(int(local[1] or 1))
        if local:
            return f"local[{self.workers}]"
        if cluster:
            self._require_slots(int(cluster[1]))
            return f"local-cluster[{self.workers},{cluster[2]},{cluster[3]}]"
        return self.master

    def _require_slots(self, slots):
        if self.workers > slots:
            raise UserError(f"{self.workers} workers do not fit into master '{self.master}'; name one with {self.workers}, or fewer "
                            "workers")


def read_request(path):
    """The Request in a file. Raises UserError that names the file and what is wrong with it."""
    try:
        with open(path, encoding="utf-8") as file:
            said = json.load(file)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}); name a request file of encore study") from error
    except ValueError as error:
        raise UserError(f"{path} is no JSON ({error}); name a request file of encore study") from error
    known = {one.name for one in fields(Request)}
    needed = known - {"output_activation", "spark"}
    missing = sorted(needed - said.keys()) if isinstance(said, dict) else sorted(needed)
    if missing:
        raise UserError(f"{path} does not say {', '.join(missing)}; name a request file of encore study")
    request = Request(**{name: value for name, value in said.items() if name in known and not (name == "spark" and value is None)})
    if request.engine != "spark":
        raise UserError(f"{path} is for the engine '{request.engine}', not for Spark; name a request of `encore study --engine spark`")
    if request.purpose not in PURPOSES:
        raise UserError(f"{path}: purpose is '{request.purpose}'; it must be one of {', '.join(PURPOSES)}")
    return request
