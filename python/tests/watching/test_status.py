# SPDX-License-Identifier: Apache-2.0
"""The status tracker: what it tells of jobs and stages while they run and after."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import JobCancelledError, JobError
from tests.support.waiting import eventually

GROUP = "spark.jobGroup.id"


@pytest.fixture(autouse=True)
def no_group(sc: Context) -> Iterator[None]:
    """No test leaves its job group to the next."""
    yield
    sc.setLocalProperty(GROUP, None)


def test_a_job_is_seen_while_it_runs_and_after_its_cancellation(sc: Context, tmp_path: Path) -> None:
    def wait(split: int, items: Iterator[int]) -> Iterator[int]:
        import time

        (tmp_path / str(split)).touch()
        while split:
            time.sleep(0.01)
        return items

    raised: list[BaseException] = []

    def run() -> None:
        sc.setJobGroup("running", "text")
        try:
            sc.parallelize(range(3), 3).mapPartitionsWithIndex(wait).collect()
        except JobCancelledError as error:
            raised.append(error)

    tracker = sc.statusTracker()
    thread = threading.Thread(target=run)
    thread.start()
    eventually(lambda: len(list(tmp_path.iterdir())), lambda count: count == 3)
    (job,) = tracker.getJobIdsForGroup("running")
    info = tracker.getJobInfo(job)
    assert info is not None
    assert (info.jobId, info.status, job in tracker.getActiveJobsIds()) == (job, "RUNNING", True)
    (number,) = info.stageIds
    assert number in tracker.getActiveStageIds()
    stage = eventually(
        lambda: tracker.getStageInfo(number), lambda s: s is not None and s.numCompletedTasks == 1
    )
    assert stage is not None
    assert (stage.numTasks, stage.numActiveTasks, stage.numFailedTasks) == (3, 2, 0)
    assert stage.name.startswith(f"collect at {__file__}:")
    assert tracker.getExecutorInfos()[0].numRunningTasks == 2
    sc.cancelJobGroup("running")
    thread.join()
    assert len(raised) == 1
    info = tracker.getJobInfo(job)
    assert info is not None
    assert info.status == "FAILED"
    assert (tracker.getActiveJobsIds(), tracker.getActiveStageIds()) == ([], [])
    stage = tracker.getStageInfo(number)
    assert stage is not None
    assert (stage.numActiveTasks, stage.numCompletedTasks) == (0, 1)


def test_failed_tasks_are_counted(sc: Context) -> None:
    sc.setJobGroup("failed", "text")
    with pytest.raises(JobError, match="ZeroDivisionError"):
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).count()
    tracker = sc.statusTracker()
    (job,) = tracker.getJobIdsForGroup("failed")
    info = tracker.getJobInfo(job)
    assert info is not None
    stage = tracker.getStageInfo(info.stageIds[0])
    assert stage is not None
    assert (info.status, stage.numFailedTasks) == ("FAILED", 1)


def test_what_is_cached_counts_for_the_executor(sc: Context) -> None:
    (before,) = sc.statusTracker().getExecutorInfos()
    kept = sc.parallelize([b"x" * 1000] * 100, 2).cache()
    kept.count()
    (after,) = sc.statusTracker().getExecutorInfos()
    kept.unpersist()
    (freed,) = sc.statusTracker().getExecutorInfos()
    assert after.cacheSize - before.cacheSize >= 1000
    assert freed.cacheSize == before.cacheSize


def test_names_of_methods_that_call_others(sc: Context) -> None:
    def name_of(action: Any, group: str) -> str:
        sc.setJobGroup(group, "text")
        action()
        info = tracker.getJobInfo(tracker.getJobIdsForGroup(group)[0])
        stage = tracker.getStageInfo(info.stageIds[-1]) if info else None
        return stage.name.partition(" at ")[0] if stage else ""

    tracker = sc.statusTracker()
    rdd = sc.parallelize(range(4), 2)
    assert name_of(rdd.first, "a") == "first"
    assert name_of(rdd.sum, "b") == "sum"
    assert name_of(lambda: list(rdd.toLocalIterator()), "c") == "job"
