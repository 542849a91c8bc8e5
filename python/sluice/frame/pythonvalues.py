# SPDX-License-Identifier: Apache-2.0
"""Arrow columns as lists of Python values, as PySpark gives them: naive datetimes, dicts for maps, nested rows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs
from sluice.frame.types import (
    ArrayType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    MapType,
    NullType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    YearMonthIntervalType,
)
from sluice.frame.zones import second_times, wall_clocks
from sluice.pyspark.row import Row

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["make_rows", "to_values"]


def make_rows(columns: list[list[Any]], names: list[str], count: int) -> list[Row]:
    """One row a place of the columns."""
    new = tuple.__new__
    note = object.__setattr__
    rows = []
    for values in zip(*columns, strict=True) if columns else ((),) * count:
        row = new(Row, values)
        note(row, "__fields__", names)
        rows.append(row)
    return rows


def to_values(array: pa.Array | pa.ChunkedArray, kind: DataType, zone: str) -> list[Any]:
    """The Python values of a column; moments are wall clock times of `zone`.

    :raises ValueError: a day or moment is in a year that Python does not have
    :raises PySparkNotImplementedError: the type has no values in Python
    """
    if isinstance(array, pyarrow().ChunkedArray):
        return [value for chunk in array.chunks for value in to_values(chunk, kind, zone)]
    if isinstance(kind, NullType):
        return [None] * len(array)
    if isinstance(kind, UserDefinedType):
        inner = to_values(array, kind.sqlType(), zone)
        return [None if value is None else kind.deserialize(value) for value in inner]
    if isinstance(kind, (YearMonthIntervalType, CalendarIntervalType)):
        return _intervals(array, kind)
    if isinstance(kind, ArrayType):
        items = to_values(array.values, kind.elementType, zone)
        return _gone(array, [items[start:end] for start, end in _spans(array)])
    if isinstance(kind, MapType):
        keys = to_values(array.keys, kind.keyType, zone)
        items = to_values(array.items, kind.valueType, zone)
        return _gone(
            array, [dict(zip(keys[start:end], items[start:end], strict=True)) for start, end in _spans(array)]
        )
    if isinstance(kind, StructType):
        parts = [to_values(array.field(at), field.dataType, zone) for at, field in enumerate(kind)]
        return _gone(array, make_rows(parts, kind.names, len(array)))
    return _plain(array, kind, zone)


def _spans(array: pa.Array) -> Iterable[tuple[int, int]]:
    return pairwise(array.offsets.to_pylist())


def _gone(array: pa.Array, values: list[Any]) -> list[Any]:
    """The values with None where the array has null."""
    if array.null_count:
        for place in array.is_null().to_numpy(zero_copy_only=False).nonzero()[0].tolist():
            values[place] = None
    return values


def _plain(array: pa.Array, kind: DataType, zone: str) -> list[Any]:
    arrow = pyarrow()
    if isinstance(kind, TimestampType):
        return _moments(array, zone)
    if isinstance(kind, TimeType):
        # Python's times have microseconds.
        found: list[Any] = (
            arrow.compute.floor_temporal(array, unit="microsecond").cast(arrow.time64("us")).to_pylist()
        )
        return found
    if isinstance(kind, (TimestampNTZType, DateType, DayTimeIntervalType)):
        return _days(array)
    if array.null_count and not arrow.types.is_primitive(array.type):
        # Strings, bytes and decimals: None is among the objects.
        objects: list[Any] = array.to_numpy(zero_copy_only=False).tolist()
        return objects
    filled = (
        array.fill_null(False if arrow.types.is_boolean(array.type) else 0) if array.null_count else array
    )
    return _gone(array, filled.to_numpy(zero_copy_only=False).tolist())


def _days(array: pa.Array) -> list[Any]:
    """Days, wall clock times and stretches of time: NumPy makes the objects of `datetime`."""
    values: list[Any] = array.to_numpy(zero_copy_only=False).tolist()
    odd = next((value for value in values if isinstance(value, int)), None)
    if odd is not None:
        raise ValueError(
            f"a value is outside of Python's years 1 to 9999: type={array.type}, value={odd}; cast it to a string"
        )
    return values


def _moments(array: pa.Array, zone: str) -> list[Any]:
    needs("numpy", "1.26", "frames")
    clock = wall_clocks(array, zone)
    values = _days(clock)
    for place in second_times(array, clock, zone):
        # The clock showed this time twice, and this is the second one.
        values[place] = values[place].replace(fold=1)
    return values


def _intervals(array: pa.Array, kind: DataType) -> list[Any]:
    if os.environ.get("PYSPARK_YM_INTERVAL_LEGACY") == "1" and isinstance(kind, YearMonthIntervalType):
        return [None if value is None else value.months for value in array.to_pylist()]
    return [kind.fromInternal(value) for value in array.to_pylist()]
