# SPDX-License-Identifier: Apache-2.0
"""What became of a job: of each stage its tasks, their retries and workers, and where their time went.

The JVM adds it up from events. Times of tasks are sums over the tasks, which run side by side, so that they may exceed
the wall time; those of failed attempts count too, those of lost workers are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["JobSummary", "StageSummary"]

_SECOND = 1_000_000_000
#: A heading and the attribute that stands below it.
_COLUMNS = (
    ("stage", "stage"),
    ("tasks", "tasks"),
    ("retries", "retries"),
    ("wall", "wall_seconds"),
    ("waiting", "waiting_seconds"),
    ("unpickling", "unpickling_seconds"),
    ("user code", "user_seconds"),
    ("pickling", "pickling_seconds"),
    ("spilling", "spilling_seconds"),
    ("spilled", "disk_bytes_spilled"),
    ("bytes", "bytes"),
    ("records", "records"),
    ("workers", "workers"),
)


@dataclass(frozen=True, slots=True)
class StageSummary:
    """A stage: its tasks, attempts at them by their outcome, seconds and bytes summed over its tasks.

    ``user_seconds`` is what no other part claims: the functions, and reading files. ``bytes`` and ``records`` are
    what the tasks that succeeded emitted. ``workers`` counts processes.
    """

    stage: int
    tasks: int
    retries: int
    succeeded: int
    failed: int
    lost: int
    cancelled: int
    wall_seconds: float
    run_seconds: float
    waiting_seconds: float
    unpickling_seconds: float
    user_seconds: float
    pickling_seconds: float
    spilling_seconds: float
    memory_bytes_spilled: int
    disk_bytes_spilled: int
    bytes: int
    records: int
    workers: int

    @classmethod
    def _of(cls, told: Mapping[str, Any]) -> StageSummary:
        return cls(
            stage=told["stage"],
            tasks=told["tasks"],
            retries=told["retries"],
            succeeded=told["succeeded"],
            failed=told["failed"],
            lost=told["lost"],
            cancelled=told["cancelled"],
            wall_seconds=told["wallNanos"] / _SECOND,
            run_seconds=told["runNanos"] / _SECOND,
            waiting_seconds=told["waitingNanos"] / _SECOND,
            unpickling_seconds=told["unpicklingNanos"] / _SECOND,
            user_seconds=told["userNanos"] / _SECOND,
            pickling_seconds=told["picklingNanos"] / _SECOND,
            spilling_seconds=told["spillingNanos"] / _SECOND,
            memory_bytes_spilled=told["memoryBytesSpilled"],
            disk_bytes_spilled=told["diskBytesSpilled"],
            bytes=told["bytes"],
            records=told["records"],
            workers=told["workers"],
        )


@dataclass(frozen=True, slots=True)
class JobSummary:
    """A job that has ended. ``str()`` is a table, ``as_dict()`` is for JSON."""

    job: int
    succeeded: bool
    wall_seconds: float
    stages: tuple[StageSummary, ...]

    @classmethod
    def _of(cls, told: Mapping[str, Any]) -> JobSummary:
        return cls(
            told["job"],
            told["succeeded"],
            told["wallNanos"] / _SECOND,
            tuple(StageSummary._of(stage) for stage in told["stages"]),
        )

    @property
    def tasks(self) -> int:
        """The tasks of all stages."""
        return sum(stage.tasks for stage in self.stages)

    @property
    def retries(self) -> int:
        """The attempts of all stages at tasks that had been tried before."""
        return sum(stage.retries for stage in self.stages)

    def as_dict(self) -> dict[str, Any]:
        """Return dicts, lists and plain values alone."""
        return asdict(self)

    def __str__(self) -> str:
        ended = "succeeded" if self.succeeded else "did not succeed"
        counts = ", ".join(
            f"{count} {name if count == 1 else plural}"
            for count, name, plural in (
                (len(self.stages), "stage", "stages"),
                (self.tasks, "task", "tasks"),
                (self.retries, "retry", "retries"),
            )
        )
        rows = [[heading for heading, _ in _COLUMNS]]
        rows += [[_cell(name, getattr(stage, name)) for _, name in _COLUMNS] for stage in self.stages]
        table = _aligned(rows) if self.stages else []
        return "\n".join([f"job {self.job} {ended} in {_seconds(self.wall_seconds)}: {counts}", *table])


def _cell(name: str, value: float) -> str:
    if name.endswith("_seconds"):
        return _seconds(value)
    return _size(int(value)) if "bytes" in name else str(value)


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def _size(value: int) -> str:
    amount = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.1f} {unit}" if unit != "B" else f"{value} B"
        amount /= 1024
    return f"{amount:.1f} TiB"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
