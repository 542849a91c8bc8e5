# SPDX-License-Identifier: Apache-2.0
"""Operations that change the number of partitions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Any, TypeVar

from sluice.plan import Node
from sluice.rdd.base import RDDBase
from sluice.shuffle import ShuffleWriter

if TYPE_CHECKING:
    from sluice.rdd import RDD

T_co = TypeVar("T_co", covariant=True)

#: Items stay together in groups of so many when they are dealt out.
_TOGETHER = 10
_INT, _LONG = (1 << 32) - 1, (1 << 64) - 1
#: The seed that Scala hashes arrays with.
_ARRAYS = 0x3C074A61


class Repartitioned(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def coalesce(self, numPartitions: int, shuffle: bool = False) -> RDD[T_co]:
        """Return an RDD with fewer partitions, each of neighbours, without a shuffle; with one, as ``repartition``.

        Raises:
            ValueError: ``numPartitions`` is not above 0.
        """
        if numPartitions < 1:
            raise ValueError(f"Number of partitions ({numPartitions}) must be positive.")
        if shuffle:
            return self.repartition(numPartitions)
        node = self._node()
        here = node.partitions
        number = min(numPartitions, here)
        groups = [list(range(i * here // number, (i + 1) * here // number)) for i in range(number)]
        return self._new(Node("coalesce", [node], number, {"groups": groups}))

    def repartition(self, numPartitions: int) -> RDD[T_co]:
        """Return an RDD with the items dealt out evenly over so many partitions.

        Raises:
            ValueError: ``numPartitions`` is not above 0.
        """
        if numPartitions < 1:
            raise ValueError(f"Number of partitions ({numPartitions}) must be positive.")
        dealt = self._derive("mapPartitionsWithIndex", _Dealer(numPartitions))
        return dealt._shuffle(numPartitions, ShuffleWriter(numPartitions, _place)).values()


class _Dealer:
    """Numbers groups of items from where the partition's own number says, as Spark does."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions

    def __call__(self, split: int, items: Iterator[Any]) -> Iterator[Any]:
        for place in count(_first_place(split, self._partitions) + 1):
            group = list(islice(items, _TOGETHER))
            if not group:
                return
            for item in group:
                yield place, item


def _place(key: int) -> int:
    return key


def _first_place(split: int, bound: int) -> int:
    """Return what the first ``nextInt(bound)`` of Spark's ``XORShiftRandom(split)`` returns."""
    low = _murmur(split.to_bytes(8, "big"), _ARRAYS)
    state = _murmur(split.to_bytes(8, "big"), low) << 32 | low
    while True:
        state ^= (state << 21) & _LONG
        state ^= state >> 35
        state ^= (state << 4) & _LONG
        bits = state & 0x7FFFFFFF
        if bound & (bound - 1) == 0:
            return (bound * bits) >> 31
        if bits - bits % bound + (bound - 1) < 1 << 31:
            return bits % bound


def _murmur(data: bytes, seed: int) -> int:
    """Return the 32-bit MurmurHash3 of whole words."""
    found = seed
    for at in range(0, len(data), 4):
        word = int.from_bytes(data[at : at + 4], "little") * 0xCC9E2D51 & _INT
        found ^= _rotated(word, 15) * 0x1B873593 & _INT
        found = (_rotated(found, 13) * 5 + 0xE6546B64) & _INT
    found ^= len(data)
    found = (found ^ found >> 16) * 0x85EBCA6B & _INT
    found = (found ^ found >> 13) * 0xC2B2AE35 & _INT
    return found ^ found >> 16


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _INT
