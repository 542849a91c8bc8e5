# SPDX-License-Identifier: Apache-2.0
"""How a task finds its groups in a table that all tasks map: by the places of their rows, some groups at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sluice.errors import CorruptDataError
from sluice.frame import ipcfiles
from sluice.frame.taskfiles import TaskInput

__all__ = ["ORDER", "SIZES", "GroupReader"]

#: What says where groups are: places of rows, or the first alone where they lie in order; and how many each has.
ORDER = pa.schema([("place", pa.uint64())])
SIZES = pa.schema([("rows", pa.int64())])
#: About so many bytes are put together at a time.
_RUN = 32 << 20


class GroupReader:
    """Iterates over the groups of one of a task's tables; each is a batch.

    Args:
        table: the place of the table's pieces in the input; the next two are the order and the sizes.
    """

    def __init__(self, given: TaskInput, table: int, schema: pa.Schema) -> None:
        pieces = given.tables
        data = [batch for piece in pieces[table] for batch in ipcfiles.read(piece, schema)]
        if len(data) > 1:
            data = pa.Table.from_batches(data).combine_chunks().to_batches()
        if len(data) > 1:
            raise CorruptDataError(f"groups lie in {len(data)} batches instead of 1")
        self._data = data[0] if data else None
        self._schema = schema
        self._order = _column(pieces[table + 1], ORDER)
        self._sizes: list[int] = _column(pieces[table + 2], SIZES).to_pylist()

    def __iter__(self) -> Iterator[Any]:
        at = 0
        empty = pa.RecordBatch.from_arrays(
            [pa.array([], field.type) for field in self._schema], schema=self._schema
        )
        if self._data is None:
            yield from (empty for _ in self._sizes)
            return
        if len(self._order) != sum(self._sizes):
            at = self._order[0].as_py()
            for size in self._sizes:
                yield self._data.slice(at, size)
                at += size
            return
        step = max(1, _RUN * self._data.num_rows // max(1, self._data.nbytes))
        for sizes in _runs(self._sizes, step):
            rows = sum(sizes)
            run = pc.take(self._data, self._order.slice(at, rows))
            at += rows
            start = 0
            for size in sizes:
                yield run.slice(start, size)
                start += size


def _column(pieces: tuple[ipcfiles.Piece, ...], schema: pa.Schema) -> Any:
    batches = [batch for piece in pieces for batch in ipcfiles.read(piece, schema)]
    chunks = [batch.column(0) for batch in batches]
    if not chunks:
        return pa.array([], schema.field(0).type)
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)


def _runs(sizes: list[int], rows: int) -> Iterator[list[int]]:
    """Groups one after the other that have about so many rows together."""
    held: list[int] = []
    count = 0
    for size in sizes:
        if held and count + size > rows:
            yield held
            held, count = [], 0
        held.append(size)
        count += size
    if held:
        yield held
