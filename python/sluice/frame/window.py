# SPDX-License-Identifier: Apache-2.0
"""`Window` and `WindowSpec`: which rows a window function sees."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, ClassVar

from sluice.frame.column import expr_of
from sluice.frame.expr import SortOrder
from sluice.frame.expr import WindowSpec as Spec

__all__ = ["Window", "WindowSpec"]

_FIRST, _LAST = -(1 << 63), (1 << 63) - 1


def _bound(value: int) -> int | None:
    # As in PySpark, what lies beyond these is without bound.
    return None if value <= -sys.maxsize or value >= sys.maxsize else int(value)


def _flat(cols: tuple[Any, ...]) -> list[Any]:
    return list(cols[0]) if len(cols) == 1 and isinstance(cols[0], list | tuple) else list(cols)


class WindowSpec:
    """A window: partitions, order, and the rows around each row."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def partitionBy(self, *cols: Any) -> WindowSpec:
        """Rows with the same values are one partition."""
        partition = tuple(expr_of(each) for each in _flat(cols))
        return WindowSpec(dataclasses.replace(self._spec, partition=partition))

    def orderBy(self, *cols: Any) -> WindowSpec:
        """The order of rows in a partition."""
        exprs = (expr_of(each) for each in _flat(cols))
        order = tuple(expr if isinstance(expr, SortOrder) else SortOrder(expr) for expr in exprs)
        return WindowSpec(dataclasses.replace(self._spec, order=order))

    def rowsBetween(self, start: int, end: int) -> WindowSpec:
        """The frame in rows before (negative) and after the current one."""
        return WindowSpec(dataclasses.replace(self._spec, frame=("rows", _bound(start), _bound(end))))

    def rangeBetween(self, start: int, end: int) -> WindowSpec:
        """The frame in values of the order's only key below (negative) and above the current one."""
        return WindowSpec(dataclasses.replace(self._spec, frame=("range", _bound(start), _bound(end))))


class Window:
    """Makes windows."""

    unboundedPreceding: ClassVar[int] = _FIRST
    unboundedFollowing: ClassVar[int] = _LAST
    currentRow: ClassVar[int] = 0

    @staticmethod
    def partitionBy(*cols: Any) -> WindowSpec:
        """A window whose partitions have the same values."""
        return WindowSpec(Spec()).partitionBy(*cols)

    @staticmethod
    def orderBy(*cols: Any) -> WindowSpec:
        """A window of all rows in an order."""
        return WindowSpec(Spec()).orderBy(*cols)

    @staticmethod
    def rowsBetween(start: int, end: int) -> WindowSpec:
        """A window of all rows with a frame in rows."""
        return WindowSpec(Spec()).rowsBetween(start, end)

    @staticmethod
    def rangeBetween(start: int, end: int) -> WindowSpec:
        """A window of all rows with a frame in values."""
        return WindowSpec(Spec()).rangeBetween(start, end)
