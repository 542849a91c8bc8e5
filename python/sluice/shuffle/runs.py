# SPDX-License-Identifier: Apache-2.0
"""Run files: what a task that ran out of memory wrote, one file a spill with a segment for each partition.

    +----------+-------+
    | SLUICER1 | codec |                       file's head: 8 bytes and 1
    +--------+---------+-----+---------+
    | length | records | crc | payload |       block: 4 + 4 + 4 bytes, big-endian, and the payload
    +--------+---------+-----+---------+
    | 8      | 0       | crc | records |       end of a segment: how many records it held, 8 bytes
    +--------+---------+-----+---------+

A block's crc is CRC-32 over the file's head, the block's length and records, and its payload: a flipped bit
anywhere is an error, and so is a file that ends before the segment's end does. A payload is one batch frame.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sluice import tasktimes
from sluice.errors import CorruptDataError, SluiceError, StreamError
from sluice.serializers.stream import decode_batches
from sluice.shuffle import disk, spilled
from sluice.shuffle.codecs import Codec

__all__ = ["Batches", "Run", "Segment", "write_run"]

_MAGIC = b"SLUICER1"
_HEAD_LENGTH = len(_MAGIC) + 1
_SIZES = struct.Struct(">II")
_BLOCK = struct.Struct(">III")
_TOTAL = struct.Struct(">Q")
_WRITE = 1 << 20

#: Encoded batches with their numbers of records.
Batches = Iterable[tuple[bytes, int]]


class Segment(NamedTuple):
    """Where a segment lies in its file, and how many records it holds."""

    start: int
    end: int
    records: int


class Run:
    """A finished run. Its file has no name any more and goes when the last reader is done."""

    __slots__ = ("_codec", "_file", "segments")

    def __init__(self, file: disk.File, codec: Codec, segments: list[Segment]) -> None:
        self._file = file
        self._codec = codec
        self.segments = segments

    def read(self, segment: int) -> Iterator[list[Any]]:
        """The batches of a segment; several readers may be under way.

        Raises:
            CorruptDataError: the file is not what was written; names file and offset.
        """
        offset, end, records = self.segments[segment]
        head = self._file.read_at(0, _HEAD_LENGTH)
        if head != _MAGIC + self._codec.tag:
            raise self._corrupt("run file does not begin with its head", 0, got=head)
        seed = zlib.crc32(head)
        found = 0
        while True:
            sizes = self._exactly(offset, _BLOCK.size, end)
            length, count, crc = _BLOCK.unpack(sizes)
            payload = self._exactly(offset + _BLOCK.size, length, end)
            actual = zlib.crc32(payload, zlib.crc32(sizes[: _SIZES.size], seed))
            if actual != crc:
                raise self._corrupt(
                    "run file is damaged", offset, crc=f"{crc:#010x}", actual=f"{actual:#010x}"
                )
            if not count:
                break
            found += count
            yield from self._batches(payload, offset)
            offset += _BLOCK.size + length
        if not _TOTAL.unpack(payload)[0] == found == records:
            raise self._corrupt("run file's segment lacks records", offset, expected=records, got=found)

    def _batches(self, payload: bytes, offset: int) -> Iterator[list[Any]]:
        try:
            yield from decode_batches((self._codec.unpack(payload),))
        except StreamError as error:
            raise self._corrupt("run file holds a bad batch", offset, reason=str(error)) from error

    def _exactly(self, offset: int, length: int, end: int) -> bytes:
        if length > end - offset:
            raise self._corrupt("run file has a block beyond its segment", offset, length=length, end=end)
        mark = tasktimes.enter()
        try:
            data = self._file.read_at(offset, length)
        finally:
            tasktimes.leave(tasktimes.SPILLING, mark)
        if len(data) != length:
            raise self._corrupt("run file is cut", offset, expected=length, got=len(data))
        return data

    def _corrupt(self, what: str, offset: int, **values: Any) -> CorruptDataError:
        return CorruptDataError(what, file=self._file.path, offset=offset, **values)

    def close(self) -> None:
        """Frees the file now."""
        self._file.close()


def write_run(segments: Callable[[], Iterable[Batches]], *, again: bool = True) -> Run:
    """Writes all segments to one new file. Where a directory fails, `segments` is asked again for the next.

    `again`: whether it can be asked more than once.

    Raises:
        SluiceError: no directory takes the run; names each with its free space.
    """
    mark = tasktimes.enter()
    try:
        run = _write_somewhere(segments, again)
    finally:
        tasktimes.leave(tasktimes.SPILLING, mark)
    spilled.add(disk=run.segments[-1].end)
    return run


def _write_somewhere(segments: Callable[[], Iterable[Batches]], again: bool) -> Run:
    codec = disk.codec()
    failures: list[str] = []
    cause: OSError | None = None
    for directory in disk.candidates():
        asked = False
        try:
            with _Closing(disk.create(directory)) as opened:
                asked = True
                return opened.keep(_write(opened.file, codec, segments()))
        except OSError as error:
            # An error of the data's own, such as a damaged run that is read here, is not this directory's.
            if isinstance(error, SluiceError):
                raise
            cause = error
            free = disk.free_space(directory)
            failures.append(f"{directory}: {error.strerror or error}, {free} bytes free")
            if asked and not again:
                break
    raise SluiceError(
        "cannot write a run file",
        directories="; ".join(failures),
        advice="free space there or name other directories in sluice.local.dirs",
    ) from cause


class _Closing:
    """Closes a new file unless its run is kept."""

    def __init__(self, file: disk.File) -> None:
        self.file = file
        self._kept = False

    def __enter__(self) -> _Closing:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._kept:
            self.file.close()

    def keep(self, run: Run) -> Run:
        self._kept = True
        return run


def _write(file: disk.File, codec: Codec, segments: Iterable[Batches]) -> Run:
    head = _MAGIC + codec.tag
    seed = zlib.crc32(head)
    parts: list[bytes] = [head]
    pending = position = len(head)
    index: list[Segment] = []
    for batches in segments:
        start, total = position, 0
        for data, count in batches:
            total += count
            block = _block(codec.pack(data), count, seed)
            parts += block
            size = sum(map(len, block))
            position += size
            pending += size
            if pending >= _WRITE:
                file.write(b"".join(parts))
                parts.clear()
                pending = 0
        end = _block(_TOTAL.pack(total), 0, seed)
        parts += end
        position += sum(map(len, end))
        index.append(Segment(start, position, total))
    file.write(b"".join(parts))
    return Run(file, codec, index)


def _block(payload: bytes, count: int, seed: int) -> tuple[bytes, bytes, bytes]:
    sizes = _SIZES.pack(len(payload), count)
    crc = zlib.crc32(payload, zlib.crc32(sizes, seed))
    return sizes, crc.to_bytes(4, "big"), payload
