# SPDX-License-Identifier: Apache-2.0
"""Where run files meet the file system: files without a name, and the scratch space that an operation makes of them.

An operation that spills appends to one file a directory, however often it spills, so that it needs no more
descriptors with a small memory limit than with a large one.
"""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from errno import ENOSPC
from typing import Protocol

from sluice.errors import SluiceError
from sluice.shuffle import memory, spilled

__all__ = ["File", "Scratch", "candidates", "create", "free_space"]

#: What is left free in a directory: others live there too.
_RESERVE = 4 << 20

_next = 0


class File(Protocol):
    """A private file without a name: gone when closed or when the process ends."""

    path: str

    def write_at(self, offset: int, data: bytes) -> None: ...

    def read_at(self, offset: int, length: int) -> bytes: ...

    def cut(self, length: int) -> None: ...

    def close(self) -> None: ...


class _TemporaryFile:
    __slots__ = ("_descriptor", "path")

    def __init__(self, directory: str) -> None:
        # In this order, so that a failure leaves no name behind and `close` always has something to look at.
        self._descriptor = -1
        self._descriptor, self.path = tempfile.mkstemp(prefix="sluice-run-", dir=directory)
        os.unlink(self.path)

    def write_at(self, offset: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self._descriptor, view, offset)
            offset += written
            view = view[written:]

    def read_at(self, offset: int, length: int) -> bytes:
        data = os.pread(self._descriptor, length, offset)
        if len(data) == length or not data:
            return data
        # A read may give less than it was asked for; only nothing at all is the end.
        return data + self.read_at(offset + len(data), length - len(data))

    def cut(self, length: int) -> None:
        os.ftruncate(self._descriptor, length)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()


def create(directory: str) -> File:
    """A new file in a directory."""
    return _TemporaryFile(directory)


def candidates() -> list[str]:
    """The directories for the next operation: each takes its turn to be first."""
    global _next
    names = memory.directories()
    _next = (_next + 1) % len(names)
    return [*names[_next:], *names[:_next]]


def free_space(directory: str) -> int | None:
    """Bytes that may still be written there; None where that cannot be known."""
    try:
        stats = os.statvfs(directory)
    except OSError:
        return None
    return stats.f_bavail * stats.f_frsize


class Scratch:
    """One address space over a file in each directory, to append to and to read from.

    Every file begins with the same head. A directory that fails is left for the next; what was written there
    before stays readable. The files go when the last one who refers to the scratch is done.
    """

    def __init__(self, head: bytes, directories: Sequence[str] = ()) -> None:
        self.head = head
        self._directories = list(directories) or candidates()
        self._files: dict[int, File] = {}
        #: Lengths of the files, heads included.
        self._lengths: dict[int, int] = {}
        self._failures: dict[int, str] = {}
        self._turn = 0
        #: The address where each piece starts, with the directory's number and the offset in its file.
        self._starts: list[int] = []
        self._pieces: list[tuple[int, int]] = []
        #: The address of what is appended next.
        self.end = 0

    def append(self, data: bytes) -> None:
        """Writes `data` in one piece, which begins at the address `end`.

        Raises:
            SluiceError: no directory takes it; names each with its reason and free space.
        """
        cause: OSError | None = None
        while len(self._failures) < len(self._directories):
            if self._turn not in self._failures:
                try:
                    self._append(self._turn, data)
                    return
                except OSError as error:
                    cause = error
                    self._fail(self._turn, error.strerror or str(error))
            self.rotate()
        raise SluiceError(
            "cannot write a run file",
            directories="; ".join(self._failures.values()),
            advice="free space there or name other directories in sluice.local.dirs",
        ) from cause

    def rotate(self) -> None:
        """Goes on in the next directory."""
        self._turn = (self._turn + 1) % len(self._directories)

    def _append(self, number: int, data: bytes) -> None:
        directory = self._directories[number]
        free = free_space(directory)
        if free is not None and free < len(data) + _RESERVE:
            raise OSError(ENOSPC, f"too little space for {len(data)} bytes and {_RESERVE} in reserve")
        file = self._files.get(number)
        if file is None:
            file = self._files[number] = create(directory)
            file.write_at(0, self.head)
            self._lengths[number] = len(self.head)
        offset = self._lengths[number]
        file.write_at(offset, data)
        if not self._pieces or self._pieces[-1][0] != number:
            self._starts.append(self.end)
            self._pieces.append((number, offset))
        self._lengths[number] = offset + len(data)
        self.end += len(data)
        spilled.add(disk=len(data))

    def _fail(self, number: int, reason: str) -> None:
        directory = self._directories[number]
        free = free_space(directory)
        space = "unknown" if free is None else free
        self._failures[number] = f"{directory}: {reason}, {space} bytes free"
        file = self._files.get(number)
        if file is not None:
            try:
                # Half of a chunk is of no use to anybody.
                file.cut(self._lengths.get(number, 0))
            except OSError:
                pass

    def locate(self, address: int) -> tuple[File, int]:
        """The file that holds an address, and the offset in it."""
        at = bisect_right(self._starts, address) - 1
        number, offset = self._pieces[at]
        return self._files[number], offset + address - self._starts[at]

    def close(self) -> None:
        """Frees the files now."""
        for file in self._files.values():
            file.close()
