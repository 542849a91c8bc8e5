# SPDX-License-Identifier: Apache-2.0
"""Functions about nulls and choices."""

from __future__ import annotations

from typing import Any

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.registry import Builder, Function, build, register, template
from sluice.frame.functions.rounding import number
from sluice.frame.sqltext import Sql
from sluice.frame.types import BooleanType, DoubleType, FloatType, IntegerType, MapType, NullType
from sluice.pyspark.exceptions import PySparkValueError

_BOOLEAN = BooleanType()

template(
    "isnull", "({0} IS NULL)", _BOOLEAN, (None,), nullable=False, shown=lambda inner: f"({inner[0]} IS NULL)"
)
template(
    "isnotnull",
    "({0} IS NOT NULL)",
    _BOOLEAN,
    (None,),
    nullable=False,
    shown=lambda inner: f"({inner[0]} IS NOT NULL)",
)


def _coalesce(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    values = compiler.alike(args, call.name())
    inner = ", ".join(value.text for value in values)
    return Sql(f"coalesce({inner})", values[0].type, all(arg.nullable for arg in args))


def _nvl2(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    one, other = compiler.alike(args[1:], call.name())
    text = f"(CASE WHEN {args[0].text} IS NOT NULL THEN {one.text} ELSE {other.text} END)"
    return Sql(text, one.type, args[1].nullable or args[2].nullable)


def _nullif(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    same = build(compiler, Call("=", call.args), args)
    null = f"CAST(NULL AS {to_duckdb(args[0].type)})"
    return Sql(f"(CASE WHEN {same.text} THEN {null} ELSE {args[0].text} END)", args[0].type, True)


def _nullifzero(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    zero = Sql("0", IntegerType(), False)
    same = build(compiler, Call("=", (*call.args, *call.args)), [args[0], zero])
    return Sql(f"(CASE WHEN {same.text} THEN NULL ELSE {args[0].text} END)", args[0].type, True)


def _zeroifnull(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return _coalesce(compiler, call, [args[0], Sql("0", IntegerType(), False)], tail)


def _isnan(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = number(compiler, call, 0, args[0])
    if isinstance(value.type, FloatType | DoubleType):
        return Sql(f"coalesce(isnan({value.text}), FALSE)", _BOOLEAN, False)
    value = cast(compiler.settings, value, DoubleType())
    return Sql(f"coalesce(isnan({value.text}), FALSE)", _BOOLEAN, False)


def _nanvl(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    values = [number(compiler, call, place, sql) for place, sql in enumerate(args)]
    float_ = all(isinstance(value.type, FloatType) for value in values)
    one, other = (cast(compiler.settings, value, FloatType() if float_ else DoubleType()) for value in values)
    text = f"(CASE WHEN isnan({one.text}) THEN {other.text} ELSE {one.text} END)"
    return Sql(text, one.type, one.nullable or other.nullable)


def _extreme(function: str) -> Builder:
    def made(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        type_ = common_type((arg.type for arg in args), compiler.settings.ansi)
        if type_ is None:
            types = ", ".join(f'"{arg.type.simpleString().upper()}"' for arg in args)
            raise errors.analysis(
                "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
                f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `{function}` should all be the '
                f"same type, but it's [{types}]. SQLSTATE: 42K09",
            )
        if isinstance(type_, MapType):
            raise errors.analysis(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                f'Cannot resolve "{call.name()}" due to data type mismatch: The `{function}` does not support ordering '
                f'on type "{type_.simpleString().upper()}". SQLSTATE: 42K09',
            )
        values = [cast(compiler.settings, arg, type_).text for arg in args]
        return Sql(f"{function}({', '.join(values)})", type_, all(arg.nullable for arg in args))

    return made


def _equal_null(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return build(compiler, Call("<=>", call.args), args)


def _if(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    one, other = compiler.alike(args[1:], call.name())
    condition = cast(compiler.settings, args[0], _BOOLEAN) if isinstance(args[0].type, NullType) else args[0]
    if not isinstance(condition.type, BooleanType):
        raise errors.mismatch(
            call.name(), 0, "BOOLEAN", call.args[0].name(), condition.type.simpleString().upper()
        )
    text = f"(CASE WHEN {condition.text} THEN {one.text} ELSE {other.text} END)"
    return Sql(text, one.type, args[1].nullable or args[2].nullable)


for _name, _build, _least, _most in (
    ("coalesce", _coalesce, 1, None),
    ("ifnull", _coalesce, 2, 2),
    ("nvl", _coalesce, 2, 2),
    ("nvl2", _nvl2, 3, 3),
    ("nullif", _nullif, 2, 2),
    ("nullifzero", _nullifzero, 1, 1),
    ("zeroifnull", _zeroifnull, 1, 1),
    ("isnan", _isnan, 1, 1),
    ("nanvl", _nanvl, 2, 2),
    ("greatest", _extreme("greatest"), 2, None),
    ("least", _extreme("least"), 2, None),
    ("equal_null", _equal_null, 2, 2),
):
    register(Function(_name, _build, arity=(_least, _most)))
register(Function("if", _if, arity=(3, 3), shown=lambda inner: f"(IF({inner[0]}, {inner[1]}, {inner[2]}))"))

declare(
    """
    coalesce(*cols:c)
    equal_null(col1:c, col2:c)
    ifnull(col1:c, col2:c)
    isnan(col:c)
    isnotnull(col:c)
    isnull(col:c)
    nanvl(col1:c, col2:c)
    nullif(col1:c, col2:c)
    nullifzero(col:c)
    nvl(col1:c, col2:c)
    nvl2(col1:c, col2:c, col3:c)
    zeroifnull(col:c)
    """
)


def _of_several(name: str) -> None:
    def function(*cols: Any) -> Column:
        many = cols[0] if len(cols) == 1 and isinstance(cols[0], list | tuple | set) else cols
        if len(many) < 2:
            raise PySparkValueError(
                errorClass="WRONG_NUM_COLUMNS", messageParameters={"func_name": name, "num_cols": "2"}
            )
        return Column(Call(name, tuple(map(expr_of, many))))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"The SQL function `{name}`: nulls are left out."
    FUNCTIONS[name] = function


_of_several("greatest")
_of_several("least")
