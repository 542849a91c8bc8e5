# SPDX-License-Identifier: Apache-2.0
"""Values of a schema out of JSON, as Spark reads them: what does not fit is null, the rest stays."""

from __future__ import annotations

import base64
import binascii
import decimal
import struct
from collections.abc import Callable
from typing import Any

from sluice.frame.malformed import malformed
from sluice.frame.rowwise.clocks import parse_local, parse_timestamp
from sluice.frame.rowwise.jsons import Members, Real, Special, json_text, parsed
from sluice.frame.rowwise.times import date_of, timestamp_ntz_without_zone_of, timestamp_of
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


def reader(
    type_: DataType, zone: str, patterns: dict[str, str], corrupt: str, strict: bool
) -> Callable[[str], Any]:
    """A function that reads texts: structs, arrays or maps.

    Args:
        zone: where clocks are read that say no zone.
        patterns: Java's patterns of dates and times, by the names of their types.
        corrupt: the field that gets the text where something in it does not fit.
        strict: whether that is an error.
    """
    values = _Values(zone, patterns)

    def read(text: str) -> Any:
        if not text.strip():
            return None
        values.misfits = 0
        value: Any = None
        try:
            value = values.root(parsed(text, special=True), type_)
        except ValueError:
            values.misfits += 1
        if values.misfits and strict:
            raise ValueError(malformed(text))
        if isinstance(type_, StructType):
            value = dict.fromkeys(type_.names) if value is None else value
            if corrupt in type_.names:
                value[corrupt] = text if values.misfits else None
        return value

    return read


class _Values:
    """Makes values of one text after the other, and counts what was left out of one."""

    def __init__(self, zone: str, patterns: dict[str, str]) -> None:
        self._zone = zone
        self._patterns = patterns
        self.misfits = 0

    def root(self, found: Any, type_: DataType) -> Any:
        """The value of a whole text.

        Raises:
            Misfit: it is none of this type.
        """
        element = type_.elementType if isinstance(type_, ArrayType) else None
        if isinstance(element, StructType) and isinstance(found, Members):
            return [self._value(found, element)]
        if isinstance(type_, StructType) and not isinstance(found, Members):
            raise Misfit("no object")
        if found is None:
            raise Misfit("null")
        return self._value(found, type_)

    def _value(self, found: Any, type_: DataType) -> Any:
        if found is None:
            return None
        if isinstance(type_, StructType):
            return self._struct(found, type_)
        if isinstance(type_, ArrayType):
            if not isinstance(found, list) or isinstance(found, Members):
                raise Misfit("no array")
            return [self._value(each, type_.elementType) for each in found]
        if isinstance(type_, MapType):
            if not isinstance(found, Members):
                raise Misfit("no object")
            return list({name: self._value(each, type_.valueType) for name, each in found}.items())
        if isinstance(type_, StringType):
            return str(found) if type(found) is str else json_text(found)
        if type(found) is str and not found and not isinstance(type_, BinaryType):
            raise Misfit("empty text")
        return self._atom(found, type_)

    def _struct(self, found: Any, type_: StructType) -> dict[str, Any]:
        if not isinstance(found, Members):
            raise Misfit("no object")
        members = dict(found)
        values: dict[str, Any] = {}
        for field in type_.fields:
            try:
                values[field.name] = self._value(members.get(field.name), field.dataType)
            except ValueError:
                values[field.name] = None
                self.misfits += 1
        return values

    def _atom(self, found: Any, type_: DataType) -> Any:
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
        if isinstance(type_, DateType | TimestampType | TimestampNTZType) and text:
            return self._time(found, type_)
        if isinstance(type_, TimestampType) and type(found) is int:
            return found * 1_000_000
        if isinstance(type_, BinaryType) and text:
            try:
                return base64.b64decode(found, validate=True)
            except binascii.Error as error:
                raise Misfit(str(error)) from None
        raise Misfit(f"no {type_.simpleString()}: {found!r}")

    def _time(self, text: str, type_: DataType) -> int:
        """Days or microseconds since 1970."""
        pattern = self._patterns.get(type_.typeName())
        zoned = isinstance(type_, TimestampType)
        if pattern is None:
            if isinstance(type_, DateType):
                found = date_of(text)
            else:
                found = timestamp_of(text, self._zone) if zoned else timestamp_ntz_without_zone_of(text)
        else:
            found = parse_timestamp(text, pattern, self._zone) if zoned else parse_local(text, pattern)
            if isinstance(type_, DateType) and found is not None:
                found //= 86_400_000_000
        if found is None:
            raise Misfit(f"no {type_.simpleString()}: {text!r}")
        return found


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
