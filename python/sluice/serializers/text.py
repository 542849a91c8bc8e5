# SPDX-License-Identifier: Apache-2.0
"""Strings that another side wrote as framed UTF-8."""

from __future__ import annotations

from collections.abc import Iterator

from sluice.serializers.base import Serializer, frames
from sluice.serializers.primitives import Readable

__all__ = ["UTF8Deserializer"]


class UTF8Deserializer(Serializer):
    """Text, or the undecoded bytes where `use_unicode` is false (smaller and faster to read)."""

    def __init__(self, use_unicode: bool = True) -> None:
        self.use_unicode = use_unicode

    def loads(self, stream: Readable) -> str | bytes | None:
        """The next string of the stream; `EOFError` at its end."""
        for data in frames(stream):
            return self._decode(data)
        raise EOFError

    def load_stream(self, stream: Readable) -> Iterator[str | bytes | None]:
        return map(self._decode, frames(stream))

    def _decode(self, data: bytes | None) -> str | bytes | None:
        return data.decode("utf-8") if data is not None and self.use_unicode else data

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.use_unicode})"
