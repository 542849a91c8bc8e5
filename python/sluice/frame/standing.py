# SPDX-License-Identifier: Apache-2.0
"""Tables that stay for several queries: what of them was written for workers once is used by the next ones.

The rows of a cached frame, and those that a program made a frame of, are the same object in each query. Files for
workers stay as long as it does. They are kept only while shared memory has plenty of room, and in none but the
directory that is tried first.
"""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa

from sluice.frame.trips import WAVE, Sent, Trip

__all__ = ["Origin", "sent", "trusted"]

#: Less is written again, which costs nothing.
_LEAST = 1 << 20
#: So much of what a directory has free must be left when files stay there.
_LEFT = 0.5

_lock = threading.Lock()
#: By the table's id, as tables have no hash, and the context.
_known: dict[int, MutableMapping[Any, dict[Hashable, tuple[Trip, list[Sent]]]]] = {}


class Origin(NamedTuple):
    """Columns of a table that stays."""

    table: pa.Table
    #: The places of the columns in it.
    places: tuple[int, ...]

    def columns(self) -> pa.Table:
        """The columns."""
        return self.table.select(list(self.places))

    def select(self, places: list[int]) -> Origin:
        """Some of the columns."""
        return Origin(self.table, tuple(self.places[place] for place in places))


def sent(
    trip: Trip,
    origin: Origin | None,
    size: int,
    key: Hashable,
    write: Callable[[Trip], list[Sent]],
) -> list[Sent]:
    """Return what a table's columns are in files: as they were written before, or are written now.

    Args:
        origin: whose columns they are; None if the table is this query's alone.
        size: bytes of the columns.
        key: tells apart ways in which the same columns are written.
    """
    if origin is None or not _LEAST <= size <= WAVE:
        return write(trip)
    context, table, key = trip.context, origin.table, (origin.places, key)
    with _lock:
        found = _known.get(id(table), {}).get(context, {}).get(key)
    if found is not None:
        trip.note(bytes_standing=size)
    elif not _roomy(trip, size):
        return write(trip)
    else:
        holder = Trip(context, trip.path)
        # Whoever uses the files holds what holds them: they are gone when nobody does any more.
        weakref.finalize(holder, holder.remover()).atexit = False
        found = holder, write(holder)
        with _lock:
            if id(table) not in _known:
                weakref.finalize(table, _known.pop, id(table), None).atexit = False
                _known[id(table)] = weakref.WeakKeyDictionary()
            _known[id(table)].setdefault(context, {})[key] = found
    trip.uses.append(found[0])
    return found[1]


def _roomy(trip: Trip, size: int) -> bool:
    try:
        found = shutil.disk_usage(trip.places[0])
    except OSError:
        return False
    return found.free - size > _LEFT * found.total


@contextmanager
def trusted(origin: Origin | None) -> Iterator[None]:
    """Where a trip fails, its table is written again for the next one: the files may have been the reason."""
    try:
        yield
    except Exception:
        if origin is not None:
            _known.pop(id(origin.table), None)
        raise
