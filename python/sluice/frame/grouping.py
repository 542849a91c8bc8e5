# SPDX-License-Identifier: Apache-2.0
"""Which rows are one group: by key columns, in the order in which PySpark sorts keys, without moving a row.

Rows get numbers that are equal where keys are equal and ordered as keys are: null first, then numbers with NaN last
and one zero, texts by their bytes. A stable sort of the numbers, by counting, says where each group's rows are.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

__all__ = ["Groups", "cogrouped", "grouped", "shares"]

#: Arrow sorts by counting where values are in a range of this size.
_COUNTED = 1 << 16
#: Integers in a range of this size are numbers of groups themselves, which saves to look each of them up.
_RANGE = 1 << 20
_LARGEST = 1 << 62


class Groups(NamedTuple):
    """Where groups are in a table."""

    #: Places of rows, group by group and within a group in the table's order; none if they lie so already.
    order: pa.Array
    #: How many rows each group has.
    sizes: list[int]
    #: Numbers that tell groups apart, in the order of the groups; some numbers may be of none.
    numbers: pa.Array

    def dense(self) -> pa.Array:
        """The place of each row's group among the groups."""
        return _dense(self.numbers)


def grouped(table: pa.Table, keys: Sequence[int]) -> Groups:
    """Return the groups of a table's rows; without keys all rows are one, if there are any."""
    numbers, _ = _numbered([table.column(key) for key in keys], table.num_rows)
    counts = sorted((each["values"].as_py(), each["counts"].as_py()) for each in pc.value_counts(numbers))
    sizes = [count for _, count in counts]
    if _is_sorted(numbers):
        return Groups(pa.array([], pa.uint64()), sizes, numbers)
    return Groups(_sorted(numbers), sizes, numbers)


def cogrouped(left: pa.Table, right: pa.Table, left_keys: Sequence[int], right_keys: Sequence[int]) -> Any:
    """Return the groups of two tables, in one order and as many for both; one of the two may have no rows."""
    columns = []
    for a, b in zip(left_keys, right_keys, strict=True):
        first, second = left.column(a), right.column(b)
        if first.type != second.type:
            second = second.cast(first.type)
        columns.append(pa.chunked_array([*first.chunks, *second.chunks], first.type))
    numbers, _ = _numbered(columns, left.num_rows + right.num_rows)
    numbers = _dense(numbers)
    count = (pc.max(numbers).as_py() + 1) if len(numbers) else 0
    sides = []
    for part in (numbers.slice(0, left.num_rows), numbers.slice(left.num_rows)):
        sizes = [0] * count
        for each in pc.value_counts(part):
            sizes[each["values"].as_py()] = each["counts"].as_py()
        sides.append(Groups(_sorted(part), sizes, part))
    return tuple(sides)


def shares(sizes: Sequence[int], parts: int) -> list[tuple[int, int]]:
    """Deal out groups: from which to which each part has them, about as many rows in each."""
    total, rows, start = max(1, sum(sizes)), 0, 0
    found: list[tuple[int, int]] = []
    for index, size in enumerate(sizes):
        rows += size
        if rows * parts >= total * (len(found) + 1):
            found.append((start, index + 1))
            start = index + 1
    if start < len(sizes):
        found.append((start, len(sizes)))
    return found


def _numbered(columns: list[Any], rows: int) -> tuple[Any, int]:
    """Numbers that are ordered as the rows' keys are, and a bound of them."""
    if not columns:
        return pa.repeat(pa.scalar(0, pa.int32()), rows), 1
    numbers, bound = _ranks(columns[0])
    for column in columns[1:]:
        more, count = _ranks(column)
        numbers, more = numbers.cast(pa.int64()), more.cast(pa.int64())
        if bound * count >= _LARGEST:
            numbers = _dense(numbers)
            bound = len(numbers)
        numbers = pc.add(pc.multiply(numbers, pa.scalar(count, pa.int64())), more)
        bound *= count
    return numbers, bound


