# SPDX-License-Identifier: Apache-2.0
"""What a task sends to the JVM: pieces of its output streams, and how much each held."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from sluice import tasktimes
from sluice.worker import wire

if TYPE_CHECKING:
    from collections.abc import Callable

#: Bytes that gather before they are sent; a small task's whole answer goes out in one system call.
_FLUSH = 256 << 10


class TaskOutput:
    """Output streams of one task, gathered and sent in frames; counts records and bytes of each stream.

    A thread of user code may read the task's input, and so send requests, while the task itself emits: frames of the
    two must not mix.
    """

    __slots__ = ("_counts", "_lock", "_owner", "_parts", "_send", "_size")

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._owner = os.getpid()
        self._parts: list[bytes] = []
        self._size = 0
        self._counts: dict[int, list[int]] = {}
        self._lock = threading.Lock()

    def emit(self, stream: int, data: bytes, records: int) -> None:
        """Send ``data``, whole classic frames that hold ``records`` items, on an output stream."""
        # Before the lock: a fork may have copied it while another thread held it.
        check_owner(self._owner)
        with self._lock:
            self._emit(stream, data, records)

    def _emit(self, stream: int, data: bytes, records: int) -> None:
        length = len(data)
        count = self._counts.get(stream)
        if count is None:
            self._counts[stream] = [length, records]
        else:
            count[0] += length
            count[1] += records
        if length <= wire.MAX_CHUNK:
            self._parts.append(wire.pack_header(wire.DATA, stream, length))
            self._parts.append(data)
        else:
            view = memoryview(data)
            for start in range(0, length, wire.MAX_CHUNK):
                piece = view[start : start + wire.MAX_CHUNK]
                self._parts.append(wire.pack(wire.DATA, stream, bytes(piece)))
        self._size += length + wire.HEADER_LENGTH
        if self._size >= _FLUSH:
            self._flush()

    def flush(self, last: bytes = b"") -> None:
        """Send what has gathered, then ``last``."""
        check_owner(self._owner)
        with self._lock:
            self._flush(last)

    def take(self, last: bytes) -> bytes:
        """Return what has gathered and was not sent, then ``last``."""
        check_owner(self._owner)
        with self._lock:
            return self._taken(last)

    def _flush(self, last: bytes = b"") -> None:
        data = self._taken(last)
        if data:
            mark = tasktimes.enter()
            try:
                self._send(data)
            finally:
                tasktimes.leave(tasktimes.WAITING, mark)

    def _taken(self, last: bytes) -> bytes:
        self._parts.append(last)
        data = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return data

    def discard(self) -> None:
        """Forget what has not been sent: the task failed."""
        self._parts.clear()
        self._size = 0

    def counts(self) -> list[tuple[int, int, int]]:
        """Return (stream, bytes, records) of every stream that got data."""
        return [(stream, size, records) for stream, (size, records) in self._counts.items()]


def check_owner(owner: int) -> None:
    """End a process that user code forked and that came back into our code: its parent speaks for it."""
    if os.getpid() != owner:
        os._exit(0)
