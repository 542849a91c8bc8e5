# SPDX-License-Identifier: Apache-2.0
"""Frees in the JVM what belonged to RDDs that the program has let go."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from sluice.errors import SluiceError

__all__ = ["Cleaner"]

#: How long a job may follow that takes the ids along.
_PATIENCE_SECONDS = 0.05


class Cleaner:
    """Ids of nodes that are gone: the next job takes them along, else a thread reports them soon after.

    Finalizers run at any allocation, in any thread, so all that they touch is a deque and a queue made for that.
    """

    def __init__(self, report: Callable[[list[int]], object]) -> None:
        self._report = report
        self._gone: deque[int] = deque()
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def gone(self, id_: int) -> None:
        """Note a node that costs the JVM a few bytes: there is no hurry."""
        self._gone.append(id_)

    def gone_with_data(self, id_: int) -> None:
        """Note a node of which the JVM may keep files and memory."""
        self._gone.append(id_)
        self._wake.put(True)

    def take(self) -> list[int]:
        """Return the ids noted so far, to be reported by the caller."""
        taken = []
        while self._gone:
            taken.append(self._gone.popleft())
        return taken

    def start(self) -> None:
        """Report what nobody takes, from now on."""
        with self._lock:
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._run, name="sluice-cleaner", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        # Asked first: what wakes this thread for its end may have been taken with the others below.
        while not self._stopped.is_set() and self._wake.get() and not self._stopped.wait(_PATIENCE_SECONDS):
            while not self._wake.empty():
                self._wake.get()
            taken = self.take()
            try:
                if taken:
                    self._report(taken)
            except SluiceError:
                return  # The JVM is gone, and all its files with it.

    def stop(self) -> None:
        """End the thread; all is freed by the end of the context."""
        with self._lock:
            self._stopped.set()
            self._wake.put(False)
            if self._thread is not None and self._thread is not threading.current_thread():
                self._thread.join()
