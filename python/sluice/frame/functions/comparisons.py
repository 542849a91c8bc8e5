# SPDX-License-Identifier: Apache-2.0
"""Operators that compare, logic, and elements by their places and keys."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import (
    common_type,
    is_string,
    widest,
)
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.bound import differing, entry, infix
from sluice.frame.functions.registry import Builder
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DecimalType,
    IntegerType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

_BOOLEAN = BooleanType()
_TIMES = (TimestampType, TimestampNTZType)
#: Microseconds.
_DAY = 86_400_000_000


def _compare(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = _comparable(compiler, call, args)
    return Sql(f"({left.text} {call.function} {right.text})", _BOOLEAN, left.nullable or right.nullable)


def _comparable(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[Sql, Sql]:
    left, right = args
    type_ = widest(left.type, right.type)
    if type_ is None:
        raise differing(call, left, right)
    if isinstance(type_, MapType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The `{call.function}` does not support '
            f'ordering on type "{type_.simpleString().upper()}". SQLSTATE: 42K09',
        )
    if isinstance(left.type, DecimalType) and isinstance(right.type, DecimalType):
        return left, right
    return cast(compiler.settings, left, type_), cast(compiler.settings, right, type_)


def _same(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    left, right = _comparable(compiler, call, args)
    return Sql(f"({left.text} IS NOT DISTINCT FROM {right.text})", _BOOLEAN, False)


def _logic(word: str) -> Builder:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        left, right = (_truth(compiler, call, place, sql) for place, sql in enumerate(args))
        return Sql(f"({left.text} {word} {right.text})", _BOOLEAN, left.nullable or right.nullable)

    return build


def _truth(compiler: Compiler, call: Call, place: int, sql: Sql) -> Sql:
    if isinstance(sql.type, NullType) or is_string(sql.type):
        return cast(compiler.settings, sql, _BOOLEAN)
    if not isinstance(sql.type, BooleanType):
        raise errors.mismatch(
            call.name(), place, "BOOLEAN", call.args[place].name(), sql.type.simpleString().upper()
        )
    return sql


def _not(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = _truth(compiler, call, 0, args[0])
    return Sql(f"(NOT {value.text})", _BOOLEAN, value.nullable)


def _in(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) == 1:
        return Sql("FALSE", _BOOLEAN, False)
    type_ = common_type(each.type for each in args)
    if type_ is None:
        raise errors.analysis(
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `in` should all be the same type. '
            "SQLSTATE: 42K09",
        )
    value, *among = (cast(compiler.settings, each, type_) for each in args)
    inner = ", ".join(each.text for each in among)
    return Sql(f"({value.text} IN ({inner}))", _BOOLEAN, any(each.nullable for each in args))


def _between(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, low, high = args
    first = _compare(compiler, Call(">=", (call.args[0], call.args[1])), [value, low], "")
    second = _compare(compiler, Call("<=", (call.args[0], call.args[2])), [value, high], "")
    return Sql(f"({first.text} AND {second.text})", _BOOLEAN, first.nullable or second.nullable)


def _getitem(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, key = args
    if isinstance(value.type, StructType):
        name = call.args[1].value if isinstance(call.args[1], Literal) else None
        if isinstance(name, int):
            name = value.type.fields[name].name
        return compiler.field(value, str(name), call.args[0].name())
    if isinstance(value.type, MapType):
        key = cast(compiler.settings, key, value.type.keyType)
        return Sql(f"{value.text}[{key.text}]", value.type.valueType, True)
    if isinstance(value.type, ArrayType):
        if isinstance(key.type, StringType) and isinstance(value.type.elementType, StructType):
            return compiler.field(value, str(getattr(call.args[1], "value", "")), call.args[0].name())
        place = cast(compiler.settings, key, IntegerType())
        message = (
            f"'[INVALID_ARRAY_INDEX] The index ' || {place.text} || ' is out of bounds. The array has ' || "
            f"len({value.text}) || ' elements. Use the SQL function `get()` to tolerate accessing element at invalid "
            "index and return NULL instead. SQLSTATE: 22003'"
        )
        nothing = failing(message, to_duckdb(value.type.elementType)) if compiler.settings.ansi else "NULL"
        text = (
            f"(CASE WHEN {place.text} < 0 OR {place.text} >= len({value.text}) THEN {nothing} "
            f"ELSE {value.text}[{place.text} + 1] END)"
        )
        return Sql(text, value.type.elementType, True)
    raise errors.analysis(
        "INVALID_EXTRACT_BASE_FIELD_TYPE",
        f'Can\'t extract a value from "{call.args[0].name()}". Need a complex type [STRUCT, ARRAY, MAP] but got '
        f'"{value.type.simpleString().upper()}". SQLSTATE: 42000',
    )


def _shown_item(inner: list[str]) -> str:
    return f"{inner[0]}[{inner[1]}]"


def _shown_in(inner: list[str]) -> str:
    return f"({inner[0]} IN ({', '.join(inner[1:])}))"


for _symbol in ("=", "<", "<=", ">", ">="):
    entry(_symbol, _compare, 2, shown=infix(_symbol))
entry("<=>", _same, 2, shown=infix("<=>"))
entry("and", _logic("AND"), 2, shown=infix("AND"))
entry("or", _logic("OR"), 2, shown=infix("OR"))
entry("not", _not, 1, shown=lambda inner: f"(NOT {inner[0]})")
entry("between", _between, 3)
entry("getitem", _getitem, 2, shown=_shown_item)
entry("in", _in, 1, None, shown=_shown_in)
