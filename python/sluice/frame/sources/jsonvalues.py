# SPDX-License-Identifier: Apache-2.0
"""SQL that makes values of JSON by a schema, for files and for `from_json`.

DuckDB takes the records in which everything fits, on several threads; it fails at the first thing that does not, and
that record goes to `rowwise.jsonreading`, which knows what Spark makes of it. There a record takes ten times as long.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import loose, to_duckdb
from sluice.frame.functions.bound import once
from sluice.frame.names import sql_text
from sluice.frame.rowwise import jsonreading, scalar, typed
from sluice.frame.sources.texttimes import TIMES, patterns, time_value
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructType,
)

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["JsonValues", "structure", "trailing_comma"]

_WHOLE = (ByteType, ShortType, IntegerType, LongType)
_NUMBERS = "'BIGINT', 'UBIGINT', 'DOUBLE'"


def trailing_comma(text: str) -> str:
    """Whether a text may have a comma before a closing bracket, which only DuckDB takes for JSON."""
    return f"regexp_matches({text}, ',\\s*[\\]}}]')"


def structure(type_: DataType) -> Any:
    """What DuckDB's `from_json` is to make of a value; nothing is looked at, so that it has to fit."""
    if isinstance(type_, StructType):
        return {field.name: structure(field.dataType) for field in type_.fields}
    if isinstance(type_, ArrayType):
        return [structure(type_.elementType)]
    return to_duckdb(type_)


class JsonValues:
    """Makes SQL of values, given the SQL of texts."""

    def __init__(self, settings: FrameSettings, options: Options) -> None:
        self._settings = settings
        self._options = options
        self._depth = 0

    def read(self, text: str, type_: DataType, corrupt: str, strict: bool) -> str:
        """The struct, array or map of a text.

        Args:
            corrupt: the field that has the text where something in it does not fit.
            strict: whether that is an error.
        """
        known = patterns(self._options)
        read = jsonreading.reader(type_, self._settings.zone, known, corrupt, strict)
        mark = hashlib.blake2s(
            repr((self._settings.zone, known, corrupt, strict)).encode(), digest_size=6
        ).hexdigest()
        name = typed(f"from_json_{mark}", read, ["VARCHAR"], to_duckdb(type_), loose(type_))
        skipped = corrupt if isinstance(type_, StructType) else None

        def both(bound: str) -> str:
            json_ = f"(CASE WHEN NOT {trailing_comma(bound)} THEN TRY_CAST({bound} AS JSON) END)"
            fit = once([json_], lambda value: self._fit(value, type_, skipped))
            return f"coalesce(TRY({fit}), {scalar(name, bound)})"

        return once([text], both)

    def _fit(self, text: str, type_: DataType, skipped: str | None = None) -> str:
        """A value of JSON; an error where it is not of this type, or only Spark's reader knows whether it is."""
        kind = f"json_type({text})"
        inner = f"json_extract_string({text}, '$')"
        # Of every type, and an error when it is computed: no kind is a number. DuckDB computes a CASE too early.
        misfit = f"list_extract([NULL], CAST({kind} AS INTEGER))"
        if isinstance(type_, StringType):
            # Numbers with a point, and what holds some, have texts of Java's.
            fits, value = f"{kind} IN ('VARCHAR', 'BIGINT', 'UBIGINT', 'BOOLEAN')", inner
        elif isinstance(type_, _WHOLE):
            fits, value = f"{kind} IN ('BIGINT', 'UBIGINT')", f"CAST({inner} AS {to_duckdb(type_)})"
        elif isinstance(type_, FloatType | DoubleType):
            fits, value = f"{kind} IN ({_NUMBERS})", f"CAST({inner} AS {to_duckdb(type_)})"
        elif isinstance(type_, DecimalType):
            # DuckDB has numbers with a point as doubles, which hold so many digits.
            fits = f"{kind} IN ({_NUMBERS}) AND length({inner}) <= 15"
            value = f"CAST({inner} AS {to_duckdb(type_)})"
        elif isinstance(type_, BooleanType):
            fits, value = f"{kind} = 'BOOLEAN'", f"CAST({inner} AS BOOLEAN)"
        elif isinstance(type_, TIMES):
            fits = f"{kind} = 'VARCHAR'"
            value = f"coalesce({time_value(self._settings, self._options, inner, type_)}, {misfit})"
        elif isinstance(type_, ArrayType):
            fits, value = f"{kind} = 'ARRAY'", self._array(text, type_)
        elif isinstance(type_, MapType):
            fits, value = f"{kind} = 'OBJECT'", self._map(text, type_)
        elif isinstance(type_, StructType):
            names = f"json_keys({text})"
            # Of several members with one name, the last counts.
            fits = f"{kind} = 'OBJECT' AND len({names}) = len(list_distinct({names}))"
            value = self._struct(text, type_, skipped)
        else:
            fits, value = "FALSE", "NULL"
        return f"(CASE WHEN {kind} IS NULL OR {kind} = 'NULL' THEN NULL WHEN {fits} THEN {value} ELSE {misfit} END)"

    def _item(self) -> str:
        self._depth += 1
        return f"j{self._depth}"

    def _array(self, text: str, type_: ArrayType) -> str:
        item = self._item()
        inner = self._fit(item, type_.elementType)
        return f"list_transform(from_json({text}, '[\"JSON\"]'), lambda {item}: {inner})"

    def _map(self, text: str, type_: MapType) -> str:
        item = self._item()
        inner = self._fit(f"{item}.value", type_.valueType)
        entries = f"map_entries(from_json({text}, '\"MAP(VARCHAR, JSON)\"'))"
        pairs = f"list_transform({entries}, lambda {item}: {{'key': {item}.key, 'value': {inner}}})"
        return f"map_from_entries({pairs})"

    def _struct(self, text: str, type_: StructType, skipped: str | None) -> str:
        item = self._item()
        read = [field for field in type_.fields if field.name != skipped]
        spec = sql_text(json.dumps({field.name: "JSON" for field in read}))
        parts = {
            field.name: self._fit(f"struct_extract({item}, {sql_text(field.name)})", field.dataType)
            for field in read
        }
        made = ", ".join(f"{sql_text(name)}: {parts.get(name, 'NULL')}" for name in type_.names)
        return f"list_transform([from_json({text}, {spec})], lambda {item}: {{{made}}})[1]"
