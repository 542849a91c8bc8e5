# SPDX-License-Identifier: Apache-2.0
"""The types that Spark finds in JSON: what differs becomes a text, fields are sorted by name."""

from __future__ import annotations

import decimal
import json
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from sluice.frame.sources.options import Options

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
    """Adds up the types of records."""

    def __init__(self, options: Options) -> None:
        self._texts = options.flag("primitivesAsString")
        self._decimals = options.flag("prefersDecimal")
        self._drop_nulls = options.flag("dropFieldIfAllNull")
        self._type: DataType = NullType()
        #: The first text that is no record.
        self.wrong: str | None = None

    def add(self, text: str | None) -> None:
        """Look at one record."""
        if text is None:
            return
        try:
            value = json.loads(text, parse_float=_Float, parse_int=_whole)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            self.wrong = self.wrong or text
            return
        self._type = _merged(self._type, self._of(value))

    def schema(self) -> StructType:
        """The schema of all of them."""
        found = _canonical(self._type, self._drop_nulls)
        return found if isinstance(found, StructType) else StructType([])

    def _of(self, value: Any) -> DataType:
        if isinstance(value, dict):
            return StructType([StructField(name, self._of(value[name])) for name in sorted(value)])
        if isinstance(value, list):
            element: DataType = NullType()
            for each in value:
                element = _merged(element, self._of(each))
            return ArrayType(element)
        if value is None:
            return NullType()
        if isinstance(value, str) or self._texts:
            return StringType()
        if isinstance(value, bool):
            return BooleanType()
        if isinstance(value, int):
            if -(2**63) <= value < 2**63:
                return LongType()
            digits = len(str(abs(value)))
            return DecimalType(digits, 0) if digits <= 38 else DoubleType()
        if self._decimals and isinstance(value, _Float):
            number = decimal.Decimal(value.text)
            _, found, exponent = number.as_tuple()
            scale = max(0, -int(exponent))
            if max(len(found), scale) <= 38:
                return DecimalType(max(len(found), scale), scale)
        return DoubleType()


class _Float(float):
    """A number with a point, and its text."""

    def __new__(cls, text: str) -> _Float:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str


def _whole(text: str) -> int | float:
    return int(text) if len(text) < 400 else float(text)


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


def _canonical(type_: DataType, drop: bool) -> DataType | None:
    """Nulls alone become texts, or go; structs without fields go."""
    if isinstance(type_, NullType):
        return None if drop else StringType()
    if isinstance(type_, ArrayType):
        inner = _canonical(type_.elementType, drop)
        return None if inner is None else ArrayType(inner)
    if isinstance(type_, StructType):
        fields = []
        for field in type_.fields:
            inner = _canonical(field.dataType, drop)
            if inner is not None:
                fields.append(StructField(field.name, inner))
        return StructType(fields) if fields else None
    return type_
