# SPDX-License-Identifier: Apache-2.0
"""Runs the fused steps of a stage over a partition as one chain of C iterators.

A ``StopIteration`` that a user's function raises would end ``map`` as if the data had ended. Wrapping every call to
catch it costs more than most functions, so each run of steps stands between two markers: the input must have been
exhausted by the time its output ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

Step = tuple[str, Callable[..., Any]]


def run(steps: Iterable[Step], split: int, inputs: list[Iterator[Any]]) -> Iterator[Any]:
    """Chain the steps over the inputs; only a first step of kind ``multi`` takes more than one.

    Raises:
        RuntimeError: while iterating, if a function raised ``StopIteration``.
    """
    items: Iterator[Any] = inputs[0] if inputs else iter(())
    exhausted: list[bool] | None = None
    for kind, function in steps:
        if kind in ("map", "filter", "flatMap"):
            if exhausted is None:
                exhausted = []
                items = chain(items, _mark(exhausted))
            if kind == "map":
                items = map(function, items)
            elif kind == "filter":
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


def _mark(exhausted: list[bool]) -> Iterator[Any]:
    exhausted.append(True)
    yield from ()


def _check(exhausted: list[bool]) -> Iterator[Any]:
    if not exhausted:
        raise RuntimeError(
            "a function raised StopIteration, which would end the data early without an error; "
            "catch it in the function, or give next() a default"
        )
    yield from ()
