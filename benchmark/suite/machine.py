"""The names of the machine and of what was measured, for the first line of each section. Nothing is measured here."""

import datetime
import os
import pathlib
import platform
import subprocess

from suite.bench import ROOT


def first_match(path, key):
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return None


def description():
    """Processor, what it has of vector instructions, cores, memory, system, commit, day."""
    flags = (first_match("/proc/cpuinfo", "flags") or "").split()
    known = [
        name
        for name, flag in (
            ("AVX2", "avx2"),
            ("AVX-512", "avx512f"),
            ("AVX-512 BF16", "avx512_bf16"),
            ("AMX", "amx_bf16"),
        )
        if flag in flags
    ]
    memory = int((first_match("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 2**20
    cores = len(os.sched_getaffinity(0))
    commit = subprocess.run(
        ["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    return {
        "processor": first_match("/proc/cpuinfo", "model name") or platform.machine(),
        "instructions": known,
        "cores": cores,
        "memory": f"{memory:.0f} GB",
        "caches": caches(),
        "system": f"{platform.system()} {platform.release()}",
        "commit": commit,
        "day": datetime.date.today().isoformat(),
    }


def caches():
    """The sizes of the first core's data caches, as Linux names them: L1, L2, L3."""
    sizes = []
    for folder in sorted(pathlib.Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if (folder / "type").read_text().strip() != "Instruction":
            sizes.append((folder / "size").read_text().strip())
    return sizes


def line(machine):
    parts = [
        machine["processor"],
        f"{machine['cores']} cores",
        ", ".join(machine["instructions"]),
        f"caches {' / '.join(machine['caches'])}",
        f"{machine['memory']} of memory",
        machine["system"],
    ]
    return f"*{'; '.join(part for part in parts if part)}; {machine['day']}, commit {machine['commit']}.*"
