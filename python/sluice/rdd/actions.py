# SPDX-License-Identifier: Apache-2.0
"""Operations that run a job and return to the driver."""

from __future__ import annotations

import heapq
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from itertools import chain
from operator import add, index
from typing import Any, TypeVar, cast

from sluice.errors import stop_iteration
from sluice.pyspark import present
from sluice.rdd import tasks
from sluice.rdd.base import RDDBase
from sluice.rdd.local import local_iterator

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Actions(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def _run(self, function: Callable[[Iterator[Any]], Iterable[Any]]) -> list[Any]:
        """Return the items of ``function(iterator)`` for all partitions, in order."""
        return self._derive("mapPartitions", function).collect()

    def collect(self) -> list[T_co]:
        """Return all items, partition by partition."""
        items: list[T_co] = []
        for part in self.ctx._collect_partitions(self._self, eager=True):
            if items:
                items.extend(part)
            else:
                items = part
        return items

    def collectWithJobGroup(
        self, groupId: str, description: str, interruptOnCancel: bool = False
    ) -> list[T_co]:
        """Put the calling thread's jobs into a group from now on, and return all items."""
        warnings.warn(
            "collectWithJobGroup is deprecated; use an InheritableThread and Context.setJobGroup",
            FutureWarning,
            stacklevel=2,
        )
        self.ctx.setJobGroup(groupId, description, interruptOnCancel)
        return self.collect()

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[T_co]:
        """Return an iterator over all items, which holds one partition at a time and runs a job for each.

        Args:
            prefetchPartitions: compute the next partition while this one is read.
        """
        return local_iterator(self._self, prefetchPartitions)

    def count(self) -> int:
        """Return how many items there are."""
        return sum(self._run(tasks.count))

    def take(self, num: int) -> list[T_co]:
        """Return the first items. Runs over few partitions first, and over more as they turn out to be needed.

        Raises:
            TypeError: ``num`` is no whole number.
        """
        num = index(num)
        found: list[T_co] = []
        total = self.getNumPartitions()
        scanned = 0
        while len(found) < num and scanned < total:
            tries = 1
            if scanned and not found:
                tries = scanned * 4
            elif scanned:
                # Half as many again as would do if the other partitions held as much as those seen.
                wanted = int(1.5 * num * scanned / len(found)) - scanned
                tries = min(max(wanted, 1), scanned * 4)
            chosen = range(scanned, min(scanned + tries, total))
            found += self.ctx.runJob(self._self, partial(tasks.head, num - len(found)), chosen)
            scanned += tries
        return found[:num]

    def first(self) -> T_co:
        """Return the first item.

        Raises:
            ValueError: there is none.
        """
        found = self.take(1)
        if found:
            return found[0]
        raise ValueError("RDD is empty")

    def isEmpty(self) -> bool:
        """Return whether there is no item."""
        return self.getNumPartitions() == 0 or not self.take(1)

    def reduce(self, f: Callable[[Any, Any], Any]) -> Any:
        """Combine all items by ``f``: those of a partition in order, then the results in order of partitions.

        Raises:
            ValueError: there is no item.
        """
        return _joined(f, self._run(partial(tasks.reduced, f)))

    def fold(self, zeroValue: Any, op: Callable[[Any, Any], Any]) -> Any:
        """Combine all items by ``op``, starting from the zero in each partition and once more at the end."""
        results = self._run(partial(tasks.folded, zeroValue, op))
        return _reduced(op, results, zeroValue)

    def aggregate(self, zeroValue: U, seqOp: Callable[[U, Any], U], combOp: Callable[[U, U], U]) -> U:
        """Add items to the zero by ``seqOp`` in each partition, and join the results by ``combOp``."""
        results = self._run(partial(tasks.folded, zeroValue, seqOp))
        return cast("U", _reduced(combOp, results, zeroValue))

    def foreach(self, f: Callable[[Any], Any]) -> None:
        """Call ``f(x)`` for every item."""
        self._run(partial(tasks.each, f))

    def foreachPartition(self, f: Callable[[Iterator[Any]], Any]) -> None:
        """Call ``f(iterator)`` for every partition."""
        self._run(partial(tasks.each_partition, f))

    def sum(self) -> Any:
        """Return the sum; 0 of nothing."""
        return reduce(add, self._run(tasks.total), 0)

    def min(self, key: Callable[[Any], Any] | None = None) -> Any:
        """Return the least item, by ``key(x)`` where given; the first of equals.

        Raises:
            ValueError: there is no item.
        """
        return self._extreme(min, key)

    def max(self, key: Callable[[Any], Any] | None = None) -> Any:
        """Return the greatest item, by ``key(x)`` where given; the first of equals.

        Raises:
            ValueError: there is no item.
        """
        return self._extreme(max, key)

    def _extreme(self, choose: Any, key: Callable[[Any], Any] | None) -> Any:
        found = self._run(partial(tasks.extreme, choose, key))
        if not found:
            raise ValueError("Can not reduce() empty RDD")
        return choose(found, key=key)

    def top(self, num: int, key: Callable[[Any], Any] | None = None) -> list[T_co]:
        """Return the greatest items, greatest first.

        Raises:
            ValueError: there are no partitions.
        """
        parts = self._run(partial(tasks.largest, num, key))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        return heapq.nlargest(num, chain.from_iterable(parts), key=key)

    def takeOrdered(self, num: int, key: Callable[[Any], Any] | None = None) -> list[T_co]:
        """Return the least items, least first.

        Raises:
            ValueError: ``num`` is below 0.
        """
        if num < 0:
            raise ValueError("top N cannot be negative.")
        if num == 0 or self.getNumPartitions() == 0:
            return []
        return heapq.nsmallest(
            num, chain.from_iterable(self._run(partial(tasks.smallest, num, key))), key=key
        )

    def countByValue(self) -> dict[Any, int]:
        """Return how often each item is there.

        Raises:
            ValueError: there are no partitions.
        """
        parts = self._run(tasks.counted)
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        counts: dict[Any, int] = defaultdict(int)
        for part in parts:
            for key, number in part.items():
                counts[key] += number
        return counts

    def countByKey(self) -> dict[Any, int]:
        """Return how many pairs each key has."""
        return self._self.keys().countByValue()

    def collectAsMap(self) -> dict[Any, Any]:
        """Return the pairs as a dict; of equal keys the last one counts."""
        return dict(cast("list[tuple[Any, Any]]", self.collect()))

    def reduceByKeyLocally(self, func: Callable[[Any, Any], Any]) -> dict[Any, Any]:
        """Return a dict of every key's values, combined by ``func``."""
        parts = self._run(partial(tasks.reduced_by_key, func))
        if not parts:
            raise ValueError("Can not reduce() empty RDD")
        merged: dict[Any, Any] = {}
        for part in parts:
            for key, value in part.items():
                merged[key] = _reduced(func, [merged[key], value]) if key in merged else value
        return merged

    def lookup(self, key: Any) -> list[Any]:
        """Return the values of a key; reads one partition only if it is known which."""
        matching = self._self.filter(partial(tasks.has_key, key)).values()
        if self.partitioner is None:
            return matching.collect()
        return self.ctx.runJob(matching, tasks.same, [self.partitioner(key)])


def _joined(f: Callable[[Any, Any], Any], results: list[Any]) -> Any:
    if not results:
        raise ValueError("Can not reduce() empty RDD")
    return _reduced(f, results)


def _reduced(f: Callable[[Any, Any], Any], results: list[Any], *zero: Any) -> Any:
    try:
        return reduce(f, results, *zero)
    except StopIteration as error:
        raise present(stop_iteration(error), "STOP_ITERATION_OCCURRED") from error
