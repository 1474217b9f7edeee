"""encore.monitor: what it says of processes whose use is known, its phases, its files. No test asks how fast anything was."""

import csv
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

import encore
from encore.machine import cpu_quota, logical_cores, memory_bytes, memory_limit_bytes, physical_cores, usable_cores
from encore.monitor import Monitor, Sample, joined
from encore.process_tree import ProcessTree

MEGABYTE = 1 << 20


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def child():
    """A process that has taken 100 MB and says so, and waits."""
    words = f"import sys; memory = bytearray({100 * MEGABYTE}); print('there', flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.communicate()


def test_memory_is_that_of_the_whole_tree(child):
    with Monitor() as monitor:
        monitor.phase("with a child")
    assert monitor.phases[0].peak_bytes > 100 * MEGABYTE
    assert monitor.samples[-1].processes == {"driver": monitor.samples[-1].memory_bytes}


def test_pages_that_processes_share_count_once():
    words = f"""
import os, sys
memory = bytearray(os.urandom({100 * MEGABYTE}))
read, write = os.pipe()
for _ in range(3):
    if os.fork() == 0:
        os.close(write)
        os.read(read, 1)  # until the parent ends
        os._exit(0)
print('there', flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    tree = ProcessTree(process.pid)
    tree.look()
    size = sum(tree.memory().values())
    process.communicate()
    assert 100 * MEGABYTE <= size < 200 * MEGABYTE


def test_cpu_time_of_a_child_that_has_ended_still_counts():
    with Monitor(interval=0.01) as monitor:
        with monitor.phase("work"):
            words = "import time\nwhile time.process_time() < 0.5: pass\nprint('done', flush=True); import sys; sys.stdin.read()"
            process = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            process.stdout.readline()
            seen = len(monitor.samples)
            wait_until(lambda: len(monitor.samples) > seen + 1)
            process.communicate()
    assert monitor.phases[0].cpu_seconds >= 0.4


def test_a_java_process_and_what_it_starts_are_told_apart(tmp_path):
    java = tmp_path / "java"
    java.write_bytes(open("/bin/sh", "rb").read())
    java.chmod(0o755)
    process = subprocess.Popen([java, "-c", "sleep 1000 & echo there; wait"], stdout=subprocess.PIPE)
    try:
        process.stdout.readline()
        tree = ProcessTree()
        # A process has no memory of its own in the moment in which it starts.
        wait_until(lambda: tree.look() or {"driver", "JVM", "Python workers"} <= {k for k, size in tree.memory().items() if size})
    finally:
        for pid in (*tree.processes("Python workers"), process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def test_phases_follow_one_another():
    with Monitor() as monitor:
        monitor.phase("first")
        with monitor.phase("second"):
            pass
        assert monitor.end_phase() is None
        monitor.phase("third")
    assert [phase.name for phase in monitor.phases] == ["first", "second", "third"]
    starts = [phase.start_seconds for phase in monitor.phases]
    ends = [phase.start_seconds + phase.seconds for phase in monitor.phases]
    assert starts == sorted(starts) and all(end <= start for end, start in zip(ends, starts[1:]))
    assert {sample.phase for sample in monitor.samples} == {"", "first", "second", "third"}


def test_a_phase_that_fails_is_told_too():
    with pytest.raises(ValueError), Monitor() as monitor:
        monitor.phase("broken")
        raise ValueError
    assert monitor.phases[0].seconds > 0


def test_its_own_cost_is_stated_and_held_near_a_hundredth_of_a_core():
    with Monitor(interval=0.01) as monitor:
        wait_until(lambda: len(monitor.samples) >= 40)
    # A hundredth on average; the first look and the last are not spaced, and may be slow. With none spaced it would be a tenth and more.
    assert 0 < monitor.percent_of_a_core < 5
    assert monitor.to_dict()["monitor"]["percent_of_a_core"] == monitor.percent_of_a_core


def test_percentages_are_of_the_cores_that_may_be_used():
    with Monitor(interval=0.05) as monitor:
        begin = time.process_time()
        while time.process_time() - begin < 0.3:
            pass
    assert len(monitor.samples[0].cores) == logical_cores()
    assert all(0 <= percent <= 100 for sample in monitor.samples for percent in sample.cores)
    assert 0 < max(sample.cpu_percent for sample in monitor.samples) <= 100 / usable_cores() * 1.5 + 5


def test_samples_as_csv_and_json(tmp_path):
    with Monitor(interval=0.05) as monitor:
        with monitor.phase("work"):
            wait_until(lambda: len(monitor.samples) > 5)
    monitor.to_csv(tmp_path / "monitor.csv")
    rows = list(csv.DictReader(open(tmp_path / "monitor.csv", encoding="utf-8")))
    assert list(rows[0])[:4] == ["seconds", "memory_bytes", "cpu_percent", "core_0_percent"]
    assert len(rows) == len(monitor.samples) and {row["phase"] for row in rows} == {"", "work"}
    assert int(rows[-1]["memory_bytes"]) == monitor.samples[-1].memory_bytes == int(rows[-1]["driver_bytes"])
    said = json.loads(json.dumps(monitor.to_dict(most=3)))
    assert len(said["samples"]["seconds"]) <= 3 and said["monitor"]["samples"] == len(monitor.samples)
    assert max(said["samples"]["memory_bytes"]) == monitor.peak_bytes
    assert list(tmp_path.iterdir()) == [tmp_path / "monitor.csv"]


def test_neighbours_become_one():
    def sample(seconds, memory, percent, phase):
        return Sample(seconds, memory, percent, (percent,), {"driver": memory}, 0.1 * seconds, phase)

    four = [sample(1, 10, 100, "a"), sample(4, 30, 20, "a"), sample(5, 20, 0, "b"), sample(6, 40, 50, "b")]
    first, second = joined(four, 2)
    assert (first.seconds, first.memory_bytes, first.phase) == (4, 30, "a")
    assert first.cpu_percent == pytest.approx((1 * 100 + 3 * 20) / 4) and first.cores == pytest.approx((40,))
    assert (second.seconds, second.memory_bytes, second.cpu_percent) == (6, 40, 25)
    assert joined(four, 4) == four


def control_groups(root, line, files):
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(line)
    for name, text in files.items():
        (root / "sys/fs/cgroup" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "sys/fs/cgroup" / name).write_text(text)
    return root


def test_limits_of_containers(tmp_path):
    second = control_groups(tmp_path / "v2", "0::/a/b\n", {
        "cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n", "a/b/cpu.max": "max 100000\n",
        "a/memory.max": "2000000000\n", "a/b/memory.max": "3000000000\n"})
    assert cpu_quota(second) == 1.5 and memory_limit_bytes(second) == 2_000_000_000
    first = control_groups(tmp_path / "v1", "4:memory:/a\n2:cpu,cpuacct:/\n", {
        "memory/a/memory.limit_in_bytes": "1000000000\n", "memory/memory.limit_in_bytes": f"{(1 << 63) - 4096}\n",
        "cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"})
    assert cpu_quota(first) == 0.5 and memory_limit_bytes(first) == 1_000_000_000
    without = control_groups(tmp_path / "none", "4:memory:/\n2:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n",
                                                                          "cpu/cpu.cfs_period_us": "100000\n"})
    assert cpu_quota(without) is None and memory_limit_bytes(without) is None
    assert cpu_quota(tmp_path / "nowhere") is None


def test_the_machine(tmp_path):
    (tmp_path / "cpuinfo").write_text("".join(
        f"processor\t: {number}\nphysical id\t: 0\ncore id\t\t: {number % 4}\n\n" for number in range(8)))
    assert physical_cores(tmp_path / "cpuinfo") == 4
    (tmp_path / "empty").write_text("")
    assert physical_cores(tmp_path / "empty") is None and memory_bytes(tmp_path / "empty") is None
    assert memory_bytes() > MEGABYTE and 0 < usable_cores() <= logical_cores()


def test_the_page_runs(dataset, monkeypatch, capsys):
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    block = next(text for text in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "encore.monitor" in text)
    folder = pathlib.Path(dataset.path)
    monkeypatch.chdir(folder.parent)
    exec(block, {"encore": encore})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == ["training", "answers"] and all(float(line[2]) > 0 for line in lines[:1])
    assert (folder.parent / "monitor.csv").exists()
