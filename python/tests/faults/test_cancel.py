# SPDX-License-Identifier: Apache-2.0
"""Jobs that are cancelled: their workers go, with all that these started, and nobody else notices."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from tests.support.drivers import Driver
from tests.support.waiting import eventually, gone


def spins(say: Callable[[], None]) -> None:
    say()
    while True:
        pass


def sleeps(say: Callable[[], None]) -> None:
    import time

    say()
    time.sleep(1000)


def ignores(say: Callable[[], None]) -> None:
    import time

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say()
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass


def has_children(say: Callable[[], None]) -> None:
    import os
    import subprocess
    import time

    # One in the worker's process group, one in a session of its own, one whose parent is gone already.
    subprocess.Popen(["sleep", "1000"])
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    if os.fork() == 0:
        if os.fork() == 0:
            os.setsid()
            time.sleep(1000)
        os._exit(0)
    say()
    time.sleep(1000)


def holds_the_interpreter(say: Callable[[], None]) -> None:
    say()
    # C code that never lets go of the interpreter lock.
    sum(range(1 << 60))


STUBBORN = [spins, sleeps, ignores, has_children, holds_the_interpreter]


@pytest.mark.parametrize("stubborn", STUBBORN)
def test_abandoned_job(sc: Context, tmp_path: Path, stubborn: Callable[[Callable[[], None]], None]) -> None:
    # The first partition's result comes, then the iterator is closed under the second, which never ends.
    by_value = _by_value(stubborn)

    def step(split: int, items: Iterator[int]) -> Iterator[int]:
        import os

        def say() -> None:
            (tmp_path / "part").write_text(str(os.getpid()))
            (tmp_path / "part").rename(tmp_path / "stuck")

        if split == 1:
            by_value(say)
        return items

    parts = sc._collect_partitions(sc.parallelize(range(4), 2).mapPartitionsWithIndex(step))
    assert next(parts) == [0, 1]
    stuck = int(eventually((tmp_path / "stuck").exists) and (tmp_path / "stuck").read_text())
    others = set(sc._engine().call("workers")["workers"]) - {stuck}
    parts.close()  # type: ignore[attr-defined]
    assert sc.parallelize(range(4), 1).count() == 4
    gone(stuck)
    assert others <= set(sc._engine().call("workers")["workers"])


def _by_value(function: Any) -> Any:
    """The function as if the test had defined it inside, so that workers need not import this module."""
    import types

    inner = types.FunctionType(
        function.__code__, {"signal": signal, "__builtins__": __builtins__}, function.__name__
    )
    inner.__module__ = "__main__"
    return inner


def test_other_jobs_are_not_touched(sc: Context, tmp_path: Path) -> None:
    def stuck(split: int, items: Iterator[int]) -> Iterator[int]:
        import time

        if split == 1:
            (tmp_path / "stuck").touch()
            time.sleep(1000)
        return items

    def steady(split: int, items: Iterator[int]) -> Iterator[tuple[int, int]]:
        import os
        import time

        while split == 0 and not (tmp_path / "cancelled").exists():
            (tmp_path / "steady").touch()
            time.sleep(0.002)
        for item in items:
            yield item, os.getpid()

    found: list[tuple[int, int]] = []

    def run() -> None:
        found.extend(sc.parallelize(range(200), 4).mapPartitionsWithIndex(steady).collect())

    other = threading.Thread(target=run)
    other.start()
    eventually((tmp_path / "steady").exists)

    parts = sc._collect_partitions(sc.parallelize(range(2), 2).mapPartitionsWithIndex(stuck))
    assert next(parts) == [0]
    eventually((tmp_path / "stuck").exists)
    parts.close()  # type: ignore[attr-defined]
    (tmp_path / "cancelled").touch()
    other.join()
    assert [item for item, _ in found] == list(range(200))
    assert {pid for _, pid in found} & set(sc._engine().call("workers")["workers"])


INTERRUPTED = """
    import os, signal, subprocess, sys, time
    from sluice import Context

    sc = Context("local[2]")

    def stuck(items):
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        print("stuck", os.getpid(), child.pid, flush=True)
        while True:
            try:
                time.sleep(1000)
            except BaseException:
                pass

    for _ in range(2):
        try:
            sc.parallelize(range(4), 2).mapPartitions(stuck).collect()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    print("sum", sum(sc.parallelize(range(100), 4).map(lambda x: x * 2).collect()), flush=True)
"""


@pytest.mark.smoke
def test_ctrl_c_cancels_the_job_and_leaves_the_context() -> None:
    with Driver(INTERRUPTED) as driver:
        for times in (1, 2):
            pids = driver.numbers("stuck", 2 * times)
            driver.process.send_signal(signal.SIGINT)
            driver.says("interrupted", times)
            gone(*pids)
        output = driver.finish()
    assert "sum 9900" in output


def test_ctrl_c_ends_a_program_that_does_not_catch_it() -> None:
    with Driver(INTERRUPTED.replace("except KeyboardInterrupt", "except ZeroDivisionError")) as driver:
        driver.says("stuck", 2)
        driver.process.send_signal(signal.SIGINT)
        output = driver.finish(-signal.SIGINT)
    assert "KeyboardInterrupt" in output
