# SPDX-License-Identifier: Apache-2.0
"""Aggregates that gather values: into arrays, sets and texts, in the order of rows where none is said."""

from __future__ import annotations

from typing import Any

from sluice.frame import errors
from sluice.frame.coercion import is_string
from sluice.frame.column import Column, expr_of, value_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, SortOrder
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.bound import array, once
from sluice.frame.functions.registry import AGGREGATE, Function, coerced, register
from sluice.frame.functions.tails import aggregate, kept, over_window
from sluice.frame.nodes import ROW_PLACE
from sluice.frame.ordering import unordered
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, BinaryType, DoubleType, FloatType, NullType, StringType

_STRING = StringType()


def _collect(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    distinct = "DISTINCT " if call.distinct or call.function == "collect_set" else ""
    item = value.text
    if distinct:
        unordered(call, value.type)
        # Zero is one value, whatever its sign.
        item = f"({item} + 0)" if isinstance(value.type, FloatType | DoubleType) else item
    order = "" if distinct or over_window(tail) else f" ORDER BY {ROW_PLACE}"
    text = f"coalesce(list({distinct}{item}{order}){kept(tail, f'{value.text} IS NOT NULL')}, [])"
    return Sql(text, ArrayType(value.type, False), False)


def _union(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    unordered(call, type_.elementType)
    every = f"list_filter(flatten(list({sql.text}){kept(tail, f'{sql.text} IS NOT NULL')}), lambda e: e IS NOT NULL)"
    text = once([every], lambda a: f"list_filter({a}, lambda e, i: list_position({a}, e) = i)")
    return Sql(f"coalesce({text}, [])", ArrayType(type_.elementType, False), False)


def _joined(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    if isinstance(value.type, BinaryType):
        raise errors.mismatch(call.name(), 0, "STRING", call.args[0].name(), "BINARY")
    if not is_string(value.type):
        value = coerced(compiler, call, 0, value, _STRING)
    distinct = "DISTINCT " if call.distinct else ""
    order, by = "", "''"
    for expr, sql in zip(call.args[1:], args[1:], strict=True):
        if isinstance(expr, SortOrder):
            order = f" ORDER BY {sql.text}"
        elif not isinstance(sql.type, NullType):
            by = sql.text
    if not order and not over_window(tail):
        order = f" ORDER BY {value.text if distinct else ROW_PLACE}"
    return Sql(f"string_agg({distinct}{value.text}, {by}{order}){tail}", _STRING)


def _shown_joined(name: str) -> object:
    def shown(inner: list[str]) -> str:
        parts = [each for each in inner if " NULLS " not in each]
        orders = [each for each in inner if " NULLS " in each]
        by = parts[1] if len(parts) > 1 else "NULL"
        if orders:
            return f"listagg({parts[0]}, {by}) WITHIN GROUP (ORDER BY {', '.join(orders)})"
        return f"{name}({parts[0]}, {by})"

    return shown


aggregate("collect_list", _collect, 1, 1, "collect_set", "array_agg")
aggregate("collect_union", _union, 1)


def _add_joined() -> None:
    for name in ("listagg", "string_agg"):
        shown = _shown_joined(name)
        register(Function(name, _joined, AGGREGATE, (1, 3), shown))  # type: ignore[arg-type]


_add_joined()

declare(
    """
    collect_list(col:c)
    collect_set(col:c)
    collect_union(col:c)
    array_agg(col:c) -> collect_list
    listagg(col:c, delimiter:v=None)
    string_agg(col:c, delimiter:v=None)
    """
)


def _distinct_joined(name: str) -> None:
    def joined(col: Any, delimiter: Any = None) -> Column:
        args = [expr_of(col), *([value_of(delimiter)] if delimiter is not None else [])]
        return Column(Call(name, tuple(args), distinct=True))

    joined.__name__ = joined.__qualname__ = f"{name}_distinct"
    joined.__doc__ = f"The SQL aggregate `{name}` of the different values."
    FUNCTIONS[joined.__name__] = joined


_distinct_joined("listagg")
_distinct_joined("string_agg")
