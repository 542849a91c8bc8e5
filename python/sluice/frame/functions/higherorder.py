# SPDX-License-Identifier: Apache-2.0
"""Functions that take a function: of an array's elements, of a map's entries."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Expr
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import array, entry, map_, mixed, once, when_null
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, BooleanType, DataType, IntegerType, MapType, NullType

_BOOLEAN, _INT = BooleanType(), IntegerType()


def _names(compiler: Compiler, *letters: str) -> list[str]:
    """Names for parameters that no lambda around this one has."""
    return [f"{letter}{len(compiler.variables)}" for letter in letters]


def _condition(call: Call, function: Expr, body: Sql, compiler: Compiler) -> Sql:
    if isinstance(body.type, NullType):
        return cast(compiler.settings, body, _BOOLEAN)
    if not isinstance(body.type, BooleanType):
        raise errors.mismatch(call.name(), 1, "BOOLEAN", function.name(), body.type.simpleString().upper())
    return body


def _elements(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[Sql, ArrayType, str, Sql]:
    """The array, its type, the parameters of DuckDB's lambda, and its body."""
    sql, type_ = array(compiler, call, args)
    element, index = _names(compiler, "v", "i")
    place = Sql(f"CAST({index} - 1 AS INTEGER)", _INT, False)
    body = compiler.body_of(call.args[1], Sql(element, type_.elementType, type_.containsNull), place)
    return sql, type_, f"{element}, {index}", body


