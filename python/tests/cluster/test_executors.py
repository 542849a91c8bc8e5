# SPDX-License-Identifier: Apache-2.0
"""Programs whose tasks run in two executors: answers, shares of the slots, cancelling, outputs read in place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sluice
from tests.programs import registry
from tests.support.clusters import Cluster
from tests.support.waiting import eventually, gone

HEAD = """
    import os, sys, time
    from sluice import Context
    master = sys.argv[1]
"""
PACKAGES = str(Path(sluice.__file__).parents[1])


@pytest.fixture(scope="module")
def two() -> Iterator[Cluster]:
    """Two executors of one slot each."""
    with Cluster() as cluster:
        yield cluster.start("--executors", 2, "--cores", 1)
        cluster.stop()


def executors(cluster: Cluster) -> list[int]:
    return [process["pid"] for process in cluster.status()["processes"]]


#: Runs a script, written for a master of its own, on another.
ELSEWHERE = """
import os, pathlib, sys
master, script, *arguments = sys.argv[1:]
text = pathlib.Path(script).read_text()
assert "local[2]" in text
copy = pathlib.Path(os.path.basename(script))
copy.write_text(text.replace("local[2]", master))
os.execv(sys.executable, [sys.executable, "-m", "sluice.pyspark", str(copy), *arguments])
"""


@pytest.mark.parametrize("name", ["broadcast_join", "inverted_index", "page_rank", "secondary_sort"])
def test_recorded_programs_do_what_they_do_on_pyspark(two: Cluster, name: str, tmp_path: Path) -> None:
    variables = {**os.environ, **two.variables(), "PYTHONPATH": PACKAGES, "PYTHONHASHSEED": "0"}
    start = [sys.executable, "-c", ELSEWHERE, two.master]
    outcome, errors = registry.run(start, name, tmp_path, variables)
    expected = registry.recorded(name)
    assert outcome.stdout == expected.stdout, errors
    assert outcome.exit == expected.exit, errors


def test_one_executor_reads_in_place_what_another_made(two: Cluster) -> None:
    script = (
        HEAD
        + """
    from collections import Counter
    with Context(master) as sc:
        # Two tasks that wait for each other run in two executors.
        def parent(items):
            from sluice.barrier import BarrierTaskContext
            BarrierTaskContext.get().barrier()
            yield open(f"/proc/{os.getppid()}/stat").read().rpartition(")")[2].split()[1]
        homes = sc.parallelize(range(2), 2).barrier().mapPartitions(parent).collect()
        print("homes", len(set(homes)))
        pairs = sc.parallelize(range(20_000), 8).map(lambda n: (n % 101, n))
        sums = pairs.reduceByKey(lambda a, b: a + b, 8)
        print("sums", sums.map(lambda kv: kv[1]).sum() == sum(range(20_000)), sums.count())
        kept = pairs.mapValues(str).persist()
        print("kept", kept.count(), kept.count(), sorted(Counter(kept.keys().collect()).values())[0])
        where = [name for _, _, names in os.walk(sys.argv[2]) for name in names if name.startswith("shared-")]
        print("files", len(where) >= 16)
        kept.unpersist()
        print("said", flush=True)
"""
    )
    described = two.status()
    shared = Path("/dev/shm") / Path(_directory(two)).name
    assert len(described["processes"]) == 2
    with two.driver(script, shared) as driver:
        output = driver.finish()
    for line in ("homes 2", "sums True 101", "kept 20000 20000 198", "files True"):
        assert line in output
    two.no_programs()
    eventually(lambda: list(shared.rglob("shared-*")), lambda files: not files)


def _directory(cluster: Cluster) -> str:
    import json

    told: str = json.loads((cluster.place / "coordinator.json").read_text())["directory"]
    return told


def test_a_program_with_many_tasks_does_not_starve_another(two: Cluster) -> None:
    many = (
        HEAD
        + """
    sc = Context(master)
    def wait(n):
        while not os.path.exists(sys_argv[2]) and n < 2000:
            time.sleep(0.01)
            n += 100
        return n
    sys_argv = sys.argv
    print("begun", flush=True)
    sc.parallelize(range(400), 400).map(wait).count()
    print("many done", flush=True)
"""
    )
    few = (
        HEAD
        + "    print('few', Context(master).parallelize(range(20), 20).map(lambda n: n + 1).sum(), flush=True)\n"
    )
    flag = two.directory / "go"
    with two.driver(many, flag) as first:
        first.says("begun")
        with two.driver(few) as second:
            assert "few 210" in second.finish()
            assert "many done" not in first.output
        flag.touch()
        first.says("many done")
    flag.unlink()
    two.no_programs()


def test_a_cancelled_job_frees_its_slots_and_ends_its_workers(two: Cluster) -> None:
    script = (
        HEAD
        + """
    import threading
    sc = Context(master)
    def forever(items):
        print("busy", os.getpid(), flush=True)
        while True:
            pass
    def job():
        sc.setJobGroup("g", "forever")
        try:
            sc.parallelize(range(2), 2).mapPartitions(forever).collect()
        except Exception as error:
            print("cancelled:", type(error).__name__, flush=True)
    thread = threading.Thread(target=job)
    thread.start()
    while not os.path.exists(sys.argv[2]):
        time.sleep(0.01)
    sc.cancelJobGroup("g")
    thread.join()
    print("sum", sc.parallelize(range(10), 2).sum(), flush=True)
"""
    )
    flag = two.directory / "cancel"
    with two.driver(script, flag) as driver:
        workers = driver.numbers("busy", 2)
        flag.touch()
        driver.says("cancelled:")
        gone(*workers)
        assert "sum 45" in driver.finish()
    flag.unlink()
    two.no_programs()


def test_a_hundred_thousand_tasks_leave_no_memory_taken(two: Cluster) -> None:
    script = (
        HEAD
        + """
    def resident(pid):
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    watched = [os.getpid(), int(sys.argv[2])]
    with Context(master) as sc:
        sc.parallelize(range(10_000), 10_000).map(lambda n: n).sum()
        before = [resident(pid) for pid in watched]
        print("sum", sc.parallelize(range(100_000), 100_000).map(lambda n: n).sum())
        print("grown", *(resident(pid) - old for pid, old in zip(watched, before)))
"""
    )
    with two.driver(script, two.pid) as driver:
        driver.process.wait(90)
        output = driver.finish()
    assert "sum 4999950000" in output
    (grown,) = (line.split()[1:] for line in output.splitlines() if line.startswith("grown "))
    driver_kib, coordinator_kib = map(int, grown)
    # The bound that docs/cluster.md states.
    assert driver_kib < 128 << 10
    assert coordinator_kib < 128 << 10
    two.no_programs()


def test_a_killed_worker_is_explained_and_its_task_runs_again(two: Cluster) -> None:
    script = (
        HEAD
        + """
    import signal
    with Context(master) as sc:
        def once(n):
            try:
                os.mkdir(sys_argv[2])
            except FileExistsError:
                return n
            os.kill(os.getpid(), signal.SIGKILL)
        sys_argv = sys.argv
        print("sum", sc.parallelize(range(4), 4).map(once).sum())
"""
    )
    with two.driver(script, two.directory / "once") as driver:
        assert "sum 6" in driver.finish()
    log = (two.place / "logs" / "coordinator.log").read_text()
    assert "killed by signal 9 (SIGKILL)" in log
    two.no_programs()
