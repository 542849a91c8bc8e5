# SPDX-License-Identifier: Apache-2.0
"""Functions that round, and others whose result has the type of the argument."""

from __future__ import annotations

from collections.abc import Callable

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import decimal_of, is_integral, is_numeric, is_string
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Cast, Expr, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import Builder, Function, register
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import DataType, DecimalType, DoubleType, FloatType, LongType, NullType

__all__ = ["number", "whole_literal"]


def number(compiler: Compiler, call: Call, place: int, sql: Sql) -> Sql:
    """An argument that has to be a number: a text becomes a double."""
    if is_string(sql.type) or isinstance(sql.type, NullType):
        return cast(compiler.settings, sql, DoubleType())
    if not is_numeric(sql.type):
        raise errors.mismatch(
            call.name(), place, "NUMERIC", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql


def whole_literal(call: Call, place: int, default: int = 0) -> int:
    """The value of an argument that has to be a whole number known at once."""
    if place >= len(call.args):
        return default
    arg: Expr = call.args[place]
    if isinstance(arg, Cast):
        arg = arg.child
    if isinstance(arg, Call) and arg.function == "negative" and isinstance(arg.args[0], Literal):
        return -int(arg.args[0].value)
    if not isinstance(arg, Literal) or not isinstance(arg.value, int):
        raise errors.analysis(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            f'Cannot resolve "{call.name()}" due to data type mismatch: the input scale should be a foldable "INT" '
            f'expression; however, got "{arg.name()}". SQLSTATE: 42K09',
        )
    return arg.value


def _decimal_result(type_: DecimalType, scale: int) -> DecimalType:
    whole = type_.precision - type_.scale
    if scale < 0:
        return DecimalType(min(38, max(whole + 1, 1 - scale)), 0)
    kept = min(scale, type_.scale)
    return DecimalType(min(38, whole + 1 + kept), kept)


def _by_text(value: Sql, scale: int, mode: str, to: DataType) -> str:
    text = scalar("rounded", f"CAST({value.text} AS VARCHAR)", f"{scale}", sql_text(mode))
    return f"CAST({text} AS {to_duckdb(to)})"


def _round(mode: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = number(compiler, call, 0, args[0])
        scale = whole_literal(call, 1)
        type_ = value.type
        if is_integral(type_):
            if scale >= 0:
                return Sql(f"({value.text})", type_, True)
            return Sql(_by_text(value, scale, mode, type_), type_, True)
        if isinstance(type_, DecimalType):
            result = _decimal_result(type_, scale)
            if mode == "HALF_UP" and scale >= 0:
                return Sql(f"CAST({value.text} AS {to_duckdb(result)})", result, True)
            return Sql(_by_text(value, scale, mode, result), result, True)
        if mode == "HALF_UP" and scale == 0:
            return Sql(f"(round({value.text}) + 0.0::{to_duckdb(type_)})", type_, True)
        if mode == "HALF_UP" and 0 < scale <= 20:
            # By the shortest text, as Java makes a decimal of a double; what is larger has no digits to round.
            digits = f"TRY_CAST(CAST({value.text} AS VARCHAR) AS DECIMAL(38, {scale}))"
            text = f"CAST(CAST({digits} AS VARCHAR) AS {to_duckdb(type_)})"
            return Sql(f"(CASE WHEN abs({value.text}) < 9e15 THEN {text} ELSE {value.text} END)", type_, True)
        return Sql(_by_text(value, scale, mode, type_), type_, True)

    return build


def _edge(mode: str, function: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = number(compiler, call, 0, args[0])
        if len(args) == 1:
            if is_integral(value.type):
                return cast(compiler.settings, value, LongType())
            if isinstance(value.type, DecimalType):
                result = _decimal_result(value.type, 0)
                return Sql(f"CAST({function}({value.text}) AS {to_duckdb(result)})", result, value.nullable)
            text = f"CAST({function}({value.text}) AS BIGINT)"
            return Sql(_whole(text, value.text), LongType(), value.nullable)
        scale = whole_literal(call, 1)
        if isinstance(value.type, FloatType):
            value = cast(compiler.settings, value, DecimalType(14, 7))
        elif isinstance(value.type, DoubleType):
            value = cast(compiler.settings, value, DecimalType(30, 15))
        kind = decimal_of(value.type)
        result = _decimal_result(kind, scale)
        return Sql(_by_text(value, min(scale, kind.scale), mode, result), result, True)

    return build


def _whole(text: str, value: str) -> str:
    from sluice.frame.sqltext import failing

    message = sql_text(
        '[ARITHMETIC_OVERFLOW] Overflow. If necessary set "spark.sql.ansi.enabled" to "false" to bypass this error. '
        "SQLSTATE: 22003"
    )
    fits = f"{value} >= -9223372036854775808.0 AND {value} < 9223372036854775808.0"
    return f"(CASE WHEN {value} IS NULL OR ({fits}) THEN {text} ELSE {failing(message, 'BIGINT')} END)"


def _abs(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if "interval" in args[0].type.typeName():
        return Sql(f"to_microseconds(abs(epoch_us({args[0].text})))", args[0].type, args[0].nullable)
    value = number(compiler, call, 0, args[0])
    return Sql(f"abs({value.text})", value.type, value.nullable)


def _positive(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if "interval" in args[0].type.typeName():
        return args[0]
    value = number(compiler, call, 0, args[0])
    return Sql(f"({value.text})", value.type, value.nullable)


def _shown_rounding(name: str) -> Callable[[list[str]], str]:
    return lambda inner: f"{name}({inner[0]}, {inner[1] if len(inner) > 1 else 0})"


def _shown_edge(one: str, two: str) -> Callable[[list[str]], str]:
    return lambda inner: f"{one}({inner[0]})" if len(inner) == 1 else f"{two}({', '.join(inner)})"


for _name, _mode in (("round", "HALF_UP"), ("bround", "HALF_EVEN")):
    register(Function(_name, _round(_mode), arity=(1, 2), shown=_shown_rounding(_name)))
for _name, _one, _mode, _function in (
    ("ceil", "CEIL", "CEILING", "ceil"),
    ("ceiling", "ceiling", "CEILING", "ceil"),
    ("floor", "FLOOR", "FLOOR", "floor"),
):
    register(Function(_name, _edge(_mode, _function), arity=(1, 2), shown=_shown_edge(_one, _name)))
register(Function("abs", _abs, arity=(1, 1)))
register(Function("positive", _positive, arity=(1, 1), shown=lambda inner: f"(+ {inner[0]})"))

declare(
    """
    abs(col:c)
    bround(col:c, scale:x=None)
    ceil(col:c, scale:x=None)
    ceiling(col:c, scale:x=None)
    floor(col:c, scale:x=None)
    negate(col:c) -> negative
    negative(col:c)
    positive(col:c)
    round(col:c, scale:x=None)
    """
)
