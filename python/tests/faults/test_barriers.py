# SPDX-License-Identifier: Apache-2.0
"""Barrier stages under faults: a worker, the driver or one's patience ends while tasks wait for each other."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sluice import Context
from sluice.barrier import BarrierTaskContext
from sluice.errors import JobCancelledError, JobError, WorkerLostError
from tests.support.drivers import Driver
from tests.support.waiting import eventually, gone


def _waits(notes: Path, last: int = 1) -> Callable[[int, Iterator[int]], Iterator[int]]:
    """Each task notes its worker; all wait for the last one, which first waits for a file."""

    def step(split: int, items: Iterator[int]) -> Iterator[int]:
        import time

        context = BarrierTaskContext.get()
        note = notes / f"{context.attemptNumber()}-{split}-{os.getpid()}"
        note.touch()
        while split == last and not (notes / "go").exists():
            time.sleep(0.005)
        context.barrier()
        return items

    return step


def _noted(notes: Path, attempt: int) -> dict[int, int]:
    names = eventually(
        lambda: sorted(p.name for p in notes.glob(f"{attempt}-*")), lambda found: len(found) == 2
    )
    return {int(name.split("-")[1]): int(name.split("-")[2]) for name in names}


@pytest.mark.parametrize("victim", [0, 1])
def test_worker_killed_while_tasks_wait(sc: Context, tmp_path: Path, victim: int) -> None:
    acc = sc.accumulator(0)
    found: list[int] = []
    step = _waits(tmp_path)

    def counted(split: int, items: Iterator[int]) -> Iterator[int]:
        acc.add(1)
        return step(split, items)

    rdd = sc.parallelize(range(6), 2).barrier().mapPartitionsWithIndex(counted)
    thread = threading.Thread(target=lambda: found.extend(rdd.collect()))
    thread.start()
    first = _noted(tmp_path, 0)
    os.kill(first[victim], signal.SIGKILL)
    second = _noted(tmp_path, 1)
    # Nothing of the first attempt runs beside the second.
    gone(*first.values())
    assert not set(first.values()) & set(second.values())
    (tmp_path / "go").touch()
    thread.join()
    assert found == list(range(6))
    assert acc.value == 2


def test_a_task_that_always_dies_ends_the_job(sc: Context) -> None:
    def dies(split: int, items: Iterator[int]) -> Iterator[int]:
        if split == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        BarrierTaskContext.get().barrier()
        return items

    rdd = sc.parallelize(range(4), 2).barrier().mapPartitionsWithIndex(dies)
    with pytest.raises(WorkerLostError, match=r"a task was lost 4 times: .*SIGKILL.* partition=1 attempt=3"):
        rdd.count()


def test_cancelled_while_tasks_wait(sc: Context, tmp_path: Path) -> None:
    raised: list[JobError] = []
    rdd = sc.parallelize(range(4), 2).barrier().mapPartitionsWithIndex(_waits(tmp_path))

    def run() -> None:
        try:
            rdd.count()
        except JobCancelledError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    pids = _noted(tmp_path, 0)
    sc.cancelAllJobs()
    thread.join()
    gone(*pids.values())
    assert len(raised) == 1
    (tmp_path / "go").touch()
    for note in tmp_path.glob("0-*"):
        note.unlink()
    assert rdd.count() == 4


def test_a_barrier_that_never_gets_its_slots_is_cancelled(sc: Context, tmp_path: Path) -> None:
    def holds(items: Iterator[int]) -> Iterator[int]:
        import time

        (tmp_path / "holds").touch()
        while not (tmp_path / "free").exists():
            time.sleep(0.005)
        return items

    holder = threading.Thread(target=lambda: sc.parallelize([1], 1).mapPartitions(holds).count())
    holder.start()
    eventually((tmp_path / "holds").exists)
    raised: list[JobError] = []

    def run() -> None:
        sc.addJobTag("barrier")
        try:
            sc.parallelize(range(4), 2).barrier().mapPartitionsWithIndex(_waits(tmp_path)).count()
        except JobCancelledError as error:
            raised.append(error)

    waiting = threading.Thread(target=run)
    waiting.start()
    eventually(lambda: len(sc.statusTracker().getActiveStageIds()), lambda count: count == 2)
    # What the barrier stage waits for may itself wait for others: these are not held up for good.
    assert sc.parallelize(range(10), 2).count() == 10
    sc.cancelJobsWithTag("barrier")
    waiting.join()
    assert len(raised) == 1
    (tmp_path / "free").touch()
    holder.join()
    assert list(tmp_path.glob("0-*")) == []


def test_data_of_the_task_flows_on_after_a_call(sc: Context) -> None:
    def talks(split: int, items: Iterator[int]) -> Iterator[tuple[int, int]]:
        context = BarrierTaskContext.get()
        for item in items:
            if item % 5_000 == 0:
                yield item, len(context.allGather("x" * item))
            else:
                yield item, 0

    shuffled = sc.parallelize(range(20_000), 2).map(lambda x: (x % 2, x)).partitionBy(2).values()
    # Both partitions get ten thousand items each, in batches that are asked for between the calls.
    parts = shuffled.map(lambda x: x // 2).barrier().mapPartitionsWithIndex(talks).glom().collect()
    assert [len(part) for part in parts] == [10_000, 10_000]
    assert [found for part in parts for found in part if found[1]] == [(0, 2), (5000, 2)] * 2


def test_a_thread_of_the_task_calls(sc: Context) -> None:
    def step(split: int, items: Iterator[int]) -> list[list[str]]:
        from concurrent.futures import ThreadPoolExecutor

        context = BarrierTaskContext.get()
        with ThreadPoolExecutor(1) as pool:
            return [pool.submit(context.allGather, str(split)).result() for _ in range(3)]

    found = sc.parallelize(range(2), 2).barrier().mapPartitionsWithIndex(step).collect()
    assert found == [["0", "1"]] * 6


DRIVER = """
    import os, time
    from sluice import Context
    from sluice.barrier import BarrierTaskContext

    sc = Context("local[2]")

    def waits(split, items):
        print("waits", os.getpid(), flush=True)
        if split:
            time.sleep(1000)
        BarrierTaskContext.get().barrier()
        return items

    sc.parallelize(range(4), 2).barrier().mapPartitionsWithIndex(waits).collect()
"""


def test_driver_killed_while_tasks_wait() -> None:
    with Driver(DRIVER) as driver:
        pids = driver.numbers("waits", 2)
        driver.process.send_signal(signal.SIGKILL)
        gone(*pids)
        driver.process.wait()
        eventually(driver.pids, lambda left: not left)
