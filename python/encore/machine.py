"""What this machine, or the container in which the program runs, has and allows: cores and memory. Not what is used of it
(process_tree.py, monitor.py). Linux only, standard library only."""

import os
import pathlib


def logical_cores():
    """How many cores this process may run on."""
    return len(os.sched_getaffinity(0))


def physical_cores(cpuinfo="/proc/cpuinfo"):
    """Cores without their second threads; None where the system does not say."""
    cores, package = set(), "0"
    for line in pathlib.Path(cpuinfo).read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "physical id":
            package = value.strip()
        elif name.strip() == "core id":
            cores.add((package, value.strip()))
    return len(cores) or None


def memory_bytes(meminfo="/proc/meminfo"):
    """What the machine has."""
    for line in pathlib.Path(meminfo).read_text(encoding="utf-8").splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    return None


def cpu_quota(root="/"):
    """Cores' worth of time that the container allows (1.5: one and a half); None: no limit."""
    quotas = []
    for folder in _groups(root, "cpu"):
        quota = _words(folder / "cpu.max")  # v2: "150000 100000"
        if not quota:
            quota = _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")  # v1
        if len(quota) == 2 and quota[0].isdigit() and int(quota[1]) > 0:  # "max" and -1: no limit
            quotas.append(int(quota[0]) / int(quota[1]))
    return min(quotas, default=None)


def memory_limit_bytes(root="/"):
    """Bytes that the container allows; None: no limit."""
    limits = []
    for folder in _groups(root, "memory"):
        words = _words(folder / "memory.max") or _words(folder / "memory.limit_in_bytes")
        if words and words[0].isdigit() and int(words[0]) < 1 << 60:  # v1 says "no limit" by a number near 2^63
            limits.append(int(words[0]))
    return min(limits, default=None)


def usable_cores():
    """Cores' worth of time that this process can get: a fraction under a container's quota."""
    quota = cpu_quota()
    return float(logical_cores()) if quota is None else min(quota, float(logical_cores()))


def _groups(root, controller):
    """The folders of this process's control group and of those above it, of both versions; each may set a limit."""
    root = pathlib.Path(root)
    mounted = root / "sys/fs/cgroup"
    found = []
    for line in _lines(root / "proc/self/cgroup"):
        number, names, path = line.split(":", 2)
        if number == "0" and not names:
            bases = [mounted, mounted / "unified"]
        elif controller in names.split(","):
            bases = [mounted / names, mounted / controller]
        else:
            continue
        for base in bases:
            folder = base / path.lstrip("/")
            # Inside a container the mounted tree may begin at the group itself; then its own path is not below it.
            found += [one for one in (folder, *folder.parents) if one == base or base in one.parents]
    return dict.fromkeys(found)


def _lines(file):
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _words(file):
    return " ".join(_lines(file)).split()
