# SPDX-License-Identifier: Apache-2.0
"""The driver or its JVM killed: nothing of ours outlives them, and the other one hears of it."""

from __future__ import annotations

import os
import signal

import pytest

from tests.support.drivers import Driver
from tests.support.waiting import eventually

BUSY = """
    import os, sys, time
    from sluice import Context

    sc = Context("local[2]")
    big = sc.broadcast(list(range(1000)))

    def forever(items):
        print("busy", os.getpid(), flush=True)
        while True:
            len(big.value)

    print("jvm", sc._engine().pid, flush=True)
    try:
        sc.parallelize(range(4), 2).mapPartitions(forever).collect()
    except Exception as error:
        print(type(error).__mro__)
        print("heard:", error, flush=True)
"""

AGAIN = (
    BUSY
    + """
    begun = time.monotonic()
    try:
        sc.parallelize([1], 1).count()
    except Exception as error:
        print("still:", error, flush=True)
    sc.stop()
    sc = Context("local[2]")
    print("jvm", sc._engine().pid)
    print("sum", sum(sc.parallelize(range(100), 4).map(lambda x: x * 2).collect()), flush=True)
    sc.stop()
"""
)


def numbers(output: str, name: str) -> list[int]:
    return [int(line.split()[1]) for line in output.splitlines() if line.startswith(name + " ")]


@pytest.mark.smoke
def test_jvm_killed_under_a_job() -> None:
    with Driver(AGAIN) as driver:
        driver.numbers("busy", 2)
        (jvm,) = driver.numbers("jvm")
        os.kill(jvm, signal.SIGKILL)
        output = driver.finish()
    assert "sluice.errors.TruncatedStreamError" in output
    assert (
        f"heard: the JVM is gone (pid={jvm}" in output or f"stream before the job's end (pid={jvm}" in output
    )
    assert f"still: the JVM is gone (pid={jvm}" in output
    assert numbers(output, "jvm")[1] != jvm
    assert numbers(output, "sum") == [9900]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_driver_killed_under_a_job(number: int) -> None:
    with Driver(BUSY) as driver:
        driver.numbers("busy", 2)
        driver.process.send_signal(number)
        driver.process.wait()
        eventually(driver.pids, lambda pids: not pids, 10)


def test_driver_and_jvm_killed_together_leave_files_that_the_next_start_sweeps() -> None:
    with Driver(BUSY) as driver:
        driver.numbers("busy", 2)
        (jvm,) = driver.numbers("jvm")
        os.kill(driver.process.pid, signal.SIGKILL)
        os.kill(jvm, signal.SIGKILL)
        driver.process.wait()
        eventually(driver.pids, lambda pids: not pids, 10)
        # A run that lives is never swept; that of the dead one is.
        with Driver(
            "from sluice import Context; Context('local[1]').parallelize([1], 1).count()",
            TMPDIR=str(driver.temporary),
        ) as second:
            second.finish()
        assert driver.files() == []


def test_jvm_killed_while_nothing_runs() -> None:
    script = """
        import os, signal
        from sluice import Context

        sc = Context("local[2]")
        sc.parallelize([1], 1).count()
        os.kill(sc._engine().pid, signal.SIGKILL)
        try:
            sc.parallelize([1], 1).count()
        except Exception as error:
            print("heard:", error)
        sc.stop()
        sc = Context("local[2]")
        print("again", sc.parallelize([1, 2], 2).count())
    """
    with Driver(script) as driver:
        output = driver.finish()
    assert "heard: " in output
    assert "the JVM is gone (pid=" in output
    assert "again 2" in output


def test_driver_forks_and_the_child_ends_first() -> None:
    # A child of the driver, as multiprocessing makes them, must not end the JVM by its exit handlers or finalizers.
    script = """
        import multiprocessing, os
        from sluice import Context

        sc = Context("local[2]")
        sc.parallelize([1], 1).count()
        big = sc.broadcast([1])

        def child():
            try:
                print("child", sc.parallelize([1], 1).count())
            except Exception as error:
                print("child:", error)

        context = multiprocessing.get_context("fork")
        process = context.Process(target=child)
        process.start()
        process.join()
        print("parent", sc.parallelize([1], 1).map(lambda x: len(big.value)).collect())
    """
    with Driver(script) as driver:
        output = driver.finish()
    assert "parent [1]" in output
    assert "child: a context cannot be used in a process that the driver forked (driver=" in output
