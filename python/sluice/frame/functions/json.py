# SPDX-License-Identifier: Apache-2.0
"""JSON and CSV in texts: read by a schema, written, looked into; with what files are read and written with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sluice.frame import errors
from sluice.frame.column import Column, expr_of
from sluice.frame.compile import Compiler
from sluice.frame.ddl import parse_type
from sluice.frame.expr import Call, Expr, Literal
from sluice.frame.functions.api import FUNCTIONS, declare
from sluice.frame.functions.bound import entry, once
from sluice.frame.functions.registry import coerced
from sluice.frame.functions.schemasof import csv_type, ddl_of, json_type
from sluice.frame.functions.textoptions import (
    READ_CSV,
    READ_JSON,
    WRITE_CSV,
    WRITE_JSON,
    fails,
    options_of,
)
from sluice.frame.names import sql_text
from sluice.frame.rowwise import jsonreading, scalar
from sluice.frame.sources.csvvalues import CsvValues, readable
from sluice.frame.sources.jsonvalues import JsonValues
from sluice.frame.sources.linetexts import LineTexts, writable
from sluice.frame.sqltext import Sql
from sluice.frame.types import ArrayType, DataType, IntegerType, MapType, StringType, StructField, StructType
from sluice.pyspark.captured import UnsupportedOperationException

_STRING = StringType()


def _schema(compiler: Compiler, call: Call) -> DataType:
    """The schema of a call: a type, a text of one, or `schema_of_json`."""
    arg = call.args[1]
    if isinstance(arg, Call) and arg.function in ("schema_of_json", "schema_of_csv"):
        return parse_type(_inferred(compiler, arg))
    value = arg.value if isinstance(arg, Literal) else None
    if isinstance(value, DataType):
        return value
    if not isinstance(value, str):
        raise errors.analysis(
            "INVALID_SCHEMA.NON_STRING_LITERAL",
            f'The input schema "{arg.name()}" is not a valid schema string. The input expression must be string '
            "literal and not null. SQLSTATE: 42K07",
        )
    return StructType.fromJson(json.loads(value)) if value.lstrip().startswith("{") else parse_type(value)


def _nullable(type_: DataType) -> DataType:
    """The type with nulls everywhere: what is read may lack anything."""
    if isinstance(type_, StructType):
        return StructType(
            [StructField(each.name, _nullable(each.dataType), True, each.metadata) for each in type_.fields]
        )
    if isinstance(type_, ArrayType):
        return ArrayType(_nullable(type_.elementType), True)
    if isinstance(type_, MapType):
        return MapType(_nullable(type_.keyType), _nullable(type_.valueType), True)
    return type_


def _from_json(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text = coerced(compiler, call, 0, args[0], _STRING)
    type_ = _nullable(_schema(compiler, call))
    if not isinstance(type_, StructType | ArrayType | MapType):
        raise _no_schema(call, type_)
    if not jsonreading.readable(type_):
        raise _unreadable(call, type_)
    options = options_of(call, 2, READ_JSON)
    corrupt = options.text("columnNameOfCorruptRecord", "_corrupt_record")
    values = JsonValues(compiler.settings, options)
    return Sql(values.read(text.text, type_, corrupt, fails(call, options)), type_, True)


def _no_schema(call: Call, type_: DataType) -> Exception:
    return errors.analysis(
        "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA",
        f'Cannot resolve "{call.name()}" due to data type mismatch: Input schema '
        f'"{type_.simpleString().upper()}" must be a struct, an array, a map or a variant. SQLSTATE: 42K09',
    )


def _unreadable(call: Call, type_: DataType) -> Exception:
    return errors.not_here(
        call.function,
        f"{call.function} of the type {type_.simpleString()} is not here: it has intervals, variants or keys of maps "
        "that are no texts",
    )


def _to_json(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value = args[0]
    if not isinstance(value.type, StructType | ArrayType | MapType):
        raise _no_schema(call, value.type)
    if not writable(value.type):
        raise _unreadable(call, value.type)
    texts = LineTexts(compiler.settings, options_of(call, 1, WRITE_JSON))
    text = once([value.text], lambda bound: texts.json(bound, value.type))
    return Sql(text, _STRING, value.nullable)


def _from_csv(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    text = coerced(compiler, call, 0, args[0], _STRING)
    type_ = _nullable(_schema(compiler, call))
    if not isinstance(type_, StructType):
        raise _no_schema(call, type_)
    for field in type_.fields:
        if not readable(field.dataType):
            raise errors.raised(
                "UNSUPPORTED_DATATYPE",
                f'Unsupported data type "{field.dataType.simpleString().upper()}". SQLSTATE: 0A000',
                UnsupportedOperationException,
            )
    options = options_of(call, 2, READ_CSV)
    corrupt, strict = options.text("columnNameOfCorruptRecord", "_corrupt_record"), fails(call, options)
    values = CsvValues(compiler.settings, options)
    return Sql(values.read(text.text, type_, corrupt, strict), type_, True)


def _to_csv(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    value, type_ = args[0], args[0].type
    if not isinstance(type_, StructType):
        raise errors.analysis(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            f'Cannot resolve "{call.name()}" due to data type mismatch: The first parameter requires the "STRUCT" '
            f'type, however "{call.args[0].name()}" has the type "{type_.simpleString().upper()}". SQLSTATE: 42K09',
        )
    if not writable(type_) or any(
        isinstance(each.dataType, ArrayType | MapType | StructType) for each in type_
    ):
        raise _unreadable(call, type_)
    texts = LineTexts(compiler.settings, options_of(call, 1, WRITE_CSV))

    def line(bound: str) -> str:
        cells = [(f"struct_extract({bound}, {sql_text(each.name)})", each.dataType) for each in type_]
        return f"(CASE WHEN {bound} IS NOT NULL THEN {texts.line(cells)} END)"

    return Sql(once([value.text], line), _STRING, value.nullable)


def _inferred(compiler: Compiler, call: Call) -> str:
    """The schema of a literal text, as DDL."""
    arg = call.args[0]
    value = arg.value if isinstance(arg, Literal) else None
    if not isinstance(value, str):
        raise errors.analysis(
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            f'Cannot resolve "{call.name()}" due to data type mismatch: the input `{call.function[10:]}` should be a '
            f'foldable "STRING" expression; however, got "{arg.name()}". SQLSTATE: 42K09',
        )
    if call.function == "schema_of_json":
        options_of(call, 1, frozenset())
        return ddl_of(json_type(value))
    options = options_of(call, 1, frozenset(("sep", "delimiter")))
    return ddl_of(csv_type(CsvValues(compiler.settings, options).fields(value), compiler.settings.zone))


def _schema_of(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
    return Sql(sql_text(_inferred(compiler, call)), _STRING, False)


def _texts(name: str, result: DataType, count: int) -> None:
    def build(compiler: Compiler, call: Call, args: list[Sql], tail: str) -> Sql:
        texts = [coerced(compiler, call, place, sql, _STRING).text for place, sql in enumerate(args)]
        return Sql(scalar(name, *texts), result, True)

    entry(name, build, count)


def _shown_first(name: str) -> Callable[[list[str]], str]:
    def shown(inner: list[str]) -> str:
        # A map that is read has this name in PySpark.
        if name == "from_json" and inner[1].lower().startswith(("map<", "maptype(")):
            return "entries"
        return f"{name}({inner[0]})"

    return shown


for _name, _build, _least, _most in (
    ("from_json", _from_json, 2, 3),
    ("to_json", _to_json, 1, 2),
    ("from_csv", _from_csv, 2, 3),
    ("to_csv", _to_csv, 1, 2),
    ("schema_of_json", _schema_of, 1, 2),
    ("schema_of_csv", _schema_of, 1, 2),
):
    entry(_name, _build, _least, _most, lambdas=(1, 2), shown=_shown_first(_name))
_texts("get_json_object", _STRING, 2)
_texts("json_array_length", IntegerType(), 1)
_texts("json_object_keys", ArrayType(_STRING, True), 1)


def _text_or_column(value: Any) -> Expr:
    return value._expr if isinstance(value, Column) else Literal(value)


def _with_options(name: str, first: Callable[[Any], Expr], schema: bool) -> None:
    def exprs(col: Any, options: Any, *more: Any) -> Column:
        args = [first(col), *(_text_or_column(each) for each in more)]
        if options is not None:
            args.append(Literal({str(key): _plain(value) for key, value in options.items()}))
        return Column(Call(name, tuple(args)))

    if schema:

        def read(col: Any, schema: Any, options: Any = None) -> Column:
            return exprs(col, options, schema)

        FUNCTIONS[name] = read
    elif name.startswith("schema_of"):
        if name.endswith("json"):
            FUNCTIONS[name] = lambda json, options=None: exprs(json, options)
        else:
            FUNCTIONS[name] = lambda csv, options=None: exprs(csv, options)
    else:
        FUNCTIONS[name] = lambda col, options=None: exprs(col, options)
    FUNCTIONS[name].__name__ = FUNCTIONS[name].__qualname__ = name
    FUNCTIONS[name].__doc__ = f"The SQL function `{name}`."


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_with_options("from_json", expr_of, True)
_with_options("from_csv", expr_of, True)
_with_options("to_json", expr_of, False)
_with_options("to_csv", expr_of, False)
_with_options("schema_of_json", _text_or_column, False)
_with_options("schema_of_csv", _text_or_column, False)
declare(
    """
    get_json_object(col:c, path:v)
    json_array_length(col:c)
    json_object_keys(col:c)
    """
)
