# SPDX-License-Identifier: Apache-2.0
"""Columns for pandas that are filled batch by batch: each batch can be freed before the next one comes.

Large ones lie in pages of the system's own: they grow without a copy, and a page exists once it is written, so that
at the end a column takes what its values take.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs

if TYPE_CHECKING:
    import numpy
    import pyarrow as pa

__all__ = ["Numbers", "Texts"]

#: From here on the system's pages are taken, which can be moved without a copy.
_LARGE = 1 << 20


class _Grown:
    """An array of NumPy with room behind its end, of which only what was written takes memory."""

    def __init__(self, dtype: str, expected: int = 0) -> None:
        self._numpy = needs("numpy", "1.26", "toPandas")
        self._dtype = self._numpy.dtype(dtype)
        self._values = self._numpy.empty(expected, dtype)
        self._map: mmap.mmap | None = None
        self.length = 0

    def room(self, count: int) -> numpy.ndarray[Any, Any]:
        """The place for so many more values."""
        end = self.length + count
        if end > len(self._values):
            self._resize(max(end, 2 * len(self._values)))
        place: numpy.ndarray[Any, Any] = self._values[self.length : end]
        self.length = end
        return place

    def _resize(self, count: int) -> None:
        size = count * self._dtype.itemsize
        kept = self._values[: self.length]
        if size < _LARGE:
            self._values = self._numpy.empty(count, self._dtype)
            self._values[: self.length] = kept
            return
        if self._map is None:
            self._map = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            self._map.madvise(mmap.MADV_HUGEPAGE)
            self._values = self._numpy.frombuffer(self._map, self._dtype, count)
            self._values[: self.length] = kept
            return
        # The pages move to another address: nobody may look at them by the old one.
        del kept
        self._values = self._numpy.empty(0, self._dtype)
        self._map.resize(size)
        self._values = self._numpy.frombuffer(self._map, self._dtype, count)

    def add(self, values: Any) -> None:
        self.room(len(values))[:] = values

    def done(self) -> numpy.ndarray[Any, Any]:
        found: numpy.ndarray[Any, Any] = self._values[: self.length]
        return found


class _Gaps:
    """Where nulls are; costs nothing before the first one."""

    def __init__(self) -> None:
        self._mask: _Grown | None = None

    def add(self, array: pa.Array, before: int) -> numpy.ndarray[Any, Any] | None:
        """Note the nulls of an array that follows `before` values; give its mask if it has some."""
        if self._mask is None:
            if not array.null_count:
                return None
            self._mask = _Grown("bool")
            self._mask.room(before)[:] = False
        mask: numpy.ndarray[Any, Any] = array.is_null().to_numpy(zero_copy_only=False)
        self._mask.add(mask)
        return mask

    def done(self) -> numpy.ndarray[Any, Any] | None:
        return None if self._mask is None else self._mask.done()


class Numbers:
    """Numbers of one dtype, and where null is among them; as many as `expected`, if that is known."""

    def __init__(self, dtype: str, null: Any = 0, expected: int = 0) -> None:
        self._values = _Grown(dtype, expected)
        self._gaps = _Gaps()
        self._null = null

    def add(self, array: pa.Array) -> None:
        """Copy the values of an array of numbers behind those that are there."""
        mask = self._gaps.add(array, self._values.length)
        filled = array if mask is None else array.fill_null(self._null)
        self._values.add(filled.to_numpy(zero_copy_only=False))

    def done(self) -> tuple[numpy.ndarray[Any, Any], numpy.ndarray[Any, Any] | None]:
        """All values, with the given number for null, and the mask of nulls if there are any."""
        return self._values.done(), self._gaps.done()


class Texts:
    """Strings, as one array of Arrow's large strings; as many as `expected`, if that is known."""

    def __init__(self, expected: int = 0) -> None:
        self._ends = _Grown("int64", expected + 1)
        self._ends.add([0])
        self._bytes = _Grown("uint8")
        self._gaps = _Gaps()

    def add(self, array: pa.Array) -> None:
        """Copy the strings of an array behind those that are there."""
        numpy = needs("numpy", "1.26", "toPandas")
        wide = pyarrow().types.is_large_string(array.type)
        _, offsets, data = array.buffers()
        self._gaps.add(array, self._ends.length - 1)
        if not len(array):
            return
        ends = numpy.frombuffer(offsets, "int64" if wide else "int32")
        ends = ends[array.offset : array.offset + len(array) + 1]
        first, last = int(ends[0]), int(ends[-1])
        place = self._ends.room(len(array))
        numpy.add(ends[1:], self._bytes.length - first, out=place)
        if last > first:
            self._bytes.add(numpy.frombuffer(data, "uint8")[first:last])

    def done(self) -> pa.Array:
        """All strings."""
        numpy = needs("numpy", "1.26", "toPandas")
        arrow = pyarrow()
        mask = self._gaps.done()
        bits = None if mask is None else arrow.py_buffer(numpy.packbits(~mask, bitorder="little"))
        buffers = [bits, arrow.py_buffer(self._ends.done()), arrow.py_buffer(self._bytes.done())]
        return arrow.Array.from_buffers(arrow.large_string(), self._ends.length - 1, buffers)
