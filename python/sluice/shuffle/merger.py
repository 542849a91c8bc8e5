# SPDX-License-Identifier: Apache-2.0
"""The reduce side: combines by key in one dict, and on disk what does not fit.

    items -> dict --full--> run: 64 segments by hash      (again and again)
                  --end---> each segment of all runs -> dict --full--> run by other bits of the hash ...

Depth is bounded. Where hashes do not tell keys apart any more, the segment is read once more and the dict keeps
the keys that fit; items of other keys go to one more run, and the next pass takes that: always a step further,
in the same memory.

Measured on a busy machine: 1M distinct int keys into lists 0.65 µs each in memory (0.54 the bare loop), 2.2
µs with a limit that is a quarter of what they need; 10 bytes each on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any

from sluice.serializers.stream import TARGET_BYTES, BatchEncoder
from sluice.shuffle.aggregator import Aggregator, canonical, fold_nan_keys
from sluice.shuffle.hashing import hash_keys
from sluice.shuffle.memory import Gauge, young_collections_only
from sluice.shuffle.runs import Batches, Run, RunFiles

__all__ = ["Merger", "Pair", "Segment"]

Pair = tuple[Any, Any]
_END: Any = object()
_FAN_OUT = 64
_DEPTH = 4
_MAX_BATCH = 4096
# Splitting fewer keys than this by hash gains nothing.
_FEW = 8
# Entries that are written together: about a thousand for each segment.
_PART = 1 << 16


class Segment:
    """The same segment of several runs; read as often as it is asked for."""

    __slots__ = ("_number", "_runs")

    def __init__(self, runs: Iterable[Run], number: int) -> None:
        self._runs = [run for run in runs if run.records[number]]
        self._number = number

    def __bool__(self) -> bool:
        return bool(self._runs)

    def batches(self) -> Iterator[list[Pair]]:
        """The batches, run by run in the order of writing."""
        return chain.from_iterable(run.read(self._number) for run in self._runs)


class Merger:
    """Combines (key, value) or (key, combiner) pairs and gives (key, combiner) pairs, each key once.

    Until it must spill, keys come out in the order of their first appearance. `gauge` tells how much it may hold,
    by default what the worker was told; `directories` where its runs go, by default the worker's.
    """

    def __init__(
        self, aggregator: Aggregator, gauge: Gauge | None = None, directories: Sequence[str] = ()
    ) -> None:
        self._aggregator = aggregator
        self._data = aggregator.empty()
        self._gauge = gauge or Gauge()
        self._directories = directories
        self._files: RunFiles | None = None
        self._runs: list[Run] = []
        self.spills = 0
        self.spilled_bytes = 0

    def merge_values(self, items: Iterable[Pair]) -> None:
        """Adds pairs of key and value."""
        self._add(items, self._aggregator.add_values)

    def merge_combiners(self, items: Iterable[Pair]) -> None:
        """Adds pairs of key and combiner."""
        self._add(items, self._aggregator.add_combiners)

    def hold_combiners(self, items: Iterable[Pair]) -> None:
        """Adds pairs of key and combiner in memory, whatever they take."""
        self._aggregator.add_combiners(self._data, items)

    @property
    def data(self) -> dict[Any, Any]:
        """What is in memory."""
        return self._data

    def items(self) -> Iterator[Pair]:
        """The pairs; once."""
        if not self._runs:
            fold_nan_keys(self._data, self._aggregator.merge_combiners)
            return chain.from_iterable(self._in_memory())
        if self._data:
            self.spill()
        runs, self._runs, self._files = self._runs, [], None
        return self._merged(runs, 0)

    def _in_memory(self) -> Iterator[Iterable[Pair]]:
        # A generator, so that the gauge counts for as long as the dict is read.
        yield self._data.items()

    def spill(self) -> None:
        """Writes what is in memory to disk."""
        if self._files is None:
            self._files = self._run_files()
        self._runs += self._spill(self._files, self._data, 0)

    def _add(self, items: Iterable[Pair], add: Callable[[dict[Any, Any], Iterable[Pair]], None]) -> None:
        data, gauge = self._data, self._gauge
        source = iter(items)
        with young_collections_only():
            while (first := next(source, _END)) is not _END:
                add(data, chain((first,), islice(source, gauge.step - 1)))
                if gauge.is_full(len(data)):
                    self.spill()

    def _merged(self, runs: list[Run], level: int) -> Iterator[Pair]:
        return chain.from_iterable(self._segments(runs, level))

    def _segments(self, runs: list[Run], level: int) -> Iterator[Iterable[Pair]]:
        for number in range(_FAN_OUT):
            segment = Segment(runs, number)
            if segment:
                with young_collections_only():
                    merged = self._segment(segment, level)
                yield merged

    def _segment(self, segment: Segment, level: int) -> Iterable[Pair]:
        aggregator, gauge = self._aggregator, self._gauge
        data = aggregator.empty()
        files: RunFiles | None = None
        deeper: list[Run] = []
        gauge.emptied()
        for batch in segment.batches():
            aggregator.add_combiners(data, batch)
            if gauge.is_full(len(data), aggregator.weigh(batch)):
                if not deeper and (level + 1 == _DEPTH or len(data) < _FEW):
                    data.clear()
                    gauge.emptied()
                    return self._overflow(segment)
                files = files or self._run_files()
                deeper += self._spill(files, data, level + 1)
        if files is not None:
            deeper += self._spill(files, data, level + 1)
            return self._merged(deeper, level + 1)
        fold_nan_keys(data, aggregator.merge_combiners)
        return data.items()

    def _overflow(self, segment: Segment) -> Iterator[Pair]:
        """Combines by passes: each keeps as many keys as fit and leaves the others to the next."""
        while segment:
            kept: dict[Any, Pair] = {}
            segment = self._left(self._left_over(segment.batches(), kept))
            yield from kept.values()

    def _left(self, pairs: Iterator[Pair]) -> Segment:
        """Writes the pairs that a pass leaves to the next, if there are any."""
        first = next(pairs, _END)
        if first is _END:
            return Segment((), 0)
        return Segment([self._write([_encoded(chain((first,), pairs))])], 0)

    def _left_over(self, batches: Iterator[list[Pair]], kept: dict[Any, Pair]) -> Iterator[Pair]:
        aggregator, gauge = self._aggregator, self._gauge
        merge = aggregator.merge_combiners
        gauge.emptied()
        full = False
        for batch in batches:
            for key, value in batch:
                name = canonical(key)
                pair = kept.get(name)
                if pair is not None:
                    kept[name] = (pair[0], merge(pair[1], value))
                elif full:
                    yield key, value
                else:
                    kept[name] = (key, value)
            # Keys that are there may still grow: an object of the user's cannot be cut in two.
            full = gauge.is_full(len(kept), aggregator.weigh(batch)) or full

    def _run_files(self) -> RunFiles:
        return RunFiles(self._directories)

    def _spill(self, files: RunFiles, data: dict[Any, Any], level: int) -> list[Run]:
        """Writes the dict as runs of segments and empties it.

        A part of the dict at a time, in its own order, which is that of memory: what a part is made of stays in the
        processor's caches between hashing and writing. By segment, every object would be fetched anew.
        """
        batches = _Batches()
        runs: list[Run] = []
        items = iter(data.items())
        while part := list(islice(items, _PART)):
            keys, values = [key for key, _ in part], [value for _, value in part]
            part.clear()
            for column in self._aggregator.stored(keys, values):
                runs.append(files.write(map(batches.of, *_by_segment(*column, level))))
                self.spilled_bytes += runs[-1].size
        data.clear()
        self.spills += 1
        self._gauge.spilled()
        return runs

    def _write(self, segments: Iterable[Batches]) -> Run:
        run = self._run_files().write(segments)
        self.spills += 1
        self.spilled_bytes += run.size
        return run


def _by_segment(keys: list[Any], values: list[Any], level: int) -> tuple[list[list[Any]], list[list[Any]]]:
    """Two columns for each segment."""
    keys_of: list[list[Any]] = [[] for _ in range(_FAN_OUT)]
    values_of: list[list[Any]] = [[] for _ in range(_FAN_OUT)]
    # Keys of one partition agree in their hash's remainder, and those of one segment in what the level before saw:
    # the hash of a tuple mixes anew. zip uses one tuple for all.
    for number, key, value in zip(map(hash, zip(hash_keys(keys), repeat(level))), keys, values, strict=True):
        segment = number & _FAN_OUT - 1
        keys_of[segment].append(key)
        values_of[segment].append(value)
    return keys_of, values_of


class _Batches:
    """Encodes columns as batches that aim at the stream's target size, which it learns from what came before."""

    def __init__(self) -> None:
        self._encoder = BatchEncoder()
        # One first: a batch of values of a megabyte each must not be pickled at once.
        self._size = 1

    def of(self, keys: list[Any], values: list[Any]) -> Batches:
        """The batches of two columns."""
        start = 0
        while start < len(keys):
            end = min(start + self._size, len(keys))
            records = end - start
            frame = self._encoder.encode_pairs(keys[start:end], values[start:end])
            yield frame, records
            # A short batch, the last of its columns, does not make the next ones shorter.
            most = max(records * 16, self._size)
            self._size = max(1, min(most, records * TARGET_BYTES // len(frame), _MAX_BATCH))
            start = end


def _encoded(pairs: Iterable[Pair]) -> Batches:
    """Pairs that come one by one as batches."""
    batches, source = _Batches(), iter(pairs)
    while part := list(islice(source, 64)):
        yield from batches.of([key for key, _ in part], [value for _, value in part])
