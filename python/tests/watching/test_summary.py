# SPDX-License-Identifier: Apache-2.0
"""What a job's summary says is what its tasks did: counts are exact, and time lies where it was spent."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Any

import pytest

from sluice import Context
from sluice.errors import JobCancelledError, JobError
from sluice.summary import JobSummary, StageSummary


class Slow:
    """Takes its time where it is pickled and where it is unpickled."""

    def __init__(self, pickling: float = 0.0, unpickling: float = 0.0) -> None:
        self.seconds = pickling, unpickling

    def __reduce__(self) -> Any:
        time.sleep(self.seconds[0])
        return _rebuild, self.seconds


def _rebuild(pickling: float, unpickling: float) -> Slow:
    time.sleep(unpickling)
    return Slow(pickling, unpickling)


def last(sc: Context) -> JobSummary:
    summary = sc.lastJobSummary()
    assert summary is not None
    return summary


def only_stage(sc: Context) -> StageSummary:
    (stage,) = last(sc).stages
    return stage


def parts(stage: StageSummary) -> dict[str, float]:
    return {
        "waiting": stage.waiting_seconds,
        "unpickling": stage.unpickling_seconds,
        "user": stage.user_seconds,
        "pickling": stage.pickling_seconds,
        "spilling": stage.spilling_seconds,
    }


def assert_mostly(stage: StageSummary, part: str) -> None:
    divided = parts(stage)
    assert sum(divided.values()) == pytest.approx(stage.run_seconds)
    assert divided[part] > 0.5 * stage.run_seconds, divided


def test_counts_stages_tasks_bytes_records_and_workers(sc: Context) -> None:
    pairs = sc.parallelize(range(1000), 4).map(lambda x: (x % 10, x))
    assert pairs.groupByKey(3).count() == 10

    mapped, reduced = last(sc).stages

    assert (mapped.tasks, mapped.succeeded, mapped.retries, mapped.records) == (4, 4, 0, 1000)
    assert (reduced.tasks, reduced.succeeded, reduced.records) == (3, 3, 3)
    assert mapped.bytes > 1000
    assert 1 <= mapped.workers <= 2
    assert last(sc).succeeded
    assert last(sc).tasks == 7
    assert last(sc).wall_seconds >= max(stage.wall_seconds for stage in last(sc).stages)


def test_bytes_and_records_are_those_of_the_result(sc: Context) -> None:
    assert len(sc.parallelize(["x" * 10_000] * 20, 2).map(lambda text: text + "y").collect()) == 20
    stage = only_stage(sc)
    assert stage.records == 20
    assert 20 * 10_001 <= stage.bytes < 20 * 10_001 + 2000


def test_user_code_that_sleeps_is_user_code(sc: Context) -> None:
    sc.parallelize(range(4), 2).map(lambda x: time.sleep(0.02)).count()
    assert_mostly(only_stage(sc), "user")
    assert only_stage(sc).user_seconds >= 0.08


def test_slow_pickles_are_pickling(sc: Context) -> None:
    for _ in range(2):  # The first round imports this module, which is unpickling a function.
        sc.parallelize(range(4), 2).map(lambda x: Slow(pickling=0.02)).collect()
    assert_mostly(only_stage(sc), "pickling")
    assert only_stage(sc).pickling_seconds >= 0.08


def test_what_is_unpickled_slowly_is_unpickling(sc: Context) -> None:
    cached = sc.parallelize(range(4), 2).map(lambda x: Slow(unpickling=0.02)).cache()
    cached.count()
    cached.count()
    assert_mostly(only_stage(sc), "unpickling")
    cached.unpersist()


def test_a_broadcast_is_unpickled_by_its_first_reader(sc: Context) -> None:
    value = sc.broadcast(Slow(unpickling=0.05))
    sc.parallelize([1], 1).map(lambda x: value.value is None).collect()
    assert only_stage(sc).unpickling_seconds >= 0.05
    value.destroy()


def test_input_that_comes_late_is_waited_for(sc: Context) -> None:
    """The second batch is asked for, and the JVM answers; a megabyte takes several such rounds."""
    rows = sc.parallelize([os.urandom(100_000) for _ in range(30)], 1)
    assert rows.repartition(1).map(len).sum() == 3_000_000
    assert last(sc).stages[-1].waiting_seconds > 0


def test_a_job_that_fails_has_a_summary_too(sc: Context) -> None:
    with pytest.raises(JobError):
        sc.parallelize([1], 1).map(lambda x: 1 // 0).collect()
    assert not last(sc).succeeded
    assert only_stage(sc).failed == 1
    assert "job " in str(last(sc))
    assert "did not succeed" in str(last(sc))


def test_cancelled_tasks_are_counted(sc: Context) -> None:
    timer = threading.Timer(0.3, sc.cancelAllJobs)
    timer.start()
    with pytest.raises(JobCancelledError):
        sc.parallelize([1, 2], 2).map(lambda x: time.sleep(60)).collect()
    timer.join()
    stage = only_stage(sc)
    assert (stage.succeeded, stage.cancelled, stage.workers) == (0, 2, 2)


def test_each_thread_has_a_last_job_of_its_own(sc: Context) -> None:
    sc.parallelize([1], 1).count()
    mine = last(sc).job
    found: list[JobSummary | None] = []

    def other() -> None:
        found.append(sc.lastJobSummary())
        sc.parallelize([1, 2, 3], 3).count()
        found.append(sc.lastJobSummary())

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found[0] is None
    assert found[1] is not None
    assert found[1].tasks == 3
    assert last(sc).job == mine
    numbers = [summary.job for summary in sc.jobSummaries()]
    assert numbers[-2:] == [mine, found[1].job]


def test_is_plain_data_for_programs(sc: Context) -> None:
    sc.parallelize([1], 1).count()
    told = json.loads(json.dumps(last(sc).as_dict()))
    assert told["stages"][0]["tasks"] == 1
    assert told["succeeded"] is True


def test_the_table_has_a_row_for_each_stage(sc: Context) -> None:
    sc.parallelize([(1, 2)], 2).groupByKey(1).count()
    heading, columns, *rows = str(last(sc)).splitlines()
    assert heading.endswith(": 2 stages, 3 tasks, 0 retries")
    assert columns.split()[:3] == ["stage", "tasks", "retries"]
    assert [row.split()[1] for row in rows] == ["2", "1"]
    assert len({len(line) for line in (columns, *rows)}) == 1
