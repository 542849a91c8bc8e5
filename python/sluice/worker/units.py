# SPDX-License-Identifier: Apache-2.0
"""The layout of Arrow data between a Java program and its workers; twin of Java's ``dev.sluice.arrow.UnitLayout``.

A stream of units; in front of each its length. Numbers are big-endian::

    0        4      5           6        8        16          24
    +--------+------+-----------+--------+--------+-----------+-------
    | length | kind | directory | zero   | rows   |           |            length counts what comes after it
    +--------+------+-----------+--------+--------+-----------+-------
    kind H   body is JSON: the first unit of an input, and of nothing else
    kind I   body is an Arrow IPC stream
    kind F   body is u64 bytes and a name: a file of that directory that is an Arrow IPC stream
"""

from __future__ import annotations

import struct
from typing import NamedTuple

HEADER = 0x48
INLINE = 0x49
FILE = 0x46
#: What follows the length, before the body.
HEAD_LENGTH = 12
#: The longest file: Java maps no more at once.
MAX_UNIT = (1 << 31) - 1

_HEAD = struct.Struct(">BBHQ")
_LENGTH = struct.Struct(">I")
_BYTES = struct.Struct(">Q")


class Unit(NamedTuple):
    """One unit as it was read."""

    kind: int
    directory: int
    rows: int
    body: memoryview


def parse(frame: memoryview) -> Unit:
    """Return the unit that a frame holds.

    Raises:
        ValueError: it is too short, or has no such kind.
    """
    if len(frame) < HEAD_LENGTH:
        raise ValueError(f"a unit is too short: length={len(frame)}")
    kind, directory, zero, rows = _HEAD.unpack_from(frame)
    if kind not in (HEADER, INLINE, FILE) or zero:
        raise ValueError(f"not a unit: kind={kind} zero={zero}")
    return Unit(kind, directory, rows, frame[HEAD_LENGTH:])


def file_of(unit: Unit) -> tuple[int, str]:
    """Return the bytes and the name that a unit of kind F tells."""
    (size,) = _BYTES.unpack_from(unit.body)
    return size, bytes(unit.body[_BYTES.size :]).decode("ascii")


def pack(kind: int, rows: int, body: bytes, directory: int = 0) -> bytes:
    """Return a unit with its length in front."""
    head = _HEAD.pack(kind, directory, 0, rows)
    return b"".join((_LENGTH.pack(HEAD_LENGTH + len(body)), head, body))


def pack_file(rows: int, directory: int, size: int, name: str) -> bytes:
    """Return the unit that announces a file."""
    return pack(FILE, rows, _BYTES.pack(size) + name.encode("ascii"), directory)


def taken(chunk: bytes) -> int:
    """Return what a piece of the credit stream says: the bytes of files that the reader has taken so far."""
    return int(_BYTES.unpack(chunk)[0])
