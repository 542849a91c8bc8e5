# SPDX-License-Identifier: Apache-2.0
"""Runs: what a task that ran out of memory wrote, in segments that are read one at a time.

    +----------+-------+
    | SLUICER1 | codec |                       file's head: 8 bytes and 1; runs follow, one after the other
    +--------+---------+-----+---------+
    | length | records | crc | payload |       block: 4 + 4 + 4 bytes, big-endian, and the payload
    +--------+---------+-----+---------+
    | 8      | 0       | crc | records |       end of a segment: how many records it held, 8 bytes
    +--------+---------+-----+---------+

A block's crc is CRC-32 over the file's head, the block's length and records, and its payload: a flipped bit
anywhere is an error, and so is a file that ends before the segment's end does. A payload is one batch frame.
A run's segments stand in one file, unless a directory failed half-way: then the next blocks are in another.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sluice import tasktimes
from sluice.errors import CorruptDataError, StreamError
from sluice.serializers.stream import decode_batches
from sluice.shuffle import memory
from sluice.shuffle.codecs import Codec, by_name
from sluice.shuffle.disk import File, Scratch

__all__ = ["Batches", "Run", "RunFiles"]

_MAGIC = b"SLUICER1"
_SIZES = struct.Struct(">II")
_BLOCK = struct.Struct(">III")
_TOTAL = struct.Struct(">Q")
# Written at once, unless that is much of the memory that there is.
_WRITE = 1 << 20
_SHARE = 64

#: Encoded batches with their numbers of records.
Batches = Iterable[tuple[bytes, int]]


class RunFiles:
    """The files that an operation's runs are written to; gone when it and its runs are."""

    __slots__ = ("codec", "scratch", "seed")

    def __init__(self, directories: Sequence[str] = ()) -> None:
        self.codec: Codec = by_name(memory.codec_name())
        head = _MAGIC + self.codec.tag
        self.scratch = Scratch(head, directories)
        self.seed = zlib.crc32(head)

    def write(self, segments: Iterable[Batches]) -> Run:
        """Writes a run; the next one goes to the next directory.

        Raises:
            SluiceError: no directory takes it; names each with its free space.
        """
        mark = tasktimes.enter()
        try:
            return self._write(segments)
        finally:
            tasktimes.leave(tasktimes.SPILLING, mark)

    def _write(self, segments: Iterable[Batches]) -> Run:
        scratch, pack, seed = self.scratch, self.codec.pack, self.seed
        most = min(_WRITE, max(memory.limit() // _SHARE, 1 << 15))
        parts: list[bytes] = []
        pending = 0
        bounds, records = array("Q", [scratch.end]), array("Q")
        for batches in segments:
            total = 0
            for data, count in batches:
                total += count
                payload = pack(data)
                parts += _block(payload, count, seed)
                pending += _BLOCK.size + len(payload)
                if pending >= most:
                    scratch.append(b"".join(parts))
                    parts.clear()
                    pending = 0
            parts += _block(_TOTAL.pack(total), 0, seed)
            pending += _BLOCK.size + _TOTAL.size
            bounds.append(scratch.end + pending)
            records.append(total)
        if parts:
            scratch.append(b"".join(parts))
        scratch.rotate()
        return Run(self, bounds, records)


class Run:
    """A finished run. Its files have no name any more and go when the last reader is done."""

    __slots__ = ("_bounds", "_files", "records")

    def __init__(self, files: RunFiles, bounds: array[int], records: array[int]) -> None:
        self._files = files
        self._bounds = bounds
        #: The number of records in each segment.
        self.records = records

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._bounds[-1] - self._bounds[0]

    def read(self, segment: int) -> Iterator[list[Any]]:
        """The batches of a segment; several readers may be under way.

        Raises:
            CorruptDataError: the file is not what was written; names file and offset.
        """
        address, end = self._bounds[segment], self._bounds[segment + 1]
        seed = self._files.seed
        checked: File | None = None
        found = 0
        while True:
            file, offset = self._files.scratch.locate(address)
            if file is not checked:
                self._check_head(file)
                checked = file
            left = end - address
            sizes = _exactly(file, offset, _BLOCK.size, left)
            length, count, crc = _BLOCK.unpack(sizes)
            payload = _exactly(file, offset + _BLOCK.size, length, left - _BLOCK.size)
            actual = zlib.crc32(payload, zlib.crc32(sizes[: _SIZES.size], seed))
            if actual != crc:
                raise _corrupt(
                    "run file is damaged", file, offset, crc=f"{crc:#010x}", actual=f"{actual:#010x}"
                )
            if not count:
                break
            found += count
            yield from self._batches(payload, file, offset)
            address += _BLOCK.size + length
        expected = self.records[segment]
        if not _TOTAL.unpack(payload)[0] == found == expected:
            raise _corrupt("run file's segment lacks records", file, offset, expected=expected, got=found)

    def _check_head(self, file: File) -> None:
        head = self._files.scratch.head
        got = file.read_at(0, len(head))
        if got != head:
            raise _corrupt("run file does not begin with its head", file, 0, got=got)

    def _batches(self, payload: bytes, file: File, offset: int) -> Iterator[list[Any]]:
        try:
            yield from decode_batches((self._files.codec.unpack(payload),))
        except StreamError as error:
            raise _corrupt("run file holds a bad batch", file, offset, reason=str(error)) from error


def _exactly(file: File, offset: int, length: int, left: int) -> bytes:
    if length > left:
        raise _corrupt("run file has a block beyond its segment", file, offset, length=length, left=left)
    mark = tasktimes.enter()
    try:
        data = file.read_at(offset, length)
    finally:
        tasktimes.leave(tasktimes.SPILLING, mark)
    if len(data) != length:
        raise _corrupt("run file is cut", file, offset, expected=length, got=len(data))
    return data


def _corrupt(what: str, file: File, offset: int, **values: Any) -> CorruptDataError:
    return CorruptDataError(what, file=file.path, offset=offset, **values)


def _block(payload: bytes, count: int, seed: int) -> tuple[bytes, bytes, bytes]:
    sizes = _SIZES.pack(len(payload), count)
    crc = zlib.crc32(payload, zlib.crc32(sizes, seed))
    return sizes, crc.to_bytes(4, "big"), payload
