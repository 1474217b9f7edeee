"""Runs a command and measures its whole process tree from outside: seconds, CPU seconds and peak memory, in all and by phase.

A tree is the command, its descendants, and whatever else belongs to its session: with Spark that is the driver's Python, the
Java machine and the Python workers. Memory is read from /proc in two ways: RSS summed over the processes (pages that they share
count once for each) and PSS (a shared page counts once). The command names its phases by writing marks into a file
(`Phases`, below). Not a profiler. Linux only; needs Python 3.9 and nothing else.
"""
import json
import os
import pathlib
import subprocess
import threading
import time

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
INTERVAL = 0.05  # seconds between two looks at the tree
PSS_SHARE = 0.04  # of one core's time at most may go into reading PSS, which the kernel must walk all pages for


class Phases:
    """What the measured command uses: `with phases("load") as note: …; note["rows"] = 3` writes when a phase was, and what is noted."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.done = []

    def __call__(self, name):
        self.name, self.note = name, {}
        return self

    def __enter__(self):
        print(f"{self.name} …", flush=True)
        self.began = time.monotonic()
        return self.note

    def __exit__(self, kind, error, trace):
        if kind is not None:
            return
        mark = {"name": self.name, "began": self.began, "ended": time.monotonic(), **self.note}
        print(f"{self.name}: {mark['ended'] - mark['began']:.1f} s {self.note or ''}", flush=True)
        self.done.append(mark)
        if self.file:
            self.file.write(json.dumps(mark) + "\n")
            self.file.flush()


def processes():
    """(pid, parent, session, CPU seconds, RSS in bytes, name) of every process."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                head, _, rest = file.read().rpartition(b")")
                fields = rest.split()
        except OSError:
            continue  # it has just ended
        cpu, name = (int(fields[11]) + int(fields[12])) * TICK, head.partition(b"(")[2].decode("utf-8", "replace")
        yield int(entry), int(fields[1]), int(fields[3]), cpu, int(fields[21]) * PAGE, name


def pss_of(pid):
    """Bytes, or 0 where the process has ended or may not be read."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Sampler(threading.Thread):
    """Looks at the tree of `root`, the leader of a session, until stopped."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.root, self.stopped = root, threading.Event()
        self.samples, self.pss_samples, self.cpu = [], [], {}
        self.members = {root}
        self.next_pss = 0.0

    def run(self):
        while not self.stopped.is_set():
            self.look()
            self.stopped.wait(INTERVAL)

    def look(self):
        now, rss, found = time.monotonic(), 0, set()
        everything = sorted(processes())
        grown = True
        while grown:  # children may have smaller numbers than their parents
            before = len(found)
            found |= {pid for pid, parent, session, *_ in everything if session == self.root or pid == self.root or parent in found}
            grown = len(found) > before
        for pid, _, _, cpu, size, _ in everything:
            if pid in found:
                rss += size
                self.cpu[pid] = max(cpu, self.cpu.get(pid, 0.0))
        self.members = found
        self.samples.append((now, rss, sum(self.cpu.values()), len(found)))
        if now >= self.next_pss:
            worked = time.thread_time()
            sizes = [(pss_of(pid), name) for pid, *_, name in everything if pid in found]
            self.pss_samples.append((now, sum(size for size, _ in sizes), sum(size for size, name in sizes if name == "java")))
            self.next_pss = now + max(4 * INTERVAL, (time.thread_time() - worked) / PSS_SHARE)


def cpu_at(samples, moment):
    last = 0.0
    for when, _, cpu, _ in samples:
        if when > moment:
            break
        last = cpu
    return last


def peaks(sampler, began, ended):
    rss = [s[1] for s in sampler.samples if began <= s[0] <= ended]
    pss = max((s[1:] for s in sampler.pss_samples if began <= s[0] <= ended), default=(None, None))
    return {"peak_rss_bytes": max(rss, default=None), "peak_pss_bytes": pss[0], "java_at_peak_bytes": pss[1]}


def measure(command, marks=None, cwd=None, env=None, log=None, limit=None):
    """Runs the command in a session of its own; returns its measures, its exit status and the phases found in the file `marks`.

    `log` gets standard output and error (None: they are shown); after `limit` seconds the whole tree is killed, status None.
    """
    if marks:
        pathlib.Path(marks).write_text("", encoding="utf-8")
    stream = open(log, "w", encoding="utf-8") if log else None
    began = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], cwd=cwd, env=env, stdout=stream, stderr=subprocess.STDOUT if stream else None,
                             start_new_session=True)
    sampler = Sampler(child.pid)
    sampler.start()
    try:
        status, used = wait_for(child, began + limit if limit else None)
        ended = time.monotonic()
    finally:  # also when this script is called off
        sampler.stopped.set()
        sampler.join()
        leave_nothing(child, sampler)
        if stream:
            stream.close()
    cpu = max(sum(sampler.cpu.values()), used.ru_utime + used.ru_stime if used else 0)
    result = {"status": status, "seconds": ended - began, "cpu_seconds": cpu, **peaks(sampler, began, ended),
              "command_peak_rss_bytes": used.ru_maxrss * 1024 if used else None,
              "processes": max((s[3] for s in sampler.samples), default=1), "phases": []}
    for line in pathlib.Path(marks).read_text(encoding="utf-8").splitlines() if marks else ():
        mark = json.loads(line)
        first, last = mark.pop("began"), mark.pop("ended")
        cpu = cpu_at(sampler.samples, last) - cpu_at(sampler.samples, first)
        result["phases"].append({**mark, "seconds": last - first, "cpu_seconds": cpu, **peaks(sampler, first, last)})
    return result


def wait_for(child, deadline):
    """Exit status and resource usage of the command itself, exact where it ends between two looks; (None, None) after the deadline."""
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, used
        if deadline and time.monotonic() > deadline:
            return None, None
        time.sleep(0.002)


def leave_nothing(child, sampler):
    """Ends what the command has left running: its own tree, and nothing else."""
    for pid, _, session, *_ in list(processes()):
        if session == child.pid and pid in sampler.members | {child.pid}:
            try:
                os.kill(pid, 9)
            except OSError:
                pass
    if child.returncode is None:
        child.wait()
