# SPDX-License-Identifier: Apache-2.0
"""One tag byte and marshal where it is proved to be exact, pickle otherwise."""

from __future__ import annotations

import marshal
from typing import Any

from sluice.errors import StreamFormatError
from sluice.serializers.base import FramedSerializer
from sluice.serializers.data import dumps_data, loads_data
from sluice.serializers.marshalled import is_marshal_safe

__all__ = ["AutoSerializer"]


class AutoSerializer(FramedSerializer):
    """M and marshal, or P and pickle."""

    def dumps(self, obj: Any) -> bytes:
        if is_marshal_safe(obj):
            return b"M" + marshal.dumps(obj)
        return b"P" + dumps_data(obj)

    def loads(self, obj: bytes) -> Any:
        tag = obj[:1]
        if tag == b"M":
            return marshal.loads(memoryview(obj)[1:])
        if tag == b"P":
            return loads_data(memoryview(obj)[1:])
        raise StreamFormatError("unknown serialization tag", tag=tag, length=len(obj))
