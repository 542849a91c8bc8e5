# SPDX-License-Identifier: Apache-2.0
"""Arrow columns as columns of pandas, with the dtypes of PySpark's `toPandas`.

Numbers without null are not copied where they lie in one piece, else copied once. Strings are Arrow's own under
pandas 3. Integers with nulls are floats, as in PySpark, unless a float cannot hold one of them: then they keep their
values in the nullable dtype `Int64`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.growing import Numbers, Texts
from sluice.frame.needs import needs
from sluice.frame.nestedcells import cells, objects
from sluice.frame.types import (
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DayTimeIntervalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    TimestampNTZType,
    TimestampType,
    VarcharType,
)
from sluice.frame.zones import wall_clocks

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Column", "column_for"]

_NUMBERS: dict[type[DataType], str] = {
    ByteType: "int8",
    ShortType: "int16",
    IntegerType: "int32",
    LongType: "int64",
    FloatType: "float32",
    DoubleType: "float64",
}
#: The largest whole numbers of which a float of 64 bits has every one.
_EXACT = 2**53
#: What pandas has for no time.
_NAT = -(2**63)


class Column(ABC):
    """A column on its way to pandas: arrays are added, one after another, then it is done."""

    @abstractmethod
    def add(self, array: pa.Array) -> None:
        """Take the values of an array, so that it may be freed."""

    @abstractmethod
    def done(self) -> Any:
        """All values: an array of NumPy, or one of pandas's own."""

    def whole(self, column: pa.ChunkedArray) -> Any:
        """All values of a column that is there as a whole."""
        for chunk in column.chunks:
            self.add(chunk)
        return self.done()


def column_for(kind: DataType, zone: str, expected: int = 0) -> Column:
    """The column for values of a type, as many as `expected` if that is known; moments become times of `zone`."""
    if type(kind) in _NUMBERS:
        return _NumberColumn(_NUMBERS[type(kind)], expected)
    if isinstance(kind, (StringType, CharType, VarcharType)):
        return _TextColumn(expected)
    if isinstance(kind, (TimestampType, TimestampNTZType)):
        return _ClockColumn("datetime64[us]", zone if isinstance(kind, TimestampType) else None, expected)
    if isinstance(kind, DayTimeIntervalType):
        return _ClockColumn("timedelta64[us]", None, expected)
    if isinstance(kind, BooleanType):
        return _BooleanColumn(expected)
    return _ObjectColumn(kind, zone)


class _NumberColumn(Column):
    def __init__(self, dtype: str, expected: int) -> None:
        self._dtype = dtype
        self._numbers = Numbers(dtype, float("nan") if dtype.startswith("float") else 0, expected)

    def add(self, array: pa.Array) -> None:
        self._numbers.add(array)

    def done(self) -> Any:
        values, mask = self._numbers.done()
        if mask is None or self._dtype.startswith("float"):
            return values
        if values.min() < -_EXACT or values.max() > _EXACT:
            return needs("pandas", "2.1", "toPandas").arrays.IntegerArray(values, mask)
        floats = values.astype("float64")
        floats[mask] = float("nan")
        return floats

    def whole(self, column: pa.ChunkedArray) -> Any:
        if column.num_chunks == 1 and not column.null_count:
            return column.chunk(0).to_numpy()
        return super().whole(column)


class _ClockColumn(Column):
    def __init__(self, dtype: str, zone: str | None, expected: int) -> None:
        self._dtype = dtype
        self._zone = zone
        self._numbers = Numbers("int64", _NAT, expected)

    def _counts(self, array: Any) -> Any:
        arrow = pyarrow()
        if self._zone is not None:
            array = wall_clocks(array, self._zone)
        return array.cast(arrow.int64())

    def add(self, array: pa.Array) -> None:
        self._numbers.add(self._counts(array))

    def done(self) -> Any:
        return self._numbers.done()[0].view(self._dtype)

    def whole(self, column: pa.ChunkedArray) -> Any:
        if column.num_chunks == 1 and not column.null_count:
            return self._counts(column.chunk(0)).to_numpy().view(self._dtype)
        return super().whole(column)


class _BooleanColumn(Column):
    def __init__(self, expected: int) -> None:
        self._numbers = Numbers("bool", False, expected)

    def add(self, array: pa.Array) -> None:
        self._numbers.add(array)

    def done(self) -> Any:
        values, mask = self._numbers.done()
        if mask is None:
            return values
        found = values.astype(object)
        found[mask] = None
        return found


class _TextColumn(Column):
    """Strings as pandas keeps them by default: Arrow's under pandas 3, objects before."""

    def __init__(self, expected: int) -> None:
        self._pandas = needs("pandas", "2.1", "toPandas")
        self._modern = int(self._pandas.__version__.partition(".")[0]) >= 3
        # What a query gives is copied: its batches are freed as a whole, with all columns that lie in them.
        self._texts = Texts(expected)

    def add(self, array: pa.Array) -> None:
        self._texts.add(array)

    def done(self) -> Any:
        return self._dressed(pyarrow().chunked_array([self._texts.done()]))

    def whole(self, column: pa.ChunkedArray) -> Any:
        if column.num_chunks == 1:
            return self._dressed(column.cast(pyarrow().large_string()))
        return super().whole(column)

    def _dressed(self, column: pa.ChunkedArray) -> Any:
        if not self._modern:
            return objects(column.to_pylist())
        dtype = self._pandas.StringDtype(na_value=float("nan"))
        if dtype.storage != "pyarrow":
            return self._pandas.array(objects(column.to_pylist()), dtype=dtype)
        return self._pandas.arrays.ArrowStringArray(column, dtype=dtype)


class _ObjectColumn(Column):
    def __init__(self, kind: DataType, zone: str) -> None:
        self._kind = kind
        self._zone = zone
        self._cells: list[Any] = []

    def add(self, array: pa.Array) -> None:
        self._cells += cells(array, self._kind, self._zone)

    def done(self) -> Any:
        return objects(self._cells)
