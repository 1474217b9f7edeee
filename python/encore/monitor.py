"""How much memory and processor time a process and its descendants take, over time and phase by phase: for a notebook, on Spark or
not. Samples in a thread; what is sampled is found by process_tree.py. Linux only, standard library only.

    with encore.monitor.Monitor() as monitor:
        monitor.phase("model training")
        …
    monitor.to_csv("training.csv")

The command line's `--monitor FILE.csv` has the same columns."""

import csv
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from encore.machine import usable_cores
from encore.process_tree import ProcessTree

KINDS = ("driver", "JVM", "Python workers")  # of processes, on Spark
_most_of_a_core = 0.008  # of one core's time, that sampling may take
_shortest = 0.05  # seconds over which a percentage says something: the kernel counts hundredths


@dataclass(frozen=True)
class Sample:
    """`memory_bytes` of the tree, a page that processes share counted once; `processes` {kind: bytes}; `cpu_percent` of the tree
    since the sample before, 100 = all cores that it may use; `cores` [percent] of the whole machine."""

    seconds: float
    memory_bytes: int
    cpu_percent: float
    cores: tuple
    processes: dict
    cpu_seconds: float  # of the tree since the start
    phase: str


@dataclass
class Phase:
    """`peak_bytes`: the most memory that a sample found while the phase ran."""

    name: str
    start_seconds: float
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    _cpu_at_start: float = field(default=0.0, repr=False)


