# SPDX-License-Identifier: Apache-2.0
"""Cells of pandas that are objects: arrays of NumPy, dicts for maps and structs, as PySpark's `toPandas` has them."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs
from sluice.frame.pythonvalues import to_values
from sluice.frame.types import (
    ArrayType,
    BooleanType,
    DataType,
    DayTimeIntervalType,
    DoubleType,
    FloatType,
    IntegralType,
    MapType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

if TYPE_CHECKING:
    import numpy
    import pyarrow as pa

__all__ = ["cells", "objects"]


def objects(values: list[Any]) -> numpy.ndarray[Any, Any]:
    """An array of objects, one a value."""
    # Filled place by place: NumPy would make a table of lists of one length.
    found: numpy.ndarray[Any, Any] = needs("numpy", "1.26", "toPandas").empty(len(values), dtype=object)
    found[:] = values
    return found


def cells(array: pa.Array, kind: DataType, zone: str) -> list[Any]:
    """One object a value; moments are wall clock times of `zone`."""
    if isinstance(kind, ArrayType):
        items = _items(array.flatten(), kind.elementType, zone)
        # Without what lies under nulls: it would make floats of integers.
        lengths = pyarrow().compute.list_value_length(array).fill_null(0).to_pylist()
        return _none(array, [items[start:end] for start, end in pairwise(accumulate(lengths, initial=0))])
    if isinstance(kind, MapType):
        keys, values = cells(array.keys, kind.keyType, zone), cells(array.items, kind.valueType, zone)
        spans = pairwise(array.offsets.to_pylist())
        return _none(
            array, [dict(zip(keys[start:end], values[start:end], strict=True)) for start, end in spans]
        )
    if isinstance(kind, StructType):
        return _none(array, _dicts(array, kind, zone))
    if isinstance(kind, TimestampType):
        pandas = needs("pandas", "2.1", "toPandas")
        return [None if value is None else pandas.Timestamp(value) for value in to_values(array, kind, zone)]
    return to_values(array, kind, zone)


def _dicts(array: pa.Array, kind: StructType, zone: str) -> list[Any]:
    if not len(kind):
        return [{} for _ in range(len(array))]
    names = _distinct(kind.names)
    parts = [cells(array.field(at), field.dataType, zone) for at, field in enumerate(kind)]
    return [dict(zip(names, values, strict=True)) for values in zip(*parts, strict=True)]


def _items(array: pa.Array, kind: DataType, zone: str) -> Any:
    """All elements of arrays, one after another, of which each array is a piece."""
    if isinstance(kind, BooleanType) and array.null_count:
        return objects(to_values(array, kind, zone))
    plain = (
        BooleanType,
        IntegralType,
        DoubleType,
        FloatType,
        TimestampType,
        TimestampNTZType,
        DayTimeIntervalType,
    )
    if not isinstance(kind, plain):
        return objects(cells(array, kind, zone))
    from sluice.frame.topandas import column_for

    # Filled, so that it is a copy: nothing stands between the caller's writes and Arrow's memory here.
    column = column_for(kind, zone)
    column.add(array)
    found = column.done()
    return found.to_numpy(dtype=object, na_value=None) if hasattr(found, "to_numpy") else found


def _none(array: pa.Array, found: list[Any]) -> list[Any]:
    if array.null_count:
        for place in array.is_null().to_numpy(zero_copy_only=False).nonzero()[0].tolist():
            found[place] = None
    return found


def _distinct(names: list[str]) -> list[str]:
    """The names; those that are there several times with a number each, so that a dict holds all of them."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        if names.count(name) > 1:
            seen[name] = seen.get(name, -1) + 1
            name = f"{name}_{seen[name]}"
        found.append(name)
    return found
