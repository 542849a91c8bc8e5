# SPDX-License-Identifier: Apache-2.0
"""Columns of Arrow as the pandas objects that PySpark 4.3 hands to a function, dtype by dtype.

There are two ways, as there: types that NumPy has become what Arrow makes of them (integers with nulls are floats);
a struct that becomes a frame takes the other way as a whole when one of its fields has another type (integers with
nulls are then nullable ones, and times keep their microseconds).
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from sluice.frame.zones import wall_clocks

__all__ = ["frame_of", "series_of", "struct_frame"]

_NULLABLE = {
    "int8": pd.Int8Dtype,
    "int16": pd.Int16Dtype,
    "int32": pd.Int32Dtype,
    "int64": pd.Int64Dtype,
}


def _is_numpy(kind: pa.DataType) -> bool:
    return bool(
        types.is_null(kind)
        or types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_binary(kind)
        or types.is_date(kind)
        or types.is_time(kind)
        or types.is_timestamp(kind)
    )


def series_of(array: Any, name: Any) -> pd.Series:
    """Return a column as a series."""
    kind = array.type
    if types.is_timestamp(kind):
        series = _local_ns(array).to_pandas()
    elif _is_numpy(kind):
        series = array.to_pandas()
    else:
        series = _other(array)
    series.name = name
    return series


def frame_of(columns: list[Any], names: list[Any]) -> pd.DataFrame:
    """Return columns as a frame, each as it would be alone; names may repeat."""
    if columns and not any(types.is_nested(column.type) for column in columns):
        return _at_once([_local_ns(column) for column in columns], names)
    return _joined([series_of(column, name) for column, name in zip(columns, names, strict=True)], names)


def _local_ns(column: Any) -> Any:
    kind = column.type
    if not types.is_timestamp(kind):
        return column
    local = wall_clocks(column, kind.tz) if kind.tz is not None else column
    return local.cast(pa.timestamp("ns"))


def _at_once(columns: list[Any], names: list[Any]) -> pd.DataFrame:
    """One frame made by Arrow: what costs most with small ones is to make a series for each column."""
    unique = len(set(names)) == len(names)
    table = pa.Table.from_arrays(columns, names=names if unique else list(map(str, range(len(columns)))))
    made = table.to_pandas(split_blocks=True, ignore_metadata=True, use_threads=False)
    if not unique:
        made.columns = pd.Index(names)
    return made


def struct_frame(columns: list[Any], names: list[Any]) -> pd.DataFrame:
    """Return the fields of a struct as a frame."""
    if all(_is_numpy(column.type) for column in columns):
        return frame_of(columns, names)
    return _joined([_other(column) for column in columns], names)


def _joined(series: list[pd.Series], names: list[Any]) -> pd.DataFrame:
    # A dict of series is many times faster than to concatenate them, and copies nothing either.
    made = pd.DataFrame(dict(enumerate(series)), copy=False)
    made.columns = pd.Index(names)
    return made


def _other(array: Any) -> pd.Series:
    kind = array.type
    if types.is_timestamp(kind):
        return (wall_clocks(array, kind.tz) if kind.tz is not None else array).to_pandas()
    if types.is_integer(kind) and array.null_count:
        return array.to_pandas(integer_object_nulls=True).astype(_NULLABLE[str(kind)]())
    if types.is_nested(kind):
        values = _objects(array)
        made = np.empty(len(values), dtype=object)
        # One by one: NumPy would make a matrix of arrays of one length.
        for place, value in enumerate(values):
            made[place] = value
        return pd.Series(made, dtype=object)
    return array.to_pandas(date_as_object=True)


def _objects(array: Any) -> list[Any]:
    """A column's values as they stand inside a series of objects: dicts, arrays, timestamps."""
    kind = array.type
    if types.is_struct(kind):
        names = [field.name for field in kind]
        fields = [_objects(field) for field in array.flatten()]
        made: list[Any] = [dict(zip(names, values, strict=True)) for values in zip(*fields, strict=True)]
    elif types.is_map(kind):
        keys, items = _objects(array.keys), _objects(array.items)
        made = [dict(zip(keys[a:b], items[a:b], strict=True)) for a, b in _ranges(array)]
    elif types.is_list(kind) or types.is_large_list(kind):
        made = _arrays(array)
    elif types.is_timestamp(kind):
        return [None if value is pd.NaT else value for value in series_of(array, None).astype(object)]
    else:
        plain: list[Any] = array.to_pylist()
        return plain
    if array.null_count:
        for place in pc.indices_nonzero(pc.is_null(array)).to_pylist():
            made[place] = None
    return made


def _arrays(array: Any) -> list[Any]:
    inner = array.values
    if _is_numpy(inner.type) and not types.is_timestamp(inner.type):
        return list(array.to_pandas(date_as_object=True, integer_object_nulls=True))
    if types.is_nested(inner.type) or types.is_timestamp(inner.type):
        values = np.empty(len(inner), dtype=object)
        for place, value in enumerate(_objects(inner)):
            values[place] = value
    else:
        values = np.array(inner.to_pylist(), dtype=object)
    return [values[a:b].copy() for a, b in _ranges(array)]


def _ranges(array: Any) -> Any:
    offsets = array.offsets.to_pylist()
    return itertools.pairwise(offsets)