class Monitor:
    """Samples from `start` (or entering a `with`) to `stop`, every `interval` seconds, less often where that would take more than
    0.8 % of a core. `root`: the process whose tree it is; this one unless said otherwise."""

    def __init__(self, interval=0.2, root=None):
        self.interval = interval
        self.samples, self.phases = [], []
        self.cpu_seconds = 0.0  # of the sampling itself
        self._cores_allowed = usable_cores()
        self._tree, self._cores = ProcessTree(root), _Cores()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = None
        self._began = self._ended = None
        self._running = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()

    def start(self):
        self._began = time.monotonic()
        self._tree.look()
        self._cpu_before_us = self._tree.cpu_seconds
        self._cores.percents()
        self._look()
        self._thread = threading.Thread(target=self._run, name="encore-monitor", daemon=True)
        self._thread.start()
        return self

    def stop(self):
        """Takes a last sample; the monitor keeps what it has."""
        if self._thread is None or self._stopping.is_set():
            return
        self._stopping.set()
        self._thread.join()
        self.end_phase()
        self._ended = time.monotonic()

    def phase(self, name):
        """Begins a phase, which ends with the next one, with `end_phase`, or with the `with` block that it may open."""
        self.end_phase()
        with self._lock:
            self._running = Phase(name, self.seconds)
        sample = self._look()
        self._running._cpu_at_start, self._running.peak_bytes = sample.cpu_seconds, sample.memory_bytes
        self.phases.append(self._running)
        return self._until_the_end_of(self._running)

    def end_phase(self):
        """What follows belongs to no phase. Returns the phase that ended, or None."""
        if self._running is None:
            return None
        phase, sample = self._running, self._look()
        phase.seconds = sample.seconds - phase.start_seconds
        phase.cpu_seconds = sample.cpu_seconds - phase._cpu_at_start
        self._running = None
        return phase

    @property
    def seconds(self):
        """Since the start."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def percent_of_a_core(self):
        """What the sampling itself took."""
        return 100 * self.cpu_seconds / self.seconds if self.seconds > 0 else 0.0

    @property
    def peak_bytes(self):
        return max((sample.memory_bytes for sample in self.samples), default=0)

    def to_csv(self, path):
        """One line a sample, written aside and renamed."""
        cores = range(max((len(sample.cores) for sample in self.samples), default=0))
        kinds = [kind for kind in KINDS if any(kind in sample.processes for sample in self.samples)]
        aside = f"{os.fspath(path)}.{os.getpid()}.tmp"
        try:
            with open(aside, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["seconds", "memory_bytes", "cpu_percent", *(f"core_{core}_percent" for core in cores),
                                 *(f"{kind.lower().replace(' ', '_')}_bytes" for kind in kinds), "phase"])
                for one in self.samples:
                    writer.writerow([f"{one.seconds:.3f}", one.memory_bytes, f"{one.cpu_percent:.1f}",
                                     *(f"{percent:.1f}" for percent in one.cores), *(one.processes.get(kind, 0) for kind in kinds),
                                     one.phase])
            os.replace(aside, path)
        finally:
            if os.path.exists(aside):
                os.remove(aside)

    def to_dict(self, most=600):
        """{"phases", "monitor", "samples"} as docs/study.md has them; of the phases those that have ended. most: samples at most; beyond
        it neighbours become one."""
        samples = joined(list(self.samples), most)
        kinds = [kind for kind in KINDS if any(kind in sample.processes for sample in samples)]
        cores = len(samples[0].cores) if samples else 0
        return {
            "phases": [{"name": one.name, "start_seconds": one.start_seconds, "seconds": one.seconds, "cpu_seconds": one.cpu_seconds,
                        "peak_bytes": one.peak_bytes} for one in self.phases if one is not self._running],
            "monitor": {"interval_seconds": self.interval, "samples": len(self.samples), "cpu_seconds": self.cpu_seconds,
                        "percent_of_a_core": self.percent_of_a_core},
            "samples": {"seconds": [round(one.seconds, 3) for one in samples],
                        "cpu_percent": [round(one.cpu_percent, 1) for one in samples],
                        "memory_bytes": [one.memory_bytes for one in samples],
                        "cores": [[round(one.cores[core], 1) for one in samples] for core in range(cores)],
                        "processes": {kind: [one.processes.get(kind, 0) for one in samples] for kind in kinds}},
        }

    @contextmanager
    def _until_the_end_of(self, phase):
        try:
            yield phase
        finally:
            if self._running is phase:
                self.end_phase()

    def _run(self):
        worked = 0.0
        while not self._stopping.wait(max(self.interval, worked / _most_of_a_core)):
            before = time.thread_time()
            self._look()
            worked = time.thread_time() - before

    def _look(self):
        with self._lock:
            before = time.thread_time()
            self._tree.look()
            now, cpu = self.seconds, self._tree.cpu_seconds - self._cpu_before_us
            last = self.samples[-1] if self.samples else None
            if last is not None and now - last.seconds < _shortest:
                cores, percent = last.cores, last.cpu_percent
            else:
                used, passed = (cpu - last.cpu_seconds, now - last.seconds) if last else (0.0, 1.0)
                cores, percent = self._cores.percents(), max(0.0, 100 * used / passed / self._cores_allowed)
            processes = self._tree.memory()
            sample = Sample(now, sum(processes.values()), percent, cores, processes, cpu, self._running.name if self._running else "")
            self.samples.append(sample)
            if self._running:
                self._running.peak_bytes = max(self._running.peak_bytes, sample.memory_bytes)
            self.cpu_seconds += time.thread_time() - before
        return sample


class _Cores:
    """How busy each core that this process may use was between two looks, by anybody's work."""

    def __init__(self):
        self._allowed = os.sched_getaffinity(0)
        self._before = {}

    def percents(self):
        now, found = {}, []
        with open("/proc/stat", encoding="ascii") as file:
            for line in file:
                name, *words = line.split()
                if name.startswith("cpu") and name[3:].isdigit() and int(name[3:]) in self._allowed:
                    ticks = [int(word) for word in words[:8]]
                    now[name] = sum(ticks), ticks[3] + ticks[4]  # all of it; idle, and waiting for a disk
        for name, (every, idle) in now.items():
            every_before, idle_before = self._before.get(name, (0, 0))
            passed = every - every_before
            found.append(min(100.0, max(0.0, 100 * (1 - (idle - idle_before) / passed))) if passed > 0 else 0.0)
        self._before = now
        return tuple(found)


def joined(samples, most):
    """At most `most` samples: of neighbours that become one, the mean of the percentages by their time, the greatest memory, and the
    latest time, CPU seconds and phase."""
    width = -(-len(samples) // most)
    if width <= 1:
        return list(samples)
    found, begin = [], 0.0
    for first in range(0, len(samples), width):
        group = samples[first:first + width]
        spans = [max(one.seconds - before, 1e-9) for one, before in zip(group, [begin, *(one.seconds for one in group)])]
        total, last = sum(spans), group[-1]

        def mean(values):
            return sum(value * span for value, span in zip(values, spans)) / total

        largest = max(group, key=lambda one: one.memory_bytes)
        cores = tuple(mean(values) for values in zip(*(one.cores for one in group)))
        found.append(Sample(last.seconds, largest.memory_bytes, mean([one.cpu_percent for one in group]), cores, largest.processes,
                            last.cpu_seconds, last.phase))
        begin = last.seconds
    return found
