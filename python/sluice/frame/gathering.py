# SPDX-License-Identifier: Apache-2.0
"""Arrow data piece by piece into one table: in memory, and from a size on in a file on disk that is mapped."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Gathering", "chunks"]

#: Bytes of a piece that is given to functions at once, and of what is gathered before a file is written.
CHUNK_BYTES = 256 << 20
MEMORY_BYTES = 1 << 30


def chunks(batches: Iterable[pa.RecordBatch], limit: int | None = None) -> Iterator[pa.Table]:
    """Tables of about so many bytes each, at least one where there is a batch."""
    limit = CHUNK_BYTES if limit is None else limit
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= limit:
            yield pa.Table.from_batches(held)
            held, size = [], 0
    if held:
        yield pa.Table.from_batches(held)


class Gathering:
    """Tables with one schema, added one after the other. Closed, it has left nothing but what is mapped."""

    def __init__(self, directory: Path, limit: int | None = None) -> None:
        self._directory = directory
        self._limit = MEMORY_BYTES if limit is None else limit
        self._held: list[pa.Table] = []
        self._bytes = 0
        self._path: str | None = None
        self._sink: pa.OSFile | None = None
        self._writer: pa.RecordBatchFileWriter | None = None

    def __enter__(self) -> Gathering:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._path is not None:
            os.unlink(self._path)
            self._path = None

    def add(self, table: pa.Table) -> None:
        """Add rows behind those that are there.

        Raises:
            OSError: the directory has no room.
        """
        self._held.append(table)
        self._bytes += table.nbytes
        if self._bytes < self._limit and self._writer is None:
            return
        if self._writer is None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            number, self._path = tempfile.mkstemp(suffix=".arrow", dir=self._directory)
            os.close(number)
            self._sink = pa.OSFile(self._path, "wb")
            self._writer = pa.ipc.new_file(self._sink, self._held[0].schema)
        for each in self._held:
            self._writer.write_table(each)
        self._held.clear()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def table(self, schema: pa.Schema) -> pa.Table:
        """All rows; ``schema`` is that of no rows at all."""
        if self._writer is None:
            return pa.concat_tables(self._held) if self._held else schema.empty_table()
        self._close()
        assert self._path is not None
        return pa.ipc.open_file(pa.memory_map(self._path)).read_all()
