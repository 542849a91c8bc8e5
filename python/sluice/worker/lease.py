# SPDX-License-Identifier: Apache-2.0
"""Tasks that came several at once: claimed one by one, their reports gathered while they are short.

The JVM gives a task that no worker has begun to another. Who gets the kernel's lock on the task's byte of a file has
the task; the file's first bytes say which was begun last, so that a worker's death is put down to the right one.
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import time
from collections.abc import Callable

_BEGUN = struct.Struct(">Q")
_QUEUED = struct.Struct("i")
#: Reports wait no longer than this, in seconds, for those of the next tasks.
_GATHER = 0.0005
#: How long a task waits for what the one before printed to be read, in seconds.
_READ_OUTPUT = 0.2


class Lease:
    """This worker's file of claims, opened when it is first given several tasks, and the reports not sent yet."""

    def __init__(self, path: str, send: Callable[[bytes], None], on_open: Callable[[], None]) -> None:
        self._path = path
        self._connection_send = send
        self._on_open = on_open
        self._fd = -1
        self._more = False
        self._reports: list[bytes] = []
        self._since = 0.0

    def claim(self, attempt_id: int, more: bool) -> bool:
        """Begin a task of a lease, unless it was taken back; ``more`` tells whether another follows."""
        if self._fd < 0:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            self._on_open()
        elif not self._more:
            # The lease before is over on both sides.
            fcntl.lockf(self._fd, fcntl.LOCK_UN)
        self._more = more
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BEGUN.size + attempt_id)
        except OSError:
            if not more:
                self.flush()
            return False
        os.pwrite(self._fd, _BEGUN.pack(attempt_id), 0)
        return True

    def send(self, data: bytes) -> None:
        """Send what a task emits or asks, after the reports that wait."""
        if self._reports:
            self._reports.append(data)
            data = b"".join(self._reports)
            self._reports.clear()
        self._connection_send(data)

    def report(self, data: bytes, more: bool) -> None:
        """Send a task's end, or keep it a moment if the next task follows at once and nothing was printed."""
        if not more:
            self.send(data)
            return
        now = time.monotonic()
        if not self._reports:
            self._since = now
        self._reports.append(data)
        printed = _queued()
        if printed or now - self._since > _GATHER:
            self.flush()
        if printed:
            # The JVM takes what is there for this task's, up to the report; the next task must not print before.
            limit = now + _READ_OUTPUT
            while _queued() and time.monotonic() < limit:
                time.sleep(0.00005)

    def flush(self) -> None:
        """Send the reports that wait."""
        if self._reports:
            data = b"".join(self._reports)
            self._reports.clear()
            self._connection_send(data)


def _queued() -> int:
    """Return whether something that was printed has not been read by the JVM yet."""
    try:
        count: int = _QUEUED.unpack(fcntl.ioctl(1, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
    except OSError:
        return 0
    return count
