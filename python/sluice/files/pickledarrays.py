# SPDX-License-Identifier: Apache-2.0
"""A Java array of byte arrays as Java's serialization writes it: what the values of PySpark's pickle files hold.

Only this one shape is read and written; nothing of Java's is ever made from it::

    ac ed 00 05                     stream
    75 72 0003 "[[B" u64 uid 02 0000 78 70, u32 n      an array of n
    75 72 0002 "[B"  u64 uid 02 0000 78 70, u32 length, bytes      the first
    75 71 007e0002, u32 length, bytes                  and each other: its class is the first's
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from sluice.errors import StreamFormatError

__all__ = ["decode", "encode"]

_U32 = struct.Struct(">I")
_OUTER = bytes.fromhex("aced0005 7572 0003 5b5b42 4bfd19156767db37 02 0000 78 70")
_FIRST = bytes.fromhex("7572 0002 5b42 acf317f8060854e0 02 0000 78 70")
_OTHER = bytes.fromhex("7571 007e0002")


def encode(arrays: Sequence[bytes]) -> bytes:
    """Return the serialized form."""
    parts = [_OUTER, _U32.pack(len(arrays))]
    for number, array in enumerate(arrays):
        parts += (_OTHER if number else _FIRST, _U32.pack(len(array)), array)
    return b"".join(parts)


def decode(data: bytes) -> list[memoryview]:
    """Return the arrays.

    Raises:
        StreamFormatError: it is another object, or is cut; names the offset in it.
    """
    view = memoryview(data)
    if data[: len(_OUTER)] != _OUTER or len(data) < len(_OUTER) + 4:
        raise StreamFormatError("not a Java array of byte arrays", offset=0, bytes=len(data))
    (count,) = _U32.unpack_from(data, len(_OUTER))
    at = len(_OUTER) + 4
    arrays = []
    for number in range(count):
        mark = _OTHER if number else _FIRST
        begin = at + len(mark) + 4
        if data[at : at + len(mark)] != mark or begin > len(data):
            raise StreamFormatError("not a Java array of bytes", offset=at, index=number, of=count)
        (length,) = _U32.unpack_from(data, begin - 4)
        if length > len(data) - begin:
            raise StreamFormatError("a Java array of bytes ends too early", offset=at, length=length)
        at = begin + length
        arrays.append(view[begin:at])
    if at != len(data):
        raise StreamFormatError("something stands behind a Java array", offset=at, bytes=len(data))
    return arrays
