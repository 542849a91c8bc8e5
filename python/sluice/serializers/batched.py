# SPDX-License-Identifier: Apache-2.0
"""Serializers that put many objects into one frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from sluice.serializers.base import FramedSerializer, Serializer
from sluice.serializers.primitives import Readable, Writable, write_with_length

__all__ = ["AutoBatchedSerializer", "BatchedSerializer", "FlattenedValuesSerializer"]


class BatchedSerializer(Serializer):
    """Lists of `batchSize` objects, or all of them in one list."""

    UNLIMITED_BATCH_SIZE = -1
    UNKNOWN_BATCH_SIZE = 0

    def __init__(self, serializer: Serializer, batchSize: int = UNLIMITED_BATCH_SIZE) -> None:
        self.serializer = serializer
        self.batchSize = batchSize

    def _batched(self, iterator: Iterable[Any]) -> Iterator[Any]:
        if self.batchSize == self.UNLIMITED_BATCH_SIZE:
            yield list(iterator)
            return
        source = iter(iterator)
        while batch := list(islice(source, self.batchSize)):
            yield batch

    def dump_stream(self, iterator: Iterable[Any], stream: Writable) -> None:
        self.serializer.dump_stream(self._batched(iterator), stream)

    def load_stream(self, stream: Readable) -> Iterator[Any]:
        return chain.from_iterable(self._load_stream_without_unbatching(stream))

    def _load_stream_without_unbatching(self, stream: Readable) -> Iterator[Iterable[Any]]:
        return self.serializer.load_stream(stream)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer!r}, {self.batchSize})"


class FlattenedValuesSerializer(BatchedSerializer):
    """Pairs whose value is a list: long lists are split into several pairs of at most `batchSize` values."""

    def __init__(self, serializer: Serializer, batchSize: int = 10) -> None:
        super().__init__(serializer, batchSize)

    def _batched(self, iterator: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
        size = self.batchSize
        for key, values in iterator:
            for start in range(0, len(values), size):
                yield key, values[start : start + size]

    def load_stream(self, stream: Readable) -> Iterator[Any]:
        return self.serializer.load_stream(stream)


class AutoBatchedSerializer(BatchedSerializer):
    """Batches that grow and shrink towards `bestSize` bytes."""

    serializer: FramedSerializer

    def __init__(self, serializer: FramedSerializer, bestSize: int = 1 << 16) -> None:
        super().__init__(serializer, self.UNKNOWN_BATCH_SIZE)
        self.bestSize = bestSize

    def dump_stream(self, iterator: Iterable[Any], stream: Writable) -> None:
        source = iter(iterator)
        size = 1
        while batch := list(islice(source, size)):
            data = self.serializer.dumps(batch)
            write_with_length(data, stream)
            if len(data) < self.bestSize:
                size *= 2
            elif len(data) > self.bestSize * 10 and size > 1:
                size //= 2

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.serializer!r})"
