# SPDX-License-Identifier: Apache-2.0
"""Actions whose results of partitions meet in tasks, level by level, before the driver joins what is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from sluice.rdd import tasks
from sluice.rdd.base import RDDBase

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

#: Stands for the result of a partition without items.
_NOTHING: tuple[Any, bool] = (None, True)


class Trees(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def treeReduce(self, f: Callable[[Any, Any], Any], depth: int = 2) -> Any:
        """Combine all items by ``f`` in a tree of this depth.

        Raises:
            ValueError: there is no item, or ``depth`` is below 1.
        """
        _check_depth(depth)
        join = partial(_joined, f)
        value, nothing = self._self.map(_present).treeAggregate(_NOTHING, join, join, depth)
        if nothing:
            raise ValueError("Cannot reduce empty RDD.")
        return value

    def treeAggregate(
        self, zeroValue: U, seqOp: Callable[[U, Any], U], combOp: Callable[[U, U], U], depth: int = 2
    ) -> U:
        """Add items to the zero by ``seqOp`` in each partition, and join the results by ``combOp`` in a tree.

        Args:
            depth: how many levels of joins are aimed at; those above the driver's are shuffles.

        Raises:
            ValueError: ``depth`` is below 1.
        """
        _check_depth(depth)
        number: float = self.getNumPartitions()
        if not number:
            return zeroValue
        level = self._derive("mapPartitions", partial(tasks.folded, zeroValue, seqOp))
        scale = max(math.ceil(number ** (1.0 / depth)), 2)
        # A further level pays while it leaves the driver fewer results than it has partitions itself.
        while number > scale + number / scale:
            number /= scale
            width = int(number)
            dealt = level._derive("mapPartitionsWithIndex", partial(_dealt, width))
            level = dealt.reduceByKey(combOp, width).values()
        joined: U = level.reduce(combOp)
        return joined


def _check_depth(depth: int) -> None:
    if depth < 1:
        raise ValueError(f"Depth cannot be smaller than 1 but got {depth}.")


def _present(item: Any) -> tuple[Any, bool]:
    return item, False


def _joined(
    f: Callable[[Any, Any], Any], left: tuple[Any, bool], right: tuple[Any, bool]
) -> tuple[Any, bool]:
    if left[1]:
        return right
    return left if right[1] else (f(left[0], right[0]), False)


def _dealt(width: int, split: int, results: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    for result in results:
        yield split % width, result
