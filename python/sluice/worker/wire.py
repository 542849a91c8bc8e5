# SPDX-License-Identifier: Apache-2.0
"""The one frame layout of every Sluice connection; twin of Java's ``dev.sluice.core.frame``.

Big-endian::

    0       1       2               4                       8                               16
    +-------+-------+---------------+-----------------------+-------------------------------+---------
    | type  | flags | zero (u16)    | stream id (u32)       | payload length in bytes (u64) | payload
    +-------+-------+---------------+-----------------------+-------------------------------+---------
"""

from __future__ import annotations

import socket
import struct
from typing import Any, NamedTuple

from sluice.errors import ProtocolError

PROTOCOL = 1
HEADER_LENGTH = 16
FLAG_LAST = 1
FLAG_LEASED = 2
FLAG_MORE = 4
MAX_LENGTH = (1 << 31) - 1024
#: Largest piece of an output stream in one frame, so that the reader's memory stays bounded.
MAX_CHUNK = 1 << 20

HELLO = 1
REFUSED = 2
FORK = 10
FORKED = 11
EXITED = 12
LOAD = 13
ZYGOTE_FAILED = 14
SIGNAL = 15
STAGE = 20
TASK = 21
INPUT = 22
NEED = 23
DATA = 24
END = 25
FAIL = 26
DROP = 27
BARRIER = 28
GATHERED = 29
SUBMIT = 40
RESULT = 41
PARTITION_END = 42
JOB_END = 43
JOB_FAILED = 44
CANCEL = 45
CALL = 46
REPLY = 47
OUTPUT = 48
PROGRESS = 49
RESTART = 50
ORDER = 60
NEWS = 61

_HEADER = struct.Struct(">BBHIQ")


class Frame(NamedTuple):
    """One frame as it was read."""

    type: int
    flags: int
    stream: int
    payload: bytes


def pack(type_: int, stream: int, payload: bytes = b"", flags: int = 0) -> bytes:
    """Return a whole frame as bytes."""
    return _HEADER.pack(type_, flags, 0, stream, len(payload)) + payload


def pack_header(type_: int, stream: int, length: int, flags: int = 0) -> bytes:
    """Return the header of a frame whose payload of ``length`` bytes is sent by the caller."""
    return _HEADER.pack(type_, flags, 0, stream, length)


class Connection:
    """A blocking connection that reads and writes frames. Not safe for several threads at once."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._reader = sock.makefile("rb", buffering=1 << 16)
        self._read = self._reader.read
        self._offset = 0

    def unbuffered(self) -> None:
        """Read no further than the frame that is asked for, so that poll() tells of every frame that waits."""
        self._read = lambda size: self.sock.recv(size, socket.MSG_WAITALL)

    def read(self) -> Frame | None:
        """Wait for the next frame; ``None`` if the other side closed between two frames.

        Raises:
            ProtocolError: the stream ends inside a frame, or a header is malformed.
        """
        header = self._read(HEADER_LENGTH)
        if len(header) != HEADER_LENGTH:
            if not header:
                return None
            raise self._early(HEADER_LENGTH, len(header))
        type_, flags, zero, stream, length = _HEADER.unpack(header)
        if zero or length > MAX_LENGTH:
            raise ProtocolError(
                f"refused a frame: type={type_} length={length} limit={MAX_LENGTH} reserved={zero} "
                f"offset={self._offset}; the stream is damaged"
            )
        payload = self._read(length) if length else b""
        if len(payload) != length:
            raise self._early(length, len(payload))
        self._offset += HEADER_LENGTH + length
        return Frame(type_, flags, stream, payload)

    def _early(self, expected: int, got: int) -> ProtocolError:
        return ProtocolError(
            f"connection closed inside a frame: offset={self._offset} expected={expected} got={got}"
        )

    def send(self, *parts: bytes) -> None:
        """Send bytes that make up whole frames; gathered where there are several."""
        if len(parts) == 1:
            self.sock.sendall(parts[0])
            return
        self.sock.sendall(b"".join(parts))

    def close(self) -> None:
        """Close both directions; may be called again."""
        try:
            self._reader.close()
        finally:
            self.sock.close()

    def __del__(self) -> None:
        # A driver's thread that ends lets go of its connection, which is how the JVM learns of it.
        if hasattr(self, "_reader"):
            self.close()


def connect(path: str, hello: dict[str, Any]) -> Connection:
    """Connect to a Unix socket and say hello.

    Raises:
        OSError: nobody listens there, or the path is too long for a Unix socket (107 bytes).
    """
    import json

    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.connect(path)
        connection = Connection(sock)
        connection.send(pack(HELLO, 0, json.dumps({"protocol": PROTOCOL, **hello}).encode()))
    except BaseException:
        sock.close()
        raise
    return connection
