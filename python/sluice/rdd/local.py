# SPDX-License-Identifier: Apache-2.0
"""Reads an RDD one partition at a time, a job each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.rdd import RDD


def local_iterator(rdd: RDD[Any], prefetch: bool) -> Iterator[Any]:
    """Yield the items of all partitions. The partition's job is over before its first item is seen, so that the
    loop's body may run jobs of its own."""
    count = rdd.getNumPartitions()
    if not prefetch:
        return _plain(rdd, count)
    return _ahead(rdd, count)


def _plain(rdd: RDD[Any], count: int) -> Iterator[Any]:
    for index in range(count):
        yield from _partition(rdd, index)


def _partition(rdd: RDD[Any], index: int) -> list[Any]:
    (items,) = rdd.ctx._collect_partitions(rdd, [index])
    return items


class _Job(threading.Thread):
    """Computes one partition; carries the properties of the thread that asked for it."""

    def __init__(self, rdd: RDD[Any], index: int) -> None:
        super().__init__(name=f"sluice-prefetch-{index}", daemon=True)
        self._rdd = rdd
        self._index = index
        self._properties = dict(rdd.ctx._properties.entries)
        self._items: list[Any] = []
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._rdd.ctx._properties.entries.update(self._properties)
            self._items = _partition(self._rdd, self._index)
        except BaseException as error:
            self._error = error

    def result(self) -> list[Any]:
        self.join()
        if self._error is not None:
            raise self._error
        return self._items


def _ahead(rdd: RDD[Any], count: int) -> Iterator[Any]:
    following = _Job(rdd, 0) if count else None
    try:
        for index in range(1, count + 1):
            assert following is not None
            items = following.result()
            following = _Job(rdd, index) if index < count else None
            yield from items
    finally:
        if following is not None:
            following.join()
