# SPDX-License-Identifier: Apache-2.0
"""Operations that number items, pair them by position, or take sets apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate, count, product
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.errors import UnequalLengthsError
from sluice.rdd import tasks
from sluice.rdd.base import RDDBase

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

_END: Any = object()


class SideBySide(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def zip(self, other: RDD[U]) -> RDD[tuple[T_co, U]]:
        """Return an RDD of pairs of the items at the same place of both.

        Raises:
            ValueError: they differ in their number of partitions.
        """
        if self.getNumPartitions() != other.getNumPartitions():
            raise ValueError(
                "Can only zip with RDD which has the same number of partitions: "
                f"here={self.getNumPartitions()}, there={other.getNumPartitions()}"
            )
        return self._multi("zip", [self._node(), other._node()], _zipped)

    def zipWithIndex(self) -> RDD[tuple[T_co, int]]:
        """Return an RDD of ``(item, position)``; runs a job if there are several partitions."""
        starts = [0]
        if self.getNumPartitions() > 1:
            starts.extend(accumulate(self._derive("mapPartitions", tasks.count).collect()))
        return self._derive("mapPartitionsWithIndex", partial(_indexed, starts))

    def zipWithUniqueId(self) -> RDD[tuple[T_co, int]]:
        """Return an RDD of ``(item, id)``: no two items have one id, and no job is run."""
        return self._derive("mapPartitionsWithIndex", partial(_numbered, self.getNumPartitions()))

    def cartesian(self, other: RDD[U]) -> RDD[tuple[T_co, U]]:
        """Return an RDD of every pair of an item here and one there."""
        return self._multi("cartesian", [self._node(), other._node()], _every_pair)

    def intersection(self, other: RDD[Any]) -> RDD[T_co]:
        """Return an RDD of the items that both have, each once."""
        both = self._self.map(_keyed).cogroup(other.map(_keyed))
        return both.filter(_on_both_sides).keys()

    def subtract(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[T_co]:
        """Return an RDD of the items that are not there."""
        return self._self.map(_keyed).subtractByKey(other.map(_keyed), numPartitions).keys()

    def subtractByKey(self, other: RDD[Any], numPartitions: int | None = None) -> RDD[Any]:
        """Return an RDD of the pairs whose keys are not there."""
        return self._self.cogroup(other, numPartitions).filter(_only_here).flatMapValues(_here)


def _zipped(split: int, left: Iterator[Any], right: Iterator[Any]) -> Iterator[Any]:
    for item in left:
        other = next(right, _END)
        if other is _END:
            break
        yield item, other
    else:
        if next(right, _END) is _END:
            return
    raise UnequalLengthsError(
        "a zip met a different number of items in batches of its two sides", partition=split
    )


def _indexed(starts: list[int], split: int, items: Iterator[Any]) -> Iterator[Any]:
    return zip(items, count(starts[split]), strict=False)


def _numbered(partitions: int, split: int, items: Iterator[Any]) -> Iterator[Any]:
    return zip(items, count(split, partitions), strict=False)


def _every_pair(split: int, left: Iterator[Any], right: Iterator[Any]) -> Iterator[Any]:
    return product(left, list(right))


def _keyed(item: Any) -> tuple[Any, None]:
    return item, None


def _on_both_sides(group: Any) -> bool:
    return len(group[1][0]) > 0 and len(group[1][1]) > 0


def _only_here(group: Any) -> bool:
    return len(group[1][0]) > 0 and not len(group[1][1])


def _here(sides: Any) -> Any:
    return sides[0]
