# SPDX-License-Identifier: Apache-2.0
"""Files of checkpoints: batches of items as they travel between processes, each with its checksum.

All numbers are big-endian::

    "sluice checkpoint 1\\n"
    then blocks    u32 length (at least 1), u32 CRC-32, bytes: whole frames of the stream format
    and the end    u32 0, u32 CRC-32, u64 blocks, u64 items

A checksum starts from the length instead of 0 and is over what follows, so that a length cannot change unseen.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sluice.errors import CorruptDataError, JobError
from sluice.files.filesystems import open_to_read, size_of
from sluice.files.outputdirectory import write_part
from sluice.serializers.stream import decode_batches, encode_batches

__all__ = ["CheckpointWriter", "read_checkpoint", "refuse"]

_MAGIC = b"sluice checkpoint 1\n"
_BLOCK = struct.Struct(">II")
_END = struct.Struct(">QQ")


class CheckpointWriter:
    """A task's step: writes a partition and returns the name of its file."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def __call__(self, split: int, items: Iterator[Any]) -> list[str]:
        def fill(file: Any) -> None:
            blocks = total = 0
            file.write(_MAGIC)
            for frame, records in encode_batches(items):
                file.write(_BLOCK.pack(len(frame), zlib.crc32(frame, len(frame))))
                file.write(frame)
                blocks += 1
                total += records
            end = _END.pack(blocks, total)
            file.write(_BLOCK.pack(0, zlib.crc32(end)) + end)

        return write_part(self._directory, split, "", False, fill)


def read_checkpoint(path: str) -> Iterator[Any]:
    """Return a partition's items.

    Raises:
        CorruptDataError: while iterating: the file is cut or changed; names file and offset.
    """
    return chain.from_iterable(_batches(path))


def refuse(rdd: int) -> Iterator[Any]:
    """Stand for a partition that was only kept, and is kept no longer.

    Raises:
        JobError: always.
    """
    raise JobError(
        "Checkpoint block not found: an RDD with a local checkpoint was unpersisted, or its partition was lost",
        rdd=rdd,
        advice="use checkpoint() for data that must outlast its cache",
    )


def _batches(path: str) -> Iterator[list[Any]]:
    with open_to_read(path) as file:
        size = size_of(file)
        if _exactly(file, len(_MAGIC), path, 0) != _MAGIC:
            raise CorruptDataError("not a checkpoint's file", file=path, offset=0)
        at, blocks, total = len(_MAGIC), 0, 0
        while True:
            length, checksum = _BLOCK.unpack(_exactly(file, _BLOCK.size, path, at))
            if length > size - at:
                raise CorruptDataError(
                    "a block's length is not possible", file=path, offset=at, length=length
                )
            data = _exactly(file, length or _END.size, path, at + _BLOCK.size)
            found = zlib.crc32(data, length)
            if found != checksum:
                raise CorruptDataError(
                    "checksum does not hold",
                    file=path,
                    offset=at,
                    expected=f"{checksum:#010x}",
                    found=f"{found:#010x}",
                )
            at += _BLOCK.size + len(data)
            if not length:
                break
            blocks += 1
            for batch in decode_batches((data,)):
                total += len(batch)
                yield batch
        if (blocks, total) != _END.unpack(data) or at != size:
            raise CorruptDataError(
                "a checkpoint's counts do not hold",
                file=path,
                offset=at,
                blocks=blocks,
                items=total,
                bytes=size,
            )


def _exactly(file: Any, length: int, path: str, at: int) -> bytes:
    pieces = []
    left = length
    while left and (piece := file.read(left)):
        pieces.append(piece)
        left -= len(piece)
    if left:
        raise CorruptDataError(
            "a checkpoint's file ends too early", file=path, offset=at + length - left, missing=left
        )
    return b"".join(pieces)
