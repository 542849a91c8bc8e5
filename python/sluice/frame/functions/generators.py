# SPDX-License-Identifier: Apache-2.0
"""Generators: functions that make several rows of one. Each compiles to an array whose elements become rows."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.casts import cast
from sluice.frame.coercion import common_type
from sluice.frame.compile import Compiler
from sluice.frame.expr import Call, Literal
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import array, entry, once
from sluice.frame.functions.maps import entry_type
from sluice.frame.functions.registry import GENERATOR
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, DataType, IntegerType, MapType, StringType, StructField, StructType

_INT, _STRING = IntegerType(), StringType()


def _outer(text: str, type_: DataType) -> str:
    """One null where there is no element."""
    return once(
        [text], lambda a: f"(CASE WHEN len({a}) > 0 THEN {a} ELSE [CAST(NULL AS {to_duckdb(type_)})] END)"
    )


def _made(text: str, type_: DataType, nulls: bool, outer: bool) -> Sql:
    if outer:
        return Sql(_outer(text, type_), ArrayType(type_, True), False)
    return Sql(text, ArrayType(type_, nulls), True)


def _rows(compiler: Compiler, call: Call, args: list[Sql]) -> tuple[str, DataType, bool]:
    sql = args[0]
    if isinstance(sql.type, MapType):
        return f"map_entries({sql.text})", entry_type(sql.type), False
    if not isinstance(sql.type, ArrayType):
        raise errors.mismatch(
            call.name(), 0, '("ARRAY" or "MAP")', call.args[0].name(), sql.type.simpleString().upper()
        )
    return sql.text, sql.type.elementType, sql.type.containsNull


def _explode(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, type_, nulls = _rows(compiler, call, args)
    return _made(text, type_, nulls, call.function == "explode_outer")


def _explode_columns(args: list[Sql]) -> list[str]:
    return ["key", "value"] if isinstance(args[0].type, MapType) else ["col"]


def _posexplode(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text, type_, nulls = _rows(compiler, call, args)
    if isinstance(args[0].type, MapType) and isinstance(type_, StructType):
        inner = "key := e.key, value := e.value"
        fields = list(type_.fields)
    else:
        inner = "col := e"
        fields = [StructField("col", type_, nulls)]
    pair = f"struct_pack(pos := CAST(i - 1 AS INTEGER), {inner})"
    result = StructType([StructField("pos", _INT, False), *fields])
    made = f"list_transform({text}, lambda e, i: {pair})"
    return _made(made, result, False, call.function == "posexplode_outer")


def _posexplode_columns(args: list[Sql]) -> list[str]:
    return ["pos", *_explode_columns(args)]


def _inline(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql, type_ = array(compiler, call, args)
    if not isinstance(type_.elementType, StructType):
        raise errors.mismatch(
            call.name(), 0, "ARRAY<STRUCT>", call.args[0].name(), type_.simpleString().upper()
        )
    return _made(sql.text, type_.elementType, type_.containsNull, call.function == "inline_outer")


def _inline_columns(args: list[Sql]) -> list[str]:
    type_ = args[0].type
    if isinstance(type_, ArrayType) and isinstance(type_.elementType, StructType):
        return [field.name for field in type_.elementType.fields]
    return ["col"]


def _stack(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    first = call.args[0]
    if not isinstance(first, Literal) or not isinstance(first.value, int):
        raise errors.analysis(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            f'Cannot resolve "{call.name()}" due to data type mismatch: the input `n` should be a foldable "INT" '
            f'expression; however, got "{first.name()}". SQLSTATE: 42K09',
        )
    count, values = first.value, args[1:]
    if count < 1:
        raise errors.analysis(
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The `n` must be between (0, 2147483647] '
            f"(current value = {count}). SQLSTATE: 42K09",
        )
    width = -(-len(values) // count)
    fields = []
    for place in range(width):
        some = values[place::width]
        type_ = common_type(each.type for each in some)
        if type_ is None or any(each.type != type_ and each.type.typeName() != "void" for each in some):
            raise errors.analysis(
                "DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES",
                f'Cannot resolve "{call.name()}" due to data type mismatch: The data type of the column ({place}) do '
                f"not have the same type: {', '.join(each.type.simpleString() for each in some)}. SQLSTATE: 42K09",
            )
        nullable = len(some) < count or any(each.nullable for each in some)
        fields.append(StructField(f"col{place}", type_, nullable))
    rows = []
    for number in range(count):
        inner = []
        for place, field in enumerate(fields):
            at = number * width + place
            value = cast(compiler.settings, values[at], field.dataType).text if at < len(values) else "NULL"
            inner.append(f"{field.name} := CAST({value} AS {to_duckdb(field.dataType)})")
        rows.append(f"struct_pack({', '.join(inner)})")
    return Sql(f"[{', '.join(rows)}]", ArrayType(StructType(fields), False), False)


def _stack_columns(args: list[Sql]) -> list[str]:
    count = int(args[0].text)
    return [f"col{place}" for place in range(-(-(len(args) - 1) // count))]


def _json_tuple(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    from sluice.frame.functions.registry import coerced
    from sluice.frame.rowwise import scalar

    texts = [coerced(compiler, call, place, sql, _STRING).text for place, sql in enumerate(args)]
    found = scalar("json_tuple", texts[0], f"[{', '.join(texts[1:])}]")
    fields = [StructField(f"c{place}", _STRING) for place in range(len(args) - 1)]

    def body(name: str) -> str:
        inner = ", ".join(f"c{place} := {name}[{place + 1}]" for place in range(len(fields)))
        return f"[struct_pack({inner})]"

    return Sql(once([found], body), ArrayType(StructType(fields), False), False)


def _json_tuple_columns(args: list[Sql]) -> list[str]:
    return [f"c{place}" for place in range(len(args) - 1)]


for _name, _build, _columns in (
    ("explode", _explode, _explode_columns),
    ("posexplode", _posexplode, _posexplode_columns),
    ("inline", _inline, _inline_columns),
):
    entry(_name, _build, 1, 1, f"{_name}_outer", kind=GENERATOR, columns=_columns)
entry("stack", _stack, 2, None, kind=GENERATOR, columns=_stack_columns)
entry("json_tuple", _json_tuple, 2, None, kind=GENERATOR, columns=_json_tuple_columns)

declare(
    """
    explode(col:c)
    explode_outer(col:c)
    posexplode(col:c)
    posexplode_outer(col:c)
    inline(col:c)
    inline_outer(col:c)
    stack(*cols:c)
    json_tuple(col:c, *fields:v)
    """
)
