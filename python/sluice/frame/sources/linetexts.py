# SPDX-License-Identifier: Apache-2.0
"""SQL for rows as texts: lines of CSV and JSON as files have them, and as `to_csv` and `to_json` make them.

All of it is DuckDB's work, on several threads: in Python a row would take ten times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import TYPE_CHECKING

from sluice.frame.casts import cast
from sluice.frame.expr import Attribute
from sluice.frame.functions.bound import once
from sluice.frame.names import sql_text
from sluice.frame.sources.texttimes import TIMES, time_text
from sluice.frame.sqltext import Sql
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StringType,
    StructType,
)

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["LineTexts", "lines_of", "writable"]

#: What CSV takes off both ends of a text: all up to the space.
_BLANKS = sql_text("".join(map(chr, range(33))))


def writable(type_: DataType) -> bool:
    """Whether values of a type have a text."""
    if isinstance(type_, ArrayType):
        return writable(type_.elementType)
    if isinstance(type_, MapType):
        return writable(type_.keyType) and writable(type_.valueType)
    if isinstance(type_, StructType):
        return all(writable(field.dataType) for field in type_.fields)
    return "interval" not in type_.typeName() and type_.typeName() not in ("variant", "time")


def lines_of(
    format: str, columns: Sequence[Attribute], settings: FrameSettings, options: Options
) -> tuple[str, str | None]:
    """The SQL of a row's line, and the line above all."""
    options.refuse("files are in UTF-8", encoding="UTF-8")
    made = LineTexts(settings, options)
    if format == "text":
        return f"coalesce({columns[0].sql}, '')", None
    if format == "json":
        return made.record([(each.name, each.sql, each.type) for each in columns]), None
    header = made.header([each.name for each in columns]) if options.flag("header") else None
    return made.line([(each.sql, each.type) for each in columns]), header


