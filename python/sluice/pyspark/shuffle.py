# SPDX-License-Identifier: Apache-2.0
"""The classes of `pyspark.shuffle`, as faces of `sluice.shuffle`.

They take PySpark's arguments and measure as it does, the whole process against a limit in MiB; what they do is
done by the merger, the sorter and the run files that every job uses.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from sluice.pyspark.util import fail_on_stopiteration
from sluice.serializers.stream import decode_items, encode_batches
from sluice.shuffle import aggregator as combining
from sluice.shuffle import groupby, memory, merger, sorter, spilled
from sluice.shuffle.runs import Run, RunFiles

__all__ = [
    "Aggregator",
    "ExternalGroupBy",
    "ExternalList",
    "ExternalListOfList",
    "ExternalMerger",
    "ExternalSorter",
    "GroupByKey",
    "Merger",
    "SimpleAggregator",
    "get_used_memory",
]

Pair = tuple[Any, Any]
_COUNTERS = {"MemoryBytesSpilled": "memory_bytes_spilled", "DiskBytesSpilled": "disk_bytes_spilled"}


def __getattr__(name: str) -> int:
    # What this process spilled since its task began: a number that changes, so not one that is copied.
    if name in _COUNTERS:
        return int(getattr(spilled, _COUNTERS[name]))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def get_used_memory() -> int:
    """Return the memory of this process in MiB."""
    return memory.resident() >> 20


def _get_local_dirs(sub: str) -> list[str]:
    """Return the directories for runs, in an order of chance; files have no names there, so `sub` adds none."""
    named = os.environ.get("SPARK_LOCAL_DIRS")
    directories = named.split(",") if named else list(memory.directories())
    random.shuffle(directories)
    return directories


class Aggregator:
    """Three functions: of a first value, of a combiner and a value, and of two combiners."""

    def __init__(
        self,
        createCombiner: Callable[[Any], Any],
        mergeValue: Callable[[Any, Any], Any],
        mergeCombiners: Callable[[Any, Any], Any],
    ) -> None:
        self.createCombiner = fail_on_stopiteration(createCombiner)
        self.mergeValue = fail_on_stopiteration(mergeValue)
        self.mergeCombiners = fail_on_stopiteration(mergeCombiners)


def _same(value: Any) -> Any:
    return value


class SimpleAggregator(Aggregator):
    """One function, for combiners that are of the values' type."""

    def __init__(self, combiner: Callable[[Any, Any], Any]) -> None:
        super().__init__(_same, combiner, combiner)


class Merger:
    """What merges pairs by an aggregator; for subclasses."""

    def __init__(self, aggregator: Aggregator) -> None:
        self.agg = aggregator

    def mergeValues(self, iterator: Iterable[Pair]) -> None:
        """Add pairs of key and value."""
        raise NotImplementedError

    def mergeCombiners(self, iterator: Iterable[Pair]) -> None:
        """Add pairs of key and combiner."""
        raise NotImplementedError

    def items(self) -> Iterator[Pair]:
        """Return the pairs of key and combiner."""
        raise NotImplementedError


class _ProcessGauge(memory.Gauge):
    """Full when the whole process is above a limit in MiB; what stays after a spill raises the limit."""

    __slots__ = ("_most", "_next_limit")

    def __init__(self, limit: float, next_limit: Callable[[], float], step: int) -> None:
        super().__init__(int(limit * (1 << 20)))
        self._most = limit
        self._next_limit = next_limit
        self.step = max(1, int(step))

    def is_full(self, entries: int, items: int | None = None) -> bool:
        self.items += self.step if items is None else items
        now = memory.resident()
        self._grown = max(now - self._base, 0)
        if now < self._most * (1 << 20):
            return False
        if self._capacity is None:
            self._capacity = (max(self.items, 1), max(entries, 1))
        return True

    def emptied(self) -> None:
        step = self.step
        super().emptied()
        self.step = step
        self._most = self._next_limit()


class ExternalMerger(Merger):
    """Merges in memory, and on disk what the limit leaves no room for.

    Parameters
    ----------
    memory_limit
        MiB of the whole process.
    localdirs
        directories for runs; by default those of `SPARK_LOCAL_DIRS`, else the worker's.
    batch
        how many items are added between two looks at the memory.
    serializer, scale, partitions
        as PySpark has them; runs have a format of their own, and a number of segments that is fixed.
    """

    def __init__(
        self,
        aggregator: Aggregator,
        memory_limit: float = 512,
        serializer: Any = None,
        localdirs: list[str] | None = None,
        scale: int = 1,
        partitions: int = 59,
        batch: int = 1000,
    ) -> None:
        super().__init__(aggregator)
        self.memory_limit = memory_limit
        self.serializer = serializer
        self.localdirs = localdirs or _get_local_dirs(str(id(self)))
        self.scale = scale
        self.partitions = partitions
        self.batch = batch
        for directory in localdirs or ():
            os.makedirs(directory, exist_ok=True)
        self._gauge = _ProcessGauge(memory_limit, lambda: self._next_limit(), batch)
        self._merger = self._make()

    def _make(self) -> merger.Merger:
        agg = self.agg
        ours = combining.Aggregator(agg.createCombiner, agg.mergeValue, agg.mergeCombiners)
        return merger.Merger(ours, self._gauge, self.localdirs)

    @property
    def data(self) -> dict[Any, Any]:
        """What is merged and in memory."""
        return self._merger.data

    @property
    def spills(self) -> int:
        """How often memory was written to disk."""
        return self._merger.spills

    def _next_limit(self) -> float:
        """Return the limit after a spill, which may not have given memory back to the system."""
        return max(self.memory_limit, get_used_memory() * 1.05)

    def mergeValues(self, iterator: Iterable[Pair]) -> None:
        """Add pairs of key and value."""
        self._merger.merge_values(iterator)

    def mergeCombiners(self, iterator: Iterable[Pair], limit: float | None = None) -> None:
        """Add pairs of key and combiner; with a limit of 0 in memory, whatever they take."""
        if limit == 0:
            self._merger.hold_combiners(iterator)
        else:
            self._merger.merge_combiners(iterator)

    def items(self) -> Iterator[Pair]:
        """Return the pairs of key and combiner."""
        return self._merger.items()

    def _spill(self) -> None:
        """Write what is in memory to disk."""
        self._merger.spill()

    def _cleanup(self) -> None:
        """Free the files and what is in memory."""
        self._merger = self._make()


