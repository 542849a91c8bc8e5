# SPDX-License-Identifier: Apache-2.0
"""How a task finds its groups in a table that all tasks map: by the places of their rows.

Small groups are gathered some at a time. A large one is gathered when it is asked for: as a whole, if there is memory
for it, or part by part, which takes no more memory than a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sluice.errors import CorruptDataError, NoRoomError
from sluice.frame import ipcfiles, taskfiles
from sluice.frame.taskfiles import Options, TaskInput
from sluice.freememory import free_memory

__all__ = ["ORDER", "SIZES", "Group", "GroupReader"]

#: What says where groups are: places of rows, or the first alone where they lie in order; and how many each has.
ORDER = pa.schema([("place", pa.uint64())])
SIZES = pa.schema([("rows", pa.int64())])
#: About so many bytes are gathered at a time.
_RUN = 32 << 20
#: A group needs so often its bytes: gathered, as objects of pandas, and as what comes of these.
_NEEDED = 3


class Group:
    """The rows of one key.

    Args:
        data: the rows themselves; or with ``order`` the table that they lie in.
    """

    def __init__(self, data: Any, order: Any = None) -> None:
        self._data = data
        self._order = order
        self.num_rows: int = len(data if order is None else order)

    def whole(self) -> Any:
        """All rows as one batch.

        Raises:
            NoRoomError: the memory that is left will not do.
        """
        if self._order is None:
            return self._data
        needed = self._data.nbytes * self.num_rows // max(1, self._data.num_rows)
        room = free_memory()
        if _NEEDED * needed > room:
            raise NoRoomError(
                "a group is too large for a function that takes it as a whole",
                rows=self.num_rows,
                bytes=needed,
                available_bytes=room,
                advice="let the function take an iterator over the group's parts: Iterator[pandas.DataFrame] or "
                "Iterator[pyarrow.RecordBatch] in its type hints",
            )
        return pc.take(self._data, self._order)

    def parts(self, options: Options) -> Iterator[Any]:
        """The rows in batches as functions see them."""
        if self._order is None:
            yield from taskfiles.cut([self._data], options)
            return
        step = options.rows if options.rows > 0 else self.num_rows
        step = min(step, max(1, options.bytes * self._data.num_rows // max(1, self._data.nbytes)))
        for start in range(0, self.num_rows, step):
            yield pc.take(self._data, self._order.slice(start, step))

    def first(self) -> Any:
        """The first row as a batch; none if there is none."""
        if self._order is None:
            return self._data.slice(0, 1)
        return pc.take(self._data, self._order.slice(0, 1))


class GroupReader:
    """Iterates over the groups of one of a task's tables.

    Args:
        table: the place of the table's pieces in the input; the next two are the order and the sizes.
    """

    def __init__(self, given: TaskInput, table: int, schema: pa.Schema) -> None:
        pieces = given.tables
        data = [batch for piece in pieces[table] for batch in ipcfiles.read(piece, schema, shared=True)]
        if len(data) > 1:
            raise CorruptDataError(f"groups lie in {len(data)} batches instead of 1")
        empty = pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
        self._data = data[0] if data else empty
        self._order = _column(pieces[table + 1], ORDER)
        self._sizes: list[int] = _column(pieces[table + 2], SIZES).to_pylist()

    def __iter__(self) -> Iterator[Group]:
        at = 0
        if len(self._order) != sum(self._sizes):
            at = self._order[0].as_py()
            for size in self._sizes:
                yield Group(self._data.slice(at, size))
                at += size
            return
        most = max(1, _RUN * self._data.num_rows // max(1, self._data.nbytes))
        for sizes in _runs(self._sizes, most):
            rows = sum(sizes)
            order = self._order.slice(at, rows)
            at += rows
            if len(sizes) == 1 and rows > most:
                yield Group(self._data, order)
                continue
            run = pc.take(self._data, order)
            start = 0
            for size in sizes:
                yield Group(run.slice(start, size))
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
