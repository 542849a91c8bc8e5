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
from weakref import WeakSet

from sluice.shuffle import spilled

__all__ = [
    "Gauge",
    "codec_name",
    "configure",
    "directories",
    "limit",
    "resident",
    "settle",
    "young_collections_only",
]

_PAGE = os.sysconf("SC_PAGE_SIZE")
_FIRST_STEP = 256
_MAX_STEP = 1 << 16
# So many bytes are worth a full collection.
_WORTH = 1 << 20

_limit = 512 << 20
_directories: tuple[str, ...] = ()
_codec = "none"

#: What this process had in memory when a container began, at the least.
_lowest = 1 << 62
#: Whether something was measured since memory was settled last.
_measured = False


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

    A loop adds at most `step` items, then asks `is_full(entries)`; `spilled()` follows when it was written out.
    The containers of one task share its limit: a new one gets what the others leave, and a quarter at least.
    """

    __slots__ = (
        "__weakref__",
        "_base",
        "_capacity",
        "_fill_base",
        "_grown",
        "_limit",
        "fills",
        "items",
        "step",
    )

    def __init__(self, limit: int | None = None) -> None:
        global _measured
        _measured = True
        whole = _limit if limit is None else limit
        self._limit = max(whole - sum([gauge.held for gauge in _gauges]), whole // 4)
        self._base = self._fill_base = _baseline(whole)
        self._capacity: tuple[int, int] | None = None
        #: What the current fill added to the process: seen in the first, reckoned by items later.
        self._grown = 0
        self.items = 0
        self.fills = 0
        self.step = _FIRST_STEP
        _gauges.add(self)

    def is_full(self, entries: int, items: int | None = None) -> bool:
        """Counts items, one step where it is not said; `entries` is the container's length now."""
        self.items += self.step if items is None else items
        now = resident()
        grown = max(now - self._base, 0)
        if self._capacity is None:
            self._grown = grown
            if grown >= self._limit:
                self._capacity = (max(self.items, 2 * _FIRST_STEP), max(entries, _FIRST_STEP))
                return True
            # Steps double, but stop short of what is left at the growth seen so far.
            left = (self._limit - grown) * self.items // max(grown, 1)
            self.step = max(16, min(self.step * 2, _MAX_STEP, left // 2))
            return False
        items, most = self._capacity
        self._grown = self._limit * self.items // items
        if self.items >= items or entries >= most:
            return True
        # Larger items than before. Growth since the first fill alone is no proof: what takes our output grows
        # as well; growth within a fill alone is none either, as the fill begins in what the last one freed.
        if grown > self._limit * 5 // 4 and now - self._fill_base > self._limit // 4:
            return True
        self.step = min(_MAX_STEP, max(items - self.items, 1), max(most - entries, 1))
        return False

    @property
    def limit(self) -> int:
        """The bytes that the container may take."""
        return self._limit

    @property
    def held(self) -> int:
        """About how many bytes the container holds."""
        return self._grown

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
        spilled.add(memory=self._grown)
        self.emptied()

    def emptied(self) -> None:
        """The container starts again from nothing."""
        self.items = self._grown = 0
        self.fills += 1
        self._fill_base = resident()
        if self._capacity is not None:
            self.step = min(_MAX_STEP, *self._capacity)


_gauges: WeakSet[Gauge] = WeakSet()


def settle() -> None:
    """After a task: what it held goes back to the system.

    Now, because the next stage's functions would be put into what is free here and there between, and keep it all.
    """
    global _measured
    if _measured:
        _measured = False
        _baseline(_limit)


def _baseline(limit: int) -> int:
    """The bytes in use now. What is free goes back to the system first, so that it does not count."""
    global _lowest
    now = resident()
    if now > _lowest + max(limit // 8, _WORTH):
        # A collection empties Python's lists of free tuples: two thousand of them, strewn over the memory of an
        # earlier task, kept 100 MB of it.
        gc.collect()
        # A worker has it already; a driver has no use for it.
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)
        now = _lowest = resident()
    _lowest = min(_lowest, now)
    return now
