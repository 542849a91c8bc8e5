# SPDX-License-Identifier: Apache-2.0
"""The reduce side: combines by key in one dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from sluice.shuffle.aggregator import Aggregator, fold_nan_keys
from sluice.shuffle.memory import Gauge

__all__ = ["Merger"]

_END: Any = object()


class Merger:
    """Combines (key, value) or (key, combiner) pairs and gives (key, combiner) pairs, each key once.

    Keys come out in the order of their first appearance.
    """

    def __init__(self, aggregator: Aggregator, limit: int | None = None) -> None:
        self._aggregator = aggregator
        self._data: dict[Any, Any] = {}
        self._gauge = Gauge(limit)

    def merge_values(self, items: Iterable[tuple[Any, Any]]) -> None:
        """Adds pairs of key and value."""
        self._add(items, self._aggregator.add_values)

    def merge_combiners(self, items: Iterable[tuple[Any, Any]]) -> None:
        """Adds pairs of key and combiner."""
        self._add(items, self._aggregator.add_combiners)

    def _add(self, items: Iterable[tuple[Any, Any]], add: Any) -> None:
        data, gauge = self._data, self._gauge
        source = iter(items)
        while True:
            first = next(source, _END)
            if first is _END:
                return
            add(data, chain((first,), islice(source, gauge.step - 1)))
            if gauge.is_full(len(data)):
                self._spill()

    def _spill(self) -> None:
        """In memory only, so far."""

    def items(self) -> Iterator[tuple[Any, Any]]:
        """The pairs; once."""
        fold_nan_keys(self._data, self._aggregator.merge_combiners)
        return iter(self._data.items())
