# SPDX-License-Identifier: Apache-2.0
"""Combining the values of several inputs by key, kept apart by input."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sluice.shuffle import GroupAggregator
from sluice.shuffle.aggregator import Aggregator
from sluice.shuffle.groupby import PIECE, pieces
from sluice.shuffle.hashing import check_key

__all__ = ["CogroupAggregator"]

_NOTHING: tuple[()] = ()


class CogroupAggregator(GroupAggregator):
    """A combiner is a list with a list of values for each input, or ``None`` where an input has none."""

    __slots__ = ("_count", "side")

    def __init__(self, count: int) -> None:
        Aggregator.__init__(self, None, _join)
        self._count = count
        #: The input that values come from now.
        self.side = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return CogroupAggregator, (self._count,)

    def empty(self) -> dict[Any, Any]:
        """Return a plain dict: a key that is asked for is not there yet."""
        return {}

    def add_values(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Add values of the input ``side``."""
        side = self.side
        empty: list[Any] = [None] * self._count
        key: Any = None
        try:
            for key, value in items:
                entry = data.get(key)
                if entry is None:
                    entry = data[key] = empty[:]
                values = entry[side]
                if values is None:
                    entry[side] = [value]
                else:
                    values.append(value)
        except TypeError:
            check_key(key)
            raise

    def add_combiners(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Add what ``stored`` made."""
        key: Any = None
        try:
            for key, sides in items:
                entry = data.get(key)
                if entry is None:
                    data[key] = [values if values is None else [*values] for values in sides]
                else:
                    _join(entry, sides)
        except TypeError:
            check_key(key)
            raise

    def weigh(self, batch: list[tuple[Any, Any]]) -> int:
        """Return how many values a batch of combiners holds."""
        return sum(len(values) for _, entry in batch for values in entry if values)

    def stored(self, keys: list[Any], values: list[Any]) -> Iterable[tuple[list[Any], list[Any]]]:
        """Return entries of tuples, the long ones in pieces."""
        return pieces(
            (key, piece) for key, entry in zip(keys, values, strict=True) for piece in self._pieces(entry)
        )

    def _pieces(self, entry: list[Any]) -> Iterator[tuple[Any, ...]]:
        if max(len(values) for values in entry if values) <= PIECE:
            yield tuple([values if values is None else tuple(values) for values in entry])
            return
        for side, values in enumerate(entry):
            before, after = (None,) * side, (None,) * (self._count - side - 1)
            for start in range(0, len(values or _NOTHING), PIECE):
                yield (*before, tuple(values[start : start + PIECE]), *after)

    def sides(self, combiner: Any) -> Sequence[Collection[Any]]:
        """Return the values of each input."""
        return [values or _NOTHING for values in combiner]

    def whole(self, sides: list[Collection[Any]]) -> Any:
        """Return a combiner of such values."""
        return sides


def _join(entry: list[Any], more: Sequence[Any]) -> list[Any]:
    for side, values in enumerate(more):
        if values:
            if entry[side] is None:
                entry[side] = [*values]
            else:
                entry[side] += values
    return entry
