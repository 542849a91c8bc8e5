# SPDX-License-Identifier: Apache-2.0
"""The progress bar: how far the stages of long jobs are, on standard error.

The JVM sends what runs ten times a second, on a connection of its own, to a driver that asked for it:
where the setting ``sluice.ui.progress`` is ``true``, or is ``auto`` and standard error is a terminal.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from sluice import settings
from sluice.worker import wire

if TYPE_CHECKING:
    from sluice.gateway import Gateway

#: Jobs shorter than this, in seconds, show no bar.
PATIENCE = 0.5
#: After a job's end a frame about it may still be on its way; nothing is drawn for this long.
_QUIET = 0.15

_watched: Gateway | None = None
_bar: Bar | None = None


def wanted(entries: Mapping[str, str]) -> bool:
    """Whether these settings ask for a bar, given what standard error is."""
    choice = "auto"
    if entries:
        choice = settings.value_of(entries, "sluice.ui.progress")
    if choice == "auto":
        return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return bool(choice == "true")


def watch(gateway: Gateway, entries: Mapping[str, str]) -> None:
    """Show the progress of a gateway's jobs from now on, or no longer, as the settings of its context say."""
    global _bar, _watched
    if not wanted(entries):
        hide()
        _bar = None
        return
    _bar = Bar(sys.stderr)
    if _watched is not gateway:
        _watched = gateway
        connection = wire.connect(str(gateway.directory / "driver.sock"), {"role": "progress"})
        threading.Thread(target=_follow, args=(connection,), name="sluice-progress", daemon=True).start()


def hide() -> None:
    """Take the bar off the screen, if there is one, before something else is written."""
    if _bar is not None:
        _bar.hide()


def _follow(connection: wire.Connection) -> None:
    try:
        while (frame := connection.read()) is not None:
            bar = _bar
            if bar is not None and frame.type == wire.PROGRESS:
                bar.show(json.loads(frame.payload)["stages"])
    except (OSError, ValueError):
        pass  # The JVM is gone, or this process is on its way out.
    finally:
        hide()


class Bar:
    """One line at the bottom of a terminal. Safe for several threads."""

    def __init__(self, stream: TextIO, clock: Any = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[int, float] = {}
        self._quiet_until = 0.0
        self._drawn = False

    def show(self, stages: list[dict[str, Any]]) -> None:
        """Draw the stages that run; of jobs that have run for a moment only."""
        now = self._clock()
        with self._lock:
            jobs = {stage["job"] for stage in stages}
            self._seen = {job: self._seen.get(job, now) for job in jobs}
            old = [stage for stage in stages if now - self._seen[stage["job"]] >= PATIENCE]
            if old and now >= self._quiet_until:
                text = line(old, now - self._seen[old[0]["job"]], self._width(), self._unicode())
                self._stream.write("\r" + text + "\x1b[K")
                self._stream.flush()
                self._drawn = True
            elif self._drawn:
                self._erase()

    def hide(self) -> None:
        """Erase the line."""
        with self._lock:
            self._quiet_until = self._clock() + _QUIET
            if self._drawn:
                self._erase()

    def _erase(self) -> None:
        self._drawn = False
        self._stream.write("\r\x1b[K")
        self._stream.flush()

    @staticmethod
    def _width() -> int:
        return shutil.get_terminal_size().columns

    def _unicode(self) -> bool:
        return (self._stream.encoding or "").lower().replace("-", "") == "utf8"


def line(stages: list[dict[str, Any]], seconds: float, width: int, unicode: bool = True) -> str:
    """Return the bar's text, shorter than ``width``: the first stage, and how many others run."""
    first = stages[0]
    done, tasks = first["done"], first["tasks"]
    head = f"stage {first['stage']} "
    tail = f" {done:{len(str(tasks))}}/{tasks} tasks, {first['running']} running, {seconds:.1f} s"
    if len(stages) > 1:
        tail += f", {len(stages) - 1} more stage" + ("s" if len(stages) > 2 else "")
    room = min(40, width - len(head) - len(tail) - 3)
    if room < 5:
        return (head + tail.lstrip())[: max(0, width - 1)]
    filled = room * done // tasks
    full, empty = ("━", "─") if unicode else ("=", " ")
    return f"{head}[{full * filled}{empty * (room - filled)}]{tail}"
