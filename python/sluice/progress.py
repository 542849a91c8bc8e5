# SPDX-License-Identifier: Apache-2.0
"""The progress bar: how far the stages of long jobs are, on a terminal or in a notebook.

The JVM sends what runs ten times a second, on a connection of its own, to a driver that asked for it:
where the setting ``sluice.ui.progress`` is ``true``, or is ``auto`` and there is a terminal or a notebook to show it.
What the JVM logs comes on it as well, so that the bar is not in its way.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TextIO, TypeAlias

from sluice import settings
from sluice.worker import wire

if TYPE_CHECKING:
    from sluice.gateway import Gateway

__all__ = ["PATIENCE", "Bar", "Stage", "Surface", "Terminal", "hidden", "hide", "line", "surface", "watch"]

#: Jobs shorter than this, in seconds, show no bar.
PATIENCE = 0.5
#: After a job's end a frame about it may still be on its way; nothing is drawn for this long.
_QUIET = 0.15

#: What the JVM tells of a stage: ``job``, ``stage``, ``tasks``, ``done``, ``running``, ``retries``.
Stage: TypeAlias = dict[str, Any]

#: How long the end of this process waits for lines that the JVM logged last, in seconds.
_LAST_LINES = 1.0

_watched: Gateway | None = None
_follower: threading.Thread | None = None
_bar: Bar | None = None


class Surface(Protocol):
    """Where the bar is shown."""

    def draw(self, stages: Sequence[Stage], seconds: float) -> None:
        """Show these stages, which run, in place of what was shown before."""

    def erase(self) -> None:
        """Take away what was drawn."""


def surface(entries: Mapping[str, str]) -> Surface | None:
    """Where these settings want a bar, given what there is; None for no bar."""
    choice = settings.value_of(entries, "sluice.ui.progress") if entries else "auto"
    if choice == "false":
        return None
    if "IPython" in sys.modules:
        from sluice import notebook

        shell = notebook.shell()
        if shell is not None:
            return notebook.Notebook(shell)
    if sys.stderr is None:
        return None
    shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Terminal(sys.stderr) if shown or choice == "true" else None


def watch(gateway: Gateway, entries: Mapping[str, str]) -> None:
    """Show the progress of a gateway's jobs from now on, or no longer, as the settings of its context say."""
    global _bar, _follower, _watched
    hide()
    shown_on = surface(entries)
    _bar = Bar(shown_on) if shown_on is not None else None
    if _bar is not None and _watched is not gateway:
        _watched = gateway
        connection = wire.connect(str(gateway.directory / "driver.sock"), {"role": "progress"})
        _follower = threading.Thread(target=_follow, args=(connection,), name="sluice-progress", daemon=True)
        _follower.start()


def finish() -> None:
    """Let what the JVM logged last be shown; called when it has ended."""
    if _follower is not None:
        _follower.join(_LAST_LINES)


def hide() -> None:
    """Take the bar off the screen, if there is one, until more is known."""
    # Asked here too: every job calls this, and mostly there is none.
    if _bar is not None:
        with hidden():
            pass


@contextmanager
def hidden(mid_line: bool = False, quiet: float = _QUIET) -> Iterator[None]:
    """Keep the bar off the screen while something else is written; and longer, if that leaves a line unfinished.

    Args:
        mid_line: whether it does.
        quiet: for how many seconds the bar stays away all the same.
    """
    bar = _bar
    if bar is None:
        yield
        return
    with bar.hidden(mid_line, quiet):
        yield


def _follow(connection: wire.Connection) -> None:
    try:
        while (frame := connection.read()) is not None:
            bar = _bar
            told = json.loads(frame.payload)
            if "log" in told:
                _log(told["log"])
            elif bar is not None:
                bar.show(told["stages"])
    except (OSError, ValueError):
        pass  # The JVM is gone, or this process is on its way out.
    finally:
        hide()


def _log(text: str) -> None:
    # Where the JVM itself would write, whatever a program or a notebook has put in place of sys.stderr.
    stream = sys.__stderr__
    if stream is not None:
        # It comes in turn with what the bar shows, so that nothing old can follow.
        with hidden(quiet=0):
            stream.write(text)
            stream.flush()


class Bar:
    """Decides when something is shown. Safe for several threads."""

    def __init__(self, shown_on: Surface, clock: Callable[[], float] = time.monotonic) -> None:
        self._surface = shown_on
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[int, float] = {}
        self._quiet_until = 0.0
        self._drawn = False
        #: Whether the cursor stands behind something that the bar would overwrite.
        self._mid_line = False

    def show(self, stages: Sequence[Stage]) -> None:
        """Draw the stages that run; of jobs that have run for a moment only."""
        now = self._clock()
        with self._lock:
            jobs = {stage["job"] for stage in stages}
            self._seen = {job: self._seen.get(job, now) for job in jobs}
            old = [stage for stage in stages if now - self._seen[stage["job"]] >= PATIENCE]
            if old and now >= self._quiet_until and not self._mid_line:
                self._surface.draw(old, now - min(self._seen[stage["job"]] for stage in old))
                self._drawn = True
            elif self._drawn:
                self._erase()

    @contextmanager
    def hidden(self, mid_line: bool = False, quiet: float = _QUIET) -> Iterator[None]:
        """Erase what is drawn; draw nothing inside and ``quiet`` after, with ``mid_line`` until the next call."""
        with self._lock:
            if self._drawn:
                self._erase()
            try:
                yield
            finally:
                self._quiet_until = max(self._quiet_until, self._clock() + quiet)
                self._mid_line = mid_line

    def _erase(self) -> None:
        self._drawn = False
        self._surface.erase()


class Terminal:
    """One line at the bottom of a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def draw(self, stages: Sequence[Stage], seconds: float) -> None:
        """Write the line over the one that is there."""
        text = line(stages, seconds, self._width(), self._unicode())
        self._write("\r" + text + "\x1b[K")

    def erase(self) -> None:
        """Empty the line."""
        self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _width(self) -> int:
        try:
            # The terminal's own, which may change at any time; that of standard output may be another.
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except (OSError, ValueError):
            return shutil.get_terminal_size().columns

    def _unicode(self) -> bool:
        return (self._stream.encoding or "").lower().replace("-", "") == "utf8"


def line(stages: Sequence[Stage], seconds: float, width: int, unicode: bool = True) -> str:
    """Return the bar's text, shorter than ``width``: the first stage, and how many others run."""
    first = stages[0]
    done, tasks, retries = first["done"], first["tasks"], first["retries"]
    head = f"stage {first['stage']} "
    tail = f" {done:{len(str(tasks))}}/{tasks} tasks, {first['running']} running, {seconds:.1f} s"
    if retries:
        tail += f", {retries} " + ("retry" if retries == 1 else "retries")
    if len(stages) > 1:
        tail += f", {len(stages) - 1} more stage" + ("s" if len(stages) > 2 else "")
    room = min(40, width - len(head) - len(tail) - 3)
    if room < 5:
        return (head + tail.lstrip())[: max(0, width - 1)]
    filled = room * done // tasks
    full, empty = ("━", "─") if unicode else ("=", " ")
    return f"{head}[{full * filled}{empty * (room - filled)}]{tail}"
