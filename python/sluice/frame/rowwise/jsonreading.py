# SPDX-License-Identifier: Apache-2.0
"""Values of a schema out of JSON, as `from_json` reads them: what does not fit is null, the rest stays."""

from __future__ import annotations

import base64
import binascii
import decimal
import struct
from collections.abc import Callable
from typing import Any

from sluice.frame.rowwise.jsons import Members, Real, Special, json_text, parsed
from sluice.frame.rowwise.moments import Clock
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

__all__ = ["Misfit", "readable", "reader"]

#: Whole numbers by the bits that they have.
_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_SPECIAL = {
    "NaN": "nan",
    "+INF": "inf",
    "INF": "inf",
    "+Infinity": "inf",
    "Infinity": "inf",
    "-INF": "-inf",
    "-Infinity": "-inf",
}


class Misfit(ValueError):
    """A value that is none of the type."""


def readable(type_: DataType) -> bool:
    """Whether values of a type are read from JSON."""
    if isinstance(type_, ArrayType):
        return readable(type_.elementType)
    if isinstance(type_, MapType):
        return isinstance(type_.keyType, StringType) and readable(type_.valueType)
    if isinstance(type_, StructType):
        return all(readable(field.dataType) for field in type_.fields)
    plain = (StringType, BooleanType, BinaryType, DecimalType, DateType, TimestampType, TimestampNTZType)
    return isinstance(type_, (*plain, FloatType, DoubleType, *_BITS))


def reader(type_: DataType, clock: Clock, corrupt: str, strict: bool) -> Callable[[str], Any]:
    """A function that reads texts: structs, arrays or maps.

    Args:
        corrupt: the field that gets the text where something in it does not fit.
        strict: whether that is an error.
    """

    def read(text: str) -> Any:
        if not text.strip():
            return None
        bad: list[str] = []
        value: Any = None
        try:
            value = _root(parsed(text, special=True), type_, clock, bad)
        except ValueError as error:
            bad.append(str(error))
        if bad and strict:
            raise ValueError(
                "[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are detected in record parsing: "
                f"{text}. Parse Mode: FAILFAST. SQLSTATE: 22023"
            )
        if isinstance(type_, StructType):
            value = dict.fromkeys(type_.names) if value is None else value
            if corrupt in type_.names:
                value[corrupt] = text if bad else None
        return value

    return read


def _root(found: Any, type_: DataType, clock: Clock, bad: list[str]) -> Any:
    element = type_.elementType if isinstance(type_, ArrayType) else None
    if isinstance(element, StructType) and isinstance(found, Members):
        return [_value(found, element, clock, bad)]
    if isinstance(type_, StructType) and not isinstance(found, Members):
        raise Misfit("no object")
    if found is None:
        raise Misfit("null")
    return _value(found, type_, clock, bad)


def _value(found: Any, type_: DataType, clock: Clock, bad: list[str]) -> Any:
    """The value of a type; `bad` gets what was left out of it.

    Raises:
        Misfit: it is none of this type.
    """
    if found is None:
        return None
    if isinstance(type_, StructType):
        return _struct(found, type_, clock, bad)
    if isinstance(type_, ArrayType):
        if not isinstance(found, list) or isinstance(found, Members):
            raise Misfit("no array")
        return [_value(each, type_.elementType, clock, bad) for each in found]
    if isinstance(type_, MapType):
        if not isinstance(found, Members):
            raise Misfit("no object")
        members = {name: _value(each, type_.valueType, clock, bad) for name, each in found}
        return list(members.items())
    if isinstance(type_, StringType):
        return str(found) if type(found) is str else json_text(found)
    if type(found) is str and not found and not isinstance(type_, BinaryType):
        raise Misfit("empty text")
    return _atom(found, type_, clock)


def _struct(found: Any, type_: StructType, clock: Clock, bad: list[str]) -> dict[str, Any]:
    if not isinstance(found, Members):
        raise Misfit("no object")
    members = dict(found)
    values: dict[str, Any] = {}
    for field in type_.fields:
        try:
            values[field.name] = _value(members.get(field.name), field.dataType, clock, bad)
        except ValueError as error:
            values[field.name] = None
            bad.append(f"{field.name}: {error}")
    return values


def _atom(found: Any, type_: DataType, clock: Clock) -> Any:
    text = type(found) is str
    if isinstance(type_, BooleanType) and isinstance(found, bool):
        return found
    if isinstance(found, bool):
        raise Misfit("a boolean")
    bits = _BITS.get(type(type_))
    if bits is not None and type(found) is int and -(1 << bits - 1) <= found < 1 << bits - 1:
        return found
    if isinstance(type_, DecimalType) and (type(found) is int or isinstance(found, Real) or text):
        return _decimal(str(found), type_)
    if isinstance(type_, FloatType | DoubleType):
        return _double(found, type_)
    if isinstance(type_, DateType) and text:
        return clock.date(found)
    if isinstance(type_, TimestampType | TimestampNTZType):
        if text:
            return clock.timestamp(found, isinstance(type_, TimestampType))
        if type(found) is int and isinstance(type_, TimestampType):
            return found * 1_000_000
    if isinstance(type_, BinaryType) and text:
        try:
            return base64.b64decode(found, validate=True)
        except binascii.Error as error:
            raise Misfit(str(error)) from None
    raise Misfit(f"no {type_.simpleString()}: {found!r}")


def _double(found: Any, type_: DataType) -> float:
    if type(found) is int or isinstance(found, Real):
        value = float(found)
    elif isinstance(found, Special) or type(found) is str:
        if found not in _SPECIAL:
            raise Misfit(f"no number: {found!r}")
        value = float(_SPECIAL[found])
    else:
        raise Misfit(f"no number: {found!r}")
    if isinstance(type_, FloatType):
        try:
            return float(struct.unpack("f", struct.pack("f", value))[0])
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value


def _decimal(text: str, type_: DecimalType) -> decimal.Decimal:
    with decimal.localcontext() as context:
        context.prec = 400
        context.rounding = decimal.ROUND_HALF_UP
        try:
            value = decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-type_.scale))
        except decimal.InvalidOperation:
            raise Misfit(f"no decimal: {text!r}") from None
    if not value.is_finite() or len(value.as_tuple().digits) > type_.precision:
        raise Misfit(f"does not fit {type_.simpleString()}: {text}")
    return value
