# SPDX-License-Identifier: Apache-2.0
"""Aggregates in two steps: what is computed of groups below, and functions in Python over that above."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from sluice.frame.analysing import check_grouped, grouped_by, has_aggregate
from sluice.frame.compile import Compiler
from sluice.frame.expr import Alias, Attribute, Bound, Call, Expr, Lambda, Name, PythonCall, Window
from sluice.frame.functions.registry import AGGREGATE, lookup
from sluice.frame.nodes import Aggregate
from sluice.frame.pycalls import has_python
from sluice.pyspark.captured import AnalysisException

__all__ = ["Stages", "grouping_masks", "in_stages", "over_aggregate", "unnamed", "with_name"]


def in_stages(exprs: Sequence[Expr], groups: Sequence[Expr]) -> bool:
    """Whether a function in Python stands over aggregates or groups, or an expression over an aggregate in Python."""
    keys = [unnamed(group) for group in groups]
    return any(_above(unnamed(each), keys, True) for each in exprs)


def _above(expr: Expr, groups: Sequence[Expr], top: bool) -> bool:
    if expr in groups:
        return False
    if isinstance(expr, PythonCall):
        return not (expr.function.aggregates and top)
    if _aggregates(expr):
        return False
    return any(_above(child, groups, False) for child in expr.children())


def _aggregates(expr: Expr) -> bool:
    if isinstance(expr, PythonCall):
        return bool(expr.function.aggregates)
    function = lookup(expr.function) if isinstance(expr, Call) else None
    return function is not None and function.kind == AGGREGATE


class Stages:
    """Takes aggregates out of expressions, and says the expressions over them."""

    def __init__(self, compiler: Compiler, groups: Sequence[Expr]) -> None:
        self._compiler = compiler
        self._groups = [unnamed(group) for group in groups]
        self._by = [None if has_python(group) else compiler(group).text for group in groups]
        self._places: dict[int, int] = {}
        #: What is computed of each group, behind the groups.
        self.inner: list[Expr] = []

    def collect(self, expr: Expr) -> None:
        """Take the aggregates out of an expression.

        Raises:
            AnalysisException: a column is neither grouped by nor inside an aggregate.
        """
        if self._group(expr) is not None or isinstance(expr, Lambda):
            return
        if _aggregates(expr):
            self._places[id(expr)] = len(self._groups) + len(self.inner)
            self.inner.append(expr)
            return
        if isinstance(expr, Name | Bound):
            known = {grouped_by(self._compiler(group)) for group in self._groups if not has_python(group)}
            check_grouped(self._compiler, expr, known)
        for child in _children(expr):
            self.collect(child)

    def over(self, expr: Expr, output: Sequence[Attribute]) -> Expr:
        """The expression over the columns that were computed of the groups."""
        place = self._group(expr)
        if place is None:
            place = self._places.get(id(expr))
        if place is not None:
            return Bound(output[place])
        if isinstance(expr, Lambda):
            return expr
        if isinstance(expr, Window):
            inner = expr.function.rebuilt(tuple(self.over(each, output) for each in expr.function.children()))
            return expr.rebuilt((inner, *(self.over(each, output) for each in expr.children()[1:])))
        below = expr.children()
        return expr.rebuilt(tuple(self.over(each, output) for each in below)) if below else expr

    def _group(self, expr: Expr) -> int | None:
        if expr in self._groups:
            return self._groups.index(expr)
        if not isinstance(expr, Name | Bound | Call) or has_python(expr) or isinstance(expr, Lambda):
            return None
        if _aggregates(expr) or (isinstance(expr, Call) and not self._by):
            return None
        try:
            text = self._compiler(expr).text
        except Exception:
            # It is over aggregates or a lambda's parameter, or wrong: whoever compiles it above says so.
            return None
        return self._by.index(text) if text in self._by else None


def _children(expr: Expr) -> tuple[Expr, ...]:
    """What stands below an expression; a window's own function is no aggregate of the groups."""
    if isinstance(expr, Window):
        return (*expr.function.children(), *expr.children()[1:])
    return expr.children()


def grouping_masks(sets: Callable[[list[str]], str], count: int) -> list[tuple[bool, ...]]:
    """Which of the keys each grouping set has: DuckDB says what ROLLUP, CUBE and GROUPING SETS mean."""
    import duckdb

    names = [f"k{place}" for place in range(count)]
    row = ", ".join(f"1 AS {name}" for name in names)
    absent = ", ".join(f"grouping({name})" for name in names)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {absent} FROM (SELECT {row}) GROUP BY {sets(names)}").fetchall()
    return sorted((tuple(each == 0 for each in found) for found in rows), reverse=True)


def over_aggregate(
    node: Aggregate, own: Compiler, below: Compiler, exprs: Sequence[Expr]
) -> tuple[Aggregate, list[Expr]]:
    """Groups with the aggregates that conditions and keys over them ask for, beside their columns."""
    added: list[tuple[Attribute, str]] = []

    def change(expr: Expr) -> Expr | None:
        if isinstance(expr, Window):
            return expr
        if _aggregates(expr) and isinstance(expr, Call):
            sql = below(expr)
            added.append((Attribute(expr.name(), sql.type, sql.nullable), sql.text))
            return Bound(added[-1][0])
        if not isinstance(expr, Name | Bound | Call) or has_aggregate(expr) or has_python(expr):
            return None
        try:
            own(expr)
        except AnalysisException:
            try:
                text = below(expr).text
            except AnalysisException:
                return None
            return Bound(node.output[node.texts.index(text)]) if text in node.texts else None
        return expr

    changed = [expr.transformed(change) for expr in exprs]
    if not added:
        return node, changed
    output = (*node.output, *(attribute for attribute, _ in added))
    texts = (*node.texts, *(text for _, text in added))
    plans = (*node.subplans, *below.subplans())
    return dataclasses.replace(node, output=output, texts=texts, subplans=plans), changed


def unnamed(expr: Expr) -> Expr:
    """An expression without its alias."""
    return expr.child if isinstance(expr, Alias) else expr


def with_name(made: Expr, expr: Expr) -> Expr:
    """What was made of an expression, under its name."""
    if isinstance(expr, Alias):
        return dataclasses.replace(expr, child=made)
    return Alias(made, (expr.name(),))
