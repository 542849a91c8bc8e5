# SPDX-License-Identifier: Apache-2.0
"""Aggregates of order: percentiles, median, mode. What Spark only estimates is exact here."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import is_numeric, is_string
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Expr, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import once
from sluice.frame.functions.registry import AGGREGATE, Function, refuse, register
from sluice.frame.functions.tails import aggregate, double, flag, kept
from sluice.frame.ordering import unordered
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    DataType,
    DayTimeIntervalType,
    DoubleType,
    LongType,
    YearMonthIntervalType,
)

_DOUBLE = DoubleType()
_INTERVALS = (DayTimeIntervalType, YearMonthIntervalType)


def _fractions(call: Call, place: int) -> tuple[list[float], bool]:
    """The fractions that are asked for, and whether they came as an array.

    Raises:
        AnalysisException: they are no literals, or lie outside of 0 to 1.
    """

    def value(expr: Expr) -> object:
        if isinstance(expr, Call) and expr.function == "array":
            return [value(each) for each in expr.args]
        return expr.value if isinstance(expr, Literal) else None

    found = value(call.args[place])
    many = isinstance(found, list | tuple)
    numbers = list(found) if isinstance(found, list | tuple) else [found]
    fractions = []
    for number in numbers:
        if number is None or not 0.0 <= float(str(number)) <= 1.0:
            raise errors.analysis(
                "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                f'Cannot resolve "{call.name()}" due to data type mismatch: The `percentage` must be between '
                f"[0.0, 1.0] (current value = {number}) and a literal. SQLSTATE: 42K09",
            )
        fractions.append(float(str(number)))
    return fractions, many


def _array(fractions: list[float], many: bool) -> str:
    texts = [f"{each!r}::DOUBLE" for each in fractions]
    return f"[{', '.join(texts)}]" if many else texts[0]


def _value(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[str, DataType]:
    """What is put in order, as a number, and the type of the answer."""
    type_ = args[0].type
    if isinstance(type_, DayTimeIntervalType):
        return f"CAST(epoch_us({args[0].text}) AS DOUBLE)", type_
    if isinstance(type_, YearMonthIntervalType):
        months = f"(datepart('year', {args[0].text}) * 12 + datepart('month', {args[0].text}))"
        return f"CAST({months} AS DOUBLE)", type_
    return double(compiler, call, args).text, _DOUBLE


def _as(text: str, type_: DataType) -> str:
    if isinstance(type_, DayTimeIntervalType):
        return f"to_microseconds(CAST(trunc({text}) AS BIGINT))"
    if isinstance(type_, YearMonthIntervalType):
        return f"to_months(CAST(trunc({text}) AS INTEGER))"
    return text


def _finished(text: str, type_: DataType, many: bool) -> Sql:
    if not isinstance(type_, _INTERVALS):
        return Sql(text, ArrayType(type_, False) if many else type_)
    if many:
        return Sql(f"list_transform({text}, lambda e: {_as('e', type_)})", ArrayType(type_, False))
    return Sql(once([text], lambda found: _as(found, type_)), type_)


def _percentile(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, type_ = _value(compiler, call, args)
    fractions, many = _fractions(call, 1)
    if call.function == "percentile" and len(args) == 3:
        often = call.args[2]
        if not (isinstance(often, Literal) and often.value == 1):
            if is_string(args[2].type):
                raise errors.mismatch(call.name(), 2, "INTEGRAL", often.name(), "STRING")
            times = cast(compiler.settings, args[2], LongType())
            some = kept(tail, f"{value} IS NOT NULL AND {times.text} > 0")
            each = f"list(list_transform(range(0, {times.text}), lambda e: {value})){some}"
            text = f"list_aggregate(flatten({each}), 'quantile_cont', {_array(fractions, many)})"
            return _finished(text, type_, many)
    # `percentile_cont` and `percentile_disc` of SQL have the order's direction behind the fraction.
    if call.function != "percentile" and flag(call, 2):
        fractions = [1.0 - each for each in fractions]
        if call.function == "percentile_disc":
            # From the other end the smallest value that is far enough is the greatest one that is.
            text = f"-quantile_disc(-({value}), {_array([1.0 - each for each in fractions], many)}){tail}"
            return _finished(text, type_, many)
    name = "quantile_disc" if call.function == "percentile_disc" else "quantile_cont"
    distinct = "DISTINCT " if call.distinct else ""
    return _finished(f"{name}({distinct}{value}, {_array(fractions, many)}){tail}", type_, many)


def _median(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, type_ = _value(compiler, call, args)
    distinct = "DISTINCT " if call.distinct else ""
    return _finished(f"quantile_cont({distinct}{value}, 0.5){tail}", type_, False)


def _about(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """`percentile_approx`: the value itself, of its own type."""
    value = args[0]
    if is_string(value.type):
        value = cast(compiler.settings, value, _DOUBLE)
    if not is_numeric(value.type) and value.type.typeName() not in ("date", "timestamp", "timestamp_ntz"):
        raise errors.mismatch(
            call.name(),
            0,
            '("NUMERIC" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "INTERVAL")',
            call.args[0].name(),
            value.type.simpleString().upper(),
        )
    fractions, many = _fractions(call, 1)
    text = f"quantile_disc({value.text}, {_array(fractions, many)}){tail}"
    if value.type.typeName().startswith("decimal"):
        text = f"CAST({text} AS {to_duckdb(ArrayType(value.type) if many else value.type)})"
    return Sql(text, ArrayType(value.type, False) if many else value.type)


def _mode(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """The least of the values that are there most often."""
    unordered(call, args[0].type)
    way = " DESC" if flag(call, 2) else ""
    return Sql(f"mode({args[0].text} ORDER BY {args[0].text}{way}){tail}", args[0].type)


def _shown_mode(inner: list[str]) -> str:
    if len(inner) == 1 or inner[1] == "false":
        return f"mode({inner[0]})"
    return f"mode() WITHIN GROUP (ORDER BY {inner[0]} DESC)"


def _with_default(name: str, last: str) -> None:
    def shown(inner: list[str]) -> str:
        return f"{name}({', '.join(inner if len(inner) == 3 else [*inner, last])})"

    build = _percentile if name == "percentile" else _about
    register(Function(name, build, AGGREGATE, (2, 3), shown))


_with_default("percentile", "1")
_with_default("percentile_approx", "10000")
_with_default("approx_percentile", "10000")
aggregate("percentile_cont", _percentile, 2, 3, "percentile_disc")
aggregate("median", _median, 1)
register(Function("mode", _mode, AGGREGATE, (1, 3), _shown_mode))
refuse(
    "histogram_numeric",
    "its bars depend on the order in which rows and partitions are merged; percentile_approx and groupBy say what a "
    "column is like",
)

declare(
    """
    percentile(col:c, percentage:v, frequency:v=1)
    percentile_approx(col:c, percentage:v, accuracy:v=10000)
    approx_percentile(col:c, percentage:v, accuracy:v=10000)
    median(col:c)
    mode(col:c, deterministic:v=False)
    """
)
