# SPDX-License-Identifier: Apache-2.0
"""Barrier stages: all tasks run at once, and can wait for each other and tell each other something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sluice import taskcontext
from sluice.errors import ContextError
from sluice.taskcontext import TaskContext

if TYPE_CHECKING:
    from sluice.rdd import RDD

__all__ = ["BarrierTaskContext", "BarrierTaskInfo", "RDDBarrier"]

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

#: The local property that has the addresses of all tasks, separated by commas.
ADDRESSES = "addresses"


class BarrierTaskInfo:
    """Where a task of a barrier stage runs.

    Attributes:
        address: host and port of its executor; the port is 0, since nothing listens.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def __repr__(self) -> str:
        return f"BarrierTaskInfo(address={self.address!r})"


class BarrierTaskContext(TaskContext):
    """The task of a barrier stage that runs in this worker."""

    __slots__ = ("_meet",)

    _meet: Callable[[bool, str], list[str]] | None

    @classmethod
    def _blank(cls) -> BarrierTaskContext:
        made = super()._blank()
        made._meet = None
        return made

    @classmethod
    def get(cls) -> BarrierTaskContext:
        """The context of the task that runs now.

        Raises:
            ContextError: no task of a barrier stage runs here.
        """
        current = taskcontext.TaskContext.get()
        if isinstance(current, BarrierTaskContext):
            return current
        raise _misplaced("It is not in a barrier stage", "NOT_IN_BARRIER_STAGE")

    def barrier(self) -> None:
        """Wait until every task of the stage has made this call.

        Raises:
            BarrierError: a task ended without it, makes another call instead, or does not come in time.
        """
        self._waiting("barrier")(False, "")

    def allGather(self, message: str = "") -> list[str]:
        """Wait until every task of the stage has made this call; return all their messages, by partition.

        Raises:
            TypeError: the message is no ``str``.
            BarrierError: a task ended without it, makes another call instead, or does not come in time.
        """
        if not isinstance(message, str):
            raise TypeError(f"Argument `message` must be of type `str`: got={type(message).__name__}")
        return self._waiting("allGather")(True, message)

    def getTaskInfos(self) -> list[BarrierTaskInfo]:
        """Return where each task of the stage runs, by partition."""
        self._waiting("getTaskInfos")
        return [BarrierTaskInfo(address) for address in self._properties[ADDRESSES].split(",")]

    def _waiting(self, call: str) -> Callable[[bool, str], list[str]]:
        if self._meet is None:
            raise _misplaced(
                f"not supported to call `{call}` before initializing BarrierTaskContext",
                "CALL_BEFORE_INITIALIZE",
                func_name=call,
                object="BarrierTaskContext",
            )
        return self._meet


def _misplaced(text: str, condition: str, **parameters: str) -> Exception:
    from sluice.pyspark import present

    error = ContextError(text, advice="a task of RDD.barrier().mapPartitions(...) has such a context")
    return present(error, condition, **parameters)


class RDDBarrier(Generic[T_co]):
    """An RDD in a barrier stage: what is added to it runs in tasks that all run at once, or not at all."""

    def __init__(self, rdd: RDD[T_co]) -> None:
        self.rdd = rdd

    def mapPartitions(
        self, f: Callable[[Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Return an RDD of ``f(iterator)`` for every partition."""
        return self._together(self.rdd.mapPartitions(f, preservesPartitioning))

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Return an RDD of ``f(index, iterator)`` for every partition."""
        return self._together(self.rdd.mapPartitionsWithIndex(f, preservesPartitioning))

    @staticmethod
    def _together(rdd: RDD[U]) -> RDD[U]:
        rdd._barrier = True
        return rdd
