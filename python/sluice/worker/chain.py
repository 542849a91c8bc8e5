# SPDX-License-Identifier: Apache-2.0
"""Runs the fused steps of a stage over a partition as one chain of C iterators.

A ``StopIteration`` that a user's function raises would end ``map`` as if the data had ended. Wrapping every call to
catch it costs more than most functions, so each run of steps stands between two markers: the input must have been
exhausted by the time its output ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import Any

from sluice.errors import stop_iteration

Step = tuple[str, Any]


def run(steps: Iterable[Step], split: int, inputs: list[Iterator[Any]]) -> Iterator[Any]:
    """Chain the steps over the inputs; only a first step of kind ``multi`` takes more than one.

    Raises:
        RuntimeError: while iterating, if a function raised ``StopIteration``.
    """
    items: Iterator[Any] = inputs[0] if inputs else iter(())
    exhausted: list[bool] | None = None
    for kind, function in steps:
        if kind in _BY_RECORD:
            kind, wrap = _BY_RECORD[kind]
            function = wrap(function)
        if kind in ("map", "filter", "flatMap"):
            if exhausted is None:
                exhausted = []
                items = chain(items, _mark(exhausted))
            if kind == "map":
                items = map(function, items)
            elif kind == "filter":
                if function is None:
                    # To Python's filter it means something else than to a program that forgot a function.
                    raise TypeError("'NoneType' object is not callable")
                items = filter(function, items)
            else:
                items = chain.from_iterable(map(function, items))
            continue
        if exhausted is not None:
            items, exhausted = chain(items, _check(exhausted)), None
        if kind == "mapPartitions":
            items = iter(function(items))
        elif kind == "mapPartitionsWithIndex":
            items = iter(function(split, items))
        elif kind == "multi":
            items = iter(function(split, *inputs))
        else:
            raise ValueError(f"unknown step: kind={kind}")
    if exhausted is not None:
        items = chain(items, _check(exhausted))
    return items


def deferred(steps: Iterable[Step]) -> list[Step]:
    """Return steps whose functions of whole partitions are called when the first item is asked for, not before."""
    return [(kind, partial(_later, step) if kind in _OF_PARTITIONS else step) for kind, step in steps]


def _later(function: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
    yield from function(*arguments)


def _key_by(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda item: (function(item), item)


def _map_values(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda pair: (pair[0], function(pair[1]))


def _flat_map_values(function: Callable[..., Any]) -> Callable[..., Any]:
    # zip asks the values last: nothing of theirs is lost at the end.
    return lambda pair: zip(repeat(pair[0]), function(pair[1]), strict=False)


_OF_PARTITIONS = ("mapPartitions", "mapPartitionsWithIndex", "multi")
#: Steps that are others with a function around the user's, which is made here so that only the user's travels.
_BY_RECORD = {
    "keyBy": ("map", _key_by),
    "mapValues": ("map", _map_values),
    "flatMapValues": ("flatMap", _flat_map_values),
}


def _mark(exhausted: list[bool]) -> Iterator[Any]:
    exhausted.append(True)
    yield from ()


def _check(exhausted: list[bool]) -> Iterator[Any]:
    if not exhausted:
        raise stop_iteration()
    yield from ()
