# SPDX-License-Identifier: Apache-2.0
"""zlib around another framed serializer."""

from __future__ import annotations

import zlib
from typing import Any

from sluice.errors import StreamFormatError
from sluice.serializers.base import FramedSerializer

__all__ = ["CompressedSerializer"]


class CompressedSerializer(FramedSerializer):
    """Each frame is compressed by itself, at zlib's fastest level."""

    def __init__(self, serializer: FramedSerializer) -> None:
        if not isinstance(serializer, FramedSerializer):
            raise TypeError(f"compressed serializer needs a framed serializer (got={serializer!r})")
        self.serializer = serializer

    def dumps(self, obj: Any) -> bytes:
        return zlib.compress(self.serializer.dumps(obj), 1)

    def loads(self, obj: bytes) -> Any:
        try:
            plain = zlib.decompress(obj)
        except zlib.error as error:
            raise StreamFormatError(
                "frame is not whole zlib data", length=len(obj), reason=str(error)
            ) from error
        return self.serializer.loads(plain)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer!r})"
