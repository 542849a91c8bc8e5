# SPDX-License-Identifier: Apache-2.0
"""What all parts of a frame share: the plan, the session, and how expressions meet it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sluice.frame.column import Column, expr_of
from sluice.frame.errors import unexpected
from sluice.frame.expr import Bound, Expr, SortOrder
from sluice.frame.planning import Planner
from sluice.frame.run import Run, schema_of
from sluice.frame.types import StructType
from sluice.pyspark.exceptions import PySparkValueError

if TYPE_CHECKING:
    from sluice.frame.frame import DataFrame
    from sluice.frame.nodes import Node
    from sluice.pyspark.session import SparkSession

__all__ = ["FrameBase", "flat", "sort_orders"]


def flat(values: tuple[Any, ...]) -> list[Any]:
    """Arguments, or the one list that they are."""
    return list(values[0]) if len(values) == 1 and isinstance(values[0], list | tuple | set) else list(values)


def sort_orders(exprs: Iterable[Expr], ascending: Any = True) -> list[SortOrder]:
    """Keys of a sort; `ascending` is one for all, or one for each."""
    keys = [expr if isinstance(expr, SortOrder) else SortOrder(expr) for expr in exprs]
    if isinstance(ascending, bool | int):
        ways: list[Any] = [ascending] * len(keys)
    elif isinstance(ascending, list):
        ways = ascending
    else:
        raise unexpected("ascending", "Column, int or str", ascending)
    return [
        key if way else SortOrder(key.child, False, key.nulls_first)
        for key, way in zip(keys, ways, strict=False)
    ]


class FrameBase:
    """A plan in a session."""

    def __init__(self, node: Node, session: SparkSession) -> None:
        self._node = node
        self._session = session

    @property
    def _planner(self) -> Planner:
        return Planner(self._session._frames.settings())

    def _of(self, node: Node) -> DataFrame:
        from sluice.frame.frame import DataFrame

        return DataFrame(node, self._session)

    def _run(self) -> Run:
        return Run(self._session._frames.engine())

    @property
    def sparkSession(self) -> SparkSession:
        """The session that made it."""
        return self._session

    @property
    def schema(self) -> StructType:
        """Names and types of the columns."""
        return schema_of(self._node.output)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [each.name for each in self._node.output]

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """Names and types, as texts."""
        return [(each.name, each.type.simpleString()) for each in self._node.output]

    def _column(self, name: str) -> Column:
        """A column of this very frame.

        Raises:
            AnalysisException: there is none of this name, or several.
        """
        expr = expr_of(name)
        from sluice.frame.expr import Name

        if not isinstance(expr, Name):
            return Column(expr)
        compiler = self._planner.compiler(self._node)
        found = compiler.scope.named(expr.parts)
        if found is None:
            # Raises what says which columns there are.
            compiler(expr)
            raise AssertionError(name)
        bound = Column(Bound(found[0]))
        for part in found[1]:
            bound = bound.getField(part)
        return bound

    def _exprs(self, cols: Iterable[Any]) -> list[Expr]:
        found = []
        for each in cols:
            if isinstance(each, int) and not isinstance(each, bool):
                found.append(self._place(each)._expr)
            else:
                found.append(expr_of(each))
        return found

    def _place(self, place: int) -> Column:
        """A column by its place, from 1; from the end and descending where it is negative."""
        if place == 0 or abs(place) > len(self._node.output):
            raise PySparkValueError(
                f"a column's place is from 1 to {len(self._node.output)}: got {place}", "ZERO_INDEX", {}
            )
        bound = Column(Bound(self._node.output[abs(place) - 1]))
        return bound.desc() if place < 0 else bound
