# SPDX-License-Identifier: Apache-2.0
"""Frames whose payload is the object: bytes in, bytes out."""

from __future__ import annotations

from sluice.serializers.base import FramedSerializer

__all__ = ["NoOpSerializer"]


class NoOpSerializer(FramedSerializer):
    """For data that is bytes already."""

    def dumps(self, obj: bytes) -> bytes:
        return obj

    def loads(self, obj: bytes) -> bytes:
        return obj
