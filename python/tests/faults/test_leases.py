# SPDX-License-Identifier: Apache-2.0
"""Tasks so short that several go to a worker at once: each runs once, whatever happens to those before it."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import JobError
from tests.support.waiting import eventually

TASKS = 400
#: The tasks before it are enough for the engine to see that they are short.
AT = 200


def noted(path: Path, split: int) -> None:
    """Note that a task ran; one write, so that lines of several processes do not mix."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, f"{split} {os.getpid()}\n".encode())
    os.close(fd)


def runs(path: Path) -> Counter[int]:
    return Counter(int(line.split()[0]) for line in path.read_text().splitlines())


def test_every_task_runs_once(sc: Context, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def note(split: int, items: Iterator[int]) -> Iterator[int]:
        noted(log, split)
        return items

    assert sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(note).collect() == list(range(TASKS))
    assert runs(log) == dict.fromkeys(range(TASKS), 1)


def test_short_tasks_go_together(sc: Context) -> None:
    def claims(items: Iterator[int]) -> Iterator[bool]:
        # A worker opens its file of claims when it is first given several tasks.
        links = (os.path.join("/proc/self/fd", fd) for fd in os.listdir("/proc/self/fd"))
        yield any("/claims-" in os.readlink(link) for link in links if os.path.islink(link))

    together = sc.parallelize(range(TASKS), TASKS).mapPartitions(claims).collect()
    assert together[-1]


def test_tasks_behind_a_long_one_go_to_another_worker(sc: Context, tmp_path: Path) -> None:
    log = tmp_path / "log"

    def wait(split: int, items: Iterator[int]) -> Iterator[int]:
        if split == AT:
            # Ends only when all others have, among them those that were sent to this worker.
            deadline = time.monotonic() + 60
            while len(runs(log)) < TASKS - 1:
                assert time.monotonic() < deadline, f"waits in vain: {set(range(TASKS)) - runs(log).keys()}"
                time.sleep(0.01)
        noted(log, split)
        return items

    assert sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(wait).collect() == list(range(TASKS))
    assert runs(log) == dict.fromkeys(range(TASKS), 1)


@pytest.mark.parametrize("end", ["kill", "exit"])
def test_a_worker_dies_inside_a_lease(sc: Context, tmp_path: Path, end: str) -> None:
    log = tmp_path / "log"

    def die(split: int, items: Iterator[int]) -> Iterator[int]:
        noted(log, split)
        if split == AT and runs(log)[AT] <= 3:
            if end == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(0)
        return items

    # Three losses are allowed to a task; those behind it are not charged for them.
    assert sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(die).collect() == list(range(TASKS))
    ran = runs(log)
    assert ran.pop(AT) == 4
    # Only what ended just before the death, whose reports were on their way, may have run again.
    assert set(ran) == set(range(TASKS)) - {AT}
    assert all(count <= 2 for count in ran.values())


def test_an_exception_inside_a_lease_names_its_partition(sc: Context) -> None:
    def fail(split: int, items: Iterator[int]) -> Iterator[int]:
        if split == AT:
            raise ValueError(f"bad partition {split}")
        return items

    with pytest.raises(JobError, match=rf"bad partition {AT} in .* partition={AT} "):
        sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(fail).count()
    assert sc.parallelize(range(10), 2).count() == 10


def test_accumulators_are_exact_over_leases_and_a_death(sc: Context, tmp_path: Path) -> None:
    total = sc.accumulator(0)
    died = tmp_path / "died"

    def add(split: int, items: Iterator[int]) -> Iterator[int]:
        total.add(1)
        if split == AT and not died.exists():
            died.touch()
            os._exit(1)
        return items

    assert sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(add).count() == TASKS
    assert total.value == TASKS


def test_a_job_of_short_tasks_can_be_cancelled(sc: Context, tmp_path: Path) -> None:
    import threading

    begun = tmp_path / "begun"
    failures: list[BaseException] = []

    def stop_in_the_middle(split: int, items: Iterator[int]) -> Iterator[int]:
        if split == AT:
            begun.touch()
            time.sleep(60)
        return items

    def run() -> None:
        sc.setJobGroup("short", "short tasks")
        try:
            sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(stop_in_the_middle).count()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    eventually(begun.exists)
    sc.cancelJobGroup("short")
    thread.join(20)
    assert not thread.is_alive()
    assert "cancelled" in str(failures[0])
    assert sc.parallelize(range(TASKS), TASKS).count() == TASKS


def test_state_left_by_one_task_of_a_lease_does_not_reach_the_next(sc: Context) -> None:
    def leave(split: int, items: Iterator[int]) -> Any:
        seen = (os.environ.get("LEFT"), os.getcwd())
        os.environ["LEFT"] = str(split)
        os.chdir("/")
        return [seen]

    assert len(set(sc.parallelize(range(TASKS), TASKS).mapPartitionsWithIndex(leave).collect())) == 1
