# SPDX-License-Identifier: Apache-2.0
"""What combining by key means: three functions, applied to a dict."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from sluice.shuffle import combiners

__all__ = ["Aggregator", "KeyCounter", "canonical", "fold_nan_keys"]


class Aggregator:
    """`create` makes a combiner of a first value (None: the value is the combiner), `merge_value` adds one,
    `merge_combiners` joins two."""

    __slots__ = ("create", "merge_combiners", "merge_value")

    def __init__(
        self,
        create: Callable[[Any], Any] | None,
        merge_value: Callable[[Any, Any], Any],
        merge_combiners: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        if merge_combiners is None:
            merge_combiners = merge_value
        self.create = create
        self.merge_value = merge_value
        self.merge_combiners = merge_combiners

    def __reduce__(self) -> tuple[Any, ...]:
        return Aggregator, self._sluice_parts_()

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return (self.create, self.merge_value, self.merge_combiners)

    def add_values(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Adds (key, value) pairs to the dict of combiners."""
        combiners.fold(data, items, self.merge_value, self.create)

    def pairs(self, items: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        """The pairs that the items stand for."""
        return items

    def empty(self) -> dict[Any, Any]:
        """What the pairs are added to."""
        return {}

    def weigh(self, batch: list[tuple[Any, Any]]) -> int:
        """How many items a batch of combiners stands for in memory."""
        return len(batch)

    def stored(self, keys: list[Any], values: list[Any]) -> Iterable[tuple[list[Any], list[Any]]]:
        """Keys and combiners as they are best written, in chunks; `add_combiners` takes them back."""
        return ((keys, values),)

    def add_combiners(self, data: dict[Any, Any], items: Iterable[tuple[Any, Any]]) -> None:
        """Adds (key, combiner) pairs to the dict of combiners."""
        combiners.fold(data, items, self.merge_combiners)


class KeyCounter(Aggregator):
    """Sums pairs of a key and the number one; its items are the keys alone."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None, operator.add)

    def __reduce__(self) -> tuple[Any, ...]:
        return KeyCounter, ()

    def _sluice_parts_(self) -> tuple[Any, ...]:
        return ()

    def empty(self) -> Counter[Any]:
        return Counter()

    def add_values(self, data: dict[Any, Any], items: Iterable[Any]) -> None:
        """Adds one for each key."""
        assert isinstance(data, Counter)
        combiners.count_keys(data, items)

    def pairs(self, items: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        return zip(items, repeat(1), strict=False)


def fold_nan_keys(data: dict[Any, Any], merge: Callable[[Any, Any], Any]) -> None:
    """Makes one key of keys that are, or hold, NaN: a dict keeps each NaN object apart."""
    kinds = set(map(type, data))
    if float in kinds:
        suspects = [key for key in data if key != key]
    else:
        suspects = []
    if any(issubclass(kind, (tuple, frozenset)) for kind in kinds):
        holders = [key for key in data if isinstance(key, (tuple, frozenset))]
        inner = set(map(type, chain.from_iterable(holders)))
        if not inner.isdisjoint((float, tuple, frozenset)):
            suspects += [key for key in holders if canonical(key) is not key]
    if len(suspects) < 2:
        return
    first: dict[Any, Any] = {}
    for key in suspects:
        original = first.setdefault(canonical(key), key)
        if original is not key:
            data[original] = merge(data[original], data.pop(key))


class _Nan:
    """Stands for every NaN where keys are compared."""


def canonical(key: Any) -> Any:
    """The key itself, or one that compares by content where NaN is in it."""
    if isinstance(key, float):
        return key if key == key else _Nan
    if isinstance(key, (tuple, frozenset)):
        items = [canonical(item) for item in key]
        if all(map(operator.is_, items, key)):
            return key
        return frozenset(items) if isinstance(key, frozenset) else tuple(items)
    return key
