# SPDX-License-Identifier: Apache-2.0
"""SQL that makes values of JSON: what is of another kind than a column is null, as Spark has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import to_duckdb
from sluice.frame.names import sql_text
from sluice.frame.sources.texttimes import TIMES, time_value
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
)
from sluice.pyspark.exceptions import PySparkNotImplementedError

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["Values", "structure"]

_BASE64 = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?"
_WHOLE = (ByteType, ShortType, IntegerType, LongType)


def structure(schema: StructType, typed: bool) -> str:
    """What DuckDB's `from_json` is to make of a record: fields as JSON, or as values at once."""
    if typed:
        return json.dumps(_typed(schema))
    return json.dumps({field.name: "JSON" for field in schema.fields})


def _typed(type_: DataType) -> Any:
    if isinstance(type_, StructType):
        return {field.name: _typed(field.dataType) for field in type_.fields}
    if isinstance(type_, ArrayType):
        return [_typed(type_.elementType)]
    return to_duckdb(type_)


class Values:
    """Makes SQL of values, given the SQL of JSON."""

    def __init__(self, settings: FrameSettings, options: Options) -> None:
        self._settings = settings
        self._options = options
        self._depth = 0

    def typed(self, text: str, type_: DataType) -> str:
        """What `from_json` has made already."""
        return text

    def exact(self, text: str, type_: DataType) -> str:
        """A value of JSON; null where it is not of this type."""
        kind = f"json_type({text})"
        inner = f"json_extract_string({text}, '$')"
        if isinstance(type_, StringType):
            return f"(CASE {kind} WHEN 'NULL' THEN NULL WHEN 'VARCHAR' THEN {inner} ELSE CAST({text} AS VARCHAR) END)"
        if isinstance(type_, _WHOLE):
            whole = f"TRY_CAST({inner} AS {to_duckdb(type_)})"
            return f"(CASE WHEN {kind} IN ('BIGINT', 'UBIGINT') THEN {whole} END)"
        if isinstance(type_, FloatType | DoubleType):
            name = to_duckdb(type_)
            named = (
                f"CASE WHEN {inner} IN ('NaN', 'Infinity', '-Infinity', 'INF', '+INF', '-INF', '+Infinity') "
            )
            named += f"THEN CAST({inner} AS {name}) END"
            return (
                f"(CASE WHEN {kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST({inner} AS {name}) "
                f"WHEN {kind} = 'VARCHAR' THEN {named} END)"
            )
        if isinstance(type_, DecimalType):
            return (
                f"(CASE WHEN {kind} IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'VARCHAR') "
                f"THEN TRY_CAST({inner} AS {to_duckdb(type_)}) END)"
            )
        if isinstance(type_, BooleanType):
            return f"(CASE WHEN {kind} = 'BOOLEAN' THEN CAST({inner} AS BOOLEAN) END)"
        if isinstance(type_, TIMES):
            return f"(CASE WHEN {kind} = 'VARCHAR' THEN {time_value(self._settings, self._options, inner, type_)} END)"
        if isinstance(type_, BinaryType):
            bytes_ = f"CASE WHEN regexp_full_match({inner}, '{_BASE64}')"
            return f"(CASE WHEN {kind} = 'VARCHAR' THEN {bytes_} THEN from_base64({inner}) END END)"
        if isinstance(type_, NullType):
            return "NULL"
        return self._nested(text, kind, type_)

    def _nested(self, text: str, kind: str, type_: DataType) -> str:
        self._depth += 1
        item = f"j{self._depth}"
        try:
            if isinstance(type_, ArrayType):
                inner = self.exact(item, type_.elementType)
                listed = f"list_transform(from_json({text}, '[\"JSON\"]'), lambda {item}: {inner})"
                return f"(CASE WHEN {kind} = 'ARRAY' THEN {listed} END)"
            if isinstance(type_, MapType):
                inner = self.exact(f"{item}.value", type_.valueType)
                entries = f"map_entries(from_json({text}, '\"MAP(VARCHAR, JSON)\"'))"
                pairs = f"list_transform({entries}, lambda {item}: {{'key': {item}.key, 'value': {inner}}})"
                return f"(CASE WHEN {kind} = 'OBJECT' THEN map_from_entries({pairs}) END)"
            if isinstance(type_, StructType):
                spec = sql_text(json.dumps({field.name: "JSON" for field in type_.fields}))
                parts = ", ".join(
                    f"{sql_text(field.name)}: "
                    + self.exact(f"struct_extract({item}, {sql_text(field.name)})", field.dataType)
                    for field in type_.fields
                )
                made = f"list_transform([from_json({text}, {spec})], lambda {item}: {{{parts}}})[1]"
                return f"(CASE WHEN {kind} = 'OBJECT' THEN {made} END)"
        finally:
            self._depth -= 1
        raise PySparkNotImplementedError(f"JSON has no values of type {type_.simpleString()}")
