"""The processes that belong to one: found in /proc, with the CPU time and the memory of each. Looks when it is asked; not a sampler
over time (monitor.py). Linux only, standard library only."""

import os
import time
from dataclasses import dataclass

_tick = 1 / os.sysconf("SC_CLK_TCK")
_page = os.sysconf("SC_PAGE_SIZE")
# Of a core's time, what finding out about shared pages may take: the kernel walks all pages of a process for it.
_share_for_pages = 0.003


@dataclass
class _Member:
    parent: int
    kind: str
    cpu_seconds: float = 0.0
    resident: int = 0
    own_share: float = 1.0  # proportional set size ÷ resident set size when it was last read


class ProcessTree:
    """The process `root` and its descendants.

    `kinds` of a Spark application: "driver" (the root), "JVM" (Java, wherever it stands), "Python workers" (below Java). Memory is the
    proportional set size: a page that n processes share counts as 1/n in each, so that the sum is what the tree takes. Reading it is
    costly; in between it is the resident size times the ratio of the two when they were last read."""

    def __init__(self, root=None):
        self.root = os.getpid() if root is None else root
        self._members, self._strangers = {}, set()
        self._of_the_dead = 0.0
        self._next_pages = 0.0

    def look(self):
        """Finds who has come and gone and reads what they use."""
        present = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        self._strangers &= present
        for pid in [pid for pid in self._members if pid not in present]:
            self._bury(pid)
        for pid in list(self._members):
            self._read(pid)
        unknown = sorted(present - self._strangers - self._members.keys())
        while unknown:  # a child may have a smaller number than its parent
            found = [pid for pid in unknown if self._read(pid)]
            if not found:
                break
            unknown = [pid for pid in unknown if pid not in self._members]
        self._strangers.update(unknown)
        now = time.monotonic()
        if now >= self._next_pages:
            worked = time.thread_time()
            self._read_pages()
            self._next_pages = now + (time.thread_time() - worked) / _share_for_pages

    @property
    def cpu_seconds(self):
        """Of all processes since they began, those that have ended included as far as they were seen."""
        return self._of_the_dead + sum(member.cpu_seconds for member in self._members.values())

    def memory(self):
        """{kind: bytes}"""
        sizes = {}
        for member in self._members.values():
            sizes[member.kind] = sizes.get(member.kind, 0) + int(member.resident * member.own_share)
        return sizes

    def processes(self, kind):
        """The numbers of the processes of a kind, ascending."""
        return sorted(pid for pid, member in self._members.items() if member.kind == kind)

    def _read(self, pid):
        """Whether the process belongs here; its figures are then new."""
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                head, _, rest = file.read().rpartition(b")")
        except OSError:  # it has just ended
            self._bury(pid)
            return False
        fields, name = rest.split(), head.partition(b"(")[2]
        member = self._members.get(pid)
        if member is None:
            parent = int(fields[1])
            if pid != self.root and parent not in self._members:
                return False
            member = self._members[pid] = _Member(parent, "driver")
        if pid != self.root:
            above = self._members.get(member.parent)
            if name == b"java":
                member.kind = "JVM"
            elif above is not None:
                member.kind = "driver" if above.kind == "driver" else "Python workers"
        member.cpu_seconds = (int(fields[11]) + int(fields[12])) * _tick
        member.resident = int(fields[21]) * _page
        return True

    def _bury(self, pid):
        member = self._members.pop(pid, None)
        if member is not None:
            self._of_the_dead += member.cpu_seconds

    def _read_pages(self):
        for pid, member in self._members.items():
            proportional = _proportional_set_size(pid)
            if proportional is not None and member.resident:
                member.own_share = proportional / member.resident


def _proportional_set_size(pid):
    """Bytes; None where the process has ended or may not be read."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None
