# SPDX-License-Identifier: Apache-2.0
"""What actions run in a partition. Functions of this module travel by name, with the user's as arguments.

A ``StopIteration`` of a user's function leaves these functions as an exception: none of them hands it to an iterator
that would take it for its end.
"""

from __future__ import annotations

import copy
import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from itertools import count as numbers
from typing import Any

from sluice.shuffle import Aggregator, combiners
from sluice.shuffle.memory import Gauge

_END: Any = object()
#: A zero of these types cannot be changed by who adds to it.
_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def count(items: Iterator[Any]) -> list[int]:
    """Return how many items there are."""
    # The last number that zip took, at the speed of C: a queue of one holds no more than that.
    last = deque(zip(numbers(1), items, strict=False), maxlen=1)
    return [last[0][0] if last else 0]


def head(num: int, items: Iterator[Any]) -> Iterator[Any]:
    """Return the first items."""
    return islice(items, num)


def same(items: Iterator[Any]) -> Iterator[Any]:
    """Return the items."""
    return items


def reduced(f: Callable[[Any, Any], Any], items: Iterator[Any]) -> list[Any]:
    """Return the items combined, if there are any."""
    first = next(items, _END)
    return [] if first is _END else [combiners.reduce(f, items, first)]


def fresh(zero: Any) -> Any:
    """Return a zero that may be added to."""
    return zero if type(zero) in _PLAIN else copy.deepcopy(zero)


def folded(zero: Any, op: Callable[[Any, Any], Any], items: Iterator[Any]) -> list[Any]:
    """Return the items added to the zero, which is this task's own."""
    return [combiners.reduce(op, items, zero)]


def each(f: Callable[[Any], Any], items: Iterator[Any]) -> tuple[()]:
    """Call ``f`` for its effects."""
    for item in items:
        f(item)
    return ()


def each_partition(f: Callable[[Iterator[Any]], Any], items: Iterator[Any]) -> tuple[()]:
    """Call ``f`` for its effects; what it returns is run through if it can be."""
    result = f(items)
    if isinstance(result, Iterable):
        deque(result, maxlen=0)
    return ()


def total(items: Iterator[Any]) -> list[Any]:
    """Return the sum."""
    return [sum(items)]


def extreme(choose: Callable[..., Any], key: Callable[[Any], Any] | None, items: Iterator[Any]) -> list[Any]:
    """Return the least or greatest item, if there is one."""
    found = choose(items, key=key, default=_END)
    return [] if found is _END else [found]


def largest(num: int, key: Callable[[Any], Any] | None, items: Iterator[Any]) -> list[list[Any]]:
    """Return the greatest items as one list."""
    return [heapq.nlargest(num, items, key=key)]


def smallest(num: int, key: Callable[[Any], Any] | None, items: Iterator[Any]) -> list[list[Any]]:
    """Return the least items as one list."""
    return [heapq.nsmallest(num, items, key=key)]


def counted(items: Iterator[Any]) -> Iterator[dict[Any, int]]:
    """Return how often each item is there, as dicts that are to be added up; one, unless it grows too large."""
    gauge = Gauge()
    counts: Counter[Any] = Counter()
    while (first := next(items, _END)) is not _END:
        counts.update(chain((first,), islice(items, gauge.step - 1)))
        if gauge.is_full(len(counts)):
            yield dict(counts)
            counts.clear()
            gauge.emptied()
    yield dict(counts)


def reduced_by_key(func: Callable[[Any, Any], Any], items: Iterator[Any]) -> Iterator[dict[Any, Any]]:
    """Return the values of each key, combined, as dicts that are to be combined; one, unless it grows too large."""
    gauge = Gauge()
    merged: dict[Any, Any] = {}
    aggregator = Aggregator(None, func)
    while (first := next(items, _END)) is not _END:
        aggregator.add_values(merged, chain((first,), islice(items, gauge.step - 1)))
        if gauge.is_full(len(merged)):
            yield merged
            merged = {}
            gauge.emptied()
    yield merged


def has_key(key: Any, pair: Any) -> bool:
    """Return whether a pair has this key."""
    return bool(pair[0] == key)


def seeded(zero: Any, op: Callable[[Any, Any], Any], value: Any) -> Any:
    """Return the first value of a key, added to a zero of its own."""
    return op(fresh(zero), value)