def _transform(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, _, names, body = _elements(compiler, call, args)
    text = f"list_transform({sql.text}, lambda {names}: {body.text})"
    return Sql(text, ArrayType(body.type, body.nullable), sql.nullable)


def _filter(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_, names, body = _elements(compiler, call, args)
    body = _condition(call, call.args[1], body, compiler)
    return Sql(f"list_filter({sql.text}, lambda {names}: {body.text})", type_, sql.nullable)


def _whether(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """`exists` and `forall`: null where no element decides and the condition of one is null."""
    sql, _, names, body = _elements(compiler, call, args)
    body = _condition(call, call.args[1], body, compiler)
    decides, rest = ("TRUE", "FALSE") if call.function in ("exists", "any") else ("FALSE", "TRUE")
    found = f"list_transform({sql.text}, lambda {names}: {body.text})"

    def told(t: str) -> str:
        return (
            f"(CASE WHEN {t} IS NULL THEN NULL WHEN list_contains({t}, {decides}) THEN {decides} "
            f"WHEN list_count({t}) < len({t}) THEN NULL ELSE {rest} END)"
        )

    return Sql(once([found], told), _BOOLEAN, sql.nullable or body.nullable)


def _aggregate(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    start = args[1]
    total, element = _names(compiler, "a", "v")
    state = Sql(total, start.type, True)
    merged = compiler.body_of(call.args[2], state, Sql(element, type_.elementType, type_.containsNull))
    if not _same(merged.type, start.type):
        raise errors.mismatch(
            call.name(),
            2,
            start.type.simpleString().upper(),
            call.args[2].name(),
            merged.type.simpleString().upper(),
        )
    name = to_duckdb(start.type)
    # DuckDB wants a list that is there, and passes nulls on as they are.
    merge = f"lambda {total}, {element}: CAST({merged.text} AS {name})"
    text = f"list_reduce({sql.text}, {merge}, CAST({start.text} AS {name}))"
    if len(args) == 3:
        return Sql(text, start.type, True)
    (name,) = _names(compiler, "f")
    finished = compiler.body_of(call.args[3], Sql(name, start.type, True))
    nothing = f"CASE WHEN {sql.text} IS NULL THEN NULL ELSE [{text}] END"
    return Sql(f"list_transform({nothing}, lambda {name}: {finished.text})[1]", finished.type, True)


def _same(left: DataType, right: DataType) -> bool:
    """Whether two types differ in nothing but nulls inside."""
    return left.simpleString() == right.simpleString() or isinstance(left, NullType)


def _zip_with(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (left, one), (right, other) = (array(compiler, call, args, place) for place in (0, 1))
    (index,) = _names(compiler, "i")
    found: list[Sql] = []

    def body(a: str, b: str) -> str:
        values = (Sql(f"{a}[{index}]", one.elementType), Sql(f"{b}[{index}]", other.elementType))
        found.append(compiler.body_of(call.args[2], *values))
        longest = f"range(1, greatest(len({a}), len({b})) + 1)"
        return when_null([a, b], f"list_transform({longest}, lambda {index}: {found[-1].text})")

    text = once([left.text, right.text], body)
    return Sql(text, ArrayType(found[-1].type, found[-1].nullable), left.nullable or right.nullable)


def _entries(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    """`transform_keys`, `transform_values` and `map_filter`."""
    sql, type_ = map_(compiler, call, args)
    (each,) = _names(compiler, "e")
    key = Sql(f"{each}.key", type_.keyType, False)
    value = Sql(f"{each}.value", type_.valueType, type_.valueContainsNull)
    body = compiler.body_of(call.args[1], key, value)
    entries = f"map_entries({sql.text})"
    if call.function == "map_filter":
        body = _condition(call, call.args[1], body, compiler)
        kept = f"list_filter({entries}, lambda {each}: {body.text})"
        return Sql(f"map_from_entries({kept})", type_, sql.nullable)
    if call.function == "transform_keys":
        result = MapType(body.type, type_.valueType, type_.valueContainsNull)
        pair = f"struct_pack(key := {body.text}, value := {value.text})"
    else:
        result = MapType(type_.keyType, body.type, body.nullable)
        pair = f"struct_pack(key := {key.text}, value := {body.text})"
    text = f"map_from_entries(list_transform({entries}, lambda {each}: {pair}))"
    return Sql(text, result, sql.nullable)


def _map_zip_with(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (left, one), (right, other) = (map_(compiler, call, args, place) for place in (0, 1))
    key = common_type([one.keyType, other.keyType])
    if key is None or mixed(one.keyType, other.keyType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: Input to the `map_zip_with` should have been '
            f'two "MAP" with the same key types, but it\'s ["{one.keyType.simpleString().upper()}", '
            f'"{other.keyType.simpleString().upper()}"]. SQLSTATE: 42K09',
        )
    left = cast(compiler.settings, left, MapType(key, one.valueType, one.valueContainsNull))
    right = cast(compiler.settings, right, MapType(key, other.valueType, other.valueContainsNull))
    (each,) = _names(compiler, "k")
    found: list[Sql] = []

    def body(a: str, b: str) -> str:
        values = (Sql(f"{a}[{each}]", one.valueType), Sql(f"{b}[{each}]", other.valueType))
        found.append(compiler.body_of(call.args[2], Sql(each, key, False), *values))
        more = f"list_filter(map_keys({b}), lambda {each}: NOT list_contains(map_keys({a}), {each}))"
        keys = f"list_concat(map_keys({a}), {more})"
        pairs = (
            f"list_transform({keys}, lambda {each}: struct_pack(key := {each}, value := {found[-1].text}))"
        )
        return when_null([a, b], f"map_from_entries({pairs})")

    text = once([left.text, right.text], body)
    return Sql(text, MapType(key, found[-1].type, found[-1].nullable), left.nullable or right.nullable)


def _shown_aggregate(name: str) -> object:
    def shown(inner: list[str]) -> str:
        if len(inner) == 3:
            inner = [*inner, "lambdafunction(namedlambdavariable(), namedlambdavariable())"]
        return f"{name}({', '.join(inner)})"

    return shown


entry("transform", _transform, 2, lambdas=(1,))
entry("filter", _filter, 2, lambdas=(1,))
entry("exists", _whether, 2, 2, "forall", lambdas=(1,))
for _name in ("aggregate", "reduce"):
    entry(_name, _aggregate, 3, 4, lambdas=(2, 3), shown=_shown_aggregate(_name))  # type: ignore[arg-type]
entry("zip_with", _zip_with, 3, lambdas=(2,))
entry("transform_keys", _entries, 2, 2, "transform_values", "map_filter", lambdas=(1,))
entry("map_zip_with", _map_zip_with, 3, lambdas=(2,))

declare(
    """
    transform(col:c, f:f)
    filter(col:c, f:f)
    exists(col:c, f:f)
    forall(col:c, f:f)
    aggregate(col:c, initialValue:c, merge:f, finish:f=None)
    reduce(col:c, initialValue:c, merge:f, finish:f=None)
    zip_with(left:c, right:c, f:f)
    transform_keys(col:c, f:f)
    transform_values(col:c, f:f)
    map_filter(col:c, f:f)
    map_zip_with(col1:c, col2:c, f:f)
    """
)
