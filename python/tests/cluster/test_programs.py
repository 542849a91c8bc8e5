# SPDX-License-Identifier: Apache-2.0
"""Programs on a cluster: one after the other, two at once, killed, and under PySpark's names."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.clusters import Cluster
from tests.support.waiting import alive, eventually, gone

HEAD = """
    import os, sys, time
    from sluice import Context
    master = sys.argv[1]
"""

WHOLE = (
    HEAD
    + """
    with Context(master, "whole") as sc:
        print("slots", sc.defaultParallelism, "id", sc.applicationId.split("-")[0])
        big = sc.broadcast({n: n * n for n in range(1000)})
        total = sc.accumulator(0)
        def look(n):
            total.add(1)
            return big.value[n]
        squares = sc.parallelize(range(1000), 4).map(look).cache()
        print("sum", squares.sum(), squares.sum(), total.value)
        pairs = squares.map(lambda n: (n % 7, 1)).reduceByKey(lambda a, b: a + b)
        print("keys", sorted(pairs.collect()))
        print("take", sc.parallelize(range(10**6), 3).take(3))
        sc.parallelize([1], 1).foreach(lambda n: print("said by a task", flush=True))
        try:
            sc.parallelize([1, 0], 2).map(lambda n: 1 // n).collect()
        except Exception as error:
            print("error", "ZeroDivisionError" in str(error))
        print("workers", *sc._engine().call("workers")["workers"])
"""
)


@pytest.mark.smoke
def test_a_program_has_what_it_has_with_a_jvm_of_its_own(cluster: Cluster) -> None:
    with cluster.driver(WHOLE) as driver:
        output = driver.finish()
    squares = sum(n * n for n in range(1000))
    assert "slots 2 id app" in output
    assert f"sum {squares} {squares} 1000" in output
    assert "take [0, 1, 2]" in output
    assert "said by a task" in output
    assert "error True" in output


def test_a_program_starts_no_jvm(cluster: Cluster) -> None:
    script = (
        HEAD
        + """
    sc = Context(master)
    sc.parallelize([1], 1).count()
    print("ready", flush=True)
    time.sleep(60)
"""
    )
    with cluster.driver(script) as driver:
        driver.says("ready")
        assert driver.pids() == [driver.process.pid]
        driver.process.kill()


def test_two_programs_at_once_have_workers_of_their_own(cluster: Cluster) -> None:
    script = (
        HEAD
        + """
    sc = Context(master, sys.argv[2])
    times = int(sys.argv[4])
    def place(items):
        yield os.getpid()
    print("pids", *sc.parallelize(range(2), 2).mapPartitions(place).collect(), flush=True)
    while not os.path.exists(sys.argv[3]):
        time.sleep(0.01)
    print("sum", sc.parallelize(range(100), 4).map(lambda n: n * times).sum())
"""
    )
    flag = cluster.directory / "go"
    with cluster.driver(script, "one", flag, 1) as one, cluster.driver(script, "two", flag, 2) as two:
        pids = [set(driver.numbers("pids")) for driver in (one, two)]
        assert all(pids)
        assert not pids[0] & pids[1]
        assert {program["name"] for program in cluster.programs()} == {"one", "two"}
        flag.touch()
        assert "sum 4950" in one.finish()
        assert "sum 9900" in two.finish()
    flag.unlink()


def test_no_worker_serves_two_programs_but_the_zygote_stays(cluster: Cluster) -> None:
    script = (
        HEAD
        + """
    sc = Context(master)
    print("pids", *sc.parallelize(range(2), 2).mapPartitions(lambda items: [os.getpid()]).collect())
    print("parents", *sc.parallelize(range(1), 1).mapPartitions(lambda items: [os.getppid()]).collect())
"""
    )
    pids, parents = [], []
    for _ in range(2):
        with cluster.driver(script) as driver:
            output = driver.finish()
            pids.append(_numbers(output, "pids"))
            parents.append(_numbers(output, "parents"))
        cluster.no_programs()
    assert not pids[0] & pids[1]
    assert parents[0] == parents[1]


def _numbers(output: str, name: str) -> set[int]:
    return {
        int(word) for line in output.splitlines() if line.startswith(name + " ") for word in line.split()[1:]
    }


BUSY = (
    HEAD
    + """
    sc = Context(master)
    big = sc.broadcast(list(range(1000)))
    sc.parallelize([(n, n) for n in range(100)], 2).groupByKey().cache().count()
    def forever(items):
        print("busy", os.getpid(), flush=True)
        while True:
            len(big.value)
"""
)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_killed_in_a_job_leaves_nothing(cluster: Cluster, number: signal.Signals) -> None:
    script = BUSY + "    sc.parallelize(range(2), 2).mapPartitions(forever).collect()\n"
    with cluster.driver(script) as driver:
        workers = driver.numbers("busy", 2)
        (program,) = cluster.programs()
        assert program["pid"] == driver.process.pid
        driver.process.send_signal(number)
        driver.process.wait()
        gone(*workers)
        cluster.no_programs()
        driver.left_nothing()
    with cluster.driver(
        HEAD + "    print('sum', Context(master).parallelize(range(10), 2).sum())\n"
    ) as driver:
        assert "sum 45" in driver.finish()


def test_a_child_of_a_killed_driver_does_not_keep_its_program(cluster: Cluster) -> None:
    """It inherits the connections, which then do not end with the driver."""
    script = (
        HEAD
        + """
    sc = Context(master)
    sc.parallelize([1], 1).count()
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    print("child", child, flush=True)
    time.sleep(60)
"""
    )
    with cluster.driver(script) as driver:
        (child,) = driver.numbers("child")
        os.kill(driver.process.pid, signal.SIGKILL)
        driver.process.wait()
        cluster.no_programs()
        assert alive(child)
        os.kill(child, signal.SIGKILL)


def test_one_process_has_contexts_here_and_there(cluster: Cluster) -> None:
    script = (
        HEAD
        + """
    for url in (master, "local[1]", master, master):
        with Context(url) as sc:
            print("on", sc.master == url, sc.parallelize(range(10), 2).map(lambda n: n + 1).sum(), flush=True)
"""
    )
    with cluster.driver(script) as driver:
        assert driver.finish().count("on True 55") == 4


def test_under_pyspark_names(cluster: Cluster) -> None:
    script = """
    import sys
    from sluice import pyspark
    pyspark.install()
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master(sys.argv[1]).appName("named").getOrCreate()
    sc = spark.sparkContext
    print(sc, sc.applicationId[:4])
    words = sc.parallelize("a b a c b a".split(), 3)
    print(sorted(words.map(lambda w: (w, 1)).reduceByKey(lambda a, b: a + b).collect()))
    spark.stop()
"""
    with cluster.driver(script, PYTHONHASHSEED="0") as driver:
        output = driver.finish()
    assert f"<SparkContext master={cluster.master} appName=named> app-" in output
    assert "[('a', 3), ('b', 2), ('c', 1)]" in output


def test_classes_of_the_shared_jvm_are_out_of_reach(cluster: Cluster) -> None:
    script = """
    import sys
    from sluice import pyspark
    pyspark.install()
    from pyspark import SparkContext

    sc = SparkContext(sys.argv[1])
    try:
        sc._jvm.java.lang.System.exit(3)
    except Exception as error:
        print("refused:", error)
    print("sum", sc.parallelize(range(10)).sum())
"""
    with cluster.driver(script) as driver:
        output = driver.finish()
    assert "refused: the classes of a cluster's JVM cannot be reached from a program" in output
    assert "sum 45" in output


def test_ctrl_c_cancels_the_job_and_no_more(cluster: Cluster) -> None:
    script = (
        BUSY
        + """
    try:
        sc.parallelize(range(2), 2).mapPartitions(forever).collect()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    print("sum", sc.parallelize(range(10), 2).sum())
"""
    )
    with cluster.driver(script) as driver:
        driver.numbers("busy", 2)
        driver.process.send_signal(signal.SIGINT)
        output = driver.finish()
    assert "interrupted" in output
    assert "sum 45" in output


def test_a_setting_of_another_python_is_refused_by_name(cluster: Cluster) -> None:
    script = (
        HEAD
        + """
    from sluice import install
    install.versions = lambda: {"python": "3.99.0", "cloudpickle": "0.1"}
    from sluice import gateway
    gateway.install = install
    try:
        Context(master).parallelize([1], 1).count()
    except Exception as error:
        print("refused:", error)
"""
    )
    with cluster.driver(script) as driver:
        output = driver.finish()
    assert "3.99.0" in output
    assert "refused:" in output


def test_many_programs_one_after_the_other_leave_no_thread(cluster: Cluster) -> None:
    script = HEAD + "    print('sum', Context(master).parallelize(range(10), 2).sum())\n"

    def threads() -> int:
        return len(os.listdir(f"/proc/{cluster.pid}/task"))

    def once() -> None:
        with cluster.driver(script) as driver:
            assert "sum 45" in driver.finish()
        cluster.no_programs()

    once()
    before = threads()
    for _ in range(4):
        once()
    # Threads of pools end when they have been idle for a while.
    eventually(threads, lambda now: now <= before + 2, 90)


def test_paths_in_settings_are_the_program_s(cluster: Cluster, tmp_path: Path) -> None:
    script = (
        HEAD
        + """
    from sluice import Conf
    os.chdir(sys.argv[2])
    os.mkdir("shared")
    os.symlink(sys.prefix, "venv")
    python = "venv/bin/" + os.path.basename(sys.executable)
    conf = Conf().setMaster(master).setAppName("paths").set("sluice.history.dir", "runs")
    conf = conf.set("sluice.broadcast.dir", "shared").set("sluice.worker.python", python)
    with Context(conf=conf) as sc:
        big = sc.broadcast([1, 2, 3])
        os.chdir("/tmp")
        print("sum", sc.parallelize([0, 1], 2).map(lambda n: big.value[n]).sum())
    """
    )
    with cluster.driver(script, tmp_path) as driver:
        assert "sum 3" in driver.finish()
    (history,) = (tmp_path / "runs").iterdir()
    assert history.name.startswith("paths-")
