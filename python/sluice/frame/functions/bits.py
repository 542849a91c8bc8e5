# SPDX-License-Identifier: Apache-2.0
"""Functions of the digits and bits of whole numbers, and of their texts in other bases."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import is_integral, is_numeric, is_string
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.registry import Builder, Function, coerced, register, template
from sluice.frame.names import sql_text
from sluice.frame.rowwise import scalar
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    BinaryType,
    BooleanType,
    ByteType,
    IntegerType,
    LongType,
    NullType,
    StringType,
)

_LONG, _INT, _STRING, _BINARY = LongType(), IntegerType(), StringType(), BinaryType()


def _integral(compiler: Compiler, call: Call, place: int, sql: Sql) -> Sql:
    if isinstance(sql.type, NullType) or is_string(sql.type):
        return cast(compiler.settings, sql, _LONG)
    if not is_integral(sql.type):
        raise errors.mismatch(
            call.name(), place, "INTEGRAL", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql


def _hex(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (value,) = args
    if is_numeric(value.type):
        value = cast(compiler.settings, value, _LONG)
    elif not isinstance(value.type, BinaryType):
        value = coerced(compiler, call, 0, value, _STRING)
    return Sql(f"hex({value.text})", _STRING, value.nullable)


def _bitwise_not(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = _integral(compiler, call, 0, args[0])
    return Sql(f"CAST(~{value.text} AS {to_duckdb(value.type)})", value.type, value.nullable)


def _bit_count(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    if isinstance(value.type, BooleanType):
        return Sql(f"CAST({value.text} AS INTEGER)", _INT, value.nullable)
    value = _integral(compiler, call, 0, value)
    return Sql(f"CAST(bit_count(CAST({value.text} AS BIGINT)) AS INTEGER)", _INT, value.nullable)


_BITS = {
    "byte": 8,
    "tinyint": 8,
    "short": 16,
    "smallint": 16,
    "integer": 32,
    "int": 32,
    "long": 64,
    "bigint": 64,
}


def _bit_get(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = _integral(compiler, call, 0, args[0])
    place = coerced(compiler, call, 1, args[1], _INT)
    bits = _BITS[value.type.typeName()]
    message = (
        f"'[INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE] The value of parameter(s) `pos` in `bit_get` is invalid: "
        f"expects an integer value in [0, {bits}), but got ' || {place.text} || '. SQLSTATE: 22023'"
    )
    text = (
        f"(CASE WHEN {place.text} < 0 OR {place.text} >= {bits} THEN {failing(message, 'TINYINT')} "
        f"ELSE CAST({scalar('shift', sql_text('right'), f'CAST({value.text} AS BIGINT)', place.text, '64')} & 1 "
        "AS TINYINT) END)"
    )
    return Sql(text, ByteType(), value.nullable or place.nullable)


def _shift(way: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        value = _integral(compiler, call, 0, args[0])
        if not isinstance(value.type, LongType):
            value = cast(compiler.settings, value, _INT)
        by = coerced(compiler, call, 1, args[1], _INT)
        bits = _BITS[value.type.typeName()]
        text = scalar("shift", sql_text(way), f"CAST({value.text} AS BIGINT)", by.text, str(bits))
        return Sql(f"CAST({text} AS {to_duckdb(value.type)})", value.type, value.nullable or by.nullable)

    return build


register(Function("hex", _hex, arity=(1, 1)))
template(
    "unhex",
    "(CASE WHEN regexp_full_match({0}, '[0-9A-Fa-f]*') "
    "THEN unhex(CASE WHEN length({0}) % 2 = 1 THEN '0' || {0} ELSE {0} END) END)",
    _BINARY,
    (_STRING,),
    nullable=True,
)
template("bin", "bin({0})", _STRING, (_LONG,))
template("conv", scalar("conv", "{0}", "{1}", "{2}"), _STRING, (_STRING, _INT, _INT), nullable=True)
template(
    "factorial",
    "(CASE WHEN {0} BETWEEN 0 AND 20 THEN CAST(factorial({0}) AS BIGINT) END)",
    _LONG,
    (_INT,),
    nullable=True,
)
register(Function("bitwise_not", _bitwise_not, arity=(1, 1), shown=lambda inner: f"~{inner[0]}"), "~")
register(Function("bit_count", _bit_count, arity=(1, 1)))
register(Function("bit_get", _bit_get, arity=(2, 2)), "getbit")
for _name, _way, _alias in (
    ("shiftleft", "left", "<<"),
    ("shiftright", "right", ">>"),
    ("shiftrightunsigned", "unsigned", ">>>"),
):
    register(Function(_name, _shift(_way), arity=(2, 2)), _alias)

declare(
    """
    bin(col:c)
    bit_count(col:c)
    bit_get(col:c, pos:c)
    bitwise_not(col:c)
    bitwiseNOT(col:c) -> bitwise_not
    conv(col:c, fromBase:n, toBase:n)
    factorial(col:c)
    getbit(col:c, pos:c)
    hex(col:c)
    shiftLeft(col:c, numBits:n) -> shiftleft
    shiftRight(col:c, numBits:n) -> shiftright
    shiftRightUnsigned(col:c, numBits:n) -> shiftrightunsigned
    shiftleft(col:c, numBits:n)
    shiftright(col:c, numBits:n)
    shiftrightunsigned(col:c, numBits:n)
    unhex(col:c)
    """
)
