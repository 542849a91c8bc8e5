# SPDX-License-Identifier: Apache-2.0
"""marshal: fast for a few built-in types, and silently wrong for buffers, hence the proof.

marshal writes any object with a buffer (bytearray, array, a NumPy scalar) as bytes and says nothing.
"""

from __future__ import annotations

import gc
import marshal
from typing import Any

from sluice.serializers.base import FramedSerializer

__all__ = ["MarshalSerializer", "is_marshal_safe"]

_ATOMS = frozenset((int, float, str, bytes, bool, type(None)))
_HOLDERS = frozenset((tuple, list, dict))
_KNOWN = _ATOMS | _HOLDERS
# Deeper data, and cycles, are refused: pickle writes those.
_DEPTH = 30


def is_marshal_safe(obj: Any) -> bool:
    """Proves that marshal gives `obj` back with its exact types: built-in values and holders only."""
    level = [obj]
    for _ in range(_DEPTH):
        if not _KNOWN.issuperset(map(type, level)):
            return False
        # For these holders the garbage collector's view is their elements, keys and values; one C call.
        level = gc.get_referents(*[item for item in level if type(item) in _HOLDERS])
        if not level:
            return True
    return False


class MarshalSerializer(FramedSerializer):
    """marshal as it is: chosen by a program that knows its data."""

    def dumps(self, obj: Any) -> bytes:
        return marshal.dumps(obj)

    def loads(self, obj: bytes) -> Any:
        return marshal.loads(obj)
