# SPDX-License-Identifier: Apache-2.0
"""Aggregates of statistics: variances, correlations, regressions, skewness and kurtosis, with Spark's nulls and NaN."""

from __future__ import annotations

from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import once
from sluice.frame.functions.tails import aggregate, double, kept
from sluice.frame.sqltext import Sql
from sluice.frame.types import DoubleType, FloatType, LongType

_DOUBLE, _LONG = DoubleType(), LongType()

_SPREAD = {
    "stddev": "stddev_samp",
    "std": "stddev_samp",
    "stddev_samp": "stddev_samp",
    "stddev_pop": "stddev_pop",
    "variance": "var_samp",
    "var_samp": "var_samp",
    "var_pop": "var_pop",
}


def _spread(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    distinct = "DISTINCT " if call.distinct else ""
    value = double(compiler, call, args).text
    text = f"{_SPREAD[call.function]}({distinct}{value}){tail}"
    if text.startswith(("var_pop", "stddev_pop")) and isinstance(args[0].type, FloatType | DoubleType):
        # Of one infinity too.
        text = f"(CASE WHEN bool_or(isinf({value})){tail} THEN 'NaN'::DOUBLE ELSE {text} END)"
    return Sql(text, _DOUBLE)


def _shape(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """Of the whole population, in two passes: DuckDB's are of samples, and from sums of powers."""
    value = double(compiler, call, args).text
    values = f"list({value}){kept(tail, f'{value} IS NOT NULL')}"

    def body(found: str, mean: str) -> str:
        def moment(power: int) -> str:
            return f"list_sum(list_transform({found}, lambda e: pow(e - {mean}, {power})))"

        second = moment(2)
        if call.function == "skewness":
            shape = f"sqrt(len({found})) * {moment(3)} / sqrt(pow({second}, 3))"
        else:
            shape = f"len({found}) * {moment(4)} / ({second} * {second}) - 3.0::DOUBLE"
        return f"(CASE WHEN {second} = 0 THEN NULL ELSE {shape} END)"

    text = once([values], lambda found: once([f"list_avg({found})"], lambda mean: body(found, mean)))
    return Sql(text, _DOUBLE)


def _pair(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = (double(compiler, call, args, place).text for place in (0, 1))
    text = f"{call.function}({left}, {right}){tail}"
    if call.function == "corr":
        both = kept(tail, f"{left} IS NOT NULL AND {right} IS NOT NULL")
        flat = f"var_pop({left}){both} = 0 OR var_pop({right}){both} = 0"
        text = f"(CASE WHEN {flat} THEN NULL ELSE {text} END)"
    return Sql(text, _DOUBLE)


def _regression(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    y, x = (double(compiler, call, args, place).text for place in (0, 1))
    name = call.function
    if name == "regr_count":
        return Sql(f"CAST(regr_count({y}, {x}){tail} AS BIGINT)", _LONG, False)
    text = f"{name}({y}, {x}){tail}"
    both = kept(tail, f"{y} IS NOT NULL AND {x} IS NOT NULL")
    if name in ("regr_slope", "regr_intercept", "regr_r2"):
        spread = f"var_pop({x}){both}"
        if name == "regr_r2":
            text = f"CASE WHEN var_pop({y}){both} = 0 THEN 1.0::DOUBLE ELSE {text} END"
        text = f"(CASE WHEN {spread} = 0 THEN NULL ELSE {text} END)"
    return Sql(text, _DOUBLE)


aggregate("stddev", _spread, 1, 1, *(name for name in _SPREAD if name != "stddev"))
aggregate("skewness", _shape, 1, 1, "kurtosis")
aggregate("corr", _pair, 2, 2, "covar_pop", "covar_samp")
_REGRESSIONS = "avgx avgy count intercept r2 slope sxx sxy syy"
aggregate("regr_avgx", _regression, 2, 2, *(f"regr_{each}" for each in _REGRESSIONS.split()[1:]))

declare("\n".join(f"{name}(col:c)" for name in (*_SPREAD, "skewness", "kurtosis")))
declare("\n".join(f"{name}(col1:c, col2:c)" for name in ("corr", "covar_pop", "covar_samp")))
declare("\n".join(f"regr_{name}(y:c, x:c)" for name in _REGRESSIONS.split()))
