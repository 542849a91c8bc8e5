# SPDX-License-Identifier: Apache-2.0
"""How the time of the task that runs in this process divides; what no section claims was spent in user code.

Steps are fused and lazy, so that one record's unpickling, functions and pickling interleave. Sections therefore stand
around whole batches and around waits, never around records::

    mark = tasktimes.enter()
    try:
        ...
    finally:
        tasktimes.leave(tasktimes.PICKLING, mark)

Sections nest, and each counts its own time only. Threads that user code starts do not count: they run beside the task.
A section costs about 0.3 µs.
"""

from __future__ import annotations

from threading import get_ident
from time import perf_counter_ns

__all__ = ["PICKLING", "SPILLING", "UNPICKLING", "WAITING", "begin", "enter", "leave", "spent"]

#: Blocked on the JVM: for input, or for room for output.
WAITING = 0
#: Batches, functions and broadcasts.
UNPICKLING = 1
#: Batches and accumulator updates.
PICKLING = 2
#: Writing run files and reading them back, but for the pickling in it.
SPILLING = 3

_spent = [0, 0, 0, 0]
#: The sum of all sections' own times. A mark is the time outside of sections at the moment it was taken.
_inside = 0
#: The task's thread; in a process without a task, such as a driver, nothing counts.
_owner = 0


def begin() -> None:
    """Start a task on the calling thread: nothing is spent yet."""
    global _inside, _owner
    _spent[:] = (0, 0, 0, 0)
    _inside = 0
    _owner = get_ident()


def enter() -> int:
    """Begin a section; pass what this returns to ``leave``."""
    return perf_counter_ns() - _inside


def leave(part: int, mark: int) -> None:
    """End a section that counts as ``part``."""
    global _inside
    if get_ident() == _owner:
        own = perf_counter_ns() - _inside - mark
        _spent[part] += own
        _inside += own


def spent() -> tuple[int, ...]:
    """Return the nanoseconds of the task so far, by part: waiting, unpickling, pickling, spilling."""
    return tuple(_spent)
