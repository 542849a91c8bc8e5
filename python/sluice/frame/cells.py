# SPDX-License-Identifier: Apache-2.0
"""Columns of pandas whose cells are Python objects, as Arrow arrays."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow, to_arrow
from sluice.frame.inference import PLAIN, Inference, merge
from sluice.frame.needs import needs
from sluice.frame.structs import values_of
from sluice.frame.types import (
    ArrayType,
    DataType,
    DecimalType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
)
from sluice.frame.values import to_array
from sluice.frame.zones import moment, zone_of

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["array_of_cells", "inferred_array"]


def inferred_array(series: Any, label: str) -> pa.Array:
    """Cells of any one type; those of several types become text, as between rows.

    :raises TypeError: they have no type in common
    """
    arrow = pyarrow()
    try:
        return arrow.Array.from_pandas(series)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError):
        cells = _plain_cells(series)
        found: DataType = NullType()
        how = Inference()
        for cell in cells:
            found = merge(found, PLAIN.get(type(cell)) or how.of(cell))
        return to_array(cells, found, "UTC", label)


def array_of_cells(series: Any, kind: DataType, zone: str, label: str) -> pa.Array:
    """Cells of a given type: lists, dicts, tuples and objects of numpy and pandas inside them too."""
    arrow = pyarrow()
    if isinstance(kind, (StringType, DecimalType)):
        # Text of anything, as between rows; decimals are rounded to their scale.
        return to_array(_plain_cells(series), kind, zone, label)
    if not isinstance(kind, (ArrayType, MapType, StructType, UserDefinedType)):
        return arrow.Array.from_pandas(series)
    place = zone_of(zone)
    return arrow.array([_shaped(cell, kind, place) for cell in series], to_arrow(kind, "UTC"))


def _plain_cells(series: Any) -> list[Any]:
    gone = series.isna()
    return [None if missing else cell for cell, missing in zip(series.tolist(), gone.tolist(), strict=True)]


def _shaped(cell: Any, kind: DataType, zone: datetime.tzinfo) -> Any:
    """A cell as Arrow reads it: lists, pairs of keys and values, pairs of names and values, moments in UTC."""
    if cell is None or (not isinstance(cell, (list, tuple, dict)) and _is_missing(cell)):
        return None
    if isinstance(kind, ArrayType):
        return [_shaped(item, kind.elementType, zone) for item in cell]
    if isinstance(kind, MapType):
        pairs = cell.items() if isinstance(cell, dict) else cell
        return [
            (_shaped(key, kind.keyType, zone), _shaped(item, kind.valueType, zone)) for key, item in pairs
        ]
    if isinstance(kind, StructType):
        values = values_of(cell, kind.names)
        return [
            (field.name, _shaped(value, field.dataType, zone))
            for field, value in zip(kind, values, strict=True)
        ]
    if isinstance(kind, UserDefinedType):
        return _shaped(kind.serialize(cell), kind.sqlType(), zone)
    if isinstance(kind, StringType):
        return cell if isinstance(cell, str) else str(cell)
    if isinstance(kind, (TimestampType, TimestampNTZType)):
        return _clock(cell, kind, zone)
    return cell


def _clock(cell: Any, kind: DataType, zone: datetime.tzinfo) -> datetime.datetime:
    pandas = needs("pandas", "2.1", "frames of pandas")
    value: datetime.datetime = pandas.Timestamp(cell).to_pydatetime(warn=False)
    if isinstance(kind, TimestampNTZType):
        return value.replace(tzinfo=None)
    if value.tzinfo is None:
        return moment(value, zone)
    return value.astimezone(datetime.UTC).replace(tzinfo=None)


def _is_missing(cell: Any) -> bool:
    pandas = needs("pandas", "2.1", "frames of pandas")
    return pandas.isna(cell) is True
