# SPDX-License-Identifier: Apache-2.0
"""What the driver can ask about jobs and stages that run or ran lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["SparkExecutorInfo", "SparkJobInfo", "SparkStageInfo", "StatusTracker"]

#: Tasks run on this machine; no executor listens anywhere.
_HOST, _PORT = "127.0.0.1", 0


class SparkJobInfo(NamedTuple):
    """A job: its stages so far, and whether it is ``RUNNING``, ``SUCCEEDED`` or ``FAILED``."""

    jobId: int
    stageIds: list[int]
    status: str


class SparkStageInfo(NamedTuple):
    """A stage: the action that it belongs to, and its tasks by how far they are."""

    stageId: int
    currentAttemptId: int
    name: str
    numTasks: int
    numActiveTasks: int
    numCompletedTasks: int
    numFailedTasks: int


class SparkExecutorInfo(NamedTuple):
    """What runs tasks: this machine, of which there is one. Sizes are in bytes."""

    host: str
    port: int
    cacheSize: int
    numRunningTasks: int
    usedOnHeapStorageMemory: int
    usedOffHeapStorageMemory: int
    totalOnHeapStorageMemory: int
    totalOffHeapStorageMemory: int


class StatusTracker:
    """Tells of the latest thousand jobs and stages, from any thread. Made by ``Context.statusTracker``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def getJobIdsForGroup(self, jobGroup: str | None = None) -> list[int]:
        """Return the known jobs of a group; without an argument, those that are in no group."""
        group = {} if jobGroup is None else {"group": jobGroup}
        return list(self._context._engine().call("jobs", **group))

    def getActiveJobsIds(self) -> list[int]:
        """Return the jobs that run now, sorted."""
        return list(self._context._engine().call("active")["jobs"])

    def getActiveStageIds(self) -> list[int]:
        """Return the stages that run now, sorted."""
        return list(self._context._engine().call("active")["stages"])

    def getJobInfo(self, jobId: int) -> SparkJobInfo | None:
        """Return what is known of a job; ``None`` if nothing is."""
        found = self._context._engine().call("job", job=jobId)
        return SparkJobInfo(jobId, found["stages"], found["status"]) if found else None

    def getStageInfo(self, stageId: int) -> SparkStageInfo | None:
        """Return what is known of a stage; ``None`` if nothing is."""
        found = self._context._engine().call("stage", stage=stageId)
        if not found:
            return None
        counts = (found[key] for key in ("tasks", "active", "completed", "failed"))
        return SparkStageInfo(stageId, found["attempt"], found["name"], *counts)

    def getExecutorInfos(self) -> list[SparkExecutorInfo]:
        """Return what runs tasks: one entry."""
        found = self._context._engine().call("executor")
        cached, limit = found["cached"], found["cacheLimit"]
        return [SparkExecutorInfo(_HOST, _PORT, cached, found["tasks"], cached, 0, limit, 0)]
