# SPDX-License-Identifier: Apache-2.0
"""The one place where run files meet the file system, so that tests can make it fail."""

from __future__ import annotations

import os
import tempfile
from typing import Protocol

from sluice.shuffle import memory
from sluice.shuffle.codecs import Codec, by_name

__all__ = ["File", "candidates", "codec", "create", "free_space"]

_next = 0


class File(Protocol):
    """A private file without a name: gone when closed or when the process ends."""

    path: str

    def write(self, data: bytes) -> None: ...

    def read_at(self, offset: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class _TemporaryFile:
    __slots__ = ("_descriptor", "path")

    def __init__(self, directory: str) -> None:
        # In this order, so that a failure leaves no name behind and `close` always has something to look at.
        self._descriptor = -1
        self._descriptor, self.path = tempfile.mkstemp(prefix="sluice-run-", dir=directory)
        os.unlink(self.path)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def read_at(self, offset: int, length: int) -> bytes:
        data = os.pread(self._descriptor, length, offset)
        if len(data) == length or not data:
            return data
        # A read may give less than it was asked for; only nothing at all is the end.
        return data + self.read_at(offset + len(data), length - len(data))

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
    """The directories for the next run: each takes its turn to be first."""
    global _next
    names = memory.directories()
    _next = (_next + 1) % len(names)
    return [*names[_next:], *names[:_next]]


def codec() -> Codec:
    """The codec for new runs."""
    return by_name(memory.codec_name())


def free_space(directory: str) -> int | str:
    """Bytes that may still be written there, for messages."""
    try:
        stats = os.statvfs(directory)
    except OSError:
        return "unknown"
    return stats.f_bavail * stats.f_frsize