def _ranks(column: Any) -> tuple[Any, int]:
    """Numbers of one column's values, and how many there are."""
    kind = column.type
    if types.is_struct(kind):
        valid = pc.is_valid(column)
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks)
        numbers, _bound = _numbered([valid, *array.flatten()], len(column))
        return _of_dictionary(numbers)
    if types.is_floating(kind):
        # One zero: the negative one becomes the other.
        column = pc.add(column, pa.scalar(0, kind))
    elif types.is_null(kind):
        return pa.repeat(pa.scalar(0, pa.int32()), len(column)), 1
    elif types.is_nested(kind) or types.is_duration(kind) or types.is_interval(kind):
        return _by_objects(column)
    elif types.is_signed_integer(kind) and (found := _offsets(column)) is not None:
        return found
    return _of_dictionary(column)


def _offsets(column: Any) -> tuple[Any, int] | None:
    """How far integers are above the least one, with null below all; None if that is too far."""
    ends = pc.min_max(column).as_py()
    if ends["min"] is None or not ends["max"] - ends["min"] < min(_RANGE, 2 * len(column)):
        return None
    numbers = pc.subtract(column.cast(pa.int64()), pa.scalar(ends["min"], pa.int64())).cast(pa.int32())
    count = ends["max"] - ends["min"] + 1
    if not column.null_count:
        return numbers, count
    above = pc.add(numbers, pa.scalar(1, pa.int32()))
    return pc.fill_null(above, pa.scalar(0, pa.int32())), count + 1


def _of_dictionary(column: Any) -> tuple[Any, int]:
    encoded = pc.dictionary_encode(column, null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        chunks = encoded.chunks
        if not chunks:
            return pa.array([], pa.int32()), 1
        # All chunks of one call have the values of the last, which knows them all.
        values = chunks[-1].dictionary
        indices = pa.concat_arrays([chunk.indices for chunk in chunks])
    else:
        values, indices = encoded.dictionary, encoded.indices
    order = _order_of(values)
    ranks = pc.sort_indices(order).cast(pa.int32())
    return pc.take(ranks, indices), max(1, len(values))


def _order_of(values: Any) -> Any:
    """The places of distinct values in their order."""
    nan = pc.is_nan(values) if types.is_floating(values.type) else pa.repeat(pa.scalar(False), len(values))
    table = pa.table({"valid": pc.is_valid(values), "nan": pc.fill_null(nan, False), "value": values})
    keys = [("valid", "ascending"), ("nan", "ascending"), ("value", "ascending")]
    return pc.sort_indices(table, sort_keys=keys)


def _by_objects(column: Any) -> tuple[Any, int]:
    """Numbers in the order in which values come first: for types that Arrow cannot compare."""
    known: dict[bytes, int] = {}
    numbers = [known.setdefault(pickle.dumps(value), len(known)) for value in column.to_pylist()]
    return pa.array(numbers, pa.int32()), max(1, len(known))


def _dense(numbers: Any) -> Any:
    """The same order with no number left out."""
    return _of_dictionary(numbers)[0]


def _sorted(numbers: Any) -> Any:
    """Places of the numbers in their order, equal ones as they come."""
    if not len(numbers):
        return pa.array([], pa.uint64())
    most = pc.max(numbers).as_py()
    if most < _COUNTED:
        return pc.sort_indices(numbers)
    if most >= _COUNTED * _COUNTED:
        numbers = _dense(numbers)
    # Twice by counting, low halves first, is several times faster than once by comparing.
    low = pc.bit_wise_and(numbers, pa.scalar(_COUNTED - 1, numbers.type))
    first = pc.sort_indices(low)
    high = pc.take(pc.shift_right(numbers, pa.scalar(16, numbers.type)), first)
    return pc.take(first, pc.sort_indices(high))


def _is_sorted(numbers: Any) -> bool:
    ahead = pc.less_equal(numbers.slice(0, max(0, len(numbers) - 1)), numbers.slice(1))
    return pc.all(ahead, min_count=0).as_py() is not False
