# SPDX-License-Identifier: Apache-2.0
"""Counts items between bounds."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.rdd import RDD


def histogram(rdd: RDD[Any], buckets: int | Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
    """See ``RDD.histogram``."""
    if isinstance(buckets, int):
        if buckets < 1:
            raise ValueError("number of buckets must be >= 1")
        comparable = rdd.filter(_counts)
        ends = comparable.mapPartitions(_ends).collect()
        if not ends:
            raise ValueError("Can not reduce() empty RDD")
        least, greatest = min(ends)[0], max(end[1] for end in ends)
        if least == greatest or buckets == 1:
            return [least, greatest], [comparable.count()]
        bounds, step = _even_bounds(least, greatest, buckets)
    elif isinstance(buckets, (list, tuple)):
        _check(buckets)
        bounds, step = list(buckets), _step(buckets)
    else:
        raise TypeError("buckets should be a list or tuple or number(int or long)")
    parts = rdd.mapPartitions(partial(_counted, bounds, step)).collect()
    counts = [sum(column) for column in zip(*parts, strict=True)] if parts else [0] * len(bounds)
    last = counts.pop()
    counts[-1] += last
    return bounds if isinstance(buckets, int) else buckets, counts


def _even_bounds(least: Any, greatest: Any, number: int) -> tuple[list[Any], Any]:
    try:
        step = (greatest - least) / number
    except TypeError:
        raise TypeError("Can not generate buckets with non-number in RDD") from None
    if math.isinf(step):
        raise ValueError("Can not generate buckets with infinite value")
    if int(step) * number == greatest - least:
        step = int(step)
    return [*(i * step + least for i in range(number)), greatest], step


def _check(bounds: Sequence[Any]) -> None:
    if len(bounds) < 2:
        raise ValueError("buckets should have more than one value")
    if any(not _counts(bound) for bound in bounds):
        raise ValueError("can not have None or NaN in buckets")
    if sorted(bounds) != list(bounds):
        raise ValueError("buckets should be sorted")
    if len(set(bounds)) != len(bounds):
        raise ValueError("buckets should not contain duplicated values")


def _step(bounds: Sequence[Any]) -> Any:
    """Return what lies between two bounds if it is always the same but for rounding, else None."""
    try:
        steps = [high - low for low, high in pairwise(bounds)]
        # Between infinite bounds this is no number, and so not small either.
        same = max(steps) - min(steps) < 1e-10
    except TypeError:
        return None
    return (bounds[-1] - bounds[0]) / len(steps) if same else None


def _counts(item: Any) -> bool:
    return item is not None and not (isinstance(item, float) and math.isnan(item))


def _ends(items: Iterator[Any]) -> list[tuple[Any, Any]]:
    held = list(items)
    return [(min(held), max(held))] if held else []


def _counted(bounds: list[Any], step: Any, items: Iterator[Any]) -> list[list[int]]:
    counts = [0] * len(bounds)
    least, greatest = bounds[0], bounds[-1]
    for item in items:
        if _counts(item) and least <= item <= greatest:
            place = bisect_right(bounds, item) - 1 if step is None else int((item - least) / step)
            counts[place] += 1
    return [counts]
