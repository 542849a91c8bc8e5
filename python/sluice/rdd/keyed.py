# SPDX-License-Identifier: Apache-2.0
"""Operations by key: partitioning, combining, grouping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.rdd import tasks
from sluice.rdd.base import RDDBase
from sluice.rdd.distinct import DistinctAggregator
from sluice.rdd.partitioner import Partitioner
from sluice.resultiterable import ResultIterable
from sluice.shuffle import Aggregator, GroupMerger, Merger, ShuffleWriter, portable_hash

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

Hash = Callable[[Any], int]
_FIRST = itemgetter(0)


class Keyed(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def _reduce_partitions(self, numPartitions: int | None) -> int:
        """Return how many partitions a shuffle makes: as told, as configured, else as many as there are."""
        if numPartitions is not None:
            return numPartitions
        if self.ctx._conf.contains("spark.default.parallelism"):
            return self.ctx.defaultParallelism
        return self.getNumPartitions()

    def partitionBy(self, numPartitions: int | None, partitionFunc: Hash = portable_hash) -> RDD[T_co]:
        """Return an RDD with each pair in partition ``partitionFunc(key) % numPartitions``."""
        partitioner = Partitioner(self._reduce_partitions(numPartitions), partitionFunc)
        if self.partitioner == partitioner:
            return self._self
        return self._shuffle(
            partitioner.numPartitions, ShuffleWriter(partitioner.numPartitions, partitionFunc), partitioner
        )

    def combineByKey(
        self,
        createCombiner: Callable[[Any], U],
        mergeValue: Callable[[U, Any], U],
        mergeCombiners: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Hash = portable_hash,
    ) -> RDD[tuple[Any, U]]:
        """Return an RDD of ``(key, combiner)``, each key once.

        Args:
            createCombiner: makes a combiner of a key's first value in a partition.
            mergeValue: adds a further value of that partition.
            mergeCombiners: joins combiners of two partitions.
        """
        return self._combine(
            Aggregator(createCombiner, mergeValue, mergeCombiners), numPartitions, partitionFunc
        )

    def _combine(self, aggregator: Aggregator, numPartitions: int | None, function: Hash) -> RDD[Any]:
        partitioner = Partitioner(self._reduce_partitions(numPartitions), function)
        if self.partitioner == partitioner:
            return self._derive("mapPartitions", partial(_combined, aggregator), True)
        number = partitioner.numPartitions
        shuffled = self._shuffle(number, ShuffleWriter(number, function, aggregator), partitioner)
        return shuffled._derive("mapPartitions", partial(_merged, aggregator), True)

    def reduceByKey(
        self,
        func: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
        partitionFunc: Hash = portable_hash,
    ) -> RDD[tuple[Any, Any]]:
        """Return an RDD of ``(key, value)``, each key once, its values combined by ``func``."""
        return self._combine(Aggregator(None, func), numPartitions, partitionFunc)

    def aggregateByKey(
        self,
        zeroValue: U,
        seqFunc: Callable[[U, Any], U],
        combFunc: Callable[[U, U], U],
        numPartitions: int | None = None,
        partitionFunc: Hash = portable_hash,
    ) -> RDD[tuple[Any, U]]:
        """Return an RDD of ``(key, aggregate)``: values added to a zero of each key and partition, then joined."""
        create = partial(tasks.seeded, zeroValue, seqFunc)
        return self._combine(Aggregator(create, seqFunc, combFunc), numPartitions, partitionFunc)

    def foldByKey(
        self,
        zeroValue: Any,
        func: Callable[[Any, Any], Any],
        numPartitions: int | None = None,
        partitionFunc: Hash = portable_hash,
    ) -> RDD[tuple[Any, Any]]:
        """Return an RDD of ``(key, value)``: values added to a zero of each key and partition, then joined."""
        create = partial(tasks.seeded, zeroValue, func)
        return self._combine(Aggregator(create, func, func), numPartitions, partitionFunc)

    def groupByKey(
        self, numPartitions: int | None = None, partitionFunc: Hash = portable_hash
    ) -> RDD[tuple[Any, ResultIterable[Any]]]:
        """Return an RDD of ``(key, values)``, each key once."""
        return (
            self.partitionBy(numPartitions, partitionFunc)
            ._derive("mapPartitions", _grouped, True)
            .mapValues(ResultIterable)
        )

    def groupBy(
        self, f: Callable[[Any], Any], numPartitions: int | None = None, partitionFunc: Hash = portable_hash
    ) -> RDD[tuple[Any, ResultIterable[T_co]]]:
        """Return an RDD of ``(key, items)``, where ``f(x)`` is an item's key."""
        return self._self.keyBy(f).groupByKey(numPartitions, partitionFunc)

    def distinct(self, numPartitions: int | None = None) -> RDD[T_co]:
        """Return an RDD with each item once; of equal items the first."""
        pairs = self._derive("mapPartitions", _paired)
        return pairs._combine(DistinctAggregator(), numPartitions, portable_hash)._derive("map", _FIRST)


def _paired(items: Iterator[Any]) -> Iterator[tuple[Any, None]]:
    return zip(items, repeat(None), strict=False)


def _combined(aggregator: Aggregator, items: Iterator[Any]) -> Iterable[tuple[Any, Any]]:
    merger = Merger(aggregator)
    merger.merge_values(items)
    return merger.items()


def _merged(aggregator: Aggregator, items: Iterator[Any]) -> Iterable[tuple[Any, Any]]:
    merger = Merger(aggregator)
    merger.merge_combiners(items)
    return merger.items()


def _grouped(items: Iterator[Any]) -> Iterable[tuple[Any, Any]]:
    merger = GroupMerger()
    merger.merge_values(items)
    return merger.items()
