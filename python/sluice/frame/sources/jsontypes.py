# SPDX-License-Identifier: Apache-2.0
"""The types that Spark finds in JSON: what differs becomes a text, fields are sorted by name."""

from __future__ import annotations

import decimal
from typing import Any

from sluice.frame.rowwise.jsons import Members, Real, parsed
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DecimalType,
    DoubleType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
)

__all__ = ["Inference", "of_structure"]

_SIMPLE: dict[str, DataType] = {
    "UBIGINT": LongType(),
    "BIGINT": LongType(),
    "HUGEINT": LongType(),
    "DOUBLE": DoubleType(),
    "VARCHAR": StringType(),
    "BOOLEAN": BooleanType(),
    "NULL": StringType(),
}


def of_structure(found: Any) -> StructType | None:
    """The schema of what DuckDB says of records without a value of two kinds; None where there are such."""
    type_ = _of(found)
    return type_ if isinstance(type_, StructType) else None


def _of(found: Any) -> DataType | None:
    if isinstance(found, dict):
        fields = []
        for name in sorted(found):
            inner = _of(found[name])
            if inner is None:
                return None
            fields.append(StructField(name, inner))
        return StructType(fields)
    if isinstance(found, list):
        inner = _of(found[0])
        return None if inner is None else ArrayType(inner)
    return _SIMPLE.get(found)


class Inference:
    """Finds the types of values, as `parsed` makes them of JSON, and adds up those of records.

    Args:
        texts: whether numbers and booleans are texts.
        decimals: whether numbers with a point are decimals where they fit.
        drop_nulls: whether a field that is always null goes; else it is a text.
    """

    def __init__(self, texts: bool = False, decimals: bool = False, drop_nulls: bool = False) -> None:
        self._texts = texts
        self._decimals = decimals
        self._drop_nulls = drop_nulls
        self._type: DataType = NullType()
        #: The first text that is no record.
        self.wrong: str | None = None

    def add(self, text: str | None) -> None:
        """Look at one record."""
        if text is None:
            return
        try:
            value = parsed(text, special=True)
        except ValueError:
            value = None
        if not isinstance(value, Members):
            self.wrong = self.wrong or text
            return
        self._type = _merged(self._type, self.type_of(value))

    def schema(self) -> StructType:
        """The schema of all records."""
        found = self.canonical(self._type)
        return found if isinstance(found, StructType) else StructType([])

    def type_of(self, value: Any) -> DataType:
        """The type of a value, in which nobody has looked for nulls and empty structs."""
        if isinstance(value, Members):
            fields: dict[str, DataType] = {}
            for name, each in value:
                fields[name] = _merged(fields.get(name, NullType()), self.type_of(each))
            return StructType([StructField(name, fields[name]) for name in sorted(fields)])
        if isinstance(value, list):
            element: DataType = NullType()
            for each in value:
                element = _merged(element, self.type_of(each))
            return ArrayType(element)
        if value is None:
            return NullType()
        if self._texts or type(value) is str:
            return StringType()
        if isinstance(value, bool):
            return BooleanType()
        if isinstance(value, int):
            if -(1 << 63) <= value < 1 << 63:
                return LongType()
            digits = len(str(abs(value)))
            return DecimalType(digits, 0) if digits <= 38 else DoubleType()
        if self._decimals and isinstance(value, Real):
            _, found, exponent = decimal.Decimal(value).as_tuple()
            scale = max(0, -int(exponent))
            if max(len(found), scale) <= 38:
                return DecimalType(max(len(found), scale), scale)
        return DoubleType()

    def canonical(self, type_: DataType) -> DataType | None:
        """The type without empty structs, and with texts for what is always null; None if nothing is left."""
        if isinstance(type_, NullType):
            return None if self._drop_nulls else StringType()
        if isinstance(type_, ArrayType):
            inner = self.canonical(type_.elementType)
            return None if inner is None else ArrayType(inner)
        if isinstance(type_, StructType):
            found = ((field.name, self.canonical(field.dataType)) for field in type_.fields)
            fields = [StructField(name, inner) for name, inner in found if inner is not None]
            return StructType(fields) if fields else None
        return type_


def _merged(left: DataType, right: DataType) -> DataType:
    if left == right or isinstance(right, NullType):
        return left
    if isinstance(left, NullType):
        return right
    if isinstance(left, StructType) and isinstance(right, StructType):
        fields = {field.name: field.dataType for field in left.fields}
        for field in right.fields:
            known = fields.get(field.name)
            fields[field.name] = field.dataType if known is None else _merged(known, field.dataType)
        return StructType([StructField(name, fields[name]) for name in sorted(fields)])
    if isinstance(left, ArrayType) and isinstance(right, ArrayType):
        return ArrayType(_merged(left.elementType, right.elementType))
    numbers = (LongType, DoubleType, DecimalType)
    if isinstance(left, numbers) and isinstance(right, numbers):
        if isinstance(left, DoubleType) or isinstance(right, DoubleType):
            return DoubleType()
        first, second = (
            each if isinstance(each, DecimalType) else DecimalType(20, 0) for each in (left, right)
        )
        scale = max(first.scale, second.scale)
        whole = max(first.precision - first.scale, second.precision - second.scale)
        return DecimalType(whole + scale, scale) if whole + scale <= 38 else DoubleType()
    return StringType()
