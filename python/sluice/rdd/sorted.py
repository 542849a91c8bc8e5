# SPDX-License-Identifier: Apache-2.0
"""Operations that sort: into ranges of keys found by a sample, or within partitions."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd.base import RDDBase
from sluice.shuffle import Sorter, portable_hash

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

_FIRST = itemgetter(0)
_SAMPLES_PER_PARTITION = 20.0


class Sorted(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def sortByKey(
        self,
        ascending: bool = True,
        numPartitions: int | None = None,
        keyfunc: Callable[[Any], Any] | None = None,
    ) -> RDD[T_co]:
        """Return an RDD of the pairs in order of ``keyfunc(key)``; runs jobs that find the ranges of partitions."""
        own = self._self
        number = own._reduce_partitions(numPartitions)
        order = partial(_in_order, ascending, keyfunc)
        if number == 1:
            one = own.coalesce(1) if own.getNumPartitions() > 1 else own
            return one._derive("mapPartitions", order, True)
        total = own.count()
        if not total:
            return own
        fraction = min(number * _SAMPLES_PER_PARTITION / total, 1.0)
        keys = sorted(own.sample(False, fraction, 1).keys().collect(), key=keyfunc)
        if keyfunc is not None:
            keys = [keyfunc(key) for key in keys]
        bounds = [keys[int(len(keys) * (i + 1) / number)] for i in range(number - 1)]
        placed = own.partitionBy(number, _Ranges(bounds, ascending, keyfunc))
        return placed._derive("mapPartitions", order, True)

    def sortBy(
        self, keyfunc: Callable[[Any], Any], ascending: bool = True, numPartitions: int | None = None
    ) -> RDD[T_co]:
        """Return an RDD of the items in order of ``keyfunc(item)``."""
        return self._self.keyBy(keyfunc).sortByKey(ascending, numPartitions).values()

    def repartitionAndSortWithinPartitions(
        self,
        numPartitions: int | None = None,
        partitionFunc: Callable[[Any], int] = portable_hash,
        ascending: bool = True,
        keyfunc: Callable[[Any], Any] | None = None,
    ) -> RDD[T_co]:
        """Return an RDD with pairs where ``partitionFunc`` puts them, each partition in order of its keys."""
        placed = self._self.partitionBy(numPartitions, partitionFunc)
        return placed._derive("mapPartitions", partial(_in_order, ascending, keyfunc), True)


class _Ranges:
    """Puts a key into the partition of its range."""

    def __init__(self, bounds: list[Any], ascending: bool, keyfunc: Callable[[Any], Any] | None) -> None:
        self._bounds = bounds
        self._ascending = ascending
        self._keyfunc = keyfunc

    def __call__(self, key: Any) -> int:
        found = bisect_left(self._bounds, key if self._keyfunc is None else self._keyfunc(key))
        return found if self._ascending else len(self._bounds) - found

    def places(self, keys: Iterable[Any]) -> Iterable[int]:
        """Return the partitions of many keys."""
        if self._ascending and self._keyfunc is None:
            return map(partial(bisect_left, self._bounds), keys)
        return map(self, keys)


def _in_order(ascending: bool, keyfunc: Callable[[Any], Any] | None, items: Iterator[Any]) -> Iterable[Any]:
    key = _FIRST if keyfunc is None else partial(_key, keyfunc)
    return Sorter(key, not ascending).sorted(items)


def _key(keyfunc: Callable[[Any], Any], pair: Any) -> Any:
    return keyfunc(pair[0])
