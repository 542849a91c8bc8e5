# SPDX-License-Identifier: Apache-2.0
"""Accumulators: exactly once for each partition of an action, whatever happens to its attempts."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sluice import Context
from sluice.accumulators import AccumulatorParam
from sluice.errors import JobError
from tests.support.drivers import Driver
from tests.support.waiting import eventually


def test_over_reused_workers(sc: Context) -> None:
    total = sc.accumulator(0)
    for times in range(1, 11):
        sc.parallelize(range(100), 10).foreach(lambda x: total.add(x))
        assert total.value == times * 4950


def test_in_transformations_they_count_for_each_action(sc: Context) -> None:
    total = sc.accumulator(0)

    def counted(x: int) -> int:
        total.add(1)
        return x

    mapped = sc.parallelize(range(50), 5).map(counted)
    for times in range(1, 4):
        assert mapped.count() == 50
        assert total.value == 50 * times
    cached = sc.parallelize(range(50), 5).map(counted).cache()
    for _ in range(3):
        cached.count()
        assert total.value == 200
    cached.unpersist()


def test_lost_workers_do_not_count_twice(sc: Context, tmp_path: Path) -> None:
    total = sc.accumulator(0)

    def adds(split: int, items: Iterator[int]) -> Iterator[int]:
        first = not (tmp_path / str(split)).exists()
        (tmp_path / str(split)).touch()
        for item in items:
            total.add(item)
            if first and item % 25 == 24:
                os._exit(0)
            yield item

    # Every partition loses its worker once, after it had added all of its items.
    assert sc.parallelize(range(100), 4).mapPartitionsWithIndex(adds).count() == 100
    assert total.value == 4950


def test_worker_killed_between_its_report_and_the_next_task(sc: Context) -> None:
    total = sc.accumulator(0)
    for times in range(1, 11):
        sc.parallelize(range(100), 4).foreach(lambda x: total.add(x))
        for pid in sc._engine().call("workers")["workers"]:
            os.kill(pid, signal.SIGKILL)
        assert total.value == times * 4950


def test_failed_and_cancelled_attempts_do_not_count(sc: Context) -> None:
    total = sc.accumulator(0)

    def adds(split: int, items: Iterator[int]) -> Iterator[int]:
        for item in items:
            total.add(item)
        if split == 1:
            raise ValueError("bad")
        yield 1

    with pytest.raises(JobError, match="ValueError: bad"):
        sc.parallelize(range(8), 1).union(sc.parallelize(range(8), 1)).mapPartitionsWithIndex(adds).count()
    # As in PySpark: what the partitions that succeeded added may count, what the failed one added may not.
    assert total.value in (0, 28)


def test_from_several_threads_at_once(sc: Context) -> None:
    total = sc.accumulator(0)
    threads = [
        threading.Thread(target=lambda: sc.parallelize(range(100), 4).foreach(lambda x: total.add(1)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total.value == 600


class Gathers(AccumulatorParam[list]):  # type: ignore[type-arg]
    def zero(self, value: list) -> list:  # type: ignore[type-arg]
        return []

    def addInPlace(self, one: list, two: list) -> list:  # type: ignore[type-arg]
        one.extend(two)
        return one


Gathers.__module__ = "__main__"


def test_of_a_type_of_their_own(sc: Context) -> None:
    found = sc.accumulator([], Gathers())
    sc.parallelize(range(20), 4).foreach(lambda x: found.add([x]))
    assert sorted(found.value) == list(range(20))


def test_reading_one_in_a_task_says_so(sc: Context) -> None:
    total = sc.accumulator(0)
    with pytest.raises(
        JobError,
        match=r"accumulator value cannot be read inside a task \(id=\d+\); tasks only add; read .value in",
    ):
        sc.parallelize([1], 1).map(lambda x: total.value).collect()


def test_user_exceptions_that_are_retried() -> None:
    script = """
        import os, sys
        from sluice import Context

        with Context("local[2,4]") as sc:
            total = sc.accumulator(0)
            where = os.getcwd()

            def adds(split, items):
                mark = os.path.join(where, f"{split}")
                attempt = os.path.exists(mark) + os.path.exists(mark + "b")
                for item in items:
                    total.add(item)
                    yield item
                if attempt < 2:
                    open(mark + "b" * attempt, "x").close()
                    raise ValueError("not yet")

            print("count", sc.parallelize(range(100), 4).mapPartitionsWithIndex(adds).count())
            print("total", total.value)
    """
    with Driver(script) as driver:
        output = driver.finish()
    assert "count 100\ntotal 4950\n" in output


def test_jvm_killed_before_the_action_ends(tmp_path: Path) -> None:
    script = """
        import os, signal, time
        from sluice import Context

        sc = Context("local[2]")
        total = sc.accumulator(0)

        def adds(split, items):
            for item in items:
                total.add(item)
            print("added", split, flush=True)
            if split == 3:
                time.sleep(1000)
            yield 1

        print("jvm", sc._engine().pid, flush=True)
        try:
            sc.parallelize(range(100), 4).mapPartitionsWithIndex(adds).count()
        except Exception as error:
            print("heard", type(error).__name__)
        print("total", total.value)
    """
    with Driver(script) as driver:
        (jvm,) = driver.numbers("jvm")
        eventually(lambda: driver.output.count("added"), lambda times: times == 4, 60)
        os.kill(jvm, signal.SIGKILL)
        output = driver.finish()
    assert "heard TruncatedStreamError\ntotal 0\n" in output
