"""Programs that take turns: each does a number of steps while the others are stopped, round after round, so that all see the same
machine. A program answers a line with a number of steps by one JSON object with "seconds"."""

import json
import os
import signal
import statistics
import subprocess


def put_first(process):
    """Before all other work of this machine, with all its threads (real-time scheduling); the system may refuse."""
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setscheduler(int(thread), os.SCHED_FIFO, os.sched_param(1))


class Contestant:
    """A running program; `ready` is what it said first."""

    def __init__(self, name, command, environment=None, log=None):
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
        self.ready = self.answer()
        self.process.send_signal(signal.SIGSTOP)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self.process.wait()}")
        return json.loads(line)

    def run(self, steps):
        """What the program answers to so many steps."""
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        said = self.answer()
        self.process.send_signal(signal.SIGSTOP)
        return said

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Contest:
    """Programs that stand ready; at the end of the `with` they are gone."""

    def __init__(self, rounds, seconds, first=False):
        self.rounds, self.seconds, self.first, self.contestants = rounds, seconds, first, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.contestants:
            one.close()

    def add(self, contestant):
        self.contestants.append(contestant)
        return contestant

    def take_turns(self):
        """{name: median and least milliseconds of a step, and each round's}. A round is as many steps as take about `seconds`."""
        everyone, steps, taken = self.contestants, {}, {}
        for one in everyone:
            if self.first:
                put_first(one.process.pid)
            one.run(3)  # compilation, first touch of the memory
            steps[one.name] = max(3, min(100, round(self.seconds / (one.run(3)["seconds"] / 3))))
            taken[one.name] = []
        for turn in range(self.rounds):
            start = turn % len(everyone)
            for one in everyone[start:] + everyone[:start]:
                taken[one.name].append(1e3 * one.run(steps[one.name])["seconds"] / steps[one.name])
        return {
            name: {"median": statistics.median(row), "least": min(row), "rounds": row} for name, row in taken.items()
        }
