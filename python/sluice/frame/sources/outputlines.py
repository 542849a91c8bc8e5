# SPDX-License-Identifier: Apache-2.0
"""Rows as lines of text: CSV, JSON, and texts as they are."""

from __future__ import annotations

import bz2
import gzip
import json
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluice.frame.casts import cast
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import Attribute, Call, Literal, Name
from sluice.frame.names import sql_text
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
    TimestampNTZType,
    TimestampType,
)
from sluice.pyspark.captured import IllegalArgumentException

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["lines_of", "suffix_of", "write_lines"]

_ENDINGS = {
    "none": "",
    "uncompressed": "",
    "gzip": ".gz",
    "bzip2": ".bz2",
    "deflate": ".deflate",
    "zstd": ".zst",
}


def suffix_of(format: str, options: Options) -> str:
    """What a file's name ends with.

    Raises:
        IllegalArgumentException: there is no such codec.
    """
    codec = options.text("compression", "none").lower()
    if codec not in _ENDINGS:
        raise IllegalArgumentException(
            f"[CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION] The codec {codec} is not available. Available "
            f"codecs are {', '.join(_ENDINGS)}. SQLSTATE: 56038",
            "",
        )
    return f".{'txt' if format == 'text' else format}{_ENDINGS[codec]}"


def lines_of(
    format: str, columns: Sequence[Attribute], settings: FrameSettings, options: Options
) -> tuple[str, str | None]:
    """The SQL of a row's line, and the line above all."""
    options.refuse("files are in UTF-8", encoding="UTF-8")
    made = _Lines(settings, options)
    if format == "text":
        return f"coalesce({columns[0].sql}, '')", None
    if format == "json":
        return made.struct([(each.name, each.sql, each.type) for each in columns]), None
    header = made.header([each.name for each in columns]) if options.flag("header") else None
    separator = sql_text(made.separator)
    parts = [made.cell(each) for each in columns]
    return f" || {separator} || ".join(parts) or "''", header


