# SPDX-License-Identifier: Apache-2.0
"""Where keys are, as far as the driver knows: two data sets with equal partitioners need no shuffle to meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sluice.shuffle import portable_hash

__all__ = ["Partitioner"]


class Partitioner:
    """Puts a key into partition ``partitionFunc(key) % numPartitions``."""

    __slots__ = ("numPartitions", "partitionFunc")

    def __init__(self, numPartitions: int, partitionFunc: Callable[[Any], int] = portable_hash) -> None:
        self.numPartitions = numPartitions
        self.partitionFunc = partitionFunc

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Partitioner)
            and self.numPartitions == other.numPartitions
            and self.partitionFunc == other.partitionFunc
        )

    def __hash__(self) -> int:
        return hash((self.numPartitions, self.partitionFunc))

    def __call__(self, k: Any) -> int:
        return self.partitionFunc(k) % self.numPartitions
