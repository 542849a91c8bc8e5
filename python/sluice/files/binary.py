# SPDX-License-Identifier: Apache-2.0
"""A task's side of files that are read as bytes: whole, or as records of one length."""

from __future__ import annotations

from collections.abc import Iterator

from sluice.errors import CorruptDataError
from sluice.files.filesystems import display, open_to_read

__all__ = ["read_files", "read_records"]

_PIECE = 1 << 20


def read_files(paths: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield every file's path and contents."""
    for path in paths:
        with open_to_read(path) as file:
            pieces = []
            while piece := file.read(_PIECE):
                pieces.append(piece)
        yield display(path), b"".join(pieces)


def read_records(path: str, start: int, end: int, length: int) -> Iterator[bytes]:
    """Yield the records of a split, which begins and ends between two of them."""
    with open_to_read(path) as file:
        file.seek(start)
        rest = b""
        while start < end:
            piece = file.read(min(_PIECE, end - start))
            if not piece:
                raise CorruptDataError(
                    "a file of records was cut while it was read", file=path, offset=start, expected=end
                )
            start += len(piece)
            data = rest + piece
            whole = len(data) - len(data) % length
            for at in range(0, whole, length):
                yield data[at : at + length]
            rest = data[whole:]
