# SPDX-License-Identifier: Apache-2.0
"""Operations over the keys of several RDDs: cogroup and joins.

Each side is shuffled on its own, unless it is where it has to be already, and both are read side by side in one task.
Of items that are longer than pairs the first two elements count, as in PySpark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd.base import RDDBase
from sluice.rdd.cogrouping import CogroupAggregator
from sluice.rdd.partitioner import Partitioner
from sluice.resultiterable import ResultIterable
from sluice.shuffle import GroupMerger, ShuffleWriter

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

Grouped = Iterable[tuple[Any, Sequence[Any]]]
_MISSING = (None,)


class Joins(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def cogroup(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Return an RDD of ``(key, (values here, values there))`` for every key of either."""
        return self._side_by_side([other], numPartitions, _cogrouped)

    def groupWith(self, other: RDD[Any], *others: RDD[Any]) -> RDD[Any]:
        """Return an RDD of ``(key, (values, values, ...))`` for every key of any of them."""
        return self._side_by_side([other, *others], None, _cogrouped)

    def join(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Return an RDD of ``(key, (v, w))`` for every value here and every value there of the same key."""
        return self._side_by_side([other], numPartitions, _joined)

    def leftOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Do what ``join`` does; a key that is only here has ``None`` for the value there."""
        return self._side_by_side([other], numPartitions, _left)

    def rightOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Do what ``join`` does; a key that is only there has ``None`` for the value here."""
        return self._side_by_side([other], numPartitions, _right)

    def fullOuterJoin(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Do what ``join`` does; a key that one side lacks has ``None`` for its value."""
        return self._side_by_side([other], numPartitions, _full)

    def _side_by_side(
        self, others: Sequence[RDD[Any]], numPartitions: int | None, emit: Callable[[Grouped], Iterator[Any]]
    ) -> RDD[Any]:
        rdds: list[RDD[Any]] = [self._self, *others]
        number = _count(rdds) if numPartitions is None else numPartitions
        partitioner = Partitioner(number)
        # One that is joined with itself is shuffled once.
        placed: dict[int, RDDBase[Any]] = {}
        for rdd in rdds:
            if rdd.partitioner == partitioner:
                placed[id(rdd)] = rdd
            elif id(rdd) not in placed:
                placed[id(rdd)] = rdd._shuffle(number, ShuffleWriter(number, first_two=True), partitioner)
        nodes = [placed[id(rdd)]._node() for rdd in rdds]
        return self._multi("zip", nodes, partial(_task, len(rdds), emit), partitioner)


def cogroup_all(rdds: Sequence[RDD[Any]], numPartitions: int | None) -> RDD[Any]:
    """Return an RDD of ``(key, (values, values, ...))``, one for each of the RDDs."""
    return rdds[0]._side_by_side(rdds[1:], numPartitions, _cogrouped)


def _count(rdds: Sequence[RDD[Any]]) -> int:
    """Return PySpark's number of partitions: as configured, that of a common partitioner, else the sum."""
    first = rdds[0]
    if first.ctx._conf.contains("spark.default.parallelism"):
        return first.ctx.defaultParallelism
    if first.partitioner is not None and all(rdd.partitioner == first.partitioner for rdd in rdds):
        return first.getNumPartitions()
    return sum(rdd.getNumPartitions() for rdd in rdds)


def _task(
    count: int, emit: Callable[[Grouped], Iterator[Any]], split: int, *inputs: Iterator[Any]
) -> Iterator[Any]:
    aggregator = CogroupAggregator(count)
    merger = GroupMerger(aggregator)
    for side, items in enumerate(inputs):
        aggregator.side = side
        merger.merge_values(items)
    return emit(merger.items())


def _cogrouped(groups: Grouped) -> Iterator[Any]:
    for key, sides in groups:
        yield key, tuple([ResultIterable(values or []) for values in sides])


def _joined(groups: Grouped) -> Iterator[Any]:
    for key, (left, right) in groups:
        if left and right:
            for v in left:
                for w in right:
                    yield key, (v, w)


def _left(groups: Grouped) -> Iterator[Any]:
    for key, (left, right) in groups:
        for v in left or ():
            for w in right or _MISSING:
                yield key, (v, w)


def _right(groups: Grouped) -> Iterator[Any]:
    for key, (left, right) in groups:
        for v in left or _MISSING:
            for w in right or ():
                yield key, (v, w)


def _full(groups: Grouped) -> Iterator[Any]:
    for key, (left, right) in groups:
        for v in left or _MISSING:
            for w in right or _MISSING:
                yield key, (v, w)
