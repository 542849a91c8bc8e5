# SPDX-License-Identifier: Apache-2.0
"""Arrow IPC files by which driver and workers hand each other batches: written once, mapped, never changed.

A file is in Arrow's own file format. What is said about it travels beside it as a `Piece`, and nothing is taken from
a file that is not exactly what its piece says. Room is allocated before a batch is written, since a full shared
memory would otherwise end a process by SIGBUS; where a directory has none left, the next batch goes to a file in the
next. A few small batches need no file: they travel inside the piece.
"""

from __future__ import annotations

import errno
import os
import shutil
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from sluice.errors import CorruptDataError, NoRoomError

__all__ = ["INLINE", "Piece", "PieceWriter", "read", "remove", "write"]

#: Up to so many bytes travel inside the message.
INLINE = 32 << 10
#: Files in memory up to this size are summed; on disk, all are.
_SUMMED = 4 << 20
_MEMORY = "/dev/shm/"
_STEP = 8 << 20
#: What Arrow's file format adds to a batch and to a file, rounded up.
_PER_BATCH = 256
_PER_FILE = 4096
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.ENOENT, errno.EROFS)


#: Files that this process has looked through; no name comes twice.
_validated: deque[str] = deque(maxlen=16)


class Piece(NamedTuple):
    """A file of batches, or the batches themselves as bytes, and all that must hold of it."""

    path: str | None
    data: bytes | None
    size: int
    crc: int | None
    batches: int
    rows: int


