# SPDX-License-Identifier: Apache-2.0
"""Groups of values by key. Where memory ends, the values of one huge key are streamed from disk, not held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from sluice.serializers.stream import encode_batches
from sluice.shuffle.aggregator import Aggregator, canonical
from sluice.shuffle.hashing import check_key
from sluice.shuffle.memory import Gauge
from sluice.shuffle.merger import Merger, Pair, Segment
from sluice.shuffle.runs import Run

__all__ = ["PIECE", "GroupAggregator", "GroupMerger", "SpilledValues", "pieces"]

# A long list is written in pieces, so that reading one needs little memory.
PIECE = 64
_CHUNK = 4096


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
        return type(self), ()

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

    def stored(self, keys: list[Any], values: list[Any]) -> Iterable[tuple[list[Any], list[Any]]]:
        if max(map(len, values), default=0) <= PIECE:
            # As tuples, which pickle without a memo where their values are plain.
            return ((keys, list(map(tuple, values))),)
        return pieces((key, piece) for key, group in zip(keys, values, strict=True) for piece in _cut(group))

    def sides(self, combiner: Any) -> Sequence[Collection[Any]]:
        """The collections of values that a stored combiner is made of; always as many."""
        return (combiner,)

    def whole(self, sides: list[Collection[Any]]) -> Any:
        """A combiner of such collections."""
        return sides[0]


def _cut(group: list[Any]) -> Iterator[tuple[Any, ...]]:
    return (tuple(group[i : i + PIECE]) for i in range(0, len(group), PIECE))


def pieces(pairs: Iterable[Pair]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Pairs as columns of limited length."""
    keys: list[Any] = []
    values: list[Any] = []
    for key, value in pairs:
        keys.append(key)
        values.append(value)
        if len(keys) == _CHUNK:
            yield keys, values
            keys, values = [], []
    yield keys, values


class SpilledValues(Collection[Any]):
    """The values of one key, read from a run each time they are iterated; pickled, they are a list."""

    __slots__ = ("_count", "_run", "_segment")

    def __init__(self, run: Run, segment: int) -> None:
        self._run = run
        self._segment = segment
        self._count = run.records[segment]

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self._run.read(self._segment))

    def __contains__(self, value: object) -> bool:
        return any(value is item or value == item for item in self)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


class _Group:
    """A key, how many values each of its sides has, and what is gathered of them."""

    __slots__ = ("gathered", "key", "lengths")

    def __init__(self, key: Any, sides: Sequence[Collection[Any]]) -> None:
        self.key = key
        self.lengths = list(map(len, sides))
        self.gathered: list[list[Any]] = []

    def count(self, sides: Sequence[Collection[Any]]) -> None:
        for side, values in enumerate(sides):
            self.lengths[side] += len(values)

    def begin(self) -> None:
        self.gathered = [[] for _ in self.lengths]

    def take(self) -> list[Collection[Any]]:
        gathered, self.gathered = self.gathered, []
        return [*gathered]


class GroupMerger(Merger):
    """Gives (key, values), each key once; values are a list, or `SpilledValues` where they are too many.

    With an aggregator of several sides, each side of a key is one or the other.
    """

    _aggregator: GroupAggregator

    def __init__(
        self,
        aggregator: GroupAggregator | None = None,
        gauge: Gauge | None = None,
        directories: Sequence[str] = (),
    ) -> None:
        super().__init__(aggregator or GroupAggregator(), gauge, directories)

    def _overflow(self, segment: Segment) -> Iterator[Pair]:
        """Counts the values of as many keys as fit, then gives what fits by passes and the rest as streams."""
        while segment:
            groups: dict[Any, _Group] = {}
            left = self._left(self._count(segment, groups))
            yield from self._groups(segment, groups)
            segment = left

    def _count(self, segment: Segment, groups: dict[Any, _Group]) -> Iterator[Pair]:
        """Fills `groups`; gives the pairs of other keys."""
        most, sides = self._gauge.capacity, self._aggregator.sides
        for key, values in chain.from_iterable(segment.batches()):
            name = canonical(key)
            group = groups.get(name)
            if group is not None:
                group.count(sides(values))
            elif len(groups) < most:
                groups[name] = _Group(key, sides(values))
            else:
                yield key, values

    def _groups(self, segment: Segment, groups: dict[Any, _Group]) -> Iterator[Pair]:
        room = self._gauge.item_capacity
        chosen: dict[Any, _Group] = {}
        held = 0
        for name, group in groups.items():
            count = sum(group.lengths)
            if count > room // 2:
                yield group.key, self._streamed(segment, name, group, room // 2)
                continue
            if held + count > room:
                yield from self._pass(segment, chosen)
                chosen, held = {}, 0
            chosen[name] = group
            held += count
        if chosen:
            yield from self._pass(segment, chosen)

    def _pass(self, segment: Segment, chosen: dict[Any, _Group]) -> Iterator[Pair]:
        aggregator = self._aggregator
        for group in chosen.values():
            group.begin()
        for key, combiner in chain.from_iterable(segment.batches()):
            wanted = chosen.get(canonical(key))
            if wanted is not None:
                for values, more in zip(wanted.gathered, aggregator.sides(combiner), strict=True):
                    values += more
        for group in chosen.values():
            yield group.key, aggregator.whole(group.take())

    def _streamed(self, segment: Segment, name: Any, group: _Group, room: int) -> Any:
        """A group of which only the short sides are held, as many as fit."""
        run = self._write(
            [encode_batches(self._values(segment, name, side)) for side in range(len(group.lengths))]
        )
        sides: list[Collection[Any]] = [SpilledValues(run, side) for side in range(len(group.lengths))]
        for side in sorted(range(len(sides)), key=group.lengths.__getitem__):
            room -= group.lengths[side]
            if room < 0:
                break
            sides[side] = list(sides[side])
        return self._aggregator.whole(sides)

    def _values(self, segment: Segment, name: Any, side: int) -> Iterator[Any]:
        sides = self._aggregator.sides
        for key, combiner in chain.from_iterable(segment.batches()):
            if canonical(key) == name:
                yield from sides(combiner)[side]
