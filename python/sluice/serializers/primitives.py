# SPDX-License-Identifier: Apache-2.0
"""Numbers and length-prefixed bytes on a file-like stream, big-endian.

Reading nothing at a frame's border is an ordinary `EOFError` with an empty message, as programs written for
PySpark expect; ending anywhere else is a `TruncatedStreamError` that says where.
"""

from __future__ import annotations

import struct
from typing import Any, Protocol

from sluice.errors import StreamFormatError, TruncatedStreamError
from sluice.serializers.special import MAX_FRAME_LENGTH, SpecialLengths

__all__ = [
    "Readable",
    "Writable",
    "pack_long",
    "read_bool",
    "read_exactly",
    "read_int",
    "read_long",
    "read_with_length",
    "write_bool",
    "write_int",
    "write_long",
    "write_with_length",
]

_INT = struct.Struct("!i")
_LONG = struct.Struct("!q")
_BOOL = struct.Struct("!?")
# A read larger than this grows with the bytes that come, so that a false length allocates nothing.
_TRUST = 1 << 20


class Readable(Protocol):
    def read(self, n: int, /) -> bytes: ...


class Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


def read_exactly(stream: Readable, length: int, what: str = "frame", *, may_end: bool = False) -> bytes:
    """`length` bytes. `may_end`: an end before the first of them is a plain `EOFError`."""
    data = stream.read(length if length <= _TRUST else _TRUST)
    if len(data) == length:
        return data
    if not data and may_end and length:
        raise EOFError
    parts = [data]
    got = len(data)
    while got < length:
        data = stream.read(min(length - got, max(got, _TRUST)))
        if not data:
            raise TruncatedStreamError(
                f"stream ended inside a {what}", **_position(stream), expected=length, got=got
            )
        parts.append(data)
        got += len(data)
    return b"".join(parts)


def _position(stream: object) -> dict[str, Any]:
    try:
        return {"offset": stream.tell()}  # type: ignore[attr-defined]
    except Exception:
        return {}


def read_int(stream: Readable) -> int:
    """A signed 4-byte number; plain `EOFError` when the stream ends before it."""
    return int(_INT.unpack(read_exactly(stream, 4, "length", may_end=True))[0])


def write_int(value: int, stream: Writable) -> None:
    """A signed 4-byte number."""
    stream.write(_pack(_INT, value, "int"))


def read_long(stream: Readable) -> int:
    """A signed 8-byte number; plain `EOFError` when the stream ends before it."""
    return int(_LONG.unpack(read_exactly(stream, 8, "long", may_end=True))[0])


def write_long(value: int, stream: Writable) -> None:
    """A signed 8-byte number."""
    stream.write(_pack(_LONG, value, "long"))


def pack_long(value: int) -> bytes:
    """A signed 8-byte number as bytes."""
    return _pack(_LONG, value, "long")


def read_bool(stream: Readable) -> bool:
    """One byte; plain `EOFError` when the stream ends before it."""
    return bool(_BOOL.unpack(read_exactly(stream, 1, "bool", may_end=True))[0])


def write_bool(value: bool, stream: Writable) -> None:
    """One byte, 0 or 1."""
    stream.write(_BOOL.pack(value))


def write_with_length(obj: bytes, stream: Writable) -> None:
    """The length as an int, then the bytes."""
    if len(obj) > MAX_FRAME_LENGTH:
        raise StreamFormatError(
            "frame too large for a 4-byte length", length=len(obj), limit=MAX_FRAME_LENGTH
        )
    stream.write(_INT.pack(len(obj)))
    stream.write(obj)


def read_with_length(stream: Readable) -> bytes | None:
    """What `write_with_length` wrote; None for the special length NULL."""
    length = read_int(stream)
    if length == SpecialLengths.NULL:
        return None
    if length < 0:
        raise StreamFormatError("negative frame length", length=length, **_position(stream))
    return read_exactly(stream, length)


def _pack(layout: struct.Struct, value: int, name: str) -> bytes:
    try:
        return layout.pack(value)
    except struct.error:
        raise StreamFormatError(f"value does not fit in a {name}", value=value, bytes=layout.size) from None
