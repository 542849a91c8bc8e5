# SPDX-License-Identifier: Apache-2.0
"""Functions of numbers."""

from __future__ import annotations

from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import refuse, template
from sluice.frame.rowwise import scalar
from sluice.frame.types import BinaryType, BooleanType, DoubleType, IntegerType, LongType, StringType

_DOUBLE, _LONG, _INT, _STRING = DoubleType(), LongType(), IntegerType(), StringType()

_ONE = {
    # DuckDB raises where Java's functions have no number.
    "acos": "CASE WHEN abs({0}) <= 1 THEN acos({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "acosh": "CASE WHEN {0} >= 1 THEN ln({0} + sqrt({0} * {0} - 1)) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "asin": "CASE WHEN abs({0}) <= 1 THEN asin({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "asinh": scalar("asinh", "{0}"),
    "atan": "atan({0})",
    "atanh": "CASE WHEN abs({0}) <= 1 THEN atanh({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "cbrt": scalar("cbrt", "{0}"),
    "cos": "CASE WHEN isfinite({0}) THEN cos({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "cosh": "cosh({0})",
    "cot": "CASE WHEN isfinite({0}) THEN 1 / tan({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "csc": "CASE WHEN isfinite({0}) THEN 1 / sin({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "exp": "exp({0})",
    "expm1": scalar("expm1", "{0}"),
    "rint": scalar("rint", "{0}"),
    "sec": "CASE WHEN isfinite({0}) THEN 1 / cos({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "sin": "CASE WHEN isfinite({0}) THEN sin({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "sinh": "sinh({0})",
    "sqrt": "CASE WHEN {0} >= 0 THEN sqrt({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "tan": "CASE WHEN isfinite({0}) THEN tan({0}) WHEN {0} IS NOT NULL THEN CAST('nan' AS DOUBLE) END",
    "tanh": "tanh({0})",
}
for _name, _text in _ONE.items():
    template(_name, f"({_text})", _DOUBLE, (_DOUBLE,), shown=lambda inner, name=_name: f"{name.upper() if name in _UPPER else name}({inner[0]})")

#: Names that Spark shows in capitals.
_UPPER = frozenset(
    "acos acosh asin asinh atan atanh cbrt cos cosh cot csc exp expm1 sec sin sinh sqrt tan tanh degrees radians "
    "ln log log10 log1p log2 rint signum".split()
) - {"rint", "ln", "cbrt", "csc", "sec", "log"}

template("degrees", "({0} * 180 / pi())", _DOUBLE, (_DOUBLE,), shown=lambda inner: f"DEGREES({inner[0]})")
template("radians", "({0} / 180 * pi())", _DOUBLE, (_DOUBLE,), shown=lambda inner: f"RADIANS({inner[0]})")
template("e", "CAST(2.718281828459045 AS DOUBLE)", _DOUBLE, (), nullable=False, shown=lambda inner: "E()")
template("pi", "pi()", _DOUBLE, (), nullable=False, shown=lambda inner: "PI()")
template("atan2", "atan2({0} + 0.0, {1} + 0.0)", _DOUBLE, (_DOUBLE, _DOUBLE), shown=lambda inner: f"ATAN2({inner[0]}, {inner[1]})")
template("hypot", scalar("hypot", "{0}", "{1}"), _DOUBLE, (_DOUBLE, _DOUBLE), shown=lambda inner: f"HYPOT({inner[0]}, {inner[1]})")
template("power", scalar("pow", "{0}", "{1}"), _DOUBLE, (_DOUBLE, _DOUBLE), shown=lambda inner: f"POWER({inner[0]}, {inner[1]})")
template("pow", scalar("pow", "{0}", "{1}"), _DOUBLE, (_DOUBLE, _DOUBLE))
