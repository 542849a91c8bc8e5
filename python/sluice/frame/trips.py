# SPDX-License-Identifier: Apache-2.0
"""The road of Arrow data from the driver to workers and back, one trip at a time.

A trip is an ordinary job whose records are only descriptions: the driver writes each task's batches into a file of
its own in the run's shared memory, the worker maps it, and writes what it makes into a file of that attempt; the
driver maps this in turn. Names are gone as soon as what they name is mapped, and the trip's directories at its end,
with whatever attempts that failed or were killed left there: a late one finds no place to write to.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

import pyarrow as pa

from sluice.errors import CorruptDataError, JobError, NoRoomError
from sluice.frame import copies, ipcfiles, passing
from sluice.frame.arrowtypes import from_arrow_schema, to_arrow_schema
from sluice.frame.functionerror import told
from sluice.frame.ipcfiles import Piece
from sluice.frame.taskfiles import Segment, TaskInput, TaskOutput

if TYPE_CHECKING:
    from sluice.context import Context

__all__ = ["Sent", "Trip", "normal_schema", "normalised", "waves"]

#: A batch of a file has about so many bytes.
_BATCH = 8 << 20
#: A trip carries about so many bytes at most; what is larger takes several.
WAVE = 512 << 20
_numbers = itertools.count()
#: Contexts whose user knows that shared memory is full.
_warned: WeakSet[Any] = WeakSet()


class Sent(NamedTuple):
    """What was written of a table for tasks, and the same in this process."""

    pieces: tuple[Piece, ...]
    batches: list[pa.RecordBatch]


class Trip:
    """One job over Arrow data; a context manager, at whose end no file is left.

    Args:
        path: under which name its bytes are counted.
    """

    def __init__(self, context: Context, path: str) -> None:
        self.context = context
        self.path = path
        context._engine()
        #: Directories of its files, the best first.
        self.places = tuple(map(str, context._files.places(f"arrow-{next(_numbers)}")))
        #: What it reads of other trips.
        self.uses: list[Trip] = []
        self._files = itertools.count()

    def __enter__(self) -> Trip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remover()()

    def remover(self) -> Callable[[], None]:
        """What removes the files; a process that was forked leaves them to the one that made them."""
        process, places = os.getpid(), self.places

        def remove() -> None:
            if os.getpid() == process:
                for place in places:
                    shutil.rmtree(place, ignore_errors=True)

        return remove

    def write(self, table: pa.Table, rows: int = 0) -> Sent:
        """Write rows for workers, in batches of a multiple of ``rows``; return where they are.

        Raises:
            NoRoomError: neither shared memory nor the directory beside it has room.
        """
        joined = 0
        batches = []
        for part in _cut(table, rows):
            if any(column.num_chunks > 1 for column in part.columns):
                joined += part.nbytes
                part = part.combine_chunks()
            batches += part.to_batches()
        pieces, count = ipcfiles.write(self.places, f"in-{next(self._files)}", table.schema, batches)
        inline = sum(piece.size for piece in pieces if piece.data is not None)
        self.note(rows_out=table.num_rows, bytes_out=count, bytes_inline=inline, bytes_joined=joined)
        self._warn(pieces)
        return Sent(tuple(pieces), batches)

    def write_whole(self, table: pa.Table) -> Sent:
        """Write all rows as one batch, so that rows can be found by their places.

        Raises:
            NoRoomError: one batch cannot hold them, or no directory can.
        """
        if any(column.num_chunks > 1 for column in table.columns):
            self.note(bytes_joined=table.nbytes)
            table = table.combine_chunks()
        batches = table.to_batches()
        if len(batches) > 1:
            raise NoRoomError(
                "groups have more than 2 GiB of text or bytes in one column",
                rows=table.num_rows,
                bytes=table.nbytes,
                columns=table.schema.names,
                advice="group by more columns, or leave out columns that the function does not need",
            )
        pieces, count = ipcfiles.write(self.places, f"in-{next(self._files)}", table.schema, batches)
        self.note(rows_out=table.num_rows, bytes_out=count)
        self._warn(pieces)
        return Sent(tuple(pieces), batches)

    def run(
        self, task: Callable[..., Any], inputs: Sequence[tuple[Sent, ...]], schema: pa.Schema
    ) -> list[pa.Table]:
        """Run a task for each of the inputs; return what each of them made.

        A task may pass on columns of the first table that it was sent.

        Raises:
            FunctionError: a function failed; its cause is the function's own error.
            JobError: a worker died as often as it may, or the job was cancelled.
            CorruptDataError: what came back is not what the workers said they wrote.
        """
        if not inputs:
            return []
        given = [
            TaskInput(tuple(sent.pieces for sent in tables), self.places, f"out-{number}")
            for number, tables in enumerate(inputs)
        ]
        job = self.context.parallelize(given, len(given))._derive("mapPartitions", task)
        made: list[pa.Table] = []
        try:
            for items in self.context._collect_partitions(job, eager=True):
                made.append(self._taken(items, schema, inputs[len(made)][0].batches))
        except JobError as error:
            raise told(error) from error.__cause__
        self.note(trips=1)
        return made

    def _taken(self, items: list[TaskOutput], schema: pa.Schema, sent: list[pa.RecordBatch]) -> pa.Table:
        if len(items) != 1:
            raise CorruptDataError(f"a task over Arrow data gave {len(items)} descriptions instead of 1")
        output = items[0]
        self.note(bytes_back=output.copied)
        made = [self._segment(each, schema, sent) for each in output.segments]
        return pa.concat_tables(made) if made else schema.empty_table()

    def _segment(self, segment: Segment, schema: pa.Schema, sent: list[pa.RecordBatch]) -> pa.Table:
        fields = [field for place, field in enumerate(schema) if place not in segment.passed]
        batches = [batch for piece in segment.pieces for batch in ipcfiles.read(piece, pa.schema(fields))]
        ipcfiles.remove(segment.pieces)
        found = sum(batch.num_rows for batch in batches)
        if fields and found != segment.rows:
            raise CorruptDataError(
                f"a task gave another number of rows: expected={segment.rows} actual={found}"
            )
        inline = sum(piece.size for piece in segment.pieces if piece.data is not None)
        self.note(rows_back=segment.rows, bytes_inline=inline)
        self._warn(segment.pieces)
        written = iter(pa.Table.from_batches(batches, pa.schema(fields)).columns)
        columns = [
            passing.taken(segment.passed[place], sent, field.type, segment.rows)
            if place in segment.passed
            else next(written)
            for place, field in enumerate(schema)
        ]
        passed = sum(columns[place].nbytes for place in segment.passed)
        self.note(bytes_passed=passed)
        return pa.Table.from_arrays(columns, schema=schema)

    def note(self, **more: int) -> None:
        """Add to the counts of its path."""
        copies.note(self.context, self.path, **more)

    def _warn(self, pieces: Sequence[Piece]) -> None:
        second = self.places[-1]
        if len(self.places) < 2 or self.context in _warned:
            return
        if any(piece.path is not None and piece.path.startswith(second) for piece in pieces):
            _warned.add(self.context)
            print(
                f"sluice: no room in shared memory for data of frames: path={self.places[0]}; "
                f"using the directory {second} as well, which is slower",
                file=sys.stderr,
            )


def _cut(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    count = table.num_rows
    step = max(1, _BATCH * count // max(1, table.nbytes))
    if rows > 0:
        step = max(rows, step // rows * rows)
    for start in range(0, count, step):
        yield table.slice(start, step)


def normal_schema(schema: pa.Schema, zone: str) -> pa.Schema:
    """The types in which functions see columns of this schema: those of frames, times in the session's zone.

    :raises PySparkTypeError: frames have no type for a column; it is named
    """
    found = to_arrow_schema(from_arrow_schema(schema), zone)
    # Whether there may be nulls is not what functions see; a wrong promise would refuse good data.
    return pa.schema([pa.field(field.name, field.type) for field in found])


def normalised(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with the types of a normal schema; columns that have them are not copied."""
    columns = [
        column if column.type == field.type else column.cast(field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def waves(source: pa.Table | pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield a source in parts that are carried in one trip each; at least one, which may have no rows."""
    if isinstance(source, pa.Table):
        step = source.num_rows
        if source.nbytes > WAVE:
            step = max(1, WAVE * step // source.nbytes)
        for start in range(0, max(1, source.num_rows), max(1, step)):
            yield source.slice(start, step)
        return
    held: list[Any] = []
    size = 0
    began = False
    for batch in source:
        held.append(batch)
        size += batch.nbytes
        if size >= WAVE:
            yield pa.Table.from_batches(held, source.schema)
            held, size, began = [], 0, True
    if held or not began:
        yield pa.Table.from_batches(held, source.schema)
