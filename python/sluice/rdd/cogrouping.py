# SPDX-License-Identifier: Apache-2.0
"""Combining the values of several inputs by key, kept apart by input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sluice.shuffle import Aggregator
from sluice.shuffle.hashing import check_key

__all__ = ["CogroupAggregator"]


class CogroupAggregator(Aggregator):
    """A combiner is a list with a list of values for each input, or ``None`` where an input has none."""

    __slots__ = ("_count", "side")

    def __init__(self, count: int) -> None:
        super().__init__(None, _join)
        self._count = count
        #: The input that values come from now.
        self.side = 0

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

    def weigh(self, batch: list[tuple[Any, Any]]) -> int:
        """Return how many values a batch of combiners holds."""
        return sum(len(values) for _, entry in batch for values in entry if values)


def _join(entry: list[Any], more: list[Any]) -> list[Any]:
    for side, values in enumerate(more):
        if values:
            if entry[side] is None:
                entry[side] = values
            else:
                entry[side] += values
    return entry
