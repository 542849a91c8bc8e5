# SPDX-License-Identifier: Apache-2.0
"""Operations that need nothing but their own partition, and unions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.plan import Node
from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.barrier import RDDBarrier
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

_FIRST = itemgetter(0)
_SECOND = itemgetter(1)


class Narrow(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def map(self, f: Callable[[Any], U], preservesPartitioning: bool = False) -> RDD[U]:
        """Return an RDD of ``f(x)`` for every item."""
        return self._derive("map", f, preservesPartitioning)

    def filter(self, f: Callable[[Any], Any]) -> RDD[T_co]:
        """Return an RDD of the items for which ``f(x)`` is true."""
        return self._derive("filter", f, True)

    def flatMap(self, f: Callable[[Any], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """Return an RDD of all items of ``f(x)`` for every item."""
        return self._derive("flatMap", f, preservesPartitioning)

    def mapPartitions(
        self, f: Callable[[Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Return an RDD of ``f(iterator)`` for every partition."""
        return self._derive("mapPartitions", f, preservesPartitioning)

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Return an RDD of ``f(index, iterator)`` for every partition."""
        return self._derive("mapPartitionsWithIndex", f, preservesPartitioning)

    def mapPartitionsWithSplit(
        self, f: Callable[[int, Iterator[Any]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """Do what ``mapPartitionsWithIndex`` does, under an older name."""
        return self._derive("mapPartitionsWithIndex", f, preservesPartitioning)

    def barrier(self) -> RDDBarrier[T_co]:
        """Return what adds steps to this RDD whose tasks run all at once, and can wait for each other."""
        from sluice.barrier import RDDBarrier

        return RDDBarrier(self._self)

    def _is_barrier(self) -> bool:
        return self._barrier or _has_barrier(self._source.plain())

    def glom(self) -> RDD[list[T_co]]:
        """Return an RDD with one item for every partition: the list of its items."""
        return self._derive("mapPartitions", _glom)

    def keyBy(self, f: Callable[[Any], Any]) -> RDD[tuple[Any, T_co]]:
        """Return an RDD of ``(f(x), x)`` for every item."""
        return self._derive("keyBy", f)

    def keys(self) -> RDD[Any]:
        """Return an RDD of the first of every pair."""
        return self._derive("map", _FIRST)

    def values(self) -> RDD[Any]:
        """Return an RDD of the second of every pair."""
        return self._derive("map", _SECOND)

    def mapValues(self, f: Callable[[Any], U]) -> RDD[tuple[Any, U]]:
        """Return an RDD of ``(k, f(v))`` for every pair; it is partitioned as this one."""
        return self._derive("mapValues", f, True)

    def flatMapValues(self, f: Callable[[Any], Iterable[U]]) -> RDD[tuple[Any, U]]:
        """Return an RDD of ``(k, x)`` for all items ``x`` of ``f(v)``, for every pair; partitioned as this one."""
        return self._derive("flatMapValues", f, True)

    def union(self, other: RDD[U]) -> RDD[T_co | U]:
        """Return an RDD of the partitions of both, or of theirs side by side if they are partitioned alike."""
        both = self._union([other])
        if self.partitioner == other.partitioner and self.getNumPartitions() == both.getNumPartitions():
            both.partitioner = self.partitioner
        return both

    def __add__(self, other: RDD[U]) -> RDD[T_co | U]:
        from sluice.rdd import RDD

        if not isinstance(other, RDD):
            raise TypeError(f"can only add an RDD to an RDD, not {type(other).__name__}")
        return self.union(other)

    def _union(self, others: Sequence[RDD[Any]]) -> RDD[Any]:
        rdds: list[RDDBase[Any]] = [self, *others]
        nodes = [rdd._node() for rdd in rdds]
        # A data set without partitions adds none, and says nothing about where keys are.
        filled = [rdd for rdd, node in zip(rdds, nodes, strict=True) if node.partitions]
        if filled and all(rdd.partitioner is not None for rdd in filled):
            first = filled[0].partitioner
            alike = all(rdd.partitioner == first for rdd in filled)
            if alike and len({node.partitions for node in nodes if node.partitions}) == 1:
                return self._multi("zip", [node for node in nodes if node.partitions], _side_by_side)
        return self._new(Node("union", nodes, sum(node.partitions for node in nodes)))


def _has_barrier(node: Node) -> bool:
    if node.type == "shuffle":
        return False
    return "barrier" in node.attributes or any(map(_has_barrier, node.inputs))


def _glom(items: Iterator[Any]) -> list[list[Any]]:
    return [list(items)]


def _side_by_side(split: int, *inputs: Iterator[Any]) -> Iterator[Any]:
    return chain.from_iterable(inputs)
