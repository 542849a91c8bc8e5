# SPDX-License-Identifier: Apache-2.0
"""Structs: made of columns, with fields put in, replaced and taken out."""

from __future__ import annotations

from sluice.frame import errors
from sluice.frame.compile import Compiler
from sluice.frame.expr import Alias, Bound, Call, Expr, Literal, Name
from sluice.frame.functions.api import declare
from sluice.frame.functions.bound import entry, once
from sluice.frame.names import split_name, sql_text
from sluice.frame.sqltext import Sql
from sluice.frame.types import StructField, StructType


def packed(fields: list[tuple[str, Sql]]) -> Sql:
    """A struct of values.

    Raises:
        AnalysisException: two fields have one name, which DuckDB has not.
    """
    lowered = [name.lower() for name, _ in fields]
    if len(set(lowered)) < len(lowered):
        raise errors.analysis(
            "UNSUPPORTED_FEATURE.DUPLICATE_FIELDS",
            f"no struct here has two fields of one name, in any case: {', '.join(name for name, _ in fields)}",
        )
    type_ = StructType([StructField(name, sql.type, sql.nullable) for name, sql in fields])
    inner = ", ".join(f"{_field(name)} := {sql.text}" for name, sql in fields)
    return Sql(f"struct_pack({inner})", type_, False)


def _field(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def field_name(expr: Expr, place: int) -> str:
    """What a field of `struct` is called: as its column, else by its place."""
    if isinstance(expr, Name | Bound | Alias):
        return expr.name()
    key = expr.args[1] if isinstance(expr, Call) and expr.function == "getitem" else None
    if isinstance(key, Literal) and isinstance(key.value, str):
        return key.value
    return f"col{place + 1}"


def _struct(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if not args:
        raise errors.analysis(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            "The `struct` requires > 0 parameters but the actual number is 0. SQLSTATE: 42605",
        )
    return packed(
        [
            (field_name(expr, place), sql)
            for place, (expr, sql) in enumerate(zip(call.args, args, strict=True))
        ]
    )


def _named(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    if len(args) % 2 or not args:
        raise errors.analysis(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            f"The `named_struct` requires 2n (n > 0) parameters but the actual number is {len(args)}. SQLSTATE: 42605",
        )
    fields = []
    for name, sql in zip(call.args[::2], args[1::2], strict=True):
        if not isinstance(name, Literal) or not isinstance(name.value, str):
            raise errors.analysis(
                "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING",
                f'Cannot resolve "{call.name()}" due to data type mismatch: Only foldable `STRING` expressions are '
                f"allowed to appear at odd position, but they are [{name.name()}]. SQLSTATE: 42K09",
            )
        fields.append((name.value, sql))
    return packed(fields)


def _shown_named(inner: list[str]) -> str:
    return f"named_struct({', '.join(inner)})"


def _fields(compiler: Compiler, call: Call, sql: Sql, name: str) -> list[tuple[str, Sql]]:
    if not isinstance(sql.type, StructType):
        raise errors.mismatch(call.name(), 0, "STRUCT", call.args[0].name(), sql.type.simpleString().upper())
    return [
        (
            field.name,
            Sql(f"struct_extract({name}, {sql_text(field.name)})", field.dataType, field.nullable),
        )
        for field in sql.type.fields
    ]


def _changed(compiler: Compiler, call: Call, sql: Sql, path: tuple[str, ...], value: Sql | None) -> Sql:
    """A struct with what a path names replaced, added at the end, or taken out if there is no value."""
    found: list[Sql] = []

    def body(name: str) -> str:
        fields = _fields(compiler, call, sql, name)
        places = [place for place, (each, _) in enumerate(fields) if each.lower() == path[0].lower()]
        if len(path) > 1:
            if not places:
                among = ", ".join(f"`{each}`" for each, _ in fields)
                raise errors.analysis(
                    "FIELD_NOT_FOUND", f"No such struct field `{path[0]}` in {among}. SQLSTATE: 42704"
                )
            for place in places:
                fields[place] = (
                    fields[place][0],
                    _changed(compiler, call, fields[place][1], path[1:], value),
                )
        elif value is None:
            fields = [each for place, each in enumerate(fields) if place not in places]
            if not fields:
                raise errors.analysis(
                    "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS",
                    f'Cannot resolve "{call.name()}" due to data type mismatch: Cannot drop all fields in struct. '
                    "SQLSTATE: 42K09",
                )
        elif places:
            for place in places:
                fields[place] = (path[0], value)
        else:
            fields.append((path[0], value))
        made = packed(fields)
        found.append(made)
        return f"(CASE WHEN {name} IS NULL THEN NULL ELSE {made.text} END)" if sql.nullable else made.text

    text = once([sql.text], body)
    return Sql(text, found[-1].type, sql.nullable)


def _path(call: Call, place: int) -> tuple[str, ...]:
    name = call.args[place]
    assert isinstance(name, Literal)
    return split_name(str(name.value))


def _with_field(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return _changed(compiler, call, args[0], _path(call, 1), args[2])


def _drop_fields(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    sql = args[0]
    for place in range(1, len(args)):
        sql = _changed(compiler, call, sql, _path(call, place), None)
    return sql


entry("struct", _struct, 0, None)
entry("named_struct", _named, 0, None, shown=_shown_named)


def _shown_with_field(inner: list[str]) -> str:
    def within(base: str, path: tuple[str, ...]) -> str:
        value = inner[2] if len(path) == 1 else within(f"{base}.{path[0]}", path[1:])
        return f"update_fields({base}, WithField({value}))"

    return within(inner[0], split_name(inner[1]))


entry("with_field", _with_field, 3, shown=_shown_with_field)
entry(
    "drop_fields",
    _drop_fields,
    1,
    None,
    shown=lambda inner: f"update_fields({inner[0]}, {', '.join(['dropfield()'] * (len(inner) - 1))})",
)

declare(
    """
    struct(*cols:c)
    named_struct(*cols:c)
    """
)
