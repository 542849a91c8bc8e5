# SPDX-License-Identifier: Apache-2.0
"""The part of the context about jobs: what the calling thread's jobs carry, and how they are watched and cancelled."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from sluice import progress
from sluice.errors import ArgumentError
from sluice.jobs import DESCRIPTION, GROUP, INTERRUPT, Properties, RunningJob, RunningJobs

if TYPE_CHECKING:
    from sluice.context import Context
    from sluice.status import StatusTracker
    from sluice.summary import JobSummary

__all__ = ["ContextJobs"]


class ContextJobs:
    """Mixed into ``Context``."""

    def __init__(self) -> None:
        self._properties = Properties()
        self._running = RunningJobs()
        self._sums_up = False

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """Set a property for jobs of the calling thread; ``None`` removes it. A ``TaskContext`` has it."""
        self._properties.put(key, value)

    def getLocalProperty(self, key: str) -> str | None:
        """Return a property of the calling thread."""
        return self._properties.entries.get(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Put the calling thread's jobs into a group, by which they can be cancelled."""
        self._properties.put(GROUP, groupId)
        self._properties.put(DESCRIPTION, description)
        self.setInterruptOnCancel(interruptOnCancel)

    def setJobDescription(self, value: str | None) -> None:
        """Describe the calling thread's jobs."""
        self._properties.put(DESCRIPTION, value)

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Keep whether cancelling interrupts tasks; it always ends them."""
        self._properties.put(INTERRUPT, "true" if interruptOnCancel else "false")

    def addJobTag(self, tag: str) -> None:
        """Tag the calling thread's jobs.

        Raises:
            ArgumentError: the tag is no text, is empty or holds a comma. It is a ``ValueError``.
        """
        self._properties.set_tags(self._properties.tags() | {_checked(tag)})

    def removeJobTag(self, tag: str) -> None:
        """Remove a tag of the calling thread; nothing if it has not that tag.

        Raises:
            ArgumentError: the tag is no text, is empty or holds a comma. It is a ``ValueError``.
        """
        self._properties.set_tags(self._properties.tags() - {_checked(tag)})

    def getJobTags(self) -> set[str]:
        """Return the tags of the calling thread."""
        return self._properties.tags()

    def clearJobTags(self) -> None:
        """Remove all tags of the calling thread."""
        self._properties.set_tags(())

    def cancelAllJobs(self) -> None:
        """Cancel every job that runs or waits now."""
        self._running.cancel("all jobs were cancelled")

    def cancelJobGroup(self, groupId: str) -> None:
        """Cancel the jobs of a group that run or wait now; later ones of that group are not."""
        self._running.cancel(f"job group was cancelled: group={groupId}", lambda job: job.group == groupId)

    def cancelJobsWithTag(self, tag: str) -> None:
        """Cancel the jobs with a tag that run or wait now.

        Raises:
            ArgumentError: the tag is no text, is empty or holds a comma. It is a ``ValueError``.
        """
        _checked(tag)
        self._running.cancel(f"jobs with a tag were cancelled: tag={tag}", lambda job: tag in job.tags)

    def statusTracker(self) -> StatusTracker:
        """Return what tells of jobs and stages that run or ran lately."""
        from sluice.status import StatusTracker

        return StatusTracker(cast("Context", self))

    def lastJobSummary(self) -> JobSummary | None:
        """Return what became of the calling thread's last job, or ``None`` if it has run none or it is forgotten."""
        number = self._properties.last_job
        found = self._summaries(number) if number is not None else []
        return found[0] if found else None

    def jobSummaries(self) -> list[JobSummary]:
        """Return what became of this context's jobs, in the order of their ends; of the last hundred."""
        return self._summaries()

    def _summaries(self, *numbers: int) -> list[JobSummary]:
        from sluice.summary import JobSummary

        told = cast("Context", self)._engine().call("summaries", jobs=numbers)
        return [JobSummary._of(job) for job in told]

    def _job_ended(self, job: RunningJob) -> None:
        """Let go of a job; sum it up where the settings ask for that."""
        self._running.remove(job)
        if not job.over:
            return
        self._properties.last_job = job.number
        if self._sums_up and sys.stderr is not None and cast("Context", self)._jvm_handle.alive:
            summary = self.lastJobSummary()
            with progress.hidden():
                print(summary, file=sys.stderr, flush=True)


def _checked(tag: str) -> str:
    if isinstance(tag, str) and tag and "," not in tag:
        return tag
    from sluice.pyspark import present

    what = "cannot contain ','" if isinstance(tag, str) and tag else "must be a text that is not empty"
    raise present(ArgumentError(f"a job tag {what}", tag=tag))
