# SPDX-License-Identifier: Apache-2.0
"""What a thread's next job carries, and the jobs that run now, so that another thread can cancel them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from sluice.errors import JobCancelledError
from sluice.worker import wire

__all__ = ["DESCRIPTION", "GROUP", "TAGS", "Properties", "RunningJob", "RunningJobs"]

GROUP = "spark.jobGroup.id"
DESCRIPTION = "spark.job.description"
INTERRUPT = "spark.job.interruptOnCancel"
TAGS = "spark.job.tags"


class Properties(threading.local):
    """Local properties: those of the calling thread."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        #: The job of this thread that ended last, if one has.
        self.last_job: int | None = None

    def put(self, key: str, value: str | None) -> None:
        """Set a property for the calling thread's jobs; ``None`` removes it."""
        if value is None:
            self.entries.pop(key, None)
        else:
            self.entries[key] = str(value)

    def tags(self) -> set[str]:
        """Return the calling thread's tags."""
        return set(filter(None, self.entries.get(TAGS, "").split(",")))

    def set_tags(self, tags: Iterable[str]) -> None:
        """Replace the calling thread's tags."""
        self.put(TAGS, ",".join(sorted(tags)) or None)


class RunningJob:
    """One job, from its submission to its end."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.group = properties.get(GROUP)
        self.tags = frozenset(properties.get(TAGS, "").split(","))
        self._where: tuple[wire.Connection, int] | None = None
        self._lock = threading.Lock()
        self._cancelled: str | None = None
        self._expired = False
        #: Its number, which is that of the request; None until it is submitted.
        self.number: int | None = None
        #: Whether the JVM has said that it is over.
        self.over = False

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Cancel the job once it has run for so long, which then is no error."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except JobCancelledError:
            if not self._expired:
                raise
        finally:
            timer.cancel()
            timer.join()

    def _expire(self) -> None:
        with self._lock:
            if self._cancelled is not None:
                return
            self._expired = True
        self.cancel("its time was up")

    def submitted(self, connection: wire.Connection, request: int) -> None:
        """Note where the job was sent; cancel it there if that was asked for meanwhile."""
        with self._lock:
            self.number = request
            self._where = (connection, request)
            if self._cancelled is not None:
                self._send(self._cancelled)

    def ended(self, over: bool) -> None:
        """Note that its connection serves another job from now on, and whether the JVM has said that it is over."""
        with self._lock:
            self._where = None
            self.over = over

    def cancel(self, reason: str) -> None:
        """Ask the JVM to stop it; the thread that waits for it gets the error."""
        with self._lock:
            self._cancelled = reason
            if self._where is not None:
                self._send(reason)

    def _send(self, reason: str) -> None:
        assert self._where is not None
        connection, request = self._where
        try:
            # Its thread only reads until the job has ended, so that the frame cannot meet another.
            connection.send(wire.pack(wire.CANCEL, request, reason.encode()))
        except OSError:
            pass


class RunningJobs:
    """The jobs of a context that run now. Thread-safe."""

    def __init__(self) -> None:
        self._jobs: set[RunningJob] = set()
        self._lock = threading.Lock()

    def add(self, job: RunningJob) -> None:
        """Begin to list a job."""
        with self._lock:
            self._jobs.add(job)

    def remove(self, job: RunningJob) -> None:
        """End listing it."""
        with self._lock:
            self._jobs.discard(job)

    def cancel(self, reason: str, chosen: Callable[[RunningJob], bool] = lambda job: True) -> None:
        """Cancel the jobs for which ``chosen`` is true."""
        with self._lock:
            jobs = list(self._jobs)
        for job in jobs:
            if chosen(job):
                job.cancel(reason)
