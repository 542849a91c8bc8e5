# SPDX-License-Identifier: Apache-2.0
"""Columns that a function gives back as it was given them: the worker says where they lie, and copies nothing.

The driver holds what it sent, so that a place in it is as good as the values. A column is known by the addresses of
its buffers, which lie where the task's input was mapped; this holds for slices too, and for what pandas or NumPy make
of columns without a copy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import types

from sluice.errors import CorruptDataError

__all__ = ["Given", "Run", "add_run", "taken"]


class Run(NamedTuple):
    """Rows of a column of the input, which follow one another."""

    #: The batch among all that the task was sent, from 0.
    batch: int
    #: The place of the column in the batch.
    column: int
    start: int
    rows: int


class _Lying(NamedTuple):
    """A column of the input, and the addresses of its values."""

    start: int
    end: int
    batch: int
    column: int
    array: Any


class Given:
    """Where the columns of a task's input lie in memory."""

    def __init__(self, batches: Sequence[pa.RecordBatch]) -> None:
        found = []
        for number, batch in enumerate(batches):
            for place, array in enumerate(batch.columns):
                values = array.buffers()[-1] if _is_flat(array.type) else None
                if values is not None and values.size:
                    found.append(_Lying(values.address, values.address + values.size, number, place, array))
        self._found = sorted(found, key=lambda each: each.start)
        self._starts = [each.start for each in self._found]

    def find(self, array: pa.Array) -> Run | None:
        """Return where these rows lie in the input; None if they are not of it."""
        if not len(array) or not _is_flat(array.type):
            return None
        buffers = array.buffers()
        values = buffers[-1]
        if values is None:
            return None
        at = bisect_right(self._starts, values.address) - 1
        if at < 0 or values.address + values.size > self._found[at].end:
            return None
        lying = self._found[at]
        if lying.array.type != array.type:
            return None
        start = _start(array, buffers, lying)
        if start is None or not 0 <= start <= len(lying.array) - len(array):
            return None
        return Run(lying.batch, lying.column, start, len(array))


def _is_flat(kind: pa.DataType) -> bool:
    """Whether all values of a column are in one run of buffers, the last of which holds the values themselves."""
    return (
        not (types.is_nested(kind) or types.is_dictionary(kind) or types.is_null(kind))
        and kind.num_buffers <= 3
    )


def _start(array: pa.Array, buffers: list[Any], lying: _Lying) -> int | None:
    same = [_place(buffer) for buffer in buffers] == [_place(buffer) for buffer in lying.array.buffers()]
    if same:
        return int(array.offset - lying.array.offset)
    # Values without nulls that were put together anew, as from an array of NumPy: their address tells the row.
    if len(buffers) != 2 or array.null_count or lying.array.null_count or types.is_boolean(array.type):
        return None
    width = array.type.bit_width // 8
    row, rest = divmod(buffers[-1].address - lying.start, width)
    return None if rest else int(row + array.offset - lying.array.offset)


def _place(buffer: Any) -> tuple[int, int] | None:
    return None if buffer is None else (buffer.address, buffer.size)


def add_run(runs: list[Run], more: Run) -> None:
    """Add rows behind others, as one run with the last if they follow it."""
    last = runs[-1] if runs else None
    if last and (last.batch, last.column, last.start + last.rows) == (more.batch, more.column, more.start):
        runs[-1] = last._replace(rows=last.rows + more.rows)
    else:
        runs.append(more)


def taken(
    runs: Sequence[Run], sent: Sequence[pa.RecordBatch], kind: pa.DataType, rows: int
) -> pa.ChunkedArray:
    """Return the rows that a worker named, of what the driver sent it.

    Raises:
        CorruptDataError: there are no such rows, they are of another type, or not as many as there should be.
    """
    chunks = []
    for run in runs:
        known = 0 <= run.batch < len(sent) and 0 <= run.column < sent[run.batch].num_columns
        column = sent[run.batch].column(run.column) if known else None
        if (
            column is None
            or column.type != kind
            or not 0 <= run.start <= len(column) - run.rows < len(column)
        ):
            raise CorruptDataError(
                f"a worker passed on rows that it was not given: {run} expected type={kind}"
            )
        chunks.append(column.slice(run.start, run.rows))
    found = sum(map(len, chunks))
    if found != rows:
        raise CorruptDataError(f"a worker passed on another number of rows: expected={rows} actual={found}")
    return pa.chunked_array(chunks, kind)