class _ListAggregator(groupby.GroupAggregator):
    """Groups that the functions of the user make; they are lists, or collect as lists do."""

    __slots__ = ()

    def __init__(self, agg: Aggregator) -> None:
        combining.Aggregator.__init__(self, agg.createCombiner, agg.mergeValue, agg.mergeCombiners)

    empty = combining.Aggregator.empty
    add_values = combining.Aggregator.add_values

    def add_combiners(self, data: dict[Any, Any], items: Iterable[Pair]) -> None:
        combining.Aggregator.add_combiners(self, data, ((key, [*values]) for key, values in items))


class ExternalGroupBy(ExternalMerger):
    """Groups values by key; those of one huge key are read from disk as they are iterated."""

    #: Of PySpark, which sorts partitions of fewer keys; here no order of keys is needed.
    SORT_KEY_LIMIT = 1000

    def _make(self) -> merger.Merger:
        return groupby.GroupMerger(_ListAggregator(self.agg), self._gauge, self.localdirs)


class ExternalSorter:
    """Sorts in memory, and on disk what the limit leaves no room for.

    Parameters
    ----------
    memory_limit
        MiB of the whole process.
    """

    def __init__(self, memory_limit: float, serializer: Any = None) -> None:
        self.memory_limit = memory_limit
        self.local_dirs = _get_local_dirs("sort")
        self.serializer = serializer

    def _next_limit(self) -> float:
        """Return the limit at first and after a spill, which may not have given memory back to the system."""
        return max(self.memory_limit, get_used_memory() * 1.05)

    def sorted(
        self, iterator: Iterable[Any], key: Callable[[Any], Any] | None = None, reverse: bool = False
    ) -> Iterable[Any]:
        """Return the items in order."""
        gauge = _ProcessGauge(self._next_limit(), self._next_limit, 100)
        return sorter.Sorter(key, reverse, gauge, self.local_dirs).sorted(iterator)


class ExternalList(Iterable[Any]):
    """A list that writes its values to disk, ten thousand at a time."""

    LIMIT = 10240

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self.count = len(values)
        self._files: RunFiles | None = None
        self._runs: list[Run] = []

    def __getstate__(self) -> tuple[list[Any], int, bytes]:
        return self.values, self.count, b"".join(frame for frame, _ in encode_batches(self._spilled()))

    def __setstate__(self, state: tuple[list[Any], int, bytes]) -> None:
        self.values, self.count, frames = state
        self._files, self._runs = None, []
        if frames:
            self._write(decode_items((frames,)))

    def __iter__(self) -> Iterator[Any]:
        yield from self._spilled()
        yield from self.values

    def __len__(self) -> int:
        return self.count

    def append(self, value: Any) -> None:
        """Add a value."""
        self.values.append(value)
        self.count += 1
        if len(self.values) >= self.LIMIT:
            self._spill()

    def _spilled(self) -> Iterator[Any]:
        return chain.from_iterable(batch for run in self._runs for batch in run.read(0))

    def _spill(self) -> None:
        """Write the values in memory to disk."""
        before = memory.resident()
        self._write(self.values)
        self.values = []
        spilled.add(memory=max(before - memory.resident(), 0))

    def _write(self, values: Iterable[Any]) -> None:
        if self._files is None:
            self._files = RunFiles(_get_local_dirs("objects")[:1])
        self._runs.append(self._files.write([encode_batches(values)]))


class ExternalListOfList(ExternalList):
    """An `ExternalList` of lists that is iterated as one long list."""

    def __init__(self, values: list[Any]) -> None:
        super().__init__(values)
        self.count = sum(map(len, values))

    def append(self, value: Any) -> None:
        """Add a list."""
        super().append(value)
        self.count += len(value) - 1

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(super().__iter__())


class GroupByKey(Iterable[tuple[Any, ExternalListOfList]]):
    """Groups pairs of key and list of values where equal keys follow each other."""

    def __init__(self, iterator: Iterable[tuple[Any, list[Any]]]) -> None:
        self.iterator = iterator

    def __iter__(self) -> Iterator[tuple[Any, ExternalListOfList]]:
        key: Any = None
        values: ExternalListOfList | None = None
        for k, v in self.iterator:
            if values is not None and k == key:
                values.append(v)
                continue
            if values is not None:
                yield key, values
            key, values = k, ExternalListOfList([v])
        if values is not None:
            yield key, values
