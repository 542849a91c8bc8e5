# SPDX-License-Identifier: Apache-2.0
"""When a worker collects cyclic garbage: after every task, but not through what it has held all the while.

PySpark's daemon collects everything after every task. What that costs grows with what the worker holds, not with what
the task left: a large broadcast, or a model in a module, is walked through every time. Here a collection that took
long freezes what survived it, so the next ones walk only through what came since. What becomes garbage after it was
frozen is found by a thaw, which happens so seldom that it takes a fiftieth of the time, and at once when a broadcast
goes away.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection
from typing import Any

#: Seconds: a collection that takes longer freezes what it left.
COSTLY = 0.001
#: A thaw waits for this many times what the last whole collection took, and at least for PAUSE seconds.
SHARE = 50
PAUSE = 1.0


class Collector:
    """Stands where PySpark's daemon has the module ``gc``, and has its ``collect``.

    :param held: the ids of the broadcasts that the worker knows now
    """

    def __init__(
        self,
        held: Callable[[], Collection[int]],
        costly: float = COSTLY,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._held = held
        self._costly = costly
        self._pause = pause
        self._clock = clock
        self._frozen = False
        self._whole_at = 0.0
        self._frozen_with: frozenset[int] = frozenset()
        self._cost = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(gc, name)

    def collect(self) -> int:
        """Collect what a task left. Return what ``gc.collect`` returns."""
        begun = self._clock()
        whole = self._frozen and self._due(begun)
        if whole:
            gc.unfreeze()
        found = gc.collect()
        ended = self._clock()
        took = ended - begun
        if whole or not self._frozen:
            self._whole_at = ended
            self._cost = took
        if whole or took > self._costly:
            gc.freeze()
            self._frozen = True
            self._frozen_with = frozenset(self._held())
        return found

    def _due(self, now: float) -> bool:
        if now - self._whole_at > max(SHARE * self._cost, self._pause):
            return True
        return not self._frozen_with.issubset(self._held())
