# SPDX-License-Identifier: Apache-2.0
"""What the planner asks of expressions: aggregates, generators, fields and groups in them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from sluice.frame import errors
from sluice.frame.compile import Compiler
from sluice.frame.expr import (
    Alias,
    Bound,
    Call,
    Expr,
    Literal,
    Name,
    PythonCall,
    SortOrder,
    Variable,
    Window,
    walk,
)
from sluice.frame.functions.registry import AGGREGATE, GENERATOR, lookup
from sluice.frame.names import quoted
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, StructType
from sluice.frame.zones import zone_of
from sluice.pyspark.captured import AnalysisException

__all__ = [
    "check_grouped",
    "generator_of",
    "grouped_by",
    "grouping_ids",
    "has_aggregate",
    "no_inner_generator",
    "with_fields",
]


def has_aggregate(expr: Expr) -> bool:
    """Whether an aggregate is in it that is not one over a window."""
    if isinstance(expr, Window):
        inner = (*expr.function.children(), *expr.spec.partition, *expr.spec.order)
        return any(has_aggregate(child) for child in inner)
    if isinstance(expr, Call):
        function = lookup(expr.function)
        if function is not None and function.kind == AGGREGATE:
            return True
    if isinstance(expr, PythonCall) and expr.function.aggregates:
        return True
    return any(has_aggregate(child) for child in expr.children())


def generator_of(expr: Expr) -> Call | None:
    inner = expr.child if isinstance(expr, Alias) else expr
    if isinstance(inner, Call):
        function = lookup(inner.function)
        if function is not None and function.kind == GENERATOR:
            return inner
    return None


def with_fields(compiler: Compiler, expr: Expr) -> Expr:
    """An expression with names that depend on where it is: of fields, after what they are fields of; of times, by the
    clock of the session's zone.
    """

    def change(each: Expr) -> Expr | None:
        if isinstance(each, Literal) and isinstance(each.value, datetime.datetime):
            # A time without a zone is one of this machine's.
            return dataclasses.replace(each, value=each.value.astimezone(zone_of(compiler.settings.zone)))
        if isinstance(each, Name) and len(each.parts) > 1 and each is not expr:
            found = compiler.scope.named(each.parts)
            if found is not None and found[1]:
                return Name((".".join((found[0].name, *map(quoted, found[1]))),))
        if not isinstance(each, Call) or each.function != "getitem" or each.shown is not None:
            return None
        parent, key = each.args
        if not isinstance(key, Literal) or not isinstance(key.value, str):
            return None
        try:
            type_: Any = compiler(parent).type
        except (AnalysisException, KeyError):
            # It is of a lambda's parameter, and those are structs most of the time.
            type_ = StructType([])
        if isinstance(type_, ArrayType):
            type_ = type_.elementType
        if not isinstance(type_, StructType):
            return None
        name = f"{parent.transformed(change).name()}.{quoted(key.value)}"
        return dataclasses.replace(each, shown=name)

    return expr.transformed(change)


def no_inner_generator(expr: Expr, outer: Call | None = None) -> None:
    """Refuse a generator inside an expression."""
    for arg in (expr,) if outer is None else outer.args:
        if any(generator_of(each) is not None for each in walk(arg)):
            raise errors.analysis(
                "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
                f'The generator is not supported: nested in expressions "{expr.name()}". SQLSTATE: 42K0E',
            )


def grouping_ids(expr: Expr, groups: Sequence[Expr], sets: bool) -> Expr:
    """`grouping_id()` is that of all columns that are grouped by; there is none without grouping sets."""

    def change(each: Expr) -> Expr | None:
        if not isinstance(each, Call) or each.function not in ("grouping", "grouping_id"):
            return None
        if not sets:
            raise errors.analysis(
                "UNSUPPORTED_GROUPING_EXPRESSION",
                "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup. SQLSTATE: 42K0E",
            )
        return each if each.args else dataclasses.replace(each, args=tuple(groups), shown="grouping_id()")

    return expr.transformed(change)


def grouped_by(sql: Sql) -> str:
    """A value that is grouped by; a bare number would be a place in the select list."""
    return f"({sql.text} + 0)" if sql.text.isdigit() else sql.text


def check_grouped(compiler: Compiler, expr: Expr, groups: set[str]) -> None:
    """Refuse a column that is neither grouped by nor inside an aggregate."""
    if isinstance(expr, Call):
        function = lookup(expr.function)
        if function is not None and function.kind == AGGREGATE:
            if any(has_aggregate(child) for child in expr.children()):
                raise errors.analysis(
                    "NESTED_AGGREGATE_FUNCTION",
                    "It is not allowed to use an aggregate function in the argument of another aggregate function: "
                    f'"{expr.name()}". Please use the inner aggregate function in a sub-query. SQLSTATE: 42607',
                )
            return
    if isinstance(expr, Window):
        return
    if isinstance(expr, Variable):
        return
    bare = not any(isinstance(each, Alias | SortOrder | Variable) for each in walk(expr))
    if bare and grouped_by(compiler(expr)) in groups:
        return
    if isinstance(expr, Name | Bound):
        if not groups:
            raise errors.analysis(
                "MISSING_GROUP_BY",
                "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions "
                f'using OVER clauses: "{expr.name()}". SQLSTATE: 42803',
            )
        raise errors.analysis(
            "MISSING_AGGREGATION",
            f'The non-aggregating expression "{expr.name()}" is based on columns which are not participating in '
            "the GROUP BY clause. Add the columns or the expression to the GROUP BY, aggregate the expression, or "
            f'use "any_value({expr.name()})" if you do not care which of the values within a group is returned. '
            "SQLSTATE: 42803",
        )
    for child in expr.children():
        check_grouped(compiler, child, groups)
