# SPDX-License-Identifier: Apache-2.0
"""How objects become bytes: the classic serializer family under PySpark's names, and our own batch stream.

Start at `stream` for what tasks exchange, at `AutoBatchedSerializer` for the classic format.
"""

from __future__ import annotations

from sluice.serializers.auto import AutoSerializer
from sluice.serializers.base import FramedSerializer, Serializer
from sluice.serializers.batched import AutoBatchedSerializer, BatchedSerializer, FlattenedValuesSerializer
from sluice.serializers.chunked import ChunkedStream
from sluice.serializers.compressed import CompressedSerializer
from sluice.serializers.marshalled import MarshalSerializer
from sluice.serializers.noop import NoOpSerializer
from sluice.serializers.paired import CartesianDeserializer, PairDeserializer
from sluice.serializers.pickled import (
    PICKLE_PROTOCOL,
    CloudPickleSerializer,
    CPickleSerializer,
    PickleSerializer,
)
from sluice.serializers.primitives import (
    pack_long,
    read_bool,
    read_int,
    read_long,
    read_with_length,
    write_bool,
    write_int,
    write_long,
    write_with_length,
)
from sluice.serializers.special import SpecialLengths
from sluice.serializers.text import UTF8Deserializer

__all__ = [
    "AutoBatchedSerializer",
    "AutoSerializer",
    "BatchedSerializer",
    "CPickleSerializer",
    "CartesianDeserializer",
    "ChunkedStream",
    "CloudPickleSerializer",
    "CompressedSerializer",
    "FlattenedValuesSerializer",
    "FramedSerializer",
    "MarshalSerializer",
    "NoOpSerializer",
    "PICKLE_PROTOCOL",
    "PairDeserializer",
    "PickleSerializer",
    "Serializer",
    "SpecialLengths",
    "UTF8Deserializer",
    "pack_long",
    "read_bool",
    "read_int",
    "read_long",
    "read_with_length",
    "write_bool",
    "write_int",
    "write_long",
    "write_with_length",
]
