# SPDX-License-Identifier: Apache-2.0
"""Functions of arrays that look for elements, put them in and take them out."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import is_string
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import array, entry, integer, mixed, once, same_element, when_null
from sluice.frame.ordering import ordered_form, unordered
from sluice.frame.sqltext import Sql, failing
from sluice.frame.types import ArrayType, BooleanType, IntegerType, LongType, MapType, NullType, StringType

_BOOLEAN, _INT, _LONG, _STRING = BooleanType(), IntegerType(), LongType(), StringType()

_ZERO = (
    "'[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has "
    "index 1). SQLSTATE: 22003'"
)


def _array(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if not args:
        return Sql("[]", ArrayType(NullType(), False), False)
    values = compiler.alike(args, call.name())
    inner = ", ".join(value.text for value in values)
    return Sql(f"[{inner}]", ArrayType(values[0].type, any(value.nullable for value in args)), False)


def _size(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if isinstance(args[0].type, NullType) and call.function != "array_size":
        return _legacy(compiler, call, "CAST(NULL AS INTEGER)", True)
    if isinstance(args[0].type, MapType) and call.function != "array_size":
        text = f"CAST(cardinality({args[0].text}) AS INTEGER)"
        return _legacy(compiler, call, text, args[0].nullable)
    if call.function != "array_size" and not isinstance(args[0].type, ArrayType):
        raise errors.mismatch(
            call.name(), 0, '("ARRAY" or "MAP")', call.args[0].name(), args[0].type.simpleString().upper()
        )
    sql, _ = array(compiler, call, args)
    return _legacy(compiler, call, f"CAST(len({sql.text}) AS INTEGER)", sql.nullable)


def _legacy(compiler: Compiler, call: Call, text: str, nullable: bool) -> Sql:
    """Without ANSI mode the size of nothing is -1, as it was in Hive."""
    if compiler.settings.ansi or call.function == "array_size":
        return Sql(text, _INT, nullable)
    return Sql(f"coalesce({text}, -1)", _INT, False)


def _contains(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, value, _ = same_element(compiler, call, args)

    def body(a: str, v: str) -> str:
        if not (isinstance(sql.type, ArrayType) and sql.type.containsNull):
            return when_null([a, v], f"list_contains({a}, {v})")
        return (
            f"(CASE WHEN {a} IS NULL OR {v} IS NULL THEN NULL WHEN list_contains({a}, {v}) THEN TRUE "
            f"WHEN list_count({a}) < len({a}) THEN NULL ELSE FALSE END)"
        )

    nulls = sql.nullable or value.nullable or (isinstance(sql.type, ArrayType) and sql.type.containsNull)
    return Sql(once([sql.text, value.text], body), _BOOLEAN, nulls)


def _position(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, value, _ = same_element(compiler, call, args)
    text = once(
        [sql.text, value.text],
        lambda a, v: when_null([a, v], f"CAST(coalesce(list_position({a}, {v}), 0) AS BIGINT)"),
    )
    return Sql(text, _LONG, sql.nullable or value.nullable)


def _element_at(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql = args[0]
    safe = call.function == "try_element_at"
    if isinstance(sql.type, MapType):
        if mixed(sql.type.keyType, args[1].type):
            raise errors.analysis(
                "DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES",
                f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `{call.function}` should have '
                f'been "MAP" followed by a value with same key type, but it\'s ["{sql.type.simpleString().upper()}", '
                f'"{args[1].type.simpleString().upper()}"]. SQLSTATE: 42K09',
            )
        key = cast(compiler.settings, args[1], sql.type.keyType)
        return Sql(f"{sql.text}[{key.text}]", sql.type.valueType, True)
    if not isinstance(sql.type, ArrayType):
        raise errors.mismatch(
            call.name(), 0, '("ARRAY" or "MAP")', call.args[0].name(), sql.type.simpleString().upper()
        )
    if is_string(args[1].type):
        raise errors.mismatch(call.name(), 1, "INT", call.args[1].name(), "STRING")
    place, element = integer(compiler, call, args, 1), sql.type.elementType

    def body(a: str, i: str) -> str:
        type_ = to_duckdb(element)
        beyond = (
            f"'[INVALID_ARRAY_INDEX_IN_ELEMENT_AT] The index ' || {i} || ' is out of bounds. The array has ' || "
            f"len({a}) || ' elements. Use `try_element_at` to tolerate accessing element at invalid index and return "
            "NULL instead. SQLSTATE: 22003'"
        )
        strict = compiler.settings.ansi and not safe
        outside = failing(beyond, type_) if strict else "NULL"
        return (
            f"(CASE WHEN {i} = 0 THEN {failing(_ZERO, type_)} WHEN abs({i}) > len({a}) THEN {outside} "
            f"ELSE {a}[{i}] END)"
        )

    return Sql(once([sql.text, place.text], body), element, True)


def _get(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    place = integer(compiler, call, args, 1)
    text = once([sql.text, place.text], lambda a, i: f"(CASE WHEN {i} < 0 THEN NULL ELSE {a}[{i} + 1] END)")
    return Sql(text, type_.elementType, True)


def _remove(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, value, _ = same_element(compiler, call, args)
    text = once(
        [sql.text, value.text],
        lambda a, v: when_null([v], f"list_filter({a}, lambda e: e IS DISTINCT FROM {v})"),
    )
    return Sql(text, sql.type, sql.nullable or value.nullable)


def _added(compiler: Compiler, call: Call, args: list[Sql], place: int) -> tuple[Sql, Sql, ArrayType]:
    """An array and a value to put in, of one type."""
    sql, type_ = array(compiler, call, args)
    value = args[place]
    if mixed(type_.elementType, value.type):
        raise errors.analysis(
            "DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to `{call.function}` should have been '
            f'"ARRAY" followed by a value with same element type, but it\'s ["{type_.simpleString().upper()}", '
            f'"{value.type.simpleString().upper()}"]. SQLSTATE: 42K09',
        )
    element = compiler.alike([Sql("", type_.elementType), Sql("", value.type)], call.name())[0].type
    result = ArrayType(element, type_.containsNull or value.nullable)
    return cast(compiler.settings, sql, result), cast(compiler.settings, value, element), result


def _append(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, value, result = _added(compiler, call, args, 1)
    first = call.function == "array_prepend"
    text = once(
        [sql.text],
        lambda a: when_null(
            [a], f"list_concat([{value.text}], {a})" if first else f"list_concat({a}, [{value.text}])"
        ),
    )
    return Sql(text, result, sql.nullable)


def _insert(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, value, result = _added(compiler, call, args, 2)
    place = integer(compiler, call, args, 1)
    name = to_duckdb(result)

    def body(a: str, i: str, v: str) -> str:
        nulls = f"list_transform(range(0, {{}}), lambda e: CAST(NULL AS {to_duckdb(result.elementType)}))"
        after = f"list_concat({a}, {nulls.format(f'{i} - 1 - len({a})')}, [{v}])"
        before = f"list_concat([{v}], {nulls.format(f'-{i} - 1 - len({a})')}, {a})"
        return (
            f"(CASE WHEN {a} IS NULL OR {i} IS NULL THEN NULL WHEN {i} = 0 THEN {failing(_ZERO, name)} "
            f"WHEN {i} > len({a}) THEN {after} "
            f"WHEN {i} > 0 THEN list_concat({a}[1:{i} - 1], [{v}], {a}[{i}:]) "
            f"WHEN -{i} > len({a}) + 1 THEN {before} "
            f"ELSE list_concat({a}[1:len({a}) + 1 + {i}], [{v}], {a}[len({a}) + 2 + {i}:]) END)"
        )

    text = once([sql.text, place.text, value.text], body)
    return Sql(text, ArrayType(result.elementType, True), sql.nullable or place.nullable)


def _compact(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    text = f"list_filter({sql.text}, lambda e: e IS NOT NULL)"
    return Sql(text, ArrayType(type_.elementType, False), sql.nullable)


def _repeat(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, count = args[0], integer(compiler, call, args, 1)
    text = once(
        [value.text, count.text],
        lambda v, n: when_null([n], f"list_transform(range(0, {n}), lambda e: {v})"),
    )
    return Sql(text, ArrayType(value.type, value.nullable), count.nullable)


def _slice(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    start, length = integer(compiler, call, args, 1), integer(compiler, call, args, 2)
    name = to_duckdb(type_)
    zero = (
        "'[INVALID_PARAMETER_VALUE.START] The value of parameter(s) `start` in `slice` is invalid: Expects a positive "
        "or a negative value for `start`, but got 0. SQLSTATE: 22023'"
    )

    def body(a: str, s: str, n: str) -> str:
        short = (
            "'[INVALID_PARAMETER_VALUE.LENGTH] The value of parameter(s) `length` in `slice` is invalid: Expects "
            f"`length` greater than or equal to 0, but got ' || {n} || '. SQLSTATE: 22023'"
        )
        return (
            f"(CASE WHEN {a} IS NULL OR {s} IS NULL OR {n} IS NULL THEN NULL WHEN {s} = 0 THEN {failing(zero, name)} "
            f"WHEN {n} < 0 THEN {failing(short, name)} WHEN {n} = 0 OR abs({s}) > len({a}) THEN {a}[1:0] "
            f"WHEN {s} > 0 THEN {a}[{s}:{s} + {n} - 1] "
            f"ELSE {a}[len({a}) + 1 + {s}:len({a}) + {s} + {n}] END)"
        )

    text = once([sql.text, start.text, length.text], body)
    return Sql(text, type_, sql.nullable or start.nullable or length.nullable)


def _join(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.registry import coerced

    sql, type_ = array(compiler, call, args)
    sql = cast(compiler.settings, sql, ArrayType(_STRING, type_.containsNull))
    more = [coerced(compiler, call, place, args[place], _STRING) for place in range(1, len(args))]

    def body(a: str, by: str, other: str | None = None) -> str:
        parts = a if other is None else f"list_transform({a}, lambda e: coalesce(e, {other}))"
        names = [a, by] if other is None else [a, by, other]
        return when_null(names, f"coalesce(array_to_string({parts}, {by}), '')")

    text = once([sql.text, *(each.text for each in more)], body)
    return Sql(text, _STRING, sql.nullable or any(each.nullable for each in more))


def _least(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    unordered(call, type_.elementType)
    way = call.function[-3:]
    form = ordered_form("e", type_.elementType)
    if form == "e":
        return Sql(f"list_{way}({sql.text})", type_.elementType, True)
    keyed = f"list_filter({sql.text}, lambda e: e IS NOT NULL)"
    text = f"list_{way}(list_transform({keyed}, lambda e: struct_pack(k := {form}, v := e))).v"
    return Sql(text, type_.elementType, True)


entry("array", _array, 0, None)
entry("size", _size, 1, 1, "cardinality", "array_size")
entry("array_contains", _contains, 2)
entry("array_position", _position, 2)
entry("element_at", _element_at, 2, 2, "try_element_at")
entry("get", _get, 2)
entry("array_remove", _remove, 2)
entry("array_append", _append, 2, 2, "array_prepend")
entry("array_insert", _insert, 3)
entry("array_compact", _compact, 1)
entry("array_repeat", _repeat, 2)
entry("slice", _slice, 3)
entry("array_join", _join, 2, 3)
entry("array_max", _least, 1, 1, "array_min")

declare(
    """
    array(*cols:c)
    size(col:c)
    cardinality(col:c)
    array_size(col:c)
    array_contains(col:c, value:v)
    array_position(col:c, value:v)
    element_at(col:c, extraction:v)
    try_element_at(col:c, extraction:c)
    get(col:c, index:i)
    array_remove(col:c, element:v)
    array_append(col:c, value:v)
    array_prepend(col:c, value:v)
    array_insert(arr:c, pos:i, value:v)
    array_compact(col:c)
    array_repeat(col:c, count:i)
    slice(x:c, start:i, length:i)
    array_join(col:c, delimiter:v, null_replacement:v=None)
    array_max(col:c)
    array_min(col:c)
    """
)
