# SPDX-License-Identifier: Apache-2.0
"""Functions of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sluice.frame.column import Column, expr_of, value_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Function, coerced, register, template
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql
from sluice.frame.types import DoubleType, LongType

_DOUBLE = DoubleType()
_NAN = "WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END"


def _within(condition: str, text: str) -> str:
    """DuckDB raises where Java's functions have no number."""
    return f"CASE WHEN {condition} THEN {text} {_NAN}"


def _finite(text: str) -> str:
    return _within("isfinite({0})", text)


_ONE = {
    "acos": _within("abs({0}) <= 1", "acos({0})"),
    "acosh": _within("{0} >= 1", "acosh({0})"),
    "asin": _within("abs({0}) <= 1", "asin({0})"),
    "asinh": scalar("asinh", "{0}"),
    "atan": "atan({0})",
    "atanh": _within("abs({0}) <= 1", "atanh({0})"),
    "cbrt": scalar("cbrt", "{0}"),
    "cos": _finite("cos({0})"),
    "cosh": "cosh({0})",
    "cot": _finite("(1 / tan({0}))"),
    "csc": _finite("(1 / sin({0}))"),
    "degrees": "{0} * 57.29577951308232::DOUBLE",
    "exp": "exp({0})",
    "expm1": scalar("expm1", "{0}"),
    "radians": "{0} * 0.017453292519943295::DOUBLE",
    "rint": scalar("rint", "{0}"),
    "sec": _finite("(1 / cos({0}))"),
    "sin": _finite("sin({0})"),
    "sinh": "sinh({0})",
    "sqrt": _within("{0} >= 0", "sqrt({0})"),
    "tan": _finite("tan({0})"),
    "tanh": "tanh({0})",
}
_LOGARITHMS = {
    "ln": "CASE WHEN {0} > 0 THEN ln({0}) WHEN isnan({0}) THEN {0} END",
    "log10": "CASE WHEN {0} > 0 THEN log10({0}) WHEN isnan({0}) THEN {0} END",
    "log1p": "CASE WHEN {0} > -1 THEN " + scalar("log1p", "{0}") + " WHEN isnan({0}) THEN {0} END",
    "log2": "CASE WHEN {0} > 0 THEN log2({0}) WHEN isnan({0}) THEN {0} END",
}


def _capital(name: str) -> Callable[[list[str]], str]:
    """Spark shows most of these in capitals."""
    return lambda inner: f"{name.upper()}({', '.join(inner)})"


for _name, _text in _ONE.items():
    template(_name, f"({_text})", _DOUBLE, (_DOUBLE,), shown=None if _name == "rint" else _capital(_name))
for _name, _text in _LOGARITHMS.items():
    template(
        _name,
        f"({_text})",
        _DOUBLE,
        (_DOUBLE,),
        nullable=True,
        shown=None if _name == "ln" else _capital(_name),
    )
template(
    "signum",
    "(CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE CAST(sign({0}) AS DOUBLE) END)",
    _DOUBLE,
    (_DOUBLE,),
    shown=_capital("signum"),
)
template(
    "sign",
    "(CASE WHEN isnan({0}) OR {0} = 0 THEN {0} ELSE CAST(sign({0}) AS DOUBLE) END)",
    _DOUBLE,
    (_DOUBLE,),
)
template("e", "CAST(2.718281828459045 AS DOUBLE)", _DOUBLE, (), nullable=False, shown=_capital("e"))
template("pi", "pi()", _DOUBLE, (), nullable=False, shown=_capital("pi"))
_TWO = {
    "atan2": "atan2({0} + 0.0, {1} + 0.0)",
    "hypot": scalar("hypot", "{0}", "{1}"),
    "power": "(CASE WHEN isnan({1}) OR (abs({0}) = 1 AND isinf({1})) THEN CAST('nan' AS DOUBLE) "
    "ELSE pow({0}, {1}) END)",
}
for _name, _text in _TWO.items():
    template(
        _name,
        _text,
        _DOUBLE,
        (_DOUBLE, _DOUBLE),
        *(("pow",) if _name == "power" else ()),
        shown=_capital(_name),
    )


def _logarithm(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """The natural logarithm, or that of the second argument to the base of the first."""
    numbers = [coerced(compiler, call, place, sql, _DOUBLE).text for place, sql in enumerate(args)]
    text = (
        f"(CASE WHEN {numbers[0]} > 0 THEN ln({numbers[0]}) WHEN isnan({numbers[0]}) THEN {numbers[0]} END)"
    )
    if len(numbers) > 1:
        base, value = numbers
        text = (
            f"(CASE WHEN {base} > 0 AND {value} > 0 THEN ln({value}) / ln({base}) "
            f"WHEN isnan({base}) OR isnan({value}) THEN CAST('nan' AS DOUBLE) END)"
        )
    return Sql(text, _DOUBLE, True)


register(
    Function("log", _logarithm, arity=(1, 2), shown=lambda inner: f"LOG({', '.join(['E()', *inner][-2:])})")
)
template(
    "width_bucket",
    "(CASE WHEN {3} <= 0 OR {1} = {2} OR isnan({0}) OR NOT isfinite({1}) OR NOT isfinite({2}) THEN NULL "
    "WHEN {1} < {2} THEN (CASE WHEN {0} < {1} THEN 0 WHEN {0} >= {2} THEN {3} + 1 "
    "ELSE CAST(trunc({3} * ({0} - {1}) / ({2} - {1})) AS BIGINT) + 1 END) "
    "ELSE (CASE WHEN {0} > {1} THEN 0 WHEN {0} <= {2} THEN {3} + 1 "
    "ELSE CAST(trunc({3} * ({1} - {0}) / ({1} - {2})) AS BIGINT) + 1 END) END)",
    LongType(),
    (_DOUBLE, _DOUBLE, _DOUBLE, LongType()),
    nullable=True,
)

declare(
    """
    acos(col:c)
    acosh(col:c)
    asin(col:c)
    asinh(col:c)
    atan(col:c)
    atan2(col1:x, col2:x)
    atanh(col:c)
    cbrt(col:c)
    cos(col:c)
    cosh(col:c)
    cot(col:c)
    csc(col:c)
    degrees(col:c)
    toDegrees(col:c) -> degrees
    toRadians(col:c) -> radians
    e()
    exp(col:c)
    expm1(col:c)
    hypot(col1:x, col2:x)
    ln(col:c)
    log10(col:c)
    log1p(col:c)
    log2(col:c)
    pi()
    pow(col1:x, col2:x) -> power
    power(col1:x, col2:x)
    radians(col:c)
    rint(col:c)
    sec(col:c)
    sign(col:c)
    signum(col:c)
    sin(col:c)
    sinh(col:c)
    sqrt(col:c)
    tan(col:c)
    tanh(col:c)
    toDegrees(col:c) -> degrees
    toRadians(col:c) -> radians
    width_bucket(v:c, min:c, max:c, numBucket:x)
    """
)


def _log(arg1: Any, arg2: Any = None) -> Column:
    """The natural logarithm; with two arguments that of the second to the base of the first."""
    if arg2 is None:
        return Column(Call("ln", (expr_of(arg1),)))
    return Column(Call("log", (value_of(arg1), expr_of(arg2))))


_log.__name__ = _log.__qualname__ = "log"
FUNCTIONS["log"] = _log
