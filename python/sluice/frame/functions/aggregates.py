# SPDX-License-Identifier: Apache-2.0
"""Aggregates that count, add, compare, choose and collect. Each takes FILTER and OVER as its tail."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import once
from sluice.frame.functions.registry import coerced
from sluice.frame.functions.tails import aggregate, double, flag, kept, over_window
from sluice.frame.nodes import ROW_PLACE
from sluice.frame.ordering import ordered_form, unordered
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    ByteType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    LongType,
    StringType,
    YearMonthIntervalType,
)

_LONG, _DOUBLE, _BOOLEAN, _STRING = LongType(), DoubleType(), BooleanType(), StringType()


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


def _count_if(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = coerced(compiler, call, 0, args[0], _BOOLEAN)
    return Sql(f"count(CASE WHEN {value.text} THEN 1 END){tail}", _LONG, False)


def _count_about(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """Exactly, which no allowed error forbids."""
    return Sql(f"count(DISTINCT {args[0].text}){tail}", _LONG, False)


def _sum(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    distinct = "DISTINCT " if call.distinct else ""
    word = "TRY_CAST" if call.function == "try_sum" or not compiler.settings.ansi else "CAST"
    if is_integral(value.type):
        return Sql(f"{word}(sum({distinct}{value.text}){tail} AS BIGINT)", _LONG)
    if isinstance(value.type, DecimalType):
        result = DecimalType(min(38, value.type.precision + 10), value.type.scale)
        text = f"{word}(sum({distinct}{value.text}){tail} AS DECIMAL({result.precision}, {result.scale}))"
        return Sql(text, result)
    if isinstance(value.type, YearMonthIntervalType):
        months = f"(datepart('year', {value.text}) * 12 + datepart('month', {value.text}))"
        return Sql(f"to_months(CAST(sum({distinct}{months}){tail} AS INTEGER))", value.type)
    if isinstance(value.type, DayTimeIntervalType):
        text = f"to_microseconds(CAST(sum({distinct}epoch_us({value.text})){tail} AS BIGINT))"
        return Sql(text, value.type)
    return Sql(f"sum({distinct}{double(compiler, call, args).text}){tail}", _DOUBLE)


def _avg(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    distinct = "DISTINCT " if call.distinct else ""
    if isinstance(value.type, DecimalType):
        result = DecimalType(min(38, value.type.precision + 4), min(38, value.type.scale + 4))
        return Sql(_decimal_mean(value, distinct, tail, result), result)
    if isinstance(value.type, YearMonthIntervalType):
        months = f"(datepart('year', {value.text}) * 12 + datepart('month', {value.text}))"
        return Sql(f"to_months(CAST(round(avg({distinct}{months}){tail}) AS INTEGER))", value.type)
    if isinstance(value.type, DayTimeIntervalType):
        micros = f"round(avg({distinct}epoch_us({value.text})){tail})"
        return Sql(f"to_microseconds(CAST({micros} AS BIGINT))", value.type)
    return Sql(f"avg({distinct}{double(compiler, call, args).text}){tail}", _DOUBLE)


def _decimal_mean(value: Sql, distinct: str, tail: str, result: DecimalType) -> str:
    """Exact, rounded half away from zero: DuckDB's mean of decimals is a double."""
    assert isinstance(value.type, DecimalType)
    shift = 10 ** (result.scale - value.type.scale)
    one = f"{10**result.scale}::HUGEINT"
    most = f"{10 ** (result.precision - result.scale + value.type.scale)}::HUGEINT"

    def body(total: str, count: str) -> str:
        whole = f"abs(CAST(replace(CAST({total} AS VARCHAR), '.', '') AS HUGEINT))"
        rest = f"(({whole} % {count}) * {shift} + {count} // 2) // {count}"
        digits = f"(({whole} // {count}) * {shift} + {rest})"
        sign = f"CASE WHEN {total} < 0 THEN '-' ELSE '' END"
        text = f"{sign} || ({digits} // {one}) || '.' || lpad(CAST({digits} % {one} AS VARCHAR), {result.scale}, '0')"
        name = f"DECIMAL({result.precision}, {result.scale})"
        large = (
            f"'[NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION] The mean of ' || {count} || ' values with the sum ' || "
            f'{total} || \' cannot be represented as {name}. If necessary set "spark.sql.ansi.enabled" to "false" '
            "to bypass this error, and return NULL instead. SQLSTATE: 22003'"
        )
        return (
            f"(CASE WHEN {count} = 0 THEN NULL WHEN {whole} // {count} >= {most} THEN {failing(large, name)} "
            f"ELSE CAST({text} AS {name}) END)"
        )

    return once([f"sum({distinct}{value.text}){tail}", f"count({distinct}{value.text}){tail}"], body)


