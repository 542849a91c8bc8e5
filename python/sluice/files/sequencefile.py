# SPDX-License-Identifier: Apache-2.0
"""Hadoop's SequenceFile, version 6, uncompressed: pairs of keys and values as the bytes that their classes write.

All numbers are big-endian; a name is a variable-length count (one byte up to 127) and UTF-8::

    "SEQ" 06, name of the key's class, name of the value's class
    u8 compressed, u8 compressed in blocks
    u32 n, n x (name, name)                metadata
    16 bytes                               the sync mark, random for each file
    then records   u32 key and value bytes, u32 key bytes, key, value
    and between them, about every 100 KiB  u32 0xffffffff, sync mark

**Splits.** A record belongs to the split in which the mark before it begins; the first records to the first split. So
one function, which finds the first mark at or after an offset, decides at both ends, as for lines of text.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sluice.errors import CorruptDataError, UnsupportedError

__all__ = ["SYNC_INTERVAL", "Header", "Reader", "encode_vint", "header", "records"]

_MAGIC = b"SEQ"
_VERSION = 6
_SYNC = 16
_ESCAPE = b"\xff\xff\xff\xff"
_LENGTHS = struct.Struct(">II")
_U32 = struct.Struct(">I")
#: How many bytes stand between two marks, at least; no split is smaller.
SYNC_INTERVAL = 5 * 1024 * (_SYNC + 4)
_MOST_METADATA = 1 << 16
_LONGEST_NAME = 1 << 20
_PIECE = 1 << 18


class Header(NamedTuple):
    """What stands before the records."""

    key: str
    value: str
    sync: bytes
    length: int


def header(key: str, value: str, sync: bytes) -> bytes:
    """Return the bytes before the records of a new file."""
    names = b"".join(encode_vint(len(name)) + name.encode() for name in (key, value))
    return _MAGIC + bytes([_VERSION]) + names + b"\0\0" + _U32.pack(0) + sync


def records(pairs: Iterable[tuple[bytes, bytes]], key: str, value: str) -> Iterator[bytes]:
    """Yield the pieces of a new file that holds these pairs."""
    sync = os.urandom(_SYNC)
    first = header(key, value, sync)
    yield first
    at, mark = len(first), 0
    for key_bytes, value_bytes in pairs:
        if at >= mark + SYNC_INTERVAL:
            mark = at
            at += len(_ESCAPE) + _SYNC
            yield _ESCAPE + sync
        length = len(key_bytes) + len(value_bytes)
        if length > 0x7FFFFFFF:
            raise UnsupportedError("a record is too long for a sequence file", bytes=length)
        yield _LENGTHS.pack(length, len(key_bytes)) + key_bytes + value_bytes
        at += _LENGTHS.size + length


def encode_vint(number: int) -> bytes:
    """Return a count as Hadoop's variable-length number."""
    if number <= 127:
        return bytes([number])
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([256 - 112 - len(data)]) + data


class Reader:
    """Reads a file that is open at its beginning.

    Raises:
        CorruptDataError: from every method: the file is cut or is not what it says; names file and offset.
        UnsupportedError: it is compressed, or of another version.
    """

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._path = path
        self._size: int = file.seek(0, os.SEEK_END)
        self._go(0)
        self.header = self._read_header()

    def records(self, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the keys and values of a split."""
        begin, end = self._border(start), self._border(end)
        self._go(begin)
        while self._at < end:
            at = self._at
            length = self._number()
            if length == 0xFFFFFFFF:
                mark = self._exactly(_SYNC)
                if mark != self.header.sync:
                    raise self._corrupt("a sync mark is not the file's", at, found=mark.hex())
                continue
            key_length = self._number()
            if length > self._size - self._at or key_length > length:
                raise self._corrupt(
                    "a record's length is not possible", at, length=length, key_length=key_length
                )
            data = self._exactly(length)
            yield data[:key_length], data[key_length:]
        if self._at != end:
            raise self._corrupt("a record runs over a sync mark", self._at, mark=end)

    def _read_header(self) -> Header:
        if self._size < 4 or self._exactly(3) != _MAGIC:
            raise self._corrupt("not a SequenceFile", 0)
        version = self._exactly(1)[0]
        if version != _VERSION:
            raise UnsupportedError(
                "a sequence file of another version", file=self._path, version=version, expected=_VERSION
            )
        key, value = self._name(), self._name()
        if self._exactly(2) != b"\0\0":
            raise UnsupportedError(
                "compressed sequence files cannot be read",
                file=self._path,
                advice="write them uncompressed, or run this program with PySpark",
            )
        at = self._at
        count = self._number()
        if count > _MOST_METADATA:
            raise self._corrupt("too much metadata", at, entries=count)
        for _ in range(2 * count):
            self._name()
        sync = self._exactly(_SYNC)
        return Header(key, value, sync, self._at)

    def _border(self, at: int) -> int:
        """Return where the first mark at or after an offset begins; the file's end if there is none."""
        if at <= self.header.length:
            return self.header.length
        wanted = _ESCAPE + self.header.sync
        self._go(at)
        kept = b""
        while piece := self._file.read(_PIECE):
            kept += piece
            found: int = kept.find(wanted)
            if found >= 0:
                return at + found
            dropped = max(0, len(kept) - len(wanted) + 1)
            kept, at = kept[dropped:], at + dropped
        return self._size

    def _go(self, at: int) -> None:
        self._file.seek(at)
        self._at = at

    def _number(self) -> int:
        number: int = _U32.unpack(self._exactly(4))[0]
        return number

    def _name(self) -> str:
        at = self._at
        length = first = self._exactly(1)[0]
        if first >= 128:
            if not 256 - 112 - 8 <= first < 256 - 112:
                raise self._corrupt("a name's length is not possible", at, first_byte=first)
            length = int.from_bytes(self._exactly(256 - 112 - first), "big")
        if length > min(_LONGEST_NAME, self._size):
            raise self._corrupt("a name's length is not possible", at, length=length)
        try:
            return self._exactly(length).decode()
        except UnicodeDecodeError as error:
            raise self._corrupt("a name is not UTF-8", at, reason=error.reason) from error

    def _exactly(self, length: int) -> bytes:
        data: bytes = self._file.read(length)
        if len(data) < length:
            raise self._corrupt(
                "a sequence file ends too early", self._at, expected=length, found=len(data), size=self._size
            )
        self._at += length
        return data

    def _corrupt(self, what: str, at: int, **values: object) -> CorruptDataError:
        return CorruptDataError(what, where=None, advice=None, file=self._path, offset=at, **values)
