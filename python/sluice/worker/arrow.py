# SPDX-License-Identifier: Apache-2.0
"""The worker's side of Java's module ``arrow``: Arrow batches through a function of the user's.

Batches come and go as units, which ``units.py`` pictures: small ones in the stream itself, others as files that both
sides map. pyarrow is imported here and nowhere else in a worker; pandas only where a function asks for it.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sluice.errors import CorruptDataError, NoRoomError, ProtocolError, UnsupportedError
from sluice.serializers.stream import split_frames
from sluice.worker import functions, units

try:
    import pyarrow as pa
except ImportError as error:
    raise UnsupportedError(
        "arrow functions need pyarrow in the worker",
        advice="install pyarrow 15.0 or newer for this interpreter",
    ) from error

from sluice.worker import arrowresults

if TYPE_CHECKING:
    from sluice.worker.output import TaskOutput

# A worker is one core's share of the machine; threads would also stand in the way of a fork.
pa.set_cpu_count(1)
pa.set_io_thread_count(1)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def steps(
    form: str, what: Any, name: str | None, label: str, each: bool, pandas: bool, schema: bytes
) -> list[tuple[str, Any]]:
    """Return the steps of one function, called from the pickle that Java makes.

    Args:
        form: how ``what`` names the function, as ``functions.find`` takes it.
        what: the name, text or pickle.
        name: the function in a source text.
        label: the function's name in messages.
        each: whether it takes a batch and returns one with as many rows; else it takes and returns iterators.
        pandas: whether it takes DataFrames.
        schema: what it returns, as an IPC schema message.
    """
    expected = arrowresults.Expected(label, pa.ipc.read_schema(pa.py_buffer(schema)), pandas)
    exchange = _Exchange(functions.find(form, what, name), each, pandas, expected)
    return [("multi", exchange.run), ("write", exchange)]


class _Exchange:
    """One task: reads units, calls the function, writes units."""

    def __init__(
        self, function: Callable[[Any], Any], each: bool, pandas: bool, expected: arrowresults.Expected
    ) -> None:
        self._function = function
        self._each = each
        self._convert: Callable[[Any], Any] = arrowresults.to_pandas if pandas else _same
        self._expected = expected
        self._directories: list[str] = []
        self._files = 0
        self._sent = 0
        self._taken = 0

    def run(self, split: int, chunks: Iterator[bytes], credits: Iterator[bytes]) -> Iterator[Any]:
        """Return the function's results over the batches, as record batches."""
        self._credits = credits
        frames = split_frames(chunks)
        header = units.parse(next(frames))
        if header.kind != units.HEADER:
            raise ProtocolError(f"the first unit is not the header: kind={header.kind}")
        settings = json.loads(bytes(header.body))
        self._directories = settings["directories"]
        self._batch_bytes = settings["batchBytes"]
        self._inline_bytes = settings["inlineBytes"]
        self._ahead_bytes = settings["aheadBytes"]
        batches = self._batches(frames)
        return self._one_by_one(batches) if self._each else self._together(batches)

    def _one_by_one(self, batches: Iterator[Any]) -> Iterator[Any]:
        function, convert, expected = self._function, self._convert, self._expected
        for batch in batches:
            rows = 0
            for piece in expected.batches(function(convert(batch))):
                rows += piece.num_rows
                yield piece
            expected.check_rows(rows, batch.num_rows)

    def _together(self, batches: Iterator[Any]) -> Iterator[Any]:
        results = self._function(map(self._convert, batches))
        for result in self._expected.iterator(results):
            yield from self._expected.batches(result)

    def _batches(self, frames: Iterator[memoryview]) -> Iterator[Any]:
        for frame in frames:
            unit = units.parse(frame)
            source = pa.py_buffer(unit.body) if unit.kind == units.INLINE else self._open(unit)
            rows = 0
            with pa.ipc.open_stream(source) as reader:
                for batch in reader:
                    batch.validate()
                    rows += batch.num_rows
                    yield batch
            if rows != unit.rows:
                raise CorruptDataError(f"a unit does not hold what it says: rows={rows} expected={unit.rows}")

    def _open(self, unit: units.Unit) -> Any:
        size, name = units.file_of(unit)
        path = os.path.join(self._directories[unit.directory], name)
        mapped = pa.memory_map(path)
        # From here on it lives as long as its batches.
        os.unlink(path)
        if mapped.size() != size:
            raise CorruptDataError(
                f"a file of arrow data is cut: file={path} bytes={mapped.size()} expected={size}"
            )
        return mapped

    def write(self, items: Iterable[Any], split: int, out: TaskOutput) -> None:
        """Send the batches, none of them longer than the bound if it has more than one row."""
        for batch in items:
            for piece in _bounded(batch, self._batch_bytes):
                self._send(piece, out)

    def _send(self, batch: Any, out: TaskOutput) -> None:
        if batch.nbytes <= self._inline_bytes:
            sink = pa.BufferOutputStream()
            _write_stream(sink, batch)
            body = sink.getvalue().to_pybytes()
            out.emit(0, units.pack(units.INLINE, batch.num_rows, body), batch.num_rows)
            return
        while self._sent > self._taken and self._sent - self._taken + batch.nbytes > self._ahead_bytes:
            self._taken = units.taken(next(self._credits))
        directory, name, size = self._write_file(batch)
        self._sent += size
        out.emit(0, units.pack_file(batch.num_rows, directory, size, name), batch.num_rows)
        # Whoever waits for it can begin while the function goes on.
        out.flush()

    def _write_file(self, batch: Any) -> tuple[int, str, int]:
        name = f"r{os.getpid()}-{self._files}"
        self._files += 1
        tried = []
        for number, directory in enumerate(self._directories):
            path = os.path.join(directory, name)
            free = _free(directory)
            tried.append(f"{directory} free={free}")
            if free < batch.nbytes:
                continue
            try:
                size = _write_path(path, batch)
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                continue
            if size > units.MAX_UNIT:
                os.unlink(path)
                raise UnsupportedError(
                    "a row of a result is too large for one file", bytes=size, limit=units.MAX_UNIT
                )
            return number, name, size
        raise NoRoomError(
            "no room for a batch of results",
            bytes=batch.nbytes,
            directories="; ".join(tried),
            advice="free space there, or make batches smaller",
        )


def _same(batch: Any) -> Any:
    return batch


def _free(directory: str) -> int:
    found = os.statvfs(directory)
    return found.f_bavail * found.f_frsize


def _write_path(path: str, batch: Any) -> int:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with pa.OSFile(path, "wb") as sink:
            _write_stream(sink, batch)
            return int(sink.tell())
    except BaseException:
        os.unlink(path)
        raise


def _write_stream(sink: Any, batch: Any) -> None:
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)


def _bounded(batch: Any, limit: int) -> Iterator[Any]:
    """Yield a batch, in pieces where it is longer than the limit and cutting it makes it shorter."""
    rows = batch.num_rows
    size = batch.nbytes
    if size <= limit or rows < 2:
        yield batch
        return
    # By bits of eight rows, so that what says which are null need not be shifted.
    middle = rows // 2 if rows < 16 else rows // 16 * 8
    halves = (batch.slice(0, middle), batch.slice(middle))
    if sum(half.nbytes for half in halves) > size + size // 2:
        # Most of it is a dictionary, which each piece would carry.
        yield batch
        return
    for half in halves:
        yield from _bounded(half, limit)
