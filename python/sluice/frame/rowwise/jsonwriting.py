# SPDX-License-Identifier: Apache-2.0
"""Values as JSON and as lines of CSV, as `to_json` and `to_csv` write them."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

from sluice.frame.rowwise.jsons import quoted
from sluice.frame.rowwise.moments import Clock
from sluice.frame.texts import java_double, java_float
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

__all__ = ["csv_writer", "json_writer", "writable"]

_Writer = Callable[[Any], str]


def writable(type_: DataType) -> bool:
    """Whether values of a type are written."""
    if isinstance(type_, ArrayType):
        return writable(type_.elementType)
    if isinstance(type_, MapType):
        return writable(type_.keyType) and writable(type_.valueType)
    if isinstance(type_, StructType):
        return all(writable(field.dataType) for field in type_.fields)
    return "interval" not in type_.typeName() and type_.typeName() not in ("variant", "time")


def atom_text(type_: DataType, clock: Clock) -> _Writer:
    """Writes a single value as a text."""
    if isinstance(type_, BooleanType):
        return lambda value: "true" if value else "false"
    if isinstance(type_, DoubleType):
        return java_double
    if isinstance(type_, FloatType):
        return java_float
    if isinstance(type_, DecimalType):
        return lambda value: format(value, "f")
    if isinstance(type_, DateType):
        return clock.date_text
    if isinstance(type_, TimestampType | TimestampNTZType):
        zoned = isinstance(type_, TimestampType)
        return lambda value: clock.timestamp_text(value, zoned)
    if isinstance(type_, BinaryType):
        return lambda value: base64.b64encode(value).decode()
    return str


def json_writer(type_: DataType, clock: Clock, nulls: bool) -> _Writer:
    """Writes values of a type; `nulls` says whether structs write fields that are null."""
    if isinstance(type_, StructType):
        return _struct(type_, clock, nulls)
    if isinstance(type_, ArrayType):
        element = json_writer(type_.elementType, clock, nulls)
        return lambda value: "[" + ",".join("null" if each is None else element(each) for each in value) + "]"
    if isinstance(type_, MapType):
        key, inner = atom_text(type_.keyType, clock), json_writer(type_.valueType, clock, nulls)
        return lambda value: (
            "{"
            + ",".join(
                f"{quoted(key(name))}:{'null' if each is None else inner(each)}" for name, each in value
            )
            + "}"
        )
    if isinstance(type_, NullType):
        return lambda value: "null"
    text = atom_text(type_, clock)
    if isinstance(type_, FloatType | DoubleType):
        return lambda value: text(value) if math.isfinite(value) else quoted(text(value))
    if isinstance(type_, StringType | BinaryType | DateType | TimestampType | TimestampNTZType):
        return lambda value: quoted(text(value))
    return text


def _struct(type_: StructType, clock: Clock, nulls: bool) -> _Writer:
    fields = [
        (field.name, quoted(field.name), json_writer(field.dataType, clock, nulls)) for field in type_.fields
    ]

    def write(value: Any) -> str:
        parts = []
        for name, shown, inner in fields:
            each = value[name]
            if each is not None:
                parts.append(f"{shown}:{inner(each)}")
            elif nulls:
                parts.append(f"{shown}:null")
        return "{" + ",".join(parts) + "}"

    return write


def csv_writer(type_: StructType, clock: Clock, options: dict[str, str]) -> _Writer:
    """Writes structs as lines: texts lose the blanks around them, and stand in quotes where they need some."""
    by, null = options.get("sep", ","), options.get("nullValue", "")
    fields = [
        (field.name, atom_text(field.dataType, clock), isinstance(field.dataType, StringType))
        for field in type_.fields
    ]
    blank = "".join(map(chr, range(33)))

    def cell(text: str) -> str:
        if not text:
            return '""'
        text = text.strip(blank)
        if any(each in text for each in (by, '"', "\n", "\r")):
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return text

    def write(value: Any) -> str:
        return by.join(
            null if value[name] is None else cell(text(value[name])) if plain else text(value[name])
            for name, text, plain in fields
        )

    return write