class _Lines:
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

    def cell(self, column: Attribute) -> str:
        """A value of CSV, quoted where it has to be."""
        null = sql_text(self._options.text("nullValue", ""))
        quote, all_quoted = self._quote, self._options.flag("quoteAll")
        text = self._plain(column.sql, column.type)
        if isinstance(column.type, StringType):
            empty = self._options.get("emptyValue")
            blank = sql_text(quote * 2 if empty is None else empty)
            text = self._trimmed(text)
            text = f"(CASE WHEN {text} = '' THEN {blank} ELSE {self._quoted(text)} END)"
            if all_quoted and empty is not None:
                blank = sql_text(quote + empty + quote)
                text = f"(CASE WHEN {self._trimmed(column.sql)} = '' THEN {blank} ELSE {text} END)"
        elif all_quoted:
            text = f"({sql_text(quote)} || {text} || {sql_text(quote)})"
        elif isinstance(column.type, TimestampType | TimestampNTZType | DateType):
            text = self._quoted(text)
        shown = f"{sql_text(quote)} || {null} || {sql_text(quote)}" if all_quoted else null
        return f"coalesce({text}, {shown})"

    def _trimmed(self, text: str) -> str:
        characters = "' ' || chr(9) || chr(10) || chr(13)"
        if self._options.flag("ignoreLeadingWhiteSpace", True):
            text = f"ltrim({text}, {characters})"
        if self._options.flag("ignoreTrailingWhiteSpace", True):
            text = f"rtrim({text}, {characters})"
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
        if isinstance(type_, DateType):
            pattern = self._options.get("dateFormat")
            return f"CAST({text} AS VARCHAR)" if pattern is None else self._formatted(text, type_, pattern)
        if isinstance(type_, TimestampType | TimestampNTZType):
            option = "timestampFormat" if isinstance(type_, TimestampType) else "timestampNTZFormat"
            pattern = self._options.get(option)
            return self._iso(text, type_) if pattern is None else self._formatted(text, type_, pattern)
        if isinstance(type_, BinaryType):
            return f"('[' || rtrim(regexp_replace(hex({text}), '(..)', '\\1 ', 'g')) || ']')"
        return cast(self._settings, Sql(text, type_), StringType()).text

    def _formatted(self, text: str, type_: DataType, pattern: str) -> str:
        import re

        attribute = Attribute("value", type_, True)
        sql = Compiler(Scope((attribute,)), self._settings)(
            Call("date_format", (Name(("value",)), Literal(pattern)))
        )
        return re.sub(rf"\b{attribute.sql}\b", lambda _: f"({text})", sql.text)

    def _iso(self, text: str, type_: DataType) -> str:
        """`2020-01-01T10:00:00.123Z`: thousandths, and the offset of the session's zone."""
        shown = f"strftime({text}, '%Y-%m-%dT%H:%M:%S.%g')"
        if isinstance(type_, TimestampNTZType):
            return shown
        offset = f"strftime({text}, '%z')"
        zone = (
            f"CASE WHEN {offset} IN ('+00', '+00:00', '+0000') THEN 'Z' "
            f"WHEN length({offset}) = 3 THEN {offset} || ':00' "
            f"WHEN length({offset}) = 5 THEN {offset}[1:3] || ':' || {offset}[4:5] ELSE {offset} END"
        )
        return f"({shown} || {zone})"

    def struct(self, fields: list[tuple[str, str, DataType]]) -> str:
        """The fields of a struct as an object; those that are null are left out, unless an option keeps them."""
        keep = not self._options.flag("ignoreNullFields", True)
        parts = []
        for name, text, type_ in fields:
            key = sql_text(json.dumps(name, ensure_ascii=False) + ":")
            value = self._json(text, type_)
            parts.append(f"{key} || coalesce({value}, 'null')" if keep else f"{key} || {value}")
        if not parts:
            return "'{}'"
        return f"('{{' || concat_ws(',', {', '.join(parts)}) || '}}')"

    def _json(self, text: str, type_: DataType) -> str:
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
        if isinstance(type_, DateType | TimestampType | TimestampNTZType):
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
                inner = f"coalesce({self._json(item, type_.elementType)}, 'null')"
                listed = f"list_transform({text}, lambda {item}: {inner})"
                return f"('[' || array_to_string({listed}, ',') || ']')"
            if isinstance(type_, MapType):
                key = cast(self._settings, Sql(f"{item}.key", type_.keyType), StringType()).text
                inner = f"coalesce({self._json(f'{item}.value', type_.valueType)}, 'null')"
                pair = f"CAST(to_json({key}) AS VARCHAR) || ':' || {inner}"
                listed = f"list_transform(map_entries({text}), lambda {item}: {pair})"
                return f"('{{' || array_to_string({listed}, ',') || '}}')"
            if isinstance(type_, StructType):
                fields = [
                    (each.name, f"struct_extract({text}, {sql_text(each.name)})", each.dataType)
                    for each in type_.fields
                ]
                return f"(CASE WHEN {text} IS NOT NULL THEN {self.struct(fields)} END)"
        finally:
            self._depth -= 1
        return cast(self._settings, Sql(text, type_), StringType()).text


def write_lines(path: str, reader: Any, header: str | None, separator: bytes, ending: str) -> None:
    """Write the first column of batches as lines."""
    with _opened(path, ending) as file:
        if header is not None:
            file.write(header.encode() + separator)
        for batch in reader:
            texts = batch.column(0).to_pylist()
            if texts:
                file.write(separator.decode().join(texts).encode() + separator)


def _opened(path: str, ending: str) -> Any:
    if ending.endswith(".gz"):
        return gzip.open(path, "wb", compresslevel=6)
    if ending.endswith(".bz2"):
        return bz2.open(path, "wb")
    if ending.endswith(".deflate"):
        return _Deflated(path)
    if ending.endswith(".zst"):
        import pyarrow as pa

        return pa.CompressedOutputStream(pa.OSFile(path, "wb"), "zstd")
    return open(path, "wb")


class _Deflated:
    """A file of zlib's form."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "wb")  # noqa: SIM115 - closed at the end of the block that it is made for
        self._packer = zlib.compressobj()

    def __enter__(self) -> _Deflated:
        return self

    def write(self, data: bytes) -> None:
        self._file.write(self._packer.compress(data))

    def __exit__(self, *args: object) -> None:
        self._file.write(self._packer.flush())
        self._file.close()