class LineTexts:
    """Makes the SQL of texts, given the SQL of values and their types."""

    def __init__(self, settings: FrameSettings, options: Options) -> None:
        self._settings = settings
        self._options = options
        self.separator = (options.get("sep") or options.get("delimiter") or ",").replace("\\t", "\t")
        self._quote = options.text("quote", '"')
        self._escape = options.text("escape", "\\")
        self._depth = 0
        options.refuse("it is the escape", charToEscapeQuoteEscaping=self._escape)

    def header(self, names: list[str]) -> str:
        """The names of the columns."""
        return self.separator.join(self._python_cell(name) for name in names)

    def _python_cell(self, text: str) -> str:
        special = (self.separator, self._quote, "\n", "\r")
        if not self._options.flag("quoteAll") and not any(each and each in text for each in special):
            return text
        body = text
        if self._escape != self._quote:
            body = body.replace(self._escape, self._escape * 2)
        return f"{self._quote}{body.replace(self._quote, self._escape + self._quote)}{self._quote}"

    def line(self, values: Iterable[tuple[str, DataType]]) -> str:
        """Values as a line of CSV."""
        return f" || {sql_text(self.separator)} || ".join(starmap(self._cell, values)) or "''"

    def _cell(self, value: str, type_: DataType) -> str:
        """A value of CSV, quoted where it has to be."""
        null = sql_text(self._options.text("nullValue", ""))
        all_quoted = self._options.flag("quoteAll")
        if isinstance(type_, StringType):
            text = once([self._trimmed(value)], self._text_cell)
        else:
            text = self._plain(value, type_)
            if all_quoted or isinstance(type_, TIMES):
                text = once([text], self._quoted)
        quote = sql_text(self._quote)
        return f"coalesce({text}, {f'{quote} || {null} || {quote}' if all_quoted else null})"

    def _text_cell(self, text: str) -> str:
        empty = self._options.get("emptyValue")
        blank = self._quote * 2 if empty is None else empty
        if self._options.flag("quoteAll") and empty is not None:
            blank = f"{self._quote}{empty}{self._quote}"
        return f"(CASE WHEN {text} = '' THEN {sql_text(blank)} ELSE {self._quoted(text)} END)"

    def _trimmed(self, text: str) -> str:
        # Few texts have something to take off, and to look for it takes longer than to look at both ends.
        ends = (("ignoreLeadingWhiteSpace", "ltrim", "left"), ("ignoreTrailingWhiteSpace", "rtrim", "right"))
        for option, trim, end in ends:
            if self._options.flag(option, True):
                text = f"(CASE WHEN {end}({text}, 1) <= ' ' THEN {trim}({text}, {_BLANKS}) ELSE {text} END)"
        return text

    def _quoted(self, text: str) -> str:
        quote, escape = sql_text(self._quote), sql_text(self._escape)
        if not self._quote or self._quote == "\0":
            return text
        body = text
        if self._escape != self._quote:
            body = f"replace({body}, {escape}, {sql_text(self._escape * 2)})"
        body = f"replace({body}, {quote}, {sql_text(self._escape + self._quote)})"
        whole = f"({quote} || {body} || {quote})"
        if self._options.flag("quoteAll"):
            return whole
        special = [f"contains({text}, {sql_text(self.separator)})", f"contains({text}, chr(10))"]
        special.append(f"contains({text}, chr(13))")
        special.append(
            f"contains({text}, {quote})"
            if self._options.flag("escapeQuotes", True)
            else f"starts_with({text}, {quote})"
        )
        return f"(CASE WHEN {' OR '.join(special)} THEN {whole} ELSE {text} END)"

    def _plain(self, text: str, type_: DataType) -> str:
        if isinstance(type_, StringType):
            return text
        if isinstance(type_, TIMES):
            return time_text(self._settings, self._options, text, type_)
        if isinstance(type_, BinaryType):
            return f"('[' || rtrim(regexp_replace(hex({text}), '(..)', '\\1 ', 'g')) || ']')"
        return cast(self._settings, Sql(text, type_), StringType()).text

    def record(self, fields: list[tuple[str, str, DataType]]) -> str:
        """The fields of a struct as an object; those that are null are left out, unless an option keeps them."""
        keep = not self._options.flag("ignoreNullFields", True)
        parts = []
        for name, text, type_ in fields:
            key = sql_text(json.dumps(name, ensure_ascii=False) + ":")
            value = self.json(text, type_)
            parts.append(f"{key} || coalesce({value}, 'null')" if keep else f"{key} || {value}")
        if not parts:
            return "'{}'"
        return f"('{{' || concat_ws(',', {', '.join(parts)}) || '}}')"

    def json(self, text: str, type_: DataType) -> str:
        """A value as JSON; null for null."""
        if isinstance(type_, StringType):
            return f"CAST(to_json({text}) AS VARCHAR)"
        if isinstance(type_, BooleanType):
            return f"CAST({text} AS VARCHAR)"
        if isinstance(type_, FloatType | DoubleType):
            plain = cast(self._settings, Sql(text, type_), StringType()).text
            return f"(CASE WHEN isfinite({text}) THEN {plain} ELSE '\"' || {plain} || '\"' END)"
        if isinstance(type_, DecimalType):
            return f"CAST({text} AS VARCHAR)"
        if isinstance(type_, TIMES):
            return f"('\"' || {self._plain(text, type_)} || '\"')"
        if isinstance(type_, BinaryType):
            return f"('\"' || to_base64({text}) || '\"')"
        if isinstance(type_, NullType):
            return "NULL"
        return self._nested(text, type_)

    def _nested(self, text: str, type_: DataType) -> str:
        self._depth += 1
        item = f"w{self._depth}"
        try:
            if isinstance(type_, ArrayType):
                inner = f"coalesce({self.json(item, type_.elementType)}, 'null')"
                listed = f"list_transform({text}, lambda {item}: {inner})"
                return f"('[' || array_to_string({listed}, ',') || ']')"
            if isinstance(type_, MapType):
                key = self._key(f"{item}.key", type_.keyType)
                inner = f"coalesce({self.json(f'{item}.value', type_.valueType)}, 'null')"
                pair = f"CAST(to_json({key}) AS VARCHAR) || ':' || {inner}"
                listed = f"list_transform(map_entries({text}), lambda {item}: {pair})"
                return f"('{{' || array_to_string({listed}, ',') || '}}')"
            if isinstance(type_, StructType):
                fields = [
                    (each.name, f"struct_extract({text}, {sql_text(each.name)})", each.dataType)
                    for each in type_.fields
                ]
                return f"(CASE WHEN {text} IS NOT NULL THEN {self.record(fields)} END)"
        finally:
            self._depth -= 1
        return cast(self._settings, Sql(text, type_), StringType()).text

    def _key(self, text: str, type_: DataType) -> str:
        """The text of a map's key; of a date or time the number that Spark has for it."""
        if isinstance(type_, DateType):
            return f"CAST({text} - DATE '1970-01-01' AS VARCHAR)"
        if isinstance(type_, TIMES):
            return f"CAST(epoch_us({text}) AS VARCHAR)"
        return cast(self._settings, Sql(text, type_), StringType()).text
