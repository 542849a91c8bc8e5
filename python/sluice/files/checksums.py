# SPDX-License-Identifier: Apache-2.0
"""Checksums beside a file, as Hadoop keeps them on local disks: its reader notices that it was cut or changed.

The file `part-00000` has `.part-00000.crc` beside it::

    bytes  "crc\\0"
    u32    bytes a checksum is over, big-endian (512)
    u32    CRC-32 of each such piece, the last of which may be shorter
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

from sluice.errors import CorruptDataError

__all__ = ["ChecksummedWriter", "beside", "open_checked"]

_MAGIC = b"crc\0"
_HEADER = struct.Struct(">4sI")
_PIECE = 512
#: What is read at once, in bytes.
_BUFFER = 1 << 18


def beside(path: str) -> str:
    """Return where the checksums of a file are."""
    directory, name = os.path.split(path)
    return os.path.join(directory, f".{name}.crc")


class ChecksummedWriter:
    """Writes a local file and counts its checksums, which `finish` writes beside it."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._rest = b""
        self._sums: list[int] = []

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self._file.write(data)
        data = self._rest + data
        whole = len(data) - len(data) % _PIECE
        view = memoryview(data)
        self._sums += [zlib.crc32(view[at : at + _PIECE]) for at in range(0, whole, _PIECE)]
        self._rest = data[whole:]

    def sums(self) -> bytes:
        """Return the contents of the file of checksums."""
        sums = [*self._sums, zlib.crc32(self._rest)] if self._rest else self._sums
        return _HEADER.pack(_MAGIC, _PIECE) + struct.pack(f">{len(sums)}I", *sums)


def open_checked(path: str, required: bool = False) -> Any:
    """Return a local file open for reading; what is read is compared with the checksums, where there are any.

    Args:
        path: the file.
        required: whether it is an error that there are none.

    Raises:
        CorruptDataError: the checksums are missing, damaged, or too few or many for this file.
    """
    file = open(path, "rb", buffering=0)  # noqa: SIM115
    try:
        sums = _read_sums(path, os.fstat(file.fileno()).st_size, required)
    except BaseException:
        file.close()
        raise
    if sums is None:
        return io.BufferedReader(file, _BUFFER)
    return io.BufferedReader(_Checked(file, path, *sums), _BUFFER)


def _read_sums(path: str, size: int, required: bool) -> tuple[int, tuple[int, ...]] | None:
    where = beside(path)
    try:
        with open(where, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        if required:
            raise CorruptDataError("a file has lost its checksums", file=path, checksums=where) from None
        return None
    if len(data) < _HEADER.size or len(data) % 4 or not data.startswith(_MAGIC):
        raise CorruptDataError("not a file of checksums", file=where, bytes=len(data))
    (_, piece) = _HEADER.unpack_from(data)
    count = (len(data) - _HEADER.size) // 4
    if not 0 < piece <= _BUFFER or count != -(-size // piece):
        raise CorruptDataError(
            "a file is not as long as its checksums say",
            file=path,
            bytes=size,
            checksums=count,
            each_over=piece,
        )
    return piece, struct.unpack_from(f">{count}I", data, _HEADER.size)


class _Checked(io.RawIOBase):
    def __init__(self, file: Any, path: str, piece: int, sums: tuple[int, ...]) -> None:
        self._file = file
        self._path = path
        self._piece = piece
        self._sums = sums
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}
        base = bases[whence] if whence in bases else os.fstat(self._file.fileno()).st_size
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, target: Any) -> int:
        start = self._at - self._at % self._piece
        end = -(-(self._at + len(target)) // self._piece) * self._piece
        data = self._whole(start, end - start)
        view = memoryview(data)
        first = start // self._piece
        for number, at in enumerate(range(0, len(data), self._piece), first):
            found = zlib.crc32(view[at : at + self._piece])
            expected = self._sums[number] if number < len(self._sums) else None
            if found != expected:
                raise CorruptDataError(
                    "checksum does not hold",
                    file=self._path,
                    offset=start + at,
                    expected="none" if expected is None else f"{expected:#010x}",
                    found=f"{found:#010x}",
                )
        wanted = view[self._at - start :][: len(target)]
        target[: len(wanted)] = wanted
        self._at += len(wanted)
        return len(wanted)

    def _whole(self, start: int, length: int) -> bytes:
        """Read it all, since a read may give less than there is."""
        self._file.seek(start)
        pieces = []
        while length and (piece := self._file.read(length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        self._file.close()
        super().close()
