# SPDX-License-Identifier: Apache-2.0
"""Cached partitions that a worker also keeps as objects, so that it need not unpickle them for the next task.

The JVM has every cached partition as bytes, which alone count: a copy here is an accelerator that may go at any time.
It is kept only if each of its batches is proved to hold nothing that a task could change (see
``sluice.serializers.stream``), and tasks get its items, never its lists.

A copy is named by the cached node, the partition and the attempt whose bytes it equals. An attempt's number is used
once, so that a copy from before an unpersist, or of an attempt that lost a race, is never taken for another.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

__all__ = ["Copy", "LivePartitions", "Name"]


class Name(NamedTuple):
    """What the JVM calls a stored partition."""

    dataset: int
    partition: int
    attempt: int


class LivePartitions:
    """The copies of one worker, within a budget.

    Args:
        limit: bytes, by estimate, that all copies may take; 0 keeps none.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._copies: dict[Name, Copy] = {}
        self.bytes = 0

    def get(self, name: Name) -> Iterator[Any] | None:
        """Return the items of a copy, or None if it is not here."""
        copy = self._copies.pop(name, None)
        if copy is None:
            return None
        self._copies[name] = copy
        return chain.from_iterable(copy.batches)

    def begin(self, name: Name) -> Copy:
        """Return a copy to fill; it counts once it is given to `keep`."""
        return Copy(name, self._limit)

    def keep(self, copy: Copy) -> None:
        """Keep a whole copy if there is room; copies of other nodes make room, the one unused longest first.

        Partitions of one node do not drive each other out: a program that reads them in turn would find none.
        """
        if copy.refused or copy.name in self._copies:
            return
        others = [name for name in self._copies if name.dataset != copy.name.dataset]
        while self.bytes + copy.bytes > self._limit and others:
            self._drop(others.pop(0))
        if self.bytes + copy.bytes <= self._limit:
            self._copies[copy.name] = copy
            self.bytes += copy.bytes

    def forget(self, dataset: int) -> None:
        """Drop all partitions of a node that is not cached any more."""
        for name in [name for name in self._copies if name.dataset == dataset]:
            self._drop(name)

    def _drop(self, name: Name) -> None:
        self.bytes -= self._copies.pop(name).bytes


class Copy:
    """One partition's batches, gathered while a task reads or makes them."""

    __slots__ = ("_limit", "batches", "bytes", "name", "refused")

    def __init__(self, name: Name, limit: int) -> None:
        self.name = name
        self.batches: list[list[Any]] = []
        self.bytes = 0
        self.refused = limit <= 0
        self._limit = limit

    def add(self, batch: list[Any] | None) -> None:
        """Take in the next batch; None, one that is not proved immutable, ends the copy, as does too much data."""
        if self.refused:
            return
        if batch is not None:
            self.bytes += _estimate(batch)
            self.batches.append(batch)
        if batch is None or self.bytes > self._limit:
            self.refused = True
            self.batches.clear()


def _estimate(batch: list[Any]) -> int:
    """Bytes of a batch, judged by three of its records."""
    sample = (batch[0], batch[len(batch) // 2], batch[-1])
    return len(batch) * (8 + sum(map(_size, sample)) // 3)


def _size(record: Any) -> int:
    size = sys.getsizeof(record)
    if type(record) is tuple or type(record) is frozenset:
        size += sum(map(_size, record))
    return size
