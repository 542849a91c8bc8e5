# SPDX-License-Identifier: Apache-2.0
"""The types that `schema_of_json` and `schema_of_csv` find in a literal, while a query is compiled; types as DDL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sluice.frame import errors
from sluice.frame.names import quoted
from sluice.frame.rowwise.jsons import Members, Real, Special, parsed
from sluice.frame.rowwise.times import date_of, timestamp_of
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

__all__ = ["csv_type", "ddl_of", "json_type"]

_WHOLE = re.compile(r"[+-]?\d+\Z", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?\Z", re.ASCII)


def json_type(text: str) -> DataType:
    """The type of the value that a text is."""
    try:
        found = parsed(text, special=True)
    except ValueError as error:
        raise errors.analysis(
            "INVALID_JSON_SCHEMA_INPUT", f"a text that is no JSON has no schema: {text!r}: {error}"
        ) from None
    return _finished(_type(found))


def _type(value: Any) -> DataType:
    if value is None:
        return NullType()
    if isinstance(value, bool):
        return BooleanType()
    if isinstance(value, int):
        digits = len(str(abs(value)))
        if -(1 << 63) <= value < 1 << 63:
            return LongType()
        return DecimalType(digits, 0) if digits <= 38 else DoubleType()
    if isinstance(value, Real | Special):
        return DoubleType()
    if isinstance(value, str):
        return StringType()
    if isinstance(value, Members):
        fields: dict[str, DataType] = {}
        for name, each in value:
            type_ = _type(each)
            fields[name] = _common(fields[name], type_) if name in fields else type_
        return StructType([StructField(name, fields[name]) for name in sorted(fields)])
    element: DataType = NullType()
    for each in value:
        element = _common(element, _type(each))
    return ArrayType(element)


def _common(left: DataType, right: DataType) -> DataType:
    if left == right or isinstance(right, NullType):
        return left
    if isinstance(left, NullType):
        return right
    if isinstance(left, StructType) and isinstance(right, StructType):
        fields = {field.name: field.dataType for field in left.fields}
        for field in right.fields:
            fields[field.name] = _common(fields.get(field.name, NullType()), field.dataType)
        return StructType([StructField(name, fields[name]) for name in sorted(fields)])
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        return ArrayType(_common(left.elementType, right.elementType))
    numbers = (LongType, DecimalType, DoubleType)
    if isinstance(left, numbers) and isinstance(right, numbers):
        if isinstance(left, DoubleType) or isinstance(right, DoubleType):
            return DoubleType()
        return DecimalType(max(getattr(each, "precision", 20) for each in (left, right)), 0)
    return StringType()


def _finished(type_: DataType) -> DataType:
    """What nobody knows is a text; an object without members is nothing that could be read."""
    if isinstance(type_, NullType):
        return StringType()
    if isinstance(type_, ArrayType):
        return ArrayType(_finished(type_.elementType))
    if isinstance(type_, StructType):
        return StructType(
            [
                StructField(field.name, _finished(field.dataType))
                for field in type_.fields
                if not (isinstance(field.dataType, StructType) and not field.dataType.fields)
            ]
        )
    return type_


def csv_type(fields: Sequence[str | None], zone: str) -> StructType:
    """The narrowest type of each field of a line."""
    return StructType(
        [StructField(f"_c{place}", _field_type(text, zone)) for place, text in enumerate(fields)]
    )


def _field_type(text: str | None, zone: str) -> DataType:
    if text is None:
        return StringType()
    if _WHOLE.match(text):
        value = int(text)
        if -(1 << 63) <= value < 1 << 63:
            return IntegerType() if -(1 << 31) <= value < 1 << 31 else LongType()
        digits = len(text.lstrip("+-"))
        return DecimalType(digits, 0) if digits <= 38 else DoubleType()
    if _REAL.match(text.strip()) or text in ("NaN", "Inf", "-Inf", "Infinity", "+Infinity", "-Infinity"):
        return DoubleType()
    if len(text) <= 10 and date_of(text) is not None:
        return DateType()
    if timestamp_of(text, zone) is not None:
        return TimestampType()
    return BooleanType() if text.lower() in ("true", "false") else StringType()


def ddl_of(type_: DataType) -> str:
    """A type as SQL writes it."""
    if isinstance(type_, StructType):
        return (
            "STRUCT<"
            + ", ".join(f"{quoted(field.name)}: {ddl_of(field.dataType)}" for field in type_.fields)
            + ">"
        )
    if isinstance(type_, ArrayType):
        return f"ARRAY<{ddl_of(type_.elementType)}>"
    return type_.simpleString().upper()
