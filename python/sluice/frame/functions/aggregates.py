# SPDX-License-Identifier: Apache-2.0
"""Aggregates: one value of many rows. Each takes FILTER and OVER at `{tail}`."""

from __future__ import annotations

from sluice.frame.coercion import is_integral
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import AGGREGATE, Function, coerced, register, template
from sluice.frame.sqltext import Sql
from sluice.frame.types import DecimalType, DoubleType, LongType

_LONG, _DOUBLE = LongType(), DoubleType()


def _count(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if call.distinct:
        if len(args) == 1:
            return Sql(f"count(DISTINCT {args[0].text}){tail}", _LONG, False)
        some = " AND ".join(f"{arg.text} IS NOT NULL" for arg in args)
        row = ", ".join(arg.text for arg in args)
        return Sql(f"count(DISTINCT CASE WHEN {some} THEN row({row}) END){tail}", _LONG, False)
    if len(args) > 1:
        some = " AND ".join(f"{arg.text} IS NOT NULL" for arg in args)
        return Sql(f"count(CASE WHEN {some} THEN 1 END){tail}", _LONG, False)
    return Sql(f"count({args[0].text}){tail}", _LONG, False)


def _sum(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    distinct = "DISTINCT " if call.distinct else ""
    if is_integral(value.type):
        return Sql(f"CAST(sum({distinct}{value.text}){tail} AS BIGINT)", _LONG)
    if isinstance(value.type, DecimalType):
        result = DecimalType(min(38, value.type.precision + 10), value.type.scale)
        text = f"CAST(sum({distinct}{value.text}){tail} AS DECIMAL({result.precision}, {result.scale}))"
        return Sql(text, result)
    value = coerced(compiler, call, 0, value, _DOUBLE)
    return Sql(f"sum({distinct}{value.text}){tail}", _DOUBLE)


def _avg(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    distinct = "DISTINCT " if call.distinct else ""
    if isinstance(value.type, DecimalType):
        result = DecimalType(min(38, value.type.precision + 4), min(38, value.type.scale + 4))
        text = f"CAST(avg({distinct}{value.text}){tail} AS DECIMAL({result.precision}, {result.scale}))"
        return Sql(text, result)
    value = coerced(compiler, call, 0, value, _DOUBLE)
    return Sql(f"avg({distinct}{value.text}){tail}", _DOUBLE)


register(Function("count", _count, AGGREGATE, (1, None)))
register(Function("sum", _sum, AGGREGATE, (1, 1)))
register(Function("avg", _avg, AGGREGATE, (1, 1)), "mean")
template("max", "max({0}){tail}", 0, (None,), kind=AGGREGATE, nullable=True)
template("min", "min({0}){tail}", 0, (None,), kind=AGGREGATE, nullable=True)

declare(
    """
    sum(col:c)
    avg(col:c)
    mean(col:c) -> avg
    max(col:c)
    min(col:c)
    """
)
