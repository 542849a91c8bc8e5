# SPDX-License-Identifier: Apache-2.0
"""Groups of values by key. Where memory ends, the values of one huge key are streamed from disk, not held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from sluice.shuffle.aggregator import Aggregator, canonical
from sluice.shuffle.hashing import check_key
from sluice.shuffle.merger import Merger, Pair
from sluice.shuffle.runs import Run

__all__ = ["GroupAggregator", "GroupMerger", "SpilledValues"]

# A long list is written in pieces, so that reading one needs little memory.
_PIECE = 64


def _one(value: Any) -> list[Any]:
    return [value]


def _append(group: list[Any], value: Any) -> list[Any]:
    group.append(value)
    return group


def _extend(group: list[Any], more: list[Any]) -> list[Any]:
    group += more
    return group


class GroupAggregator(Aggregator):
    """Combiners are lists of values."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_one, _append, _extend)

    def __reduce__(self) -> tuple[Any, ...]:
        return GroupAggregator, ()

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return ()

    def empty(self) -> dict[Any, Any]:
        return defaultdict(list)

    def add_values(self, data: dict[Any, Any], items: Iterable[Pair]) -> None:
        key: Any = None
        try:
            for key, value in items:
                data[key].append(value)
        except TypeError:
            check_key(key)
            raise

    def add_combiners(self, data: dict[Any, Any], items: Iterable[Pair]) -> None:
        key: Any = None
        try:
            for key, values in items:
                group = data.get(key)
                if group is None:
                    data[key] = [*values]
                else:
                    group += values
        except TypeError:
            check_key(key)
            raise

    def weigh(self, batch: list[Pair]) -> int:
        return sum(map(len, [values for _, values in batch]))

    def stored(self, keys: list[Any], values: list[Any]) -> tuple[list[Any], list[Any]]:
        if max(map(len, values), default=0) > _PIECE:
            pairs = [
                (key, group[i : i + _PIECE])
                for key, group in zip(keys, values, strict=True)
                for i in range(0, len(group), _PIECE)
            ]
            keys, values = [key for key, _ in pairs], [piece for _, piece in pairs]
        # As tuples, which pickle without a memo where their values are plain.
        return keys, list(map(tuple, values))


class SpilledValues:
    """The values of one key, read from a run each time they are iterated; pickled, they are a list."""

    def __init__(self, run: Run, name: Any, count: int) -> None:
        self._run = run
        self._name = name
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        for key, values in chain.from_iterable(self._run.read(0)):
            if canonical(key) == self._name:
                yield from values

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


class GroupMerger(Merger):
    """Gives (key, values), each key once; values are a list, or `SpilledValues` where they are too many."""

    def __init__(self, limit: int | None = None) -> None:
        super().__init__(GroupAggregator(), limit)

    def _overflow(self, batches: Iterator[list[Pair]]) -> Iterator[Pair]:
        """Writes everything once, counts, then gives what fits by passes and the rest as streams."""
        while True:
            counts: dict[Any, list[Any]] = {}
            left = [0]
            run = self._write([self._count(batches, counts, left)])
            yield from self._groups(run, counts)
            if not left[0]:
                return
            batches = _without(run, counts)

    def _count(
        self, batches: Iterator[list[Pair]], counts: dict[Any, list[Any]], left: list[int]
    ) -> Iterator[Pair]:
        most = self._gauge.capacity
        for key, values in chain.from_iterable(batches):
            name = canonical(key)
            entry = counts.get(name)
            if entry is not None:
                entry[1] += len(values)
            elif len(counts) < most:
                counts[name] = [key, len(values)]
            else:
                left[0] += 1
            yield key, values

    def _groups(self, run: Run, counts: dict[Any, list[Any]]) -> Iterator[Pair]:
        room = self._gauge.item_capacity
        chosen: dict[Any, list[Any]] = {}
        held = 0
        for name, (key, count) in counts.items():
            if count > room // 2:
                yield key, SpilledValues(run, name, count)
                continue
            if held + count > room:
                yield from self._pass(run, counts, chosen)
                chosen, held = {}, 0
            chosen[name] = []
            held += count
        if chosen:
            yield from self._pass(run, counts, chosen)

    @staticmethod
    def _pass(run: Run, counts: dict[Any, list[Any]], chosen: dict[Any, list[Any]]) -> Iterator[Pair]:
        for key, values in chain.from_iterable(run.read(0)):
            group = chosen.get(canonical(key))
            if group is not None:
                group += values
        for name, group in chosen.items():
            yield counts[name][0], group


def _without(run: Run, counts: dict[Any, list[Any]]) -> Iterator[list[Pair]]:
    for batch in run.read(0):
        yield [pair for pair in batch if canonical(pair[0]) not in counts]
