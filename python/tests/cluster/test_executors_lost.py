# SPDX-License-Identifier: Apache-2.0
"""Executors that are killed, stopped, or cannot write: recomputation only, one clean replacement, nothing left."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.clusters import Cluster
from tests.support.waiting import eventually, gone

HEAD = """
    import os, sys, time
    from sluice import Context
    master = sys.argv[1]
"""

#: A job of a shuffle over a cache, again and again, each time with the same answer; then a barrier.
ROUNDS = (
    HEAD
    + """
    from sluice import Conf
    # More than the executors that are lost here: on a slow machine all of them may be one task's.
    sc = Context(conf=Conf().set("sluice.master", master).set("sluice.task.maxLosses", 6))
    kept = sc.parallelize(range(4000), 8).map(lambda n: (n % 37, n)).cache()
    def slow(pair):
        time.sleep(0.0005)
        return pair
    expected = sorted((k, sum(range(k, 4000, 37))) for k in range(37))
    def once(items):
        from sluice.barrier import BarrierTaskContext
        context = BarrierTaskContext.get()
        yield sum(map(int, context.allGather(str(sum(v for _, v in items)))))
    round = 0
    while not os.path.exists(sys.argv[2]):
        total = sc.accumulator(0)
        sums = kept.map(slow).reduceByKey(lambda a, b: a + b, 4)
        sums.foreach(lambda pair: total.add(1))
        assert sorted(sums.collect()) == expected, "wrong sums"
        assert total.value == 37, f"wrong count: {total.value}"
        whole = sc.parallelize([(0, 1), (1, 2)], 2).barrier().mapPartitions(once).collect()
        assert whole == [3, 3], f"wrong barrier: {whole}"
        round += 1
        print("round", round, flush=True)
    print("done", flush=True)
"""
)


def executors(cluster: Cluster) -> list[int]:
    return [process["pid"] for process in cluster.status()["processes"]]


def test_an_executor_killed_in_a_job_costs_recomputation_only(own_cluster: Cluster) -> None:
    cluster = own_cluster.start("--executors", 2, "--cores", 1)
    flag = cluster.directory / "stop"
    before = executors(cluster)
    with cluster.driver(ROUNDS, flag) as driver:
        driver.says("round 1")
        os.kill(before[0], signal.SIGKILL)
        gone(before[0])
        after = eventually(lambda: executors(cluster), lambda pids: len(pids) == 2 and before[0] not in pids)
        assert before[1] in after
        reached = driver.output.count("round ")
        driver.says(f"round {reached + 2}")
        flag.touch()
        assert "done" in driver.finish()
    cluster.no_programs()
    log = (cluster.place / "logs" / "coordinator.log").read_text()
    assert f"pid={before[0]} killed by signal 9; its tasks run again" in log
    cluster.stop()


def test_executors_killed_every_other_second_never_make_an_answer_wrong(own_cluster: Cluster) -> None:
    cluster = own_cluster.start("--executors", 2, "--cores", 1)
    chance = random.Random(20_261)
    flag = cluster.directory / "stop"
    with cluster.driver(ROUNDS, flag) as driver:
        driver.says("round 1")
        for _ in range(4):
            victims = eventually(lambda: executors(cluster))
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)
            time.sleep(2)
        reached = driver.output.count("round ")
        driver.says(f"round {reached + 1}")
        flag.touch()
        assert "done" in driver.finish()
    cluster.no_programs()
    cluster.stop()


def test_a_full_disk_in_an_executor_fails_the_job_with_the_path(own_cluster: Cluster, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("mounting a tmpfs needs root: uid is not 0")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
    try:
        cluster = own_cluster.start("--executors", 2, "--cores", 1)
        script = (
            HEAD
            + """
    from sluice import Conf, StorageLevel
    sc = Context(conf=Conf().set("sluice.master", master).set("sluice.local.dirs", sys.argv[2]))
    data = sc.parallelize(range(40), 4).map(lambda n: os.urandom(100_000))
    try:
        data.persist(StorageLevel.DISK_ONLY).count()
    except Exception as error:
        print("failed:", "no local directory can take" in str(error), sys.argv[2] in str(error))
    print("sum", sc.parallelize(range(10), 2).map(lambda n: (n, n)).reduceByKey(max).values().sum())
"""
        )
        with cluster.driver(script, disk) as driver:
            output = driver.finish()
        assert "failed: True True" in output
        assert "sum 45" in output
        cluster.no_programs()
        assert not list(disk.iterdir())
        cluster.stop()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_worker_beyond_the_limit_is_stopped_and_said_why(own_cluster: Cluster) -> None:
    cluster = own_cluster.start("--executors", 1, "--cores", 2, "--conf", "sluice.executor.workerMemory=200m")
    script = (
        HEAD
        + """
    sc = Context(master)
    def fill(n):
        held = bytearray(os.urandom(1)) * 400_000_000
        time.sleep(60)
        return len(held)
    try:
        sc.parallelize([1], 1).map(fill).count()
    except Exception as error:
        print("failed:", "more than sluice.executor.workerMemory=" in str(error))
    print("sum", sc.parallelize(range(10), 2).sum())
"""
    )
    with cluster.driver(script) as driver:
        output = driver.finish()
    assert "failed: True" in output
    assert "sum 45" in output
    cluster.no_programs()
    cluster.stop()


def test_an_executor_that_says_nothing_is_replaced(own_cluster: Cluster) -> None:
    cluster = own_cluster.start("--executors", 2, "--cores", 1, "--conf", "sluice.cluster.silence=3s")
    flag = cluster.directory / "stop"
    before = executors(cluster)
    with cluster.driver(ROUNDS, flag) as driver:
        driver.says("round 1")
        os.kill(before[0], signal.SIGSTOP)
        gone(before[0])
        reached = driver.output.count("round ")
        driver.says(f"round {reached + 1}")
        flag.touch()
        assert "done" in driver.finish()
    cluster.no_programs()
    assert before[0] not in eventually(lambda: executors(cluster), lambda pids: len(pids) == 2)
    cluster.stop()