class PieceWriter:
    """Writes batches of one schema into files of one name in the first directory that has room.

    Args:
        places: directories to try, the best first.
        name: of the files, with a number after it; must be new in all of them.
    """

    def __init__(self, places: Sequence[str], name: str, schema: pa.Schema) -> None:
        self._places = list(places)
        self._name = name
        self._schema = schema
        self._footer = _PER_FILE + 2 * schema.serialize().size
        self._pending: list[Any] = []
        self._pending_bytes = 0
        self._file: _File | None = None
        self._made: list[Piece] = []
        self._files = 0
        #: Bytes of batches that were copied into files or messages.
        self.copied = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a batch.

        Raises:
            NoRoomError: no directory has room for it.
        """
        if not batch.num_rows:
            return
        size = pa.ipc.get_record_batch_size(batch)
        self.copied += size
        if self._file is None and not self._made:
            self._pending.append((batch, size))
            self._pending_bytes += size
            if self._pending_bytes <= INLINE:
                return
            for each in self._pending:
                self._to_file(*each)
            self._pending.clear()
        else:
            self._to_file(batch, size)

    def _to_file(self, batch: pa.RecordBatch, size: int) -> None:
        refused: list[str] = []
        while True:
            try:
                if self._file is None:
                    self._file = self._opened()
                self._file.write(batch, size)
                return
            except OSError as error:
                if error.errno not in _NO_ROOM or isinstance(error, NoRoomError):
                    raise
                refused.append(f"{self._places[0]}: {error.strerror}")
                self._close()
                if len(self._places) == 1:
                    raise NoRoomError(
                        "no room for Arrow batches on their way between driver and workers",
                        path=self._places[0],
                        free_bytes=_free(self._places[0]),
                        needed_bytes=size,
                        reason="; ".join(refused),
                        advice="free some space, or set sluice.broadcast.dir to a directory that has it",
                    ) from error
                del self._places[0]

    def _opened(self) -> _File:
        path = os.path.join(self._places[0], f"{self._name}-{self._files}")
        self._files += 1
        return _File(path, self._schema, self._footer)

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            piece = file.finish()
            if piece.batches:
                self._made.append(piece)
            else:
                os.unlink(file.path)

    def finish(self) -> list[Piece]:
        """End the last file and say what was written."""
        if self._pending:
            data = _as_bytes(self._schema, [batch for batch, _ in self._pending])
            rows = sum(batch.num_rows for batch, _ in self._pending)
            count = len(self._pending)
            self._pending.clear()
            return [Piece(None, data, len(data), zlib.crc32(data), count, rows)]
        self._close()
        return self._made

    def abandon(self) -> None:
        """End early: files stay for whoever removes the directory, descriptors do not."""
        if self._file is not None:
            self._file.close()


class _File:
    def __init__(self, path: str, schema: pa.Schema, footer: int) -> None:
        self.path = path
        self._footer = footer
        self._batches = 0
        self._rows = 0
        self._descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            self._room(0)
            self._sink = pa.OSFile(path, "wb")
            self._writer = pa.ipc.new_file(self._sink, schema)
        except BaseException:
            os.close(self._descriptor)
            os.unlink(path)
            raise

    def _room(self, size: int) -> None:
        at = self._sink.tell() if self._batches else 0
        os.posix_fallocate(self._descriptor, at, size + 2 * self._footer + _PER_BATCH * (self._batches + 1))

    def write(self, batch: pa.RecordBatch, size: int) -> None:
        self._room(size)
        self._writer.write_batch(batch)
        self._batches += 1
        self._rows += batch.num_rows

    def finish(self) -> Piece:
        try:
            self._writer.close()
            size = self._sink.tell()
            self._sink.close()
            os.ftruncate(self._descriptor, size)
            summed = size <= _SUMMED or not self.path.startswith(_MEMORY)
            crc = _sum(self._descriptor, size) if summed else None
        finally:
            self.close()
        return Piece(self.path, None, size, crc, self._batches, self._rows)

    def close(self) -> None:
        if self._descriptor >= 0:
            self._sink.close()
            os.close(self._descriptor)
            self._descriptor = -1


def _sum(descriptor: int, size: int) -> int:
    crc = at = 0
    while at < size:
        data = os.pread(descriptor, min(_STEP, size - at), at)
        if not data:
            raise CorruptDataError(f"Arrow file ends early: offset={at} expected size={size}")
        crc = zlib.crc32(data, crc)
        at += len(data)
    return crc


def _free(path: str) -> object:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return "unknown"


def _as_bytes(schema: pa.Schema, batches: Iterable[Any]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def write(
    places: Sequence[str], name: str, schema: pa.Schema, batches: Iterable[Any]
) -> tuple[list[Piece], int]:
    """Write batches; return what was written, and how many bytes of them were copied."""
    writer = PieceWriter(places, name, schema)
    try:
        for batch in batches:
            writer.write(batch)
        return writer.finish(), writer.copied
    finally:
        writer.abandon()


def read(piece: Piece, schema: pa.Schema, shared: bool = False) -> list[Any]:
    """Return the batches of a piece; those of a file are mapped, and no descriptor is held.

    Args:
        shared: several tasks may read it; its values are looked at once in a process.

    Raises:
        CorruptDataError: it is not what it should be; names file, offset or checksums.
    """
    where = piece.path or "<in the message>"
    try:
        buffer = _mapped(piece)
    except OSError as error:
        if isinstance(error, CorruptDataError):
            raise
        raise CorruptDataError(f"Arrow file cannot be read: file={where} reason={error}") from error
    if piece.crc is not None and (actual := zlib.crc32(buffer)) != piece.crc:
        raise CorruptDataError(
            f"Arrow file is damaged: file={where} offset=0 length={piece.size} "
            f"expected crc={piece.crc:#010x} actual={actual:#010x}"
        )
    try:
        reader = pa.ipc.open_file(pa.BufferReader(buffer))
        found = reader.schema
        if not found.equals(schema):
            raise CorruptDataError(
                f"Arrow file has another schema: file={where} expected={_brief(schema)} actual={_brief(found)}"
            )
        batches = [reader.get_batch(index) for index in range(reader.num_record_batches)]
        for batch in batches:
            # Offsets that point outside would end this process once somebody follows them.
            batch.validate(full=not shared or piece.path not in _validated)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, CorruptDataError):
            raise
        raise CorruptDataError(
            f"Arrow file is damaged: file={where} size={piece.size} reason={error}"
        ) from error
    if shared and piece.path is not None:
        _validated.append(piece.path)
    rows = sum(batch.num_rows for batch in batches)
    if len(batches) != piece.batches or rows != piece.rows:
        raise CorruptDataError(
            f"Arrow file holds another number of rows: file={where} expected batches={piece.batches} "
            f"rows={piece.rows} actual batches={len(batches)} rows={rows}"
        )
    return batches


def _mapped(piece: Piece) -> Any:
    if piece.data is not None:
        return pa.py_buffer(piece.data)
    size = os.stat(str(piece.path)).st_size
    if size != piece.size:
        raise CorruptDataError(
            f"Arrow file is cut: file={piece.path} expected size={piece.size} actual={size}"
        )
    with pa.memory_map(piece.path, "r") as file:
        return file.read_buffer(size)


def _brief(schema: Any) -> str:
    text = ", ".join(f"{field.name}: {field.type}" for field in schema)
    return text if len(text) <= 500 else text[:500] + "..."


def remove(pieces: Iterable[Piece]) -> None:
    """Remove the files of pieces; what is mapped of them stays readable."""
    for piece in pieces:
        if piece.path is not None:
            os.unlink(piece.path)
