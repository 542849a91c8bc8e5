# SPDX-License-Identifier: Apache-2.0
"""What a task of functions over Arrow takes and gives back: pieces of files in, pieces of files out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from sluice import taskcontext
from sluice.frame import ipcfiles
from sluice.frame.ipcfiles import Piece, PieceWriter
from sluice.frame.passing import Given, Run, add_run

__all__ = ["Options", "Segment", "TaskInput", "TaskOutput", "cut", "gathered", "read", "written"]

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


class Segment(NamedTuple):
    """Rows that a task made: columns in files, and columns that are rows of its input."""

    rows: int
    #: Files of the columns that are not passed on.
    pieces: list[Piece]
    #: Columns that are passed on, by their places in the result.
    passed: dict[int, list[Run]]


class TaskOutput(NamedTuple):
    """What one task made."""

    segments: list[Segment]
    #: Bytes of batches that it copied into files or messages.
    copied: int


def read(given: TaskInput, table: int, schema: pa.Schema) -> list[Any]:
    """Return the batches of one of a task's tables."""
    return [batch for piece in given.tables[table] for batch in ipcfiles.read(piece, schema, shared=True)]


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


def written(
    given: TaskInput, schema: pa.Schema, batches: Iterable[Any], sent: Sequence[pa.RecordBatch] = ()
) -> Iterator[TaskOutput]:
    """Write what a task makes, while it is made; yield the one record that says where it is.

    Args:
        sent: the task's input, of which it may pass columns on.
    """
    output = _Output(given, schema, Given(sent) if sent else None)
    try:
        for batch in batches:
            for part in cut([batch], _WRITTEN) if batch.nbytes > _WRITTEN.bytes else (batch,):
                output.write(part)
        made = TaskOutput(output.finish(), output.copied)
    finally:
        output.abandon()
    yield made


class _Output:
    """Segments of one attempt. Which columns are passed on is what the first batch says; a later one that says
    otherwise begins a segment in which none is, since it would be the same again."""

    def __init__(self, given: TaskInput, schema: pa.Schema, found: Given | None) -> None:
        self._given = given
        self._schema = schema
        self._found = found
        self._done: list[Segment] = []
        self._writer: PieceWriter | None = None
        self._rows = 0
        self._passed: dict[int, list[Run]] = {}
        self._written: list[int] = []
        self.copied = 0

    def write(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        runs = self._runs(batch)
        if self._writer is None:
            self._begin(runs)
        elif not self._passed.keys() <= runs.keys():
            self._end()
            self._found, runs = None, {}
            self._begin(runs)
        for place, held in self._passed.items():
            add_run(held, runs[place])
        self._rows += batch.num_rows
        assert self._writer is not None
        if self._written:
            self._writer.write(batch.select(self._written) if self._passed else batch)

    def _runs(self, batch: pa.RecordBatch) -> dict[int, Run]:
        if self._found is None:
            return {}
        return {
            place: run
            for place, column in enumerate(batch.columns)
            if (run := self._found.find(column)) is not None
        }

    def _begin(self, runs: dict[int, Run]) -> None:
        context = taskcontext.TaskContext.get()
        # No two attempts write the same file.
        attempt = 0 if context is None else context.taskAttemptId()
        self._passed = {place: [] for place in runs}
        self._written = [place for place in range(len(self._schema)) if place not in runs]
        schema = pa.schema([self._schema.field(place) for place in self._written])
        name = f"{self._given.name}-{attempt}-{len(self._done)}"
        self._writer = PieceWriter(self._given.places, name, schema)

    def _end(self) -> None:
        if self._writer is not None:
            self._done.append(Segment(self._rows, self._writer.finish(), self._passed))
            self.copied += self._writer.copied
            self._writer, self._rows = None, 0

    def finish(self) -> list[Segment]:
        self._end()
        return self._done

    def abandon(self) -> None:
        if self._writer is not None:
            self._writer.abandon()


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
