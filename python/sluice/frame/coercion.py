# SPDX-License-Identifier: Apache-2.0
"""Which type two values have in common, and the types of arithmetic: Spark's rules with ANSI mode on."""

from __future__ import annotations

from collections.abc import Iterable

from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)

__all__ = [
    "common_type",
    "decimal_of",
    "decimal_result",
    "is_integral",
    "is_numeric",
    "is_string",
    "widest",
]

_INTEGRAL: tuple[type[DataType], ...] = (ByteType, ShortType, IntegerType, LongType)
_DIGITS: dict[type[DataType], int] = {ByteType: 3, ShortType: 5, IntegerType: 10, LongType: 20}
_MAX = 38


def is_integral(type_: DataType) -> bool:
    """Whether it is one of the four whole numbers."""
    return isinstance(type_, _INTEGRAL)


def is_numeric(type_: DataType) -> bool:
    """Whether one can count with it."""
    return isinstance(type_, (*_INTEGRAL, FloatType, DoubleType, DecimalType))


def is_string(type_: DataType) -> bool:
    """Whether it is a text, with a length or without."""
    return isinstance(type_, StringType) or type(type_).__name__ in ("CharType", "VarcharType")


def decimal_of(type_: DataType) -> DecimalType:
    """The decimal that holds every value of a whole number."""
    if isinstance(type_, DecimalType):
        return type_
    return DecimalType(_DIGITS[type(type_)], 0)


def _bounded(precision: int, scale: int) -> DecimalType:
    return DecimalType(min(precision, _MAX), min(scale, _MAX))


def _adjusted(precision: int, scale: int) -> DecimalType:
    """Where digits do not suffice, digits after the point go first, but not the last six."""
    if precision <= _MAX:
        return DecimalType(precision, scale)
    whole = precision - scale
    return DecimalType(_MAX, max(_MAX - whole, min(scale, 6)))


def decimal_result(operator: str, left: DecimalType, right: DecimalType) -> DecimalType:
    """The type of a decimal operation.

    Raises:
        ValueError: there is no such operator.
    """
    p1, s1, p2, s2 = left.precision, left.scale, right.precision, right.scale
    if operator in ("+", "-"):
        scale = max(s1, s2)
        return _adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
    if operator == "*":
        return _adjusted(p1 + p2 + 1, s1 + s2)
    if operator == "/":
        scale = max(6, s1 + p2 + 1)
        return _adjusted(p1 - s1 + s2 + scale, scale)
    if operator == "%":
        scale = max(s1, s2)
        return _adjusted(min(p1 - s1, p2 - s2) + scale, scale)
    if operator == "div":
        return _adjusted(max(p1 - s1 + s2, 1), 0)
    raise ValueError(operator)


def widest(left: DataType, right: DataType) -> DataType | None:
    """The type that both become in arithmetic and comparison; None if there is none."""
    if left == right:
        return left
    if isinstance(left, NullType):
        return right
    if isinstance(right, NullType):
        return left
    if is_numeric(left) and is_numeric(right):
        return _number(left, right)
    if is_string(left) and is_string(right):
        return StringType()
    if is_string(left) or is_string(right):
        other = right if is_string(left) else left
        return _with_string(other)
    times = (DateType, TimestampNTZType, TimestampType)
    if isinstance(left, times) and isinstance(right, times):
        return next(kind() for kind in reversed(times) if isinstance(left, kind) or isinstance(right, kind))
    for kind in (DayTimeIntervalType, YearMonthIntervalType):
        if isinstance(left, kind) and isinstance(right, kind):
            return kind(min(left.startField, right.startField), max(left.endField, right.endField))
    return _nested(left, right)


def _number(left: DataType, right: DataType) -> DataType:
    if isinstance(left, DecimalType) or isinstance(right, DecimalType):
        if isinstance(left, FloatType | DoubleType) or isinstance(right, FloatType | DoubleType):
            return DoubleType()
        first, second = decimal_of(left), decimal_of(right)
        scale = max(first.scale, second.scale)
        whole = max(first.precision - first.scale, second.precision - second.scale)
        return _bounded(whole + scale, scale)
    if isinstance(left, DoubleType) or isinstance(right, DoubleType):
        return DoubleType()
    if isinstance(left, FloatType) or isinstance(right, FloatType):
        # A float holds no long exactly, so that the two meet in a double.
        other = right if isinstance(left, FloatType) else left
        return FloatType() if isinstance(other, FloatType) else DoubleType()
    return next(kind() for kind in reversed(_INTEGRAL) if isinstance(left, kind) or isinstance(right, kind))


def _with_string(other: DataType) -> DataType | None:
    if is_integral(other):
        return LongType()
    if is_numeric(other):
        return DoubleType()
    if isinstance(other, BooleanType | DateType | TimestampType | TimestampNTZType | BinaryType):
        return other
    return None


def _nested(left: DataType, right: DataType) -> DataType | None:
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        element = widest(left.elementType, right.elementType)
        return element and ArrayType(element, left.containsNull or right.containsNull)
    if isinstance(left, MapType) and isinstance(right, MapType):
        key, value = widest(left.keyType, right.keyType), widest(left.valueType, right.valueType)
        return (
            MapType(key, value, left.valueContainsNull or right.valueContainsNull) if key and value else None
        )
    if isinstance(left, StructType) and isinstance(right, StructType):
        if len(left.fields) != len(right.fields):
            return None
        fields = []
        for a, b in zip(left.fields, right.fields, strict=True):
            type_ = widest(a.dataType, b.dataType)
            if type_ is None or a.name.lower() != b.name.lower():
                return None
            fields.append(StructField(a.name, type_, a.nullable or b.nullable))
        return StructType(fields)
    return None


def common_type(types: Iterable[DataType], ansi: bool = True) -> DataType | None:
    """The type of a value that is one of several, as in `coalesce`, `when`, `array`; None if there is none.

    Args:
        ansi: without ANSI mode texts win over numbers and times.
    """
    common: DataType = NullType()
    for type_ in types:
        found = widest(common, type_) if ansi else _with_texts(common, type_)
        if found is None:
            return None
        common = found
    return common


def _with_texts(left: DataType, right: DataType) -> DataType | None:
    other = right if is_string(left) else left if is_string(right) else None
    plain = other is not None and not isinstance(other, ArrayType | MapType | StructType | NullType)
    if not plain:
        return widest(left, right)
    return None if isinstance(other, BinaryType | BooleanType) else StringType()
