# SPDX-License-Identifier: Apache-2.0
"""Bytes of unknown length as chunks: each with its length before it, -1 after the last."""

from __future__ import annotations

from typing import Any

from sluice.serializers.primitives import write_int

__all__ = ["ChunkedStream"]


class ChunkedStream:
    """A file to write to. Full chunks have `buffer_size` bytes; `close` writes what is left and the end."""

    def __init__(self, wrapped: Any, buffer_size: int) -> None:
        if buffer_size < 1:
            raise ValueError(f"a chunk needs at least one byte: buffer_size={buffer_size}")
        self.wrapped = wrapped
        self.buffer_size = buffer_size
        self.buffer = bytearray(buffer_size)
        self.current_pos = 0

    def write(self, bytes: bytes) -> None:
        """Add bytes; every full chunk goes out at once."""
        rest = memoryview(bytes)
        while rest:
            taken = rest[: self.buffer_size - self.current_pos]
            self.buffer[self.current_pos : self.current_pos + len(taken)] = taken
            self.current_pos += len(taken)
            rest = rest[len(taken) :]
            if self.current_pos == self.buffer_size:
                self._send()

    def _send(self) -> None:
        write_int(self.current_pos, self.wrapped)
        self.wrapped.write(self.buffer[: self.current_pos])
        self.current_pos = 0

    def close(self) -> None:
        """Write the last chunk and the end, and close the file below."""
        if self.current_pos:
            self._send()
        write_int(-1, self.wrapped)
        self.wrapped.close()

    @property
    def closed(self) -> bool:
        """Whether the file below is closed."""
        return bool(self.wrapped.closed)
