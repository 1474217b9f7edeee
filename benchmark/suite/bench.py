"""What all sections use: the options, the built programs, data sets that are made once, commands that are measured. No section itself."""

import json
import os
import pathlib
import subprocess
import sys
import time

from suite.turns import Contest, Contestant, put_first

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PERIODS = {"1950–59": "1950-1959", "1950–69": "1950-1969", "1950–79": "1950-1979", "all": None}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Bench:
    """The run: where its programs and its work are, and how large it is."""

    def __init__(self, options):
        self.program, self.engine_program = options.program.resolve(), options.engine.resolve()
        self.work, self.threads, self.size = options.work.resolve(), options.threads, options.size
        self.install, self.compile, self.first = options.install, options.compile, options.real_time
        self.work.mkdir(parents=True, exist_ok=True)

    def engine(self, *words, first=False):
        """The JSON answer of `bench_engine WORDS`; with `first` it goes before other work, if that was asked for."""
        return json.loads(self.measured(self.engine_program, *words, first=first and self.first)["text"])

    def encore(self, *words):
        """A command of Encore: its answer, and what it took."""
        took = self.measured(self.program, *words, "--json", "--quiet")
        return {**took, "answer": json.loads(took.pop("text"))}

    def measured(self, *command, first=False):
        """Runs to the end: standard output as "text", seconds, CPU seconds, peak memory. A failure ends the run."""
        log = self.work / "bench.log"
        with open(log, "w", encoding="utf-8") as errors:
            began = time.monotonic()
            child = subprocess.Popen(
                [str(word) for word in command], stdout=subprocess.PIPE, stderr=errors, text=True, cwd=self.work
            )
            if first:
                put_first(child.pid)
            text = child.stdout.read()
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            child.stdout.close()
        if child.returncode != 0:
            sys.exit(
                f"bench: {' '.join(map(str, command))}: exit status {child.returncode}: {log.read_text(encoding='utf-8').strip()[-500:]}"
            )
        return {
            "text": text,
            "seconds": time.monotonic() - began,
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "peak_bytes": used.ru_maxrss * 1024,
        }

    def contest(self, rounds=None):
        return Contest(rounds or self.size.rounds, self.size.round_seconds, self.first)

    def stepper(self, name, items, per_user, shards=2, batch=64, model="reference", extra=()):
        """A contestant that takes Encore's steps."""
        shape = ["--items", items, "--per-user", per_user, "--users", self.size.users, "--model", model]
        words = ["step", *shape, "--batch", batch, "--shards", shards, *extra]
        return Contestant(name, [self.engine_program, *words])

    def twin(self):
        """The folder of the made-up ratings with the shape of MovieLens 25M."""
        folder = self.work / self.size.twin
        if not folder.exists():
            say(f"making {folder.name}")
            self.encore("generate", "-o", folder, "--like", "ml-25m", "--scale", self.size.scale)
        return folder

    def dataset(self, period):
        """The prepared ratings of a period, made when they are not there."""
        folder = self.work / f"{self.size.twin}-{PERIODS[period] or 'all'}.dataset"
        if not folder.exists():
            self.prepare(period, folder)
        return folder

    def prepare(self, period, folder, *words):
        years = ["--years", PERIODS[period]] if PERIODS[period] else []
        return self.encore("prepare", self.twin(), "-o", folder, *years, "--threads", self.threads, *words)


def environment(name, install=True):
    """The Python of what `setup/peers NAME` makes, or None and why there is none; without `install` only what was made before."""
    made_before = ROOT / f".deps/peers-{name}/pins.sha256"
    if not install and not made_before.exists():
        return None, f"there is no .deps/peers-{name}, and --no-install forbids to make it"
    made = subprocess.run([ROOT / "setup/peers", name], capture_output=True, text=True)
    if made.returncode == 0:
        return ROOT / made.stdout.strip() / "bin/python", None
    return None, (made.stderr.strip().splitlines() or [f"setup/peers {name} failed"])[-1]
