# SPDX-License-Identifier: Apache-2.0
"""Summaries on contexts of their own: spilled bytes, retries, and the table that is printed on request."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from sluice import Conf, Context
from sluice.summary import StageSummary


def last_stage(sc: Context) -> StageSummary:
    summary = sc.lastJobSummary()
    assert summary is not None
    return summary.stages[-1]


def test_a_spill_is_counted_and_timed() -> None:
    conf = Conf().set("sluice.worker.memory", "1m")
    with Context("local[1]", "spilling", conf=conf) as sc:
        grouped = sc.parallelize(range(200_000), 2).map(lambda x: (x, str(x) * 5)).groupByKey(1)
        assert grouped.count() == 200_000
        stage = last_stage(sc)
    assert stage.disk_bytes_spilled > 1 << 20
    assert stage.memory_bytes_spilled > 1 << 20
    assert stage.spilling_seconds > 0
    assert stage.spilling_seconds + stage.user_seconds < stage.run_seconds


def test_failed_attempts_and_lost_workers_are_retries() -> None:
    def fail_once(split: int, items: Any) -> Any:
        from sluice import TaskContext

        task = TaskContext.get()
        assert task is not None
        if task.attemptNumber() == 0:
            if split == 0:
                raise ValueError("once")
            os.kill(os.getpid(), signal.SIGKILL)
        return items

    with Context("local[2,3]", "retrying") as sc:
        assert sc.parallelize([0, 1], 2).mapPartitionsWithIndex(fail_once).collect() == [0, 1]
        stage = last_stage(sc)
    assert (stage.tasks, stage.succeeded, stage.failed, stage.lost, stage.retries) == (2, 2, 1, 1, 2)


def test_is_printed_on_request_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with Context("local[1]", "quiet") as sc:
        sc.parallelize([1], 1).count()
        assert capsys.readouterr().err == ""
    with Context("local[1]", "told", conf=Conf().set("sluice.ui.summary", "true")) as sc:
        sc.parallelize([1], 1).count()
        printed = capsys.readouterr()
        assert "succeeded in" in printed.err
        assert printed.out == ""
        rows = iter(sc.parallelize(range(100), 2).toLocalIterator())
        next(rows)
        del rows


def test_no_job_no_summary() -> None:
    with Context("local[1]", "fresh") as sc:
        assert sc.lastJobSummary() is None
        assert sc.jobSummaries() == []
        # Workers are forked ahead: one that is still on its way would outlive the context for a while.
        sc.parallelize([1], 1).count()
