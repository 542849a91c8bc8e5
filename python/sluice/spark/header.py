# SPDX-License-Identifier: Apache-2.0
"""What Spark sends a Python worker before a task, as far as its broadcasts; read without taking it off the socket.

    3.5, 4.0   split:i  version:s  barrier:b  port:i  secret:s             TASK      PLACES
    4.1        split:i  version:s  barrier:b  [port:i  secret or path:s]   TASK      PLACES
    4.2        split:i  version:s                                          json:s    PLACES
    4.3        -8:i  length:i  split:i  version:s                          json:s    PLACES

    TASK       stage:i partition:i attempt:i id:l cpus:i  n:i (key:s name:s n:i (address:s)*)*  n:i (key:s value:s)*
    PLACES     directory:s  n:i (file:s)*  encrypted:b  n:i  [port:i secret or path:s]  (id:l [path:s])*

Integers are big-endian: i has four bytes, l eight, b one; s is an i and so many bytes of UTF-8. A broadcast whose id
is -n-1 goes; one that comes has a path, unless it is encrypted.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

#: In 4.3 it stands before the first message.
_START_OF_INIT = -8
#: More entries, or longer texts, are no header of a task.
_LIMIT = 1 << 20


class IncompleteError(Exception):
    """More bytes are needed."""


class UnknownError(Exception):
    """These are not the bytes of a task that this module knows."""


@dataclass(frozen=True)
class Header:
    """The broadcasts that come and go with a task."""

    encrypted: bool
    added: dict[int, str]
    removed: tuple[int, ...]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise IncompleteError
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self) -> int:
        value: int = struct.unpack("!i", self._take(4))[0]
        return value

    def wide(self) -> int:
        value: int = struct.unpack("!q", self._take(8))[0]
        return value

    def flag(self) -> bool:
        taken = self._take(1)[0]
        if taken > 1:
            raise UnknownError(f"flag={taken}")
        return taken == 1

    def count(self) -> int:
        value = self.number()
        if not 0 <= value <= _LIMIT:
            raise UnknownError(f"count={value}")
        return value

    def skip_texts(self, count: int = 1) -> None:
        for _ in range(count):
            self._take(self.count())

    def text(self) -> str:
        try:
            return self._take(self.count()).decode()
        except UnicodeDecodeError:
            raise UnknownError("text is not UTF-8") from None

    def connection(self) -> None:
        """A port and its secret, or -1 and a path."""
        self.number()
        self.skip_texts()


def parse(data: bytes, version: str) -> Header:
    """Read a header that may go on beyond what is needed.

    :param version: the first two numbers of PySpark's
    :raises IncompleteError: ``data`` ends too early
    :raises UnknownError: it is no task, or not laid out as this version's
    """
    reader = _Reader(data)
    if version == "4.3":
        if reader.number() != _START_OF_INIT:
            raise UnknownError("the first message is another")
        reader.number()
    if reader.number() < 0:
        raise UnknownError("no partition")
    if not reader.text().startswith("3."):
        raise UnknownError("no version of Python")
    if version in ("4.2", "4.3"):
        reader.skip_texts()
    else:
        if reader.flag() or version != "4.1":
            reader.connection()
        _skip_task(reader)
    reader.skip_texts()
    reader.skip_texts(reader.count())
    return _broadcasts(reader)


def _skip_task(reader: _Reader) -> None:
    for _ in range(3):
        reader.number()
    reader.wide()
    reader.number()
    for _ in range(reader.count()):
        reader.skip_texts(2)
        reader.skip_texts(reader.count())
    reader.skip_texts(2 * reader.count())


def _broadcasts(reader: _Reader) -> Header:
    encrypted = reader.flag()
    count = reader.count()
    if encrypted:
        reader.connection()
    added: dict[int, str] = {}
    removed: list[int] = []
    for _ in range(count):
        number = reader.wide()
        if number < 0:
            removed.append(-number - 1)
        else:
            added[number] = "" if encrypted else reader.text()
    return Header(encrypted, added, tuple(removed))
