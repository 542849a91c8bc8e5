# SPDX-License-Identifier: Apache-2.0
"""What functions of pandas return, as columns of Arrow, by PySpark's rules for what fits where."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sluice.frame import types as t
from sluice.frame.arrowtypes import to_arrow
from sluice.frame.resulterrors import Label, unconverted, wrong_columns, wrong_type

__all__ = ["FrameResults", "SeriesResults"]

Converter = Callable[[Any], Any]


class SeriesResults:
    """Makes columns of one type from series; those of a struct from frames.

    Args:
        zone: the session's time zone, in which times without a zone are.
        safe: refuse casts that lose something.
    """

    def __init__(
        self,
        kind: t.DataType,
        arrow: pa.DataType,
        label: Label,
        zone: str,
        safe: bool = True,
        int_to_decimal: bool = False,
    ) -> None:
        self._kind = kind
        self._arrow = arrow
        self._label = label
        self._zone = zone
        self._safe = safe
        self._int_to_decimal = int_to_decimal and isinstance(kind, t.DecimalType)
        self._is_number = pa.types.is_integer(arrow) or pa.types.is_floating(arrow)
        self._convert = _converter(kind, zone)
        self._fields: FrameResults | None = None
        if isinstance(kind, t.StructType):
            self._fields = FrameResults(kind, label, zone, safe=safe, int_to_decimal=int_to_decimal)

    def __call__(self, result: Any) -> pa.Array:
        """Return the column.

        Raises:
            PySparkTypeError: the result has values that have no place in the type.
            PySparkValueError: a value does not fit.
        """
        if self._fields is not None and isinstance(result, pd.DataFrame):
            return pa.StructArray.from_arrays(
                self._fields.columns(result),
                fields=[self._arrow.field(i) for i in range(self._arrow.num_fields)],
            )
        series = result if isinstance(result, pd.Series) else pd.Series(result)
        try:
            return self._array(series)
        except Exception as error:
            raise unconverted(self._label, self._arrow, _dtype(series), error) from error

    def _array(self, series: pd.Series) -> pa.Array:
        if isinstance(series.dtype, pd.CategoricalDtype):
            series = series.astype(series.dtype.categories.dtype)
        if isinstance(self._kind, t.TimestampType):
            series = _moments(series, self._zone)
        elif self._convert is not None:
            convert = self._convert
            series = series.apply(lambda value: None if value is None else convert(value))
        elif self._int_to_decimal and pd.api.types.is_integer_dtype(series):
            from decimal import Decimal

            series = series.apply(lambda value: Decimal(int(value)) if pd.notna(value) else None).astype(
                object
            )
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iufb" and self._is_number:
            # Arrow takes longer to look for the numbers in a series.
            values = series.to_numpy()
            with contextlib.suppress(pa.ArrowInvalid):
                return pa.array(values, self._arrow, from_pandas=True, safe=self._safe)
        mask = _mask(series, self._arrow)
        try:
            made = pa.Array.from_pandas(series, mask=mask, type=self._arrow, safe=self._safe)
        except pa.ArrowInvalid:
            made = pa.Array.from_pandas(series, mask=mask)
            made = made.cast(self._arrow, safe=self._safe)
        return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _mask(series: pd.Series, arrow: pa.DataType) -> Any:
    kind = series.dtype.kind
    if kind in "iub" or hasattr(series.array, "__arrow_array__"):
        return None
    if (kind == "f" and pa.types.is_floating(arrow)) or (kind in "mM" and pa.types.is_temporal(arrow)):
        # Arrow itself sees NaN and NaT, at a fraction of the cost.
        return None
    return series.isnull()


def _dtype(series: pd.Series) -> str:
    text = str(series.dtype)
    if text != "object":
        return text
    kinds = sorted({type(value).__name__ for value in series.iloc[:1000] if value is not None})
    return f"object of {', '.join(kinds[:5])}"


class FrameResults:
    """Makes the columns of a schema from frames.

    Args:
        by_name: take columns by their names where these are text; else by position.
        more_allowed: ignore what follows the schema's number of columns, as ``mapInPandas`` does.
    """

    def __init__(
        self,
        schema: t.StructType,
        label: Label,
        zone: str,
        safe: bool = True,
        int_to_decimal: bool = False,
        by_name: bool = True,
        more_allowed: bool = False,
    ) -> None:
        self._names = schema.fieldNames()
        self._label = label
        self._by_name = by_name
        self._more_allowed = more_allowed
        self._fields = [
            SeriesResults(
                field.dataType,
                to_arrow(field.dataType, zone),
                Label(label.function, field.name),
                zone,
                safe,
                int_to_decimal,
            )
            for field in schema
        ]

    def columns(self, frame: Any) -> list[pa.Array]:
        """Return the columns.

        Raises:
            PySparkTypeError: no frame, or a column cannot be converted.
            PySparkRuntimeError: it has other columns; names those that are missing and those that are too many.
        """
        if not isinstance(frame, pd.DataFrame):
            raise wrong_type(self._label, "pandas.DataFrame", type(frame).__name__)
        if not len(frame.columns):
            # Rows without columns have no value anywhere.
            return [field(pd.Series([None] * len(frame), dtype=object)) for field in self._fields]
        found = list(frame.columns)
        if found == self._names:
            return self._each(frame)
        by_name = self._by_name and any(isinstance(name, str) for name in found)
        compared = found[: len(self._names)] if self._more_allowed else found
        if set(compared) != set(self._names) if by_name else len(compared) != len(self._names):
            raise wrong_columns(self._label, self._names, [str(name) for name in compared], by_name)
        if by_name and found[: len(self._names)] != self._names:
            frame = frame[self._names]
        return self._each(frame)

    def _each(self, frame: pd.DataFrame) -> list[pa.Array]:
        # Columns beyond the schema's are not looked at.
        return [field(series) for field, (_, series) in zip(self._fields, frame.items(), strict=False)]


def _moments(series: pd.Series, zone: str) -> pd.Series:
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return series.dt.tz_convert("UTC")
    if series.dtype.kind == "M":
        # An hour that the clock shows twice is the second one, as in PySpark.
        return series.dt.tz_localize(zone, ambiguous=False).dt.tz_convert("UTC")
    return series


def _converter(kind: t.DataType, zone: str) -> Converter | None:
    """What brings a value inside a series of objects to a form that Arrow takes; None if Arrow takes it as it is."""
    if isinstance(kind, t.ArrayType):
        element = _inside(kind.elementType, zone)
        return list if element is None else lambda value: [_unless_none(element, each) for each in value]
    if isinstance(kind, t.MapType):
        key, item = _inside(kind.keyType, zone), _inside(kind.valueType, zone)
        return lambda value: [(_unless_none(key, k), _unless_none(item, v)) for k, v in value.items()]
    if isinstance(kind, t.StructType):
        names = kind.fieldNames()
        fields = [_inside(field.dataType, zone) for field in kind]

        def struct(value: Any) -> Any:
            found = map(value.get, names) if isinstance(value, dict) else value
            return tuple(_unless_none(field, each) for field, each in zip(fields, found, strict=True))

        return struct
    if isinstance(kind, t.UserDefinedType):
        stored = _converter(kind.sqlType(), zone)
        serialize = kind.serialize
        return serialize if stored is None else lambda value: stored(serialize(value))
    return None


def _inside(kind: t.DataType, zone: str) -> Converter | None:
    return (
        (lambda value: _moment(value, zone)) if isinstance(kind, t.TimestampType) else _converter(kind, zone)
    )


def _unless_none(convert: Converter | None, value: Any) -> Any:
    return value if convert is None or value is None else convert(value)


def _moment(value: Any, zone: str) -> Any:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return pd.Timestamp(value).to_pydatetime()
    return pd.Timestamp(value).tz_localize(zone).to_pydatetime()
