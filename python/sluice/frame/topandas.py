# SPDX-License-Identifier: Apache-2.0
"""Arrow columns as columns of pandas, with the dtypes of PySpark's `toPandas`.

Numbers without null are not copied where they lie in one piece, else copied once. Strings are Arrow's own under
pandas 3. Integers with nulls are floats, as in PySpark, unless a float cannot hold one of them: then they keep their
values in the nullable dtype `Int64`.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs
from sluice.frame.pythonvalues import to_values
from sluice.frame.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    CalendarIntervalType,
    CharType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegralType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
    YearMonthIntervalType,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["column_to_pandas"]

#: The largest whole numbers of which a float of 64 bits has every one.
_EXACT = 2**53


def numpy() -> Any:
    """The package, imported when it is first needed."""
    return needs("numpy", "1.26", "frames of pandas")


def column_to_pandas(column: pa.ChunkedArray, kind: DataType, zone: str) -> Any:
    """The values of a column for a frame of pandas: an array of NumPy, or one of pandas's own."""
    if isinstance(kind, (IntegralType, DoubleType, FloatType)):
        return _numbers(column, kind)
    if isinstance(kind, (StringType, CharType, VarcharType)):
        return _texts(column)
    if isinstance(kind, TimestampType):
        return _clocks(_local(column, zone), "datetime64[us]")
    if isinstance(kind, TimestampNTZType):
        return _clocks(column, "datetime64[us]")
    if isinstance(kind, DayTimeIntervalType):
        return _clocks(column, "timedelta64[us]")
    if isinstance(kind, BooleanType) and not column.null_count:
        return column.to_numpy()
    if isinstance(kind, (BooleanType, BinaryType, DecimalType, DateType, TimeType, NullType)):
        return _objects(to_values(column, kind, zone))
    if isinstance(kind, (YearMonthIntervalType, CalendarIntervalType, UserDefinedType)):
        return _objects(to_values(column, kind, zone))
    return _objects([cell for chunk in column.chunks for cell in _cells(chunk, kind, zone)])


def _objects(values: list[Any]) -> Any:
    # Filled place by place: NumPy would make a table of lists of one length.
    found = numpy().empty(len(values), dtype=object)
    found[:] = values
    return found


def _numbers(column: pa.ChunkedArray, kind: DataType) -> Any:
    dtype = column.type.to_pandas_dtype()
    if not column.null_count:
        return _joined(column, dtype)
    if isinstance(kind, (DoubleType, FloatType)):
        filled = pyarrow().compute.fill_null(column, float("nan"))
        return _joined(filled, dtype)
    if isinstance(kind, LongType) and not _fits_float(column):
        return needs("pandas", "2.1", "toPandas").array(
            column.to_pandas(integer_object_nulls=True), dtype="Int64"
        )
    return column.to_numpy()


def _fits_float(column: pa.ChunkedArray) -> bool:
    ends = pyarrow().compute.min_max(column).as_py()
    return ends["min"] is None or (ends["min"] >= -_EXACT and ends["max"] <= _EXACT)


def _joined(column: pa.ChunkedArray, dtype: Any) -> Any:
    """The numbers in one piece: Arrow's own memory where they are, else a copy that can be written into."""
    if column.num_chunks == 1:
        return column.chunk(0).to_numpy()
    found = numpy().empty(len(column), dtype=dtype)
    place = 0
    for chunk in column.chunks:
        found[place : place + len(chunk)] = chunk.to_numpy()
        place += len(chunk)
    return found


def _clocks(column: pa.ChunkedArray, dtype: str) -> Any:
    arrow = pyarrow()
    there = column.cast(arrow.int64())
    if column.null_count:
        # The smallest number is pandas's mark for no time.
        there = arrow.compute.fill_null(there, -(2**63))
    return _joined(there, numpy().int64).view(dtype)


def _local(column: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    arrow = pyarrow()
    return arrow.compute.local_timestamp(column.cast(arrow.timestamp("us", zone)))


def _texts(column: pa.ChunkedArray) -> Any:
    """Strings as pandas keeps them by default: Arrow's under pandas 3, objects before."""
    pandas = needs("pandas", "2.1", "toPandas")
    if int(pandas.__version__.partition(".")[0]) < 3:
        return _objects(column.to_pylist())
    dtype = pandas.StringDtype(na_value=float("nan"))
    if dtype.storage != "pyarrow":
        return pandas.array(_objects(column.to_pylist()), dtype=dtype)
    return pandas.arrays.ArrowStringArray(column.cast(pyarrow().large_string()), dtype=dtype)


def _cells(array: pa.Array, kind: DataType, zone: str) -> list[Any]:
    """Nested values as PySpark's `toPandas` has them: arrays of NumPy, dicts for maps and structs."""
    if isinstance(kind, ArrayType):
        items = _items(array.flatten(), kind.elementType, zone)
        # Without what lies under nulls: it would make floats of integers.
        lengths = pyarrow().compute.list_value_length(array).fill_null(0).to_pylist()
        ends = list(accumulate(lengths, initial=0))
        return _none(array, [items[start:end] for start, end in pairwise(ends)])
    if isinstance(kind, MapType):
        keys, items = (_cells(array.keys, kind.keyType, zone), _cells(array.items, kind.valueType, zone))
        offsets = array.offsets.to_pylist()
        spans = pairwise(offsets)
        return _none(
            array, [dict(zip(keys[start:end], items[start:end], strict=True)) for start, end in spans]
        )
    if isinstance(kind, StructType):
        parts = [_cells(array.field(at), field.dataType, zone) for at, field in enumerate(kind)]
        names = kind.names
        if len(set(names)) < len(names):
            names = _distinct(names)
        if not names:
            return _none(array, [{} for _ in range(len(array))])
        return _none(array, [dict(zip(names, values, strict=True)) for values in zip(*parts, strict=True)])
    if isinstance(kind, TimestampType):
        pandas = needs("pandas", "2.1", "toPandas")
        return [None if value is None else pandas.Timestamp(value) for value in to_values(array, kind, zone)]
    return to_values(array, kind, zone)


def _items(array: pa.Array, kind: DataType, zone: str) -> Any:
    """All elements of arrays, one after another, of which each array is a piece."""
    arrow = pyarrow()
    if isinstance(
        kind, (IntegralType, DoubleType, FloatType, TimestampType, TimestampNTZType, DayTimeIntervalType)
    ):
        found = column_to_pandas(arrow.chunked_array([array]), kind, zone)
        if hasattr(found, "to_numpy"):
            return found.to_numpy(dtype=object, na_value=None)
        # The arrays are the caller's: they are written into, and no frame stands before Arrow's memory.
        return found if found.flags.writeable else found.copy()
    if isinstance(kind, BooleanType) and not array.null_count:
        return array.to_numpy(zero_copy_only=False)
    return _objects(_cells(array, kind, zone))


def _none(array: pa.Array, cells: list[Any]) -> list[Any]:
    if array.null_count:
        for place in array.is_null().to_numpy(zero_copy_only=False).nonzero()[0].tolist():
            cells[place] = None
    return cells


def _distinct(names: list[str]) -> list[str]:
    """Names that are there several times with a number each, so that a dict holds all of them."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        if names.count(name) > 1:
            found.append(f"{name}_{seen.setdefault(name, 0)}")
            seen[name] += 1
        else:
            found.append(name)
    return found
