# SPDX-License-Identifier: Apache-2.0
"""What a task can ask about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Self

__all__ = ["FILES_NUMBER", "FILES_ROOT", "TaskContext", "begin", "end"]

#: Local properties of every job: the directory of added files, and a number that changes with each addition.
FILES_ROOT = "sluice.files.root"
FILES_NUMBER = "sluice.files.number"


class TaskContext:
    """The task that runs in this worker; `get()` is None in the driver."""

    __slots__ = ("_attempt", "_attempt_id", "_cpus", "_partition", "_properties", "_resources", "_stage")

    _stage: int
    _partition: int
    _attempt: int
    _attempt_id: int
    _cpus: int
    _properties: Mapping[str, str]
    _resources: Mapping[str, Any]

    def __new__(cls) -> TaskContext:
        """Return the context of the task that runs now; outside of a task, one that knows nothing."""
        return cls._blank() if _current is None else _current

    @classmethod
    def _blank(cls) -> Self:
        made = object.__new__(cls)
        made._stage = made._partition = made._attempt = made._attempt_id = 0
        made._properties, made._resources = {}, {}
        made._cpus = 1
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        # Where it is unpickled, another task may run.
        return _rebuilt, (type(self), {name: getattr(self, name) for name in TaskContext.__slots__})

    @classmethod
    def get(cls) -> TaskContext | None:
        """The context of the task that runs now."""
        return _current

    def stageId(self) -> int:
        """The number of the stage in this program."""
        return self._stage

    def partitionId(self) -> int:
        """Which partition this task computes."""
        return self._partition

    def attemptNumber(self) -> int:
        """How often this partition was tried before; the first attempt is 0."""
        return self._attempt

    def taskAttemptId(self) -> int:
        """A number that no other attempt in this program has."""
        return self._attempt_id

    def getLocalProperty(self, key: str) -> str | None:
        """A property that the driver's thread had when it started the action."""
        return self._properties.get(key)

    def cpus(self) -> int:
        """How many cores the task was given."""
        return self._cpus

    def cpuAmount(self) -> Decimal:
        """How many cores the task was given, exactly."""
        # Once it is loaded, each task's end looks at its context.
        from decimal import Decimal

        return Decimal(self._cpus)

    def resources(self) -> Mapping[str, Any]:
        """Other resources that the task was given, by name."""
        return self._resources


def _rebuilt(cls: type[TaskContext], values: dict[str, Any]) -> TaskContext:
    made = cls._blank()
    for name, value in values.items():
        setattr(made, name, value)
    return made


_current: TaskContext | None = None


def begin(
    stage: int,
    partition: int,
    attempt: int,
    attempt_id: int,
    properties: Mapping[str, str],
    cpus: int = 1,
    kind: type[TaskContext] = TaskContext,
) -> TaskContext:
    """Called by the worker before a task. A new object each time: a thread that a task left keeps its own."""
    global _current
    context = kind._blank()
    context._stage = stage
    context._partition = partition
    context._attempt = attempt
    context._attempt_id = attempt_id
    context._properties = properties
    context._cpus = cpus
    _current = context
    return context


def end() -> None:
    """Called by the worker after a task."""
    global _current
    _current = None
