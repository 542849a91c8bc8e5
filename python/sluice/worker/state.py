# SPDX-License-Identifier: Apache-2.0
"""What one task leaves behind in its process, and how the next task is kept from seeing it."""

from __future__ import annotations

import _locale
import _signal  # type: ignore[import-not-found]
import gc
import os
import signal
import sys
import threading
import warnings
from typing import Any

# Plain numbers and the C functions below signal's: its wrappers make an enum member at every call.
_SIGNALS = tuple(
    int(number)
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGALRM,
        signal.SIGCHLD,
        signal.SIGUSR1,
        signal.SIGUSR2,
        signal.SIGPIPE,
    )
)
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)


def _environ() -> dict[bytes, bytes]:
    data: dict[bytes, bytes] = os.environ._data  # type: ignore[attr-defined]
    return data


def _standard_descriptors() -> list[tuple[int, int]]:
    return [(status.st_dev, status.st_ino) for status in map(os.fstat, (0, 1, 2))]


#: How often memory is looked at, in tasks: reading it costs as much as a small task.
_GROWTH_INTERVAL = 32
_PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident() -> int:
    """Return this process's memory in bytes without what it shares with files."""
    with open("/proc/self/statm", "rb") as file:
        _, resident, shared, *_ = file.read().split()
    return (int(resident) - int(shared)) * _PAGE


class State:
    """A snapshot of process-wide state, taken when a worker has nothing to do.

    Args:
        strict: retire also for what is kept otherwise: new modules' state aside, any thread and any open descriptor.
        max_growth: retire when memory has grown by this many bytes since the first tasks; 0 for no limit.
    """

    def __init__(self, strict: bool = False, max_growth: int = 0) -> None:
        self._strict = strict
        self._open = len(os.listdir("/proc/self/fd")) if strict else 0
        self._max_growth = max_growth
        self._tasks = 0
        self._baseline = 0
        self._cwd = os.getcwd()
        # The mapping under os.environ compares at the speed of a dict; os.environ itself decodes every entry.
        self._environ = dict(_environ())
        self._umask = os.umask(0o022)
        os.umask(self._umask)
        self._handlers = [_signal.getsignal(number) for number in _SIGNALS]
        self._gc = gc.isenabled()
        self._thresholds = gc.get_threshold()
        self._recursion = sys.getrecursionlimit()
        self._path = list(sys.path)
        self._descriptors = _standard_descriptors()
        self._streams = (sys.stdin, sys.stdout, sys.stderr)
        self._locale = _locale.setlocale(_locale.LC_ALL)
        self._tracing = (sys.gettrace(), sys.getprofile())
        self._modules = len(sys.modules)
        self._filters = list(warnings.filters)
        self._decimal: Any = None

    def keep_descriptor(self) -> None:
        """Count a descriptor that we opened ourselves as one that belongs here."""
        self._open += 1

    def set_path(self, path: list[str]) -> None:
        """Make ``path`` the module search path that tasks start with."""
        self._path = path
        sys.path[:] = path

    def restore(self) -> None:
        """Undo what a task did to the process."""
        if not self._at_home():
            os.chdir(self._cwd)
        if _environ() != self._environ:
            os.environ.clear()
            for name, value in self._environ.items():
                os.environb[name] = value
        umask = os.umask(self._umask)
        if umask != self._umask:
            os.umask(self._umask)
        for number, handler in zip(_SIGNALS, self._handlers, strict=True):
            if _signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        for timer in _TIMERS:
            if _signal.getitimer(timer)[0]:
                signal.setitimer(timer, 0)
        if gc.isenabled() != self._gc:
            gc.enable() if self._gc else gc.disable()
        if gc.get_threshold() != self._thresholds:
            gc.set_threshold(*self._thresholds)
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        if sys.path != self._path:
            sys.path[:] = self._path
        sys.stdin, sys.stdout, sys.stderr = self._streams
        if _locale.setlocale(_locale.LC_ALL) != self._locale:
            _locale.setlocale(_locale.LC_ALL, self._locale)
        if (sys.gettrace(), sys.getprofile()) != self._tracing:
            sys.settrace(self._tracing[0])
            sys.setprofile(self._tracing[1])
        self._restore_filters()
        modules = sys.modules
        if "socket" in modules and modules["socket"].getdefaulttimeout() is not None:
            modules["socket"].setdefaulttimeout(None)
        if "decimal" in modules:
            self._restore_decimal(modules["decimal"])

    def _at_home(self) -> bool:
        try:
            return os.getcwd() == self._cwd
        except FileNotFoundError:
            # The task stood in a directory of its own and removed it.
            return False

    def _restore_filters(self) -> None:
        if len(sys.modules) != self._modules:
            # Modules set filters while they are imported, and rely on them.
            self._modules = len(sys.modules)
            self._filters = list(warnings.filters)
        elif warnings.filters != self._filters:
            warnings.filters[:] = self._filters  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]

    def _restore_decimal(self, decimal: Any) -> None:
        context = decimal.getcontext()
        key = (context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp)
        if self._decimal is None:
            default = decimal.DefaultContext
            self._decimal = (
                default.prec, default.rounding, default.Emin, default.Emax, default.capitals, default.clamp
            )  # fmt: skip
        if key != self._decimal or any(context.flags.values()):
            decimal.setcontext(decimal.Context())

    def _grown(self, kept: int) -> str:
        self._tasks += 1
        if not self._max_growth or self._tasks % _GROWTH_INTERVAL:
            return ""
        resident = _resident() - kept
        if not self._baseline:
            self._baseline = resident
        if resident - self._baseline > self._max_growth:
            return f"its memory grew by {(resident - self._baseline) >> 20} MiB"
        return ""

    def _strict_reason(self) -> str:
        if len(threading._active) > 1:  # type: ignore[attr-defined]
            return "isolation is strict and a thread is running"
        if len(os.listdir("/proc/self/fd")) != self._open:
            return "isolation is strict and descriptors were left open"
        return ""

    def retire_reason(self, kept: int = 0) -> str:
        """Return why the worker must retire after a task, or an empty text.

        Args:
            kept: bytes that the worker holds on purpose, which are no growth.
        """
        if self._strict and (reason := self._strict_reason()):
            return reason
        if len(threading._active) > 1:  # type: ignore[attr-defined]
            for thread in threading.enumerate():
                if thread is not threading.main_thread() and not thread.daemon:
                    return f"a non-daemon thread is running: {thread.name}"
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            return "a child process was left"
        except ChildProcessError:
            pass
        try:
            if _standard_descriptors() != self._descriptors:
                return "descriptors 0 to 2 were changed"
        except OSError:
            return "descriptors 0 to 2 were closed"
        for stream in self._streams:
            if stream is not None and stream.closed:
                return "a standard stream was closed"
        return self._grown(kept)


def reseed() -> None:
    """Give ``random`` and NumPy fresh seeds, so that tasks of forked workers never draw the same numbers."""
    modules = sys.modules
    if "random" in modules:
        modules["random"].seed(int.from_bytes(os.urandom(16), "big"))
    if "numpy.random" in modules:
        modules["numpy"].random.seed(int.from_bytes(os.urandom(4), "big"))
