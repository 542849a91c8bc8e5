# SPDX-License-Identifier: Apache-2.0
"""How much a task may hold, and how it learns that it holds that much.

Memory is read from the system only while a task fills up for the first time, since what Python frees rarely
goes back to the system: once full, the number of items and entries that fitted is the measure for every
later fill.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sluice.shuffle import spilled

__all__ = ["Gauge", "codec_name", "configure", "directories", "limit", "resident", "young_collections_only"]

_PAGE = os.sysconf("SC_PAGE_SIZE")
_FIRST_STEP = 256
_MAX_STEP = 1 << 16

_limit = 512 << 20
_directories: tuple[str, ...] = ()
_codec = "none"


def configure(limit: int, directories: Iterable[str] = (), codec: str = "none") -> None:
    """Set by the worker for each stage: bytes a task may add, where runs are written and how packed."""
    global _limit, _directories, _codec
    _limit = limit
    _directories = tuple(directories)
    _codec = codec


def limit() -> int:
    """The bytes that a task may add to its process before it spills."""
    return _limit


def directories() -> tuple[str, ...]:
    """Where run files are written, one after the other."""
    return _directories or (tempfile.gettempdir(),)


def codec_name() -> str:
    """How run files are packed: none, zlib or zstd."""
    return _codec


def resident() -> int:
    """The bytes of this process that are in memory now."""
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(descriptor, 256).split()[1]) * _PAGE
    finally:
        os.close(descriptor)


@contextmanager
def young_collections_only() -> Iterator[None]:
    """No full garbage collections inside: with millions of live lists each would look at all of them.

    Reading 1M distinct keys into lists takes a third less time so. Cycles that die young are still found.
    """
    first, second, third = gc.get_threshold()
    gc.set_threshold(first, second, 1_000_000)
    try:
        yield
    finally:
        gc.set_threshold(first, second, third)


class Gauge:
    """Tells when a container that grows is full.

    A loop adds at most `step` items, then asks `is_full(entries)`; `emptied()` follows a spill.
    """

    __slots__ = ("_base", "_capacity", "_limit", "_used", "fills", "items", "step")

    def __init__(self, limit: int | None = None) -> None:
        self._limit = _limit if limit is None else limit
        self._base = resident()
        self._capacity: tuple[int, int] | None = None
        #: What the first fill added to the process, in bytes.
        self._used = 0
        self.items = 0
        self.fills = 0
        self.step = _FIRST_STEP

    def is_full(self, entries: int, items: int | None = None) -> bool:
        """Counts items, one step where it is not said; `entries` is the container's length now."""
        self.items += self.step if items is None else items
        grown = resident() - self._base
        if not self.fills:
            self._used = max(grown, 0)
        if self._capacity is not None:
            items, most = self._capacity
            if self.items >= items or entries >= most:
                return True
            # Larger items than before. Growth alone is no proof: what takes our output grows as well.
            if grown > self._limit * 5 // 4 and self.items >= items // 4:
                return True
            self.step = min(_MAX_STEP, max(items - self.items, 1), max(most - entries, 1))
            return False
        if grown >= self._limit:
            self._capacity = (max(self.items, 2 * _FIRST_STEP), max(entries, _FIRST_STEP))
            return True
        # Steps double, but stop short of what is left at the growth seen so far.
        left = (self._limit - grown) * self.items // max(grown, 1)
        self.step = max(16, min(self.step * 2, _MAX_STEP, left // 2))
        return False

    @property
    def capacity(self) -> int:
        """How many entries fit; only known once it was full."""
        return self._capacity[1] if self._capacity else _MAX_STEP

    @property
    def item_capacity(self) -> int:
        """How many items fit; only known once it was full."""
        return self._capacity[0] if self._capacity else _MAX_STEP

    def spilled(self) -> None:
        """The container was written to disk, which frees what it held, and starts again from nothing."""
        # Later fills are measured by their items, as fullness is.
        share = self.items / self._capacity[0] if self.fills and self._capacity else 1
        spilled.add(memory=int(self._used * share))
        self.emptied()

    def emptied(self) -> None:
        """The container was written out and starts again from nothing."""
        self.items = 0
        self.fills += 1
        if self._capacity is not None:
            self.step = min(_MAX_STEP, *self._capacity)
