# SPDX-License-Identifier: Apache-2.0
"""Readers of two streams that are interleaved batch by batch: zip and cartesian of two data sets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, product
from typing import Any

from sluice.errors import StreamFormatError
from sluice.serializers.base import Serializer
from sluice.serializers.primitives import Readable

__all__ = ["CartesianDeserializer", "PairDeserializer"]

_END: Any = object()


class _TwoStreams(Serializer):
    def __init__(self, key_ser: Serializer, val_ser: Serializer) -> None:
        self.key_ser = key_ser
        self.val_ser = val_ser

    def _batches(self, stream: Readable) -> Iterator[tuple[Collection[Any], Collection[Any]]]:
        keys = self.key_ser._load_stream_without_unbatching(stream)
        values = self.val_ser._load_stream_without_unbatching(stream)
        for key_batch in keys:
            value_batch = next(values, _END)
            if value_batch is _END:
                raise StreamFormatError("stream ended between the two batches of a pair", reader=self)
            yield _sized(key_batch), _sized(value_batch)

    def _load_stream_without_unbatching(self, stream: Readable) -> Iterator[Iterable[Any]]:
        raise NotImplementedError

    def load_stream(self, stream: Readable) -> Iterator[Any]:
        return chain.from_iterable(self._load_stream_without_unbatching(stream))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key_ser!r}, {self.val_ser!r})"


class CartesianDeserializer(_TwoStreams):
    """Every pair of each batch of one stream with the batch beside it of the other."""

    def _load_stream_without_unbatching(self, stream: Readable) -> Iterator[Iterable[Any]]:
        for keys, values in self._batches(stream):
            yield product(keys, values)


class PairDeserializer(_TwoStreams):
    """The objects of both streams side by side; batches of different lengths are an error."""

    def _load_stream_without_unbatching(self, stream: Readable) -> Iterator[Iterable[Any]]:
        for keys, values in self._batches(stream):
            if len(keys) != len(values):
                raise StreamFormatError(
                    "cannot pair batches with a different number of items",
                    keys=len(keys),
                    values=len(values),
                    advice="zip needs the same number of items in each partition of both data sets",
                )
            yield zip(keys, values, strict=True)


def _sized(batch: Iterable[Any]) -> Collection[Any]:
    return batch if isinstance(batch, Collection) else list(batch)
