# SPDX-License-Identifier: Apache-2.0
"""The types that `schema_of_json` and `schema_of_csv` find in a literal, while a query is compiled; types as DDL."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sluice.frame import errors
from sluice.frame.names import quoted
from sluice.frame.rowwise.jsons import parsed
from sluice.frame.rowwise.times import date_of, timestamp_of
from sluice.frame.sources.jsontypes import Inference
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

__all__ = ["csv_type", "ddl_of", "json_type"]

_WHOLE = re.compile(r"[+-]?\d+\Z", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?\Z", re.ASCII)


def json_type(text: str) -> DataType:
    """The type of the value that a text is.

    Raises:
        AnalysisException: it is no JSON.
    """
    try:
        found = parsed(text, special=True)
    except ValueError as error:
        raise errors.analysis(
            "INVALID_JSON_SCHEMA_INPUT", f"a text that is no JSON has no schema: {text!r}: {error}"
        ) from None
    inference = Inference()
    type_ = inference.type_of(found)
    if isinstance(type_, ArrayType) and isinstance(type_.elementType, StructType):
        return ArrayType(inference.canonical(type_.elementType) or StructType([]))
    return inference.canonical(type_) or (StructType([]) if isinstance(type_, StructType) else StringType())


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
