# SPDX-License-Identifier: Apache-2.0
"""What functions of rows return, as columns of Arrow, by the rules of PySpark's functions that travel by Arrow."""

from __future__ import annotations

import array as arrays
import datetime
import decimal
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from sluice.frame import types as t
from sluice.frame.resulterrors import Label, unconverted

__all__ = ["RowResults"]

Converter = Callable[[Any], Any]


class RowResults:
    """Makes columns of one type from lists of values.

    Args:
        kind: the type that was declared.
        arrow: the same, of Arrow.
        safe: refuse casts that lose something.
        int_to_decimal: take integers where decimals are expected.
    """

    def __init__(
        self,
        kind: t.DataType,
        arrow: pa.DataType,
        label: Label,
        safe: bool = True,
        int_to_decimal: bool = False,
    ) -> None:
        self._arrow = arrow
        self._label = label
        self._safe = safe
        self._exact = str if isinstance(kind, t.StringType) else None
        self._convert = _Converters(int_to_decimal).of(kind)

    def __call__(self, values: list[Any]) -> pa.Array:
        """Return the column.

        Raises:
            PySparkTypeError: a value has a type that has no place in it; names function, column, expected, got.
            PySparkValueError: a value does not fit.
        """
        try:
            converted = self._converted(values)
            try:
                return pa.array(converted, type=self._arrow)
            except pa.ArrowInvalid:
                return pa.array(converted).cast(self._arrow, safe=self._safe)
        except Exception as error:
            raise unconverted(self._label, self._arrow, self._culprit(values), error) from error

    def _converted(self, values: list[Any]) -> list[Any]:
        convert = self._convert
        if convert is None:
            return values
        if self._exact is str:
            # Mostly there is nothing to convert, and to look is ten times cheaper than to call.
            return [value if type(value) is str else convert(value) for value in values]
        return [convert(value) for value in values]

    def _culprit(self, values: list[Any]) -> str:
        """The type of the first value that fails alone."""
        for value in values[:100_000]:
            try:
                converted = self._converted([value])
                try:
                    pa.array(converted, type=self._arrow)
                except pa.ArrowInvalid:
                    pa.array(converted).cast(self._arrow, safe=self._safe)
            except Exception:
                return f"{type(value).__name__} {_brief(value)}"
        return "values of several types"


def _brief(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:
        return f"<repr raised {type(error).__name__}>"
    return text if len(text) <= 100 else text[:100] + "..."


def _refuse(expected: str, value: Any) -> TypeError:
    return TypeError(f"expected {expected}, got {type(value).__name__}")


class _Converters:
    """Finds what brings a value to a form that Arrow takes for a type; None where Arrow takes it as it is."""

    def __init__(self, int_to_decimal: bool) -> None:
        self._int_to_decimal = int_to_decimal

    def of(self, kind: t.DataType, nullable: bool = True) -> Converter | None:
        inner = self._of(kind)
        if inner is None and nullable:
            return None

        def convert(value: Any) -> Any:
            if value is None:
                if not nullable:
                    raise ValueError(f"input for {kind} must not be None")
                return None
            return value if inner is None else inner(value)

        return convert

    def _of(self, kind: t.DataType) -> Converter | None:
        if isinstance(kind, t.StringType | t.CharType | t.VarcharType):
            return _string
        if isinstance(kind, t.NullType):
            return _nothing
        if isinstance(kind, t.BinaryType):
            return _binary
        if isinstance(kind, t.TimestampType):
            return _moment
        if isinstance(kind, t.TimestampNTZType):
            return _naive
        if isinstance(kind, t.DecimalType):
            return self._decimal(kind)
        if isinstance(kind, t.ArrayType):
            return self._list(kind)
        if isinstance(kind, t.MapType):
            return self._map(kind)
        if isinstance(kind, t.StructType):
            return self._struct(kind)
        if isinstance(kind, t.UserDefinedType):
            stored = self.of(kind.sqlType())
            serialize = kind.serialize
            return serialize if stored is None else lambda value: stored(serialize(value))
        return None

    def _decimal(self, kind: t.DecimalType) -> Converter:
        step = decimal.Decimal((0, (1,), -kind.scale))
        context = decimal.Context(prec=kind.precision, rounding=decimal.ROUND_HALF_EVEN)
        ints = self._int_to_decimal

        def convert(value: Any) -> Any:
            if ints and isinstance(value, int):
                value = decimal.Decimal(value)
            if not isinstance(value, decimal.Decimal):
                raise _refuse("decimal.Decimal", value)
            return None if value.is_nan() else value.quantize(step, context=context)

        return convert

    def _list(self, kind: t.ArrayType) -> Converter | None:
        element = self.of(kind.elementType, kind.containsNull)
        if element is None:
            # Arrow itself takes whatever can be run through.
            return None

        def convert(value: Any) -> Any:
            if not isinstance(value, list | arrays.array):
                raise _refuse("list", value)
            return [element(each) for each in value]

        return convert

    def _map(self, kind: t.MapType) -> Converter:
        key = self.of(kind.keyType, nullable=False)
        item = self.of(kind.valueType, kind.valueContainsNull)
        assert key is not None

        def convert(value: Any) -> Any:
            if not isinstance(value, dict):
                raise _refuse("dict", value)
            return [(key(k), v if item is None else item(v)) for k, v in value.items()]

        return convert

    def _struct(self, kind: t.StructType) -> Converter:
        names = kind.fieldNames()
        fields = [self.of(field.dataType, field.nullable) for field in kind]

        def convert(value: Any) -> Any:
            if isinstance(value, tuple):
                if len(value) != len(names):
                    raise ValueError(
                        f"[AXIS_LENGTH_MISMATCH] Length mismatch: Expected axis has {len(names)} element, "
                        f"new values have {len(value)} elements."
                    )
                found: Any = value
            elif isinstance(value, dict):
                found = map(value.get, names)
            elif hasattr(value, "__dict__"):
                found = map(value.__dict__.get, names)
            else:
                raise _refuse("tuple, Row or dict", value)
            return tuple(
                each if field is None else field(each) for each, field in zip(found, fields, strict=True)
            )

        return convert


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def _nothing(value: Any) -> None:
    raise _refuse("None", value)


def _binary(value: Any) -> bytes:
    if not isinstance(value, bytes | bytearray):
        raise _refuse("bytes", value)
    return bytes(value)


def _moment(value: Any) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        raise _refuse("datetime.datetime", value)
    return value.astimezone(datetime.UTC)


def _naive(value: Any) -> datetime.datetime:
    if not isinstance(value, datetime.datetime) or value.tzinfo is not None:
        raise _refuse("datetime.datetime without a time zone", value)
    return value
