# SPDX-License-Identifier: Apache-2.0
"""Functions of maps. Keys that are null or there twice are errors, as DuckDB has them too."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import array, entry, map_, once, when_null
from sluice.frame.functions.registry import build
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, MapType, NullType, StringType, StructField, StructType

_STRING = StringType()


def entry_type(type_: MapType) -> StructType:
    """A map's entry as a struct."""
    return StructType(
        [
            StructField("key", type_.keyType, False),
            StructField("value", type_.valueType, type_.valueContainsNull),
        ]
    )


def _create(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) % 2:
        raise errors.analysis(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            f"The `map` requires 2n (n > 0) parameters but the actual number is {len(args)}. SQLSTATE: 42605",
        )
    if not args:
        return Sql("MAP([], [])", MapType(NullType(), NullType(), False), False)
    found = []
    for what, some in (("keys", args[::2]), ("values", args[1::2])):
        type_ = common_type(each.type for each in some)
        if type_ is None:
            types = ", ".join(f'"{each.type.simpleString().upper()}"' for each in some)
            raise errors.analysis(
                f"DATATYPE_MISMATCH.CREATE_MAP_{what[:-1].upper()}_DIFF_TYPES",
                f'Cannot resolve "{call.name()}" due to data type mismatch: The given {what} of function `map` should '
                f"all be the same type, but they are [{types}]. SQLSTATE: 42K09",
            )
        if what == "keys":
            _key(call, type_)
        inner = ", ".join(cast(compiler.settings, each, type_).text for each in some)
        found.append((f"[{inner}]", type_, any(each.nullable for each in some)))
    (keys, key, _), (values, value, nulls) = found
    return Sql(f"MAP({keys}, {values})", MapType(key, value, nulls), False)


def _key(call: Call, type_: object) -> None:
    if isinstance(type_, MapType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The key of map cannot be/contain '
            f'"{type_.simpleString().upper()}". SQLSTATE: 42K09',
        )


def _from_arrays(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    (keys, key), (values, value) = (array(compiler, call, args, place) for place in (0, 1))
    _key(call, key.elementType)
    type_ = MapType(key.elementType, value.elementType, value.containsNull)
    text = once([keys.text, values.text], lambda k, v: when_null([k, v], f"MAP({k}, {v})"))
    return Sql(text, type_, keys.nullable or values.nullable)


def _from_entries(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    inner = type_.elementType
    if not isinstance(inner, StructType) or len(inner.fields) != 2:
        raise errors.mismatch(
            call.name(), 0, "ARRAY of pair STRUCT", call.args[0].name(), type_.simpleString().upper()
        )
    key, value = inner.fields
    _key(call, key.dataType)
    result = MapType(key.dataType, value.dataType, value.nullable)
    if not type_.containsNull:
        return Sql(f"map_from_entries({sql.text})", result, sql.nullable)
    text = once(
        [sql.text],
        lambda a: f"(CASE WHEN list_count({a}) < len({a}) THEN NULL ELSE map_from_entries({a}) END)",
    )
    return Sql(text, result, True)


def _parts(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = map_(compiler, call, args)
    result = {
        "map_keys": ArrayType(type_.keyType, False),
        "map_values": ArrayType(type_.valueType, type_.valueContainsNull),
        "map_entries": ArrayType(entry_type(type_), False),
    }[call.function]
    return Sql(f"{call.function}({sql.text})", result, sql.nullable)


def _concat(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if not args:
        return Sql("MAP([], [])", MapType(_STRING, _STRING, False), False)
    found = [map_(compiler, call, args, place) for place in range(len(args))]
    common = common_type(type_ for _, type_ in found)
    if not isinstance(common, MapType):
        types = ", ".join(f'"{each.type.simpleString().upper()}"' for each in args)
        raise errors.analysis(
            "DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The `map_concat` should all be of type map, '
            f"but it's [{types}]. SQLSTATE: 42K09",
        )
    maps = [cast(compiler.settings, sql, common) for sql, _ in found]

    def body(*each: str) -> str:
        entries = ", ".join(f"map_entries({m})" for m in each)
        return when_null(each, f"map_from_entries(list_concat({entries}))")

    text = once([each.text for each in maps], body)
    return Sql(text, common, any(each.nullable for each in maps))


def _contains_key(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = map_(compiler, call, args)
    keys = Sql(f"map_keys({sql.text})", ArrayType(type_.keyType, False), sql.nullable)
    inner = Call("array_contains", call.args, shown=call.name())
    return build(compiler, inner, [keys, args[1]])


def _from_text(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.registry import coerced
    from sluice.frame.names import sql_text

    texts = [coerced(compiler, call, place, sql, _STRING) for place, sql in enumerate(args)]
    by = [each.text for each in texts[1:]]
    by += [sql_text(each) for each in (",", ":")[len(by) :]]

    def body(text: str, pair: str, inner: str) -> str:
        pairs = f"string_split_regex({text}, {pair})"
        split = (
            f"struct_pack(key := string_split_regex(e, {inner})[1], value := CASE WHEN regexp_matches(e, {inner}) "
            f"THEN e[len(string_split_regex(e, {inner})[1]) + 1 + len(regexp_extract(e, {inner})):] END)"
        )
        return when_null([text, pair, inner], f"map_from_entries(list_transform({pairs}, lambda e: {split}))")

    return Sql(once([texts[0].text, *by], body), MapType(_STRING, _STRING, True), texts[0].nullable)


def _shown_from_text(inner: list[str]) -> str:
    return f"str_to_map({', '.join([*inner, *(',', ':')[len(inner) - 1 :]])})"


entry("map", _create, 0, None, "create_map", shown=lambda inner: f"map({', '.join(inner)})")
entry("map_from_arrays", _from_arrays, 2)
entry("map_from_entries", _from_entries, 1)
entry("map_keys", _parts, 1, 1, "map_values", "map_entries")
entry("map_concat", _concat, 0, None)
entry("map_contains_key", _contains_key, 2)
entry("str_to_map", _from_text, 1, 3, shown=_shown_from_text)

declare(
    """
    create_map(*cols:c) -> map
    map_from_arrays(col1:c, col2:c)
    map_from_entries(col:c)
    map_keys(col:c)
    map_values(col:c)
    map_entries(col:c)
    map_concat(*cols:c)
    map_contains_key(col:c, value:v)
    str_to_map(text:c, pairDelim:c=None, keyValueDelim:c=None)
    """
)
