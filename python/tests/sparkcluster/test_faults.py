# SPDX-License-Identifier: Apache-2.0
"""What dies under a job on Spark is replaced, and the answer is the same; a context that stops leaves nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sluice import Context
from sluice.errors import JobError
from tests.support.sparkclusters import SparkCluster
from tests.support.waiting import descendants, eventually, gone

Step = Callable[[int, Iterator[int]], Iterator[tuple[int, int]]]


def held(notes: Path) -> Step:
    """A step whose first tasks say who they are and wait until they may go on; later attempts do not wait."""

    def step(split: int, items: Iterator[int]) -> Iterator[tuple[int, int]]:
        mine = notes / f"{split}-{os.getpid()}-{os.getppid()}"
        if not any(path.name.startswith(f"{split}-") for path in notes.iterdir()):
            mine.touch()
            while not (notes / "go").exists():
                time.sleep(0.005)
        return ((n % 5, n) for n in items)

    return step


class Held:
    """A job with a shuffle, whose first tasks wait until one of their processes was killed."""

    def __init__(self, context: Context, notes: Path) -> None:
        self._notes = notes
        self._answer: list[object] = []
        self._thread = threading.Thread(target=self._run, args=(context, held(notes)))
        self._thread.start()
        eventually(lambda: len(self.running()), lambda n: n == 2, seconds=60)

    def _run(self, context: Context, step: Step) -> None:
        sums = context.range(40, numSlices=4).mapPartitionsWithIndex(step).reduceByKey(lambda a, b: a + b, 3)
        try:
            self._answer.append(dict(sums.collect()))
        except JobError as error:
            self._answer.append(error)

    def running(self) -> list[tuple[int, int]]:
        """The pids of waiting workers and their parents."""
        names = [path.name.split("-") for path in self._notes.iterdir() if path.name != "go"]
        return [(int(pid), int(parent)) for _, pid, parent in names]

    def answer(self) -> object:
        (self._notes / "go").touch()
        self._thread.join(90)
        return self._answer[0]


EXPECTED = {key: sum(range(key, 40, 5)) for key in range(5)}


@pytest.mark.parametrize("victim", ["worker", "zygote", "executor"])
def test_what_is_killed_under_a_job_is_replaced(
    spark: SparkCluster, context: Context, tmp_path: Path, victim: str
) -> None:
    job = Held(context, tmp_path)
    worker, zygote = job.running()[0]
    executors = spark.executors()
    killed = {
        "worker": worker,
        "zygote": zygote,
        "executor": next(pid for pid in executors if worker in descendants(pid)),
    }[victim]
    os.kill(killed, signal.SIGKILL)
    gone(killed, worker)
    assert job.answer() == EXPECTED
    # Spark starts another executor in place of one that has died.
    eventually(lambda: len(spark.executors()), lambda n: n == 2, seconds=60)
    assert victim == "executor" or spark.executors() == executors
    assert context.range(10, numSlices=4).map(lambda n: n + 1).sum() == 55


def test_a_task_that_always_dies_ends_the_job(context: Context) -> None:
    def dies(n: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return n

    with pytest.raises(JobError, match="SIGKILL"):
        context.range(2, numSlices=2).map(dies).count()
    assert context.range(10, numSlices=2).sum() == 45


def test_map_output_that_is_lost_is_made_again(spark: SparkCluster, context: Context) -> None:
    pairs = context.range(100, numSlices=4).map(lambda n: (n % 5, n)).reduceByKey(lambda a, b: a + b, 2)
    expected = {key: sum(range(key, 100, 5)) for key in range(5)}
    assert dict(pairs.collect()) == expected
    before = spark.executors()
    for executor in before:
        os.kill(executor, signal.SIGKILL)
    gone(*before)
    assert dict(pairs.collect()) == expected
