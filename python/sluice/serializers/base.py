# SPDX-License-Identifier: Apache-2.0
"""What every serializer of the classic stream format has in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sluice.errors import StreamFormatError, UnsupportedError
from sluice.serializers.primitives import Readable, Writable, read_exactly, read_int, write_with_length
from sluice.serializers.special import SpecialLengths

__all__ = ["FramedSerializer", "Serializer", "frames"]


class Serializer:
    """Objects to a stream and back. Two serializers with the same settings are equal."""

    def dump_stream(self, iterator: Iterable[Any], stream: Writable) -> None:
        """Writes every object."""
        raise UnsupportedError("serializer cannot write streams", serializer=self)

    def load_stream(self, stream: Readable) -> Iterator[Any]:
        """The objects, up to the stream's end or its end-of-section mark."""
        raise UnsupportedError("serializer cannot read streams", serializer=self)

    def dumps(self, obj: Any) -> bytes:
        """One object, or one batch as a list."""
        raise UnsupportedError("serializer cannot write one object", serializer=self)

    def _load_stream_without_unbatching(self, stream: Readable) -> Iterator[Iterable[Any]]:
        return ([obj] for obj in self.load_stream(stream))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class FramedSerializer(Serializer):
    """Each object is a frame: its length in four bytes, then its bytes."""

    def dump_stream(self, iterator: Iterable[Any], stream: Writable) -> None:
        for obj in iterator:
            self._write_with_length(obj, stream)

    def load_stream(self, stream: Readable) -> Iterator[Any]:
        for data in frames(stream):
            yield None if data is None else self.loads(data)

    def _write_with_length(self, obj: Any, stream: Writable) -> None:
        data = self.dumps(obj)
        if data is None:
            raise StreamFormatError("serialized value is None", serializer=self, type=type(obj).__name__)
        write_with_length(data, stream)

    def _read_with_length(self, stream: Readable) -> Any:
        data = next(frames(stream), _END)
        if data is _END:
            raise EOFError
        return None if data is None else self.loads(data)

    def loads(self, obj: bytes) -> Any:
        """The object (or batch) that `dumps` wrote."""
        raise UnsupportedError("serializer cannot read one object", serializer=self)


_END: Any = object()


def frames(stream: Readable) -> Iterator[bytes | None]:
    """The payloads up to the stream's end or end-of-section mark; None for NULL.

    Only an end at a frame's border is an end: `EOFError` of a `loads` or inside a frame passes through.
    """
    while True:
        try:
            length = read_int(stream)
        except EOFError as error:
            if type(error) is EOFError:
                return
            raise
        if length >= 0:
            yield read_exactly(stream, length)
        elif length == SpecialLengths.END_OF_DATA_SECTION:
            return
        elif length == SpecialLengths.NULL:
            yield None
        else:
            raise StreamFormatError("unexpected special length where a frame begins", length=length)
