# SPDX-License-Identifier: Apache-2.0
"""The map side of a shuffle: pairs in, encoded batches by partition out.

Batches are columns (keys, values): no pair object is made on either side, and keys of one type pickle as one
list. Combining goes into one dict for all partitions, which is partitioned once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, Protocol

from sluice.serializers.stream import TARGET_BYTES, BatchEncoder
from sluice.shuffle.aggregator import Aggregator, KeyCounter, fold_nan_keys
from sluice.shuffle.combiners import expression_of, pairs_with_one
from sluice.shuffle.hashing import DIRECT, portable_hash
from sluice.shuffle.memory import Gauge

__all__ = ["Output", "ShuffleWriter"]

# Combining stays on while a sample has at most this share of new keys.
_SAMPLE = 20_000
_MOSTLY_NEW = 0.75
_CHUNK_BYTES = 1 << 20
# Pairs placed at a time: few enough to stay in the caches between unpacking and encoding.
_MAX_CHUNK = 1024
_BUFFERED_BYTES = 32 << 20
_END: Any = object()
_SUMS = ("a + b", "b + a")


class Output(Protocol):
    """Where batches go; the worker's task output."""

    def emit(self, stream: int, data: bytes, records: int, /) -> None: ...


class ShuffleWriter:
    """Partitions (key, value) pairs by `partition_func(key) % num_partitions`.

    With an aggregator, values are combined by key first. Where its combiner is the value itself
    (`create` is None) combining stops when a sample shows few repeats. With `first_two`, items may be longer
    than pairs, and their first two elements count.
    """

    __slots__ = ("aggregator", "first_two", "num_partitions", "partition_func")

    def __init__(
        self,
        num_partitions: int,
        partition_func: Callable[[Any], int] = portable_hash,
        aggregator: Aggregator | None = None,
        first_two: bool = False,
    ) -> None:
        self.num_partitions = num_partitions
        self.partition_func = partition_func
        self.aggregator = aggregator
        self.first_two = first_two

    def __reduce__(self) -> tuple[Any, ...]:
        return ShuffleWriter, (self.num_partitions, self.partition_func, self.aggregator, self.first_two)

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return (self.partition_func, self.aggregator)

    def fused(self, steps: list[tuple[str, Any]]) -> tuple[ShuffleWriter, list[tuple[str, Any]]]:
        """This writer and the steps before it, or others that do the same faster.

        Summing pairs that a step makes of a key and the number one is counting keys.
        """
        if steps and self._sums() and steps[-1][0] == "map" and pairs_with_one(steps[-1][1]):
            return ShuffleWriter(self.num_partitions, self.partition_func, KeyCounter()), steps[:-1]
        return self, steps

    def _sums(self) -> bool:
        own = self.aggregator
        return type(own) is Aggregator and own.create is None and expression_of(own.merge_value) in _SUMS

    def write(self, iterator: Iterable[tuple[Any, Any]], split: int, out: Output) -> None:
        """Consumes the pairs of one partition and emits all batches."""
        buckets = _Buckets(self.num_partitions, self.partition_func, out, self.first_two)
        items = iter(iterator)
        if self.aggregator is not None:
            items = self.aggregator.pairs(self._combine(items, buckets, self.aggregator))
        buckets.add_all(items)
        buckets.flush()

    def _combine(self, items: Iterator[Any], buckets: _Buckets, aggregator: Aggregator) -> Iterator[Any]:
        """Combines into the buckets; returns the rest of the items where combining does not pay."""
        data = aggregator.empty()
        gauge = Gauge()
        sampling = aggregator.create is None
        while (first := next(items, _END)) is not _END:
            if sampling:
                gauge.step = min(gauge.step, _SAMPLE - gauge.items)
            aggregator.add_values(data, chain((first,), islice(items, gauge.step - 1)))
            full = gauge.is_full(len(data))
            if sampling and gauge.items >= _SAMPLE:
                if len(data) > gauge.items * _MOSTLY_NEW:
                    break
                sampling = False
            if full:
                self._spread(data, buckets, aggregator)
                gauge.emptied()
        self._spread(data, buckets, aggregator)
        return items

    @staticmethod
    def _spread(data: dict[Any, Any], buckets: _Buckets, aggregator: Aggregator) -> None:
        fold_nan_keys(data, aggregator.merge_combiners)
        buckets.add_all(iter(data.items()))
        data.clear()


class _Buckets:
    """Keys and values by partition, emitted as frames of about the batch stream's target size."""

    def __init__(
        self, number: int, function: Callable[[Any], int], out: Output, first_two: bool = False
    ) -> None:
        self._add = self._add_first_two if first_two else self._add_pairs
        self._number = number
        self._function = function
        #: Places many keys at once, if the function can do that.
        self._places: Callable[[list[Any]], Iterable[int]] | None = getattr(function, "places", None)
        self._out = out
        self._encoder = BatchEncoder()
        self._keys: list[list[Any]] = [[] for _ in range(number)]
        self._values: list[list[Any]] = [[] for _ in range(number)]
        self._held = 0
        self._record_bytes = 0.0

    def add_all(self, items: Iterator[tuple[Any, Any]]) -> None:
        size = 16
        while chunk := list(islice(items, size)):
            if not self._record_bytes:
                self._record_bytes = len(self._encoder.encode(chunk)) / len(chunk)
            self._add(chunk)
            self._held += len(chunk)
            self._flush_full()
            size = max(1, min(size * 16, _MAX_CHUNK, int(_CHUNK_BYTES / self._record_bytes)))

    def _add_first_two(self, chunk: list[Any]) -> None:
        try:
            self._add_pairs(chunk)
        except ValueError:
            # Not all are pairs; those before the first that is none are in their places already.
            added = sum(map(len, self._keys)) - self._held
            self._add_pairs([(item[0], item[1]) for item in chunk[added:]])

    def _add_pairs(self, chunk: list[tuple[Any, Any]]) -> None:
        keys, values, number, function = self._keys, self._values, self._number, self._function
        if self._places is not None:
            places = self._places([key for key, _ in chunk])
            for place, (key, value) in zip(places, chunk, strict=True):
                keys[place].append(key)
                values[place].append(value)
            return
        # Keys of the first one's type go by the built-in hash where that is the portable one.
        kind = type(chunk[0][0]) if function is portable_hash else None
        if kind not in DIRECT:
            kind = None
        for key, value in chunk:
            place = (hash(key) if type(key) is kind else function(key)) % number
            keys[place].append(key)
            values[place].append(value)

    def _flush_full(self) -> None:
        full = int(TARGET_BYTES / self._record_bytes)
        for partition, keys in enumerate(self._keys):
            if len(keys) >= full:
                self._emit(partition)
        if self._held * self._record_bytes > _BUFFERED_BYTES:
            self.flush()

    def flush(self) -> None:
        for partition, keys in enumerate(self._keys):
            if keys:
                self._emit(partition)

    def _emit(self, partition: int) -> None:
        keys, values = self._keys[partition], self._values[partition]
        frame = self._encoder.encode_pairs(keys, values)
        records = len(keys)
        self._out.emit(partition, frame, records)
        self._held -= records
        # Follows the data slowly: one odd batch does not change the others' size.
        self._record_bytes += (len(frame) / records - self._record_bytes) / 8
        keys.clear()
        values.clear()
