# SPDX-License-Identifier: Apache-2.0
"""Operations that run a job and return to the driver."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any, TypeVar

from sluice.rdd.base import RDDBase

T_co = TypeVar("T_co", covariant=True)


def _count(items: Iterator[Any]) -> list[int]:
    # enumerate's last number, at the speed of C: a queue of one holds no more than that.
    last = deque(zip(count(1), items, strict=False), maxlen=1)
    return [last[0][0] if last else 0]


class Actions(RDDBase[T_co]):
    """Mixed into ``RDD``."""

    def collect(self) -> list[T_co]:
        """Return all items."""
        items: list[T_co] = []
        for part in self.ctx._collect_partitions(self):
            items.extend(part)
        return items

    def count(self) -> int:
        """Return how many items there are."""
        counted = self._derive("mapPartitions", _count)
        return sum(part[0] for part in self.ctx._collect_partitions(counted))
