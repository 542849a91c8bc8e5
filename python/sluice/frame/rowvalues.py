# SPDX-License-Identifier: Apache-2.0
"""Columns of Arrow as the values that a function of rows is called with: many at a time, at the speed of C."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from sluice.pyspark.row import Row

__all__ = ["python_values"]


def python_values(array: pa.Array) -> list[Any]:
    """Return a column's values as PySpark hands them to a function: rows, dicts, lists, naive local times."""
    kind = array.type
    if types.is_struct(kind):
        return _rows(array)
    if types.is_map(kind):
        keys, items = python_values(array.keys), python_values(array.items)
        return _nested(array, [dict(zip(keys[a:b], items[a:b], strict=True)) for a, b in _ranges(array)])
    if types.is_list(kind) or types.is_large_list(kind):
        values = python_values(array.values)
        return _nested(array, [values[a:b] for a, b in _ranges(array)])
    if types.is_timestamp(kind) and kind.tz is not None:
        return _patched(array, _local, array.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()))
    if types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind):
        return _patched(array, _listed, array)
    if types.is_string(kind) or types.is_binary(kind):
        objects: list[Any] = array.to_numpy(zero_copy_only=False).tolist()
        return objects
    plain: list[Any] = array.to_pylist()
    return plain


def _listed(numbers: Any) -> list[Any]:
    # Many times faster than Arrow's own to_pylist, which makes a scalar of its own for each.
    listed: list[Any] = numbers.to_numpy().tolist()
    return listed


def _local(micros: Any) -> list[Any]:
    moment, whole = datetime.datetime.fromtimestamp, 1_000_000
    return [moment(value // whole).replace(microsecond=value % whole) for value in _listed(micros)]


def _patched(array: Any, convert: Any, numbers: Any) -> list[Any]:
    if not array.null_count:
        filled: list[Any] = convert(numbers)
        return filled
    values: list[Any] = convert(pc.fill_null(numbers, pa.scalar(0, numbers.type)))
    for place in pc.indices_nonzero(pc.is_null(array)).to_pylist():
        values[place] = None
    return values


def _ranges(array: Any) -> Iterable[tuple[int, int]]:
    offsets = array.offsets.to_pylist()
    return itertools.pairwise(offsets)


def _nested(array: Any, values: list[Any]) -> list[Any]:
    if array.null_count:
        for place in pc.indices_nonzero(pc.is_null(array)).to_pylist():
            values[place] = None
    return values


def _rows(array: Any) -> list[Any]:
    names = [field.name for field in array.type]
    # With this array's own nulls put into the fields, which have none where the row has no value.
    columns = [python_values(column) for column in array.flatten()]
    make = tuple.__new__
    rows = []
    for values in zip(*columns, strict=True) if columns else [()] * len(array):
        row = make(Row, values)
        row.__fields__ = names
        rows.append(row)
    return _nested(array, rows)
