# SPDX-License-Identifier: Apache-2.0
"""Arithmetic that gives null instead of an error, remainders that are never negative, and numbers by chance."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from sluice.frame.casts import cast
from sluice.frame.column import Column, value_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Builder, Function, build, register
from sluice.frame.functions.rounding import whole_literal
from sluice.frame.sqltext import Sql
from sluice.frame.types import DoubleType, LongType, StringType


def _trying(operator: str) -> Builder:
    def made(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        # What does not fit is an error in it, whatever the session's mode.
        strict = Compiler(
            compiler.scope, dataclasses.replace(compiler.settings, ansi=True), compiler.variables
        )
        sql = build(strict, Call(operator, call.args), args)
        return Sql(f"TRY({sql.text})", sql.type, True)

    return made


def _pmod(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.operators import operands

    rest = build(compiler, Call("%", call.args), args)
    _, divisor, _ = operands(compiler, call, args)
    text = f"(CASE WHEN {rest.text} < 0 THEN ({rest.text} + {divisor.text}) % {divisor.text} ELSE {rest.text} END)"
    return Sql(text, rest.type, True)


def _chance(call: Call, place: int) -> str:
    """A number from 0 to 1, not 1; with a seed the same in each row whenever it is computed."""
    if len(call.args) <= place:
        return "random()"
    seed = whole_literal(call, place)
    return f"((hash(row_number() OVER (), CAST({seed} AS BIGINT)) >> 11) / 9007199254740992.0::DOUBLE)"


def _rand(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return Sql(_chance(call, 0), DoubleType(), False)


def _randn(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    first = _chance(call, 0)
    second = first.replace("hash(row_number() OVER ()", "hash(row_number() OVER () + 4611686018427387904")
    return Sql(f"(sqrt(-2 * ln(1 - {first})) * cos(2 * pi() * {second}))", DoubleType(), False)


def _uniform(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    low, high = args[:2]
    chance = _chance(call, 2)
    if (
        isinstance(call.args[0], Literal)
        and isinstance(call.args[0].value, int)
        and isinstance(call.args[1], Literal)
        and isinstance(call.args[1].value, int)
    ):
        type_ = low.type if not isinstance(high.type, LongType) else high.type
        text = f"CAST(floor({low.text} + {chance} * ({high.text} - {low.text})) AS BIGINT)"
        made = cast(compiler.settings, Sql(text, LongType(), False), type_)
        return Sql(made.text, type_, False)
    return Sql(f"CAST({low.text} + {chance} * ({high.text} - {low.text}) AS DOUBLE)", DoubleType(), False)


def _randstr(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.rowwise import scalar

    length = whole_literal(call, 0)
    seed = f"CAST(floor({_chance(call, 1)} * 9007199254740992) AS BIGINT)"
    return Sql(scalar("randstr", str(length), seed), StringType(), False)


for _name, _operator in (
    ("try_add", "+"),
    ("try_subtract", "-"),
    ("try_multiply", "*"),
    ("try_divide", "/"),
    ("try_mod", "%"),
):
    register(Function(_name, _trying(_operator), arity=(2, 2)))
register(Function("pmod", _pmod, arity=(2, 2)))
register(Function("rand", _rand, arity=(0, 1)), "random")
register(Function("randn", _randn, arity=(0, 1)))
register(Function("uniform", _uniform, arity=(2, 3)))
register(Function("randstr", _randstr, arity=(1, 2)))

declare(
    """
    pmod(dividend:x, divisor:x)
    randstr(length:v, seed:v=None)
    try_add(left:c, right:c)
    try_divide(left:c, right:c)
    try_mod(left:c, right:c)
    try_multiply(left:c, right:c)
    try_subtract(left:c, right:c)
    uniform(min:v, max:v, seed:v=None)
    """
)


def _seeded(name: str) -> None:
    def function(seed: Any = None) -> Column:
        chosen = Literal(random.randrange(1 << 31)) if seed is None else value_of(seed)
        return Column(Call(name, (chosen,)))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The SQL function `{name}`."
    FUNCTIONS[name] = function


_seeded("rand")
_seeded("randn")
