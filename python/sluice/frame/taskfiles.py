# SPDX-License-Identifier: Apache-2.0
"""What a task of functions over Arrow takes and gives back: pieces of files in, pieces of files out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from sluice import taskcontext
from sluice.frame import ipcfiles
from sluice.frame.ipcfiles import Piece, PieceWriter

__all__ = ["Options", "TaskInput", "TaskOutput", "cut", "gathered", "read", "written"]

#: Small results are put together until they are worth a batch.
_GATHERED_ROWS = 10_000
_GATHERED_BYTES = 1 << 20


class Options(NamedTuple):
    """How functions see their data, as the session's configuration says."""

    #: Most rows of a batch that a function sees; 0 for no limit. `spark.sql.execution.arrow.maxRecordsPerBatch`.
    rows: int = 10_000
    #: Most bytes of such a batch. `spark.sql.execution.arrow.maxBytesPerBatch`.
    bytes: int = 64 << 20
    #: Refuse results that lose something on the way into their type. `...convertToArrowArraySafely`.
    safe: bool = True
    #: Take integers where decimals are expected. `...intToDecimalCoercionEnabled`.
    int_to_decimal: bool = False
    #: Find a returned frame's columns by name. `...groupedMap.assignColumnsByName`.
    by_name: bool = True


#: How what functions make is written: whatever they give, batches have no more bytes than this.
_WRITTEN = Options(rows=1 << 62, bytes=8 << 20)


class TaskInput(NamedTuple):
    """What one task works on; several lists of pieces where it works on several tables."""

    tables: tuple[tuple[Piece, ...], ...]
    #: Where results may go, the best first, and what their files begin with.
    places: tuple[str, ...]
    name: str


class TaskOutput(NamedTuple):
    """What one task made."""

    pieces: list[Piece]
    #: Bytes of batches that it copied into files or messages.
    copied: int


def read(given: TaskInput, table: int, schema: pa.Schema) -> list[Any]:
    """Return the batches of one of a task's tables."""
    return [batch for piece in given.tables[table] for batch in ipcfiles.read(piece, schema)]


def cut(batches: Sequence[Any], options: Options) -> Iterator[Any]:
    """Yield the batches as a function sees them: none larger than the options allow."""
    if options.rows <= 0 and len(batches) > 1:
        batches = pa.Table.from_batches(batches).combine_chunks().to_batches()
    for batch in batches:
        count = batch.num_rows
        step = options.rows if options.rows > 0 else count
        # Columns that nobody reads still count, as they do in PySpark.
        step = min(step, max(1, options.bytes * count // max(1, batch.nbytes)))
        for start in range(0, count, step):
            yield batch.slice(start, step)


def written(given: TaskInput, schema: pa.Schema, batches: Iterable[Any]) -> Iterator[TaskOutput]:
    """Write what a task makes, while it is made; yield the one record that says where it is."""
    context = taskcontext.TaskContext.get()
    # No two attempts write the same file.
    attempt = 0 if context is None else context.taskAttemptId()
    writer = PieceWriter(given.places, f"{given.name}-{attempt}", schema)
    try:
        for batch in batches:
            for part in cut([batch], _WRITTEN) if batch.nbytes > _WRITTEN.bytes else (batch,):
                writer.write(part)
        pieces = writer.finish()
    finally:
        writer.abandon()
    yield TaskOutput(pieces, writer.copied)


def gathered(batches: Iterable[Any]) -> Iterator[Any]:
    """Put small batches together."""
    held: list[Any] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows >= _GATHERED_ROWS or size >= _GATHERED_BYTES:
            yield from _together(held)
            held, rows, size = [], 0, 0
    yield from _together(held)


def _together(held: list[Any]) -> Iterator[Any]:
    if len(held) < 2:
        return iter(held)
    return iter(pa.Table.from_batches(held).combine_chunks().to_batches())