def _extreme(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    unordered(call, value.type)
    form = ordered_form(value.text, value.type)
    if form == value.text:
        return Sql(f"{call.function}({value.text}){tail}", value.type)
    return Sql(f"arg_{call.function}({value.text}, {form}){tail}", value.type)


def _extreme_by(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, order = args[:2]
    unordered(call, order.type)
    key = ordered_form(order.text, order.type)
    if len(args) == 2:
        return Sql(f"arg_{call.function[:3]}_null({value.text}, {key}){tail}", value.type)
    count = call.args[2]
    if not isinstance(count, Literal) or not isinstance(count.value, int) or count.value < 1:
        raise errors.mismatch(call.name(), 2, "INT", count.name(), args[2].type.simpleString().upper())
    way = "DESC" if call.function == "max_by" else "ASC"
    found = f"list({value.text} ORDER BY {key} {way}){kept(tail, f'{order.text} IS NOT NULL')}"
    return Sql(f"{found}[1:{count.value}]", ArrayType(value.type, value.nullable), True)


def _first(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    last = call.function.startswith("last")
    skip = flag(call, 1)
    if over_window(tail):
        name = "last_value" if last else "first_value"
        return Sql(f"{name}({value.text}{' IGNORE NULLS' if skip else ''}){tail}", value.type, True)
    tail = kept(tail, f"{value.text} IS NOT NULL") if skip else tail
    return Sql(f"arg_{'max' if last else 'min'}_null({value.text}, {ROW_PLACE}){tail}", value.type, True)


def _logic(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = coerced(compiler, call, 0, args[0], _BOOLEAN)
    name = "bool_and" if call.function in ("bool_and", "every") else "bool_or"
    return Sql(f"{name}({value.text}){tail}", _BOOLEAN)


def _bits(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    if not is_integral(value.type):
        raise errors.mismatch(
            call.name(), 0, "INTEGRAL", call.args[0].name(), value.type.simpleString().upper()
        )
    return Sql(f"{call.function}({value.text}){tail}", value.type)


def _product(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    distinct = "DISTINCT " if call.distinct else ""
    return Sql(f"product({distinct}{double(compiler, call, args).text}){tail}", _DOUBLE)


def _grouping(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if not args:
        raise errors.analysis(
            "UNSUPPORTED_GROUPING_EXPRESSION",
            "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup. SQLSTATE: 42K0E",
        )
    inner = ", ".join(arg.text for arg in args)
    if call.function == "grouping":
        return Sql(f"CAST(grouping({inner}) AS TINYINT)", ByteType(), False)
    return cast(compiler.settings, Sql(f"CAST(grouping_id({inner}) AS BIGINT)", _LONG, False), _LONG)


aggregate("count", _count, 1, None)
aggregate("count_if", _count_if, 1)
aggregate("approx_count_distinct", _count_about, 1, 2, shown=1)
aggregate("sum", _sum, 1, 1, "try_sum")
aggregate("avg", _avg, 1, 1, "mean", "try_avg")
aggregate("max", _extreme, 1, 1, "min")
aggregate("max_by", _extreme_by, 2, 3, "min_by")
aggregate("first", _first, 1, 2, "last", "first_value", "last_value", "any_value", shown=1)
aggregate("bool_and", _logic, 1, 1, "bool_or", "every", "some", "any")
aggregate("bit_and", _bits, 1, 1, "bit_or", "bit_xor")
aggregate("product", _product, 1)
aggregate("grouping", _grouping, 1)
aggregate("grouping_id", _grouping, 0, None)


declare(
    """
    count_if(col:c)
    approx_count_distinct(col:c, rsd:v=None)
    approxCountDistinct(col:c, rsd:v=None) -> approx_count_distinct
    sum(col:c)
    try_sum(col:c)
    avg(col:c)
    mean(col:c) -> avg
    try_avg(col:c)
    max(col:c)
    min(col:c)
    max_by(col:c, ord:c, k:v=None)
    min_by(col:c, ord:c, k:v=None)
    first(col:c, ignorenulls:v=False)
    last(col:c, ignorenulls:v=False)
    first_value(col:c, ignoreNulls:v=None)
    last_value(col:c, ignoreNulls:v=None)
    any_value(col:c, ignoreNulls:v=None)
    bool_and(col:c)
    bool_or(col:c)
    every(col:c)
    some(col:c)
    bit_and(col:c)
    bit_or(col:c)
    bit_xor(col:c)
    product(col:c)
    grouping(col:c)
    grouping_id(*cols:c)
    """
)
