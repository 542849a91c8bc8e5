# SPDX-License-Identifier: Apache-2.0
"""What one task does to its process does not reach the next task in the same process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
import pytest

from sluice import Context
from tests.support.waiting import gone


def working_directory() -> Any:
    import os

    os.chdir("/")


def removed_directory() -> Any:
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as own:
        os.chdir(own)


def environment() -> Any:
    import os

    os.environ["SLUICE_TEST_LEFT"] = "here"
    os.environ.pop("PATH", None)


def mask() -> Any:
    import os

    os.umask(0)


def handlers() -> Any:
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGUSR1, lambda *_: None)


def timer() -> Any:
    import signal

    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 1000)


def search_path() -> Any:
    import sys

    sys.path.insert(0, "/somewhere/else")


def recursion() -> Any:
    import sys

    sys.setrecursionlimit(5000)


def collector() -> Any:
    import gc

    gc.disable()
    gc.set_threshold(7, 7, 7)


def decimals() -> Any:
    import decimal

    decimal.getcontext().prec = 3
    decimal.getcontext().traps[decimal.DivisionByZero] = False


def timeout() -> Any:
    import socket

    socket.setdefaulttimeout(5)


def streams() -> Any:
    import io
    import sys

    sys.stdout = io.StringIO()
    sys.stderr = None  # type: ignore[assignment]
    sys.stdin.close()


def language() -> Any:
    import locale

    locale.setlocale(locale.LC_ALL, "C")
    locale.setlocale(locale.LC_NUMERIC, "C.UTF-8")


def filters() -> Any:
    import warnings

    warnings.simplefilter("error")


def tracing() -> Any:
    import sys

    sys.setprofile(lambda *_: None)
    sys.settrace(lambda *_: None)


CHANGES: list[Callable[[], Any]] = [
    working_directory, removed_directory, environment, mask,
    handlers, timer, search_path, recursion, collector, decimals, timeout,
    streams, language, filters, tracing,
]  # fmt: skip


def look() -> dict[str, Any]:
    """Everything that a task could have changed, as text."""
    import decimal
    import gc
    import locale
    import os
    import signal
    import socket
    import sys
    import warnings

    mask = os.umask(0)
    os.umask(mask)
    context = decimal.getcontext()
    return {
        "cwd": os.getcwd(),
        "environment": sorted(os.environ.items()),
        "mask": mask,
        "handlers": [str(signal.getsignal(n)) for n in sorted(signal.valid_signals())],
        "timers": [signal.getitimer(n)[0] > 0 for n in (0, 1, 2)],
        "path": list(sys.path),
        "recursion": sys.getrecursionlimit(),
        "collector": (gc.isenabled(), gc.get_threshold()),
        "decimal": (context.prec, sorted(str(k) for k, v in context.traps.items() if v)),
        "timeout": socket.getdefaulttimeout(),
        "streams": [(type(s).__name__, getattr(s, "closed", None)) for s in (sys.stdin, sys.stdout, sys.stderr)],
        "locale": locale.setlocale(locale.LC_ALL),
        "filters": [str(entry) for entry in warnings.filters],
        "tracing": (sys.gettrace(), sys.getprofile()),
    }  # fmt: skip


cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_task_changes(sc: Context, change: Callable[[], Any]) -> None:
    def state(items: Iterator[int]) -> Iterator[Any]:
        import os

        # Imported by who looks, so that what is imported does not differ.
        yield look(), os.getpid()

    def changes(items: Iterator[int]) -> Iterator[int]:
        import os

        look()
        change()
        yield os.getpid()

    one = sc.parallelize([1], 1)
    one.mapPartitions(state).collect()
    ((before, first),) = one.mapPartitions(state).collect()
    (changed,) = one.mapPartitions(changes).collect()
    ((after, last),) = one.mapPartitions(state).collect()
    assert changed == first
    assert after == before
    # Restored, or in a process that never saw it.
    if last != first:
        gone(first)


def test_draws_differ_between_tasks_and_forks(sc: Context) -> None:
    def draws(items: Iterator[int]) -> Iterator[Any]:
        import random

        yield random.random()
        try:
            import numpy
        except ImportError:
            return
        yield float(numpy.random.random())

    def seeds(items: Iterator[int]) -> Iterator[Any]:
        import random

        random.seed(1)
        try:
            import numpy

            numpy.random.seed(1)
        except ImportError:
            pass
        return items

    found = []
    for _ in range(3):
        found += sc.parallelize(range(4), 4).mapPartitions(draws).collect()
        sc.parallelize(range(4), 4).mapPartitions(seeds).collect()
    assert len(set(found)) == len(found)


def test_captured_state_starts_fresh_for_every_task(sc: Context) -> None:
    seen: list[int] = []

    def gathers(x: int) -> list[int]:
        seen.append(x)
        return list(seen)

    for _ in range(3):
        assert sc.parallelize(range(4), 4).map(gathers).collect() == [[0], [1], [2], [3]]


def test_what_modules_hold_is_kept_on_purpose(sc: Context) -> None:
    def connects(items: Iterator[int]) -> Iterator[tuple[int, int]]:
        import os
        import string

        held = string.__dict__.setdefault("sluice_test_connection", [os.getpid(), 0])
        held[1] += 1
        yield held[0], held[1]

    ones = [sc.parallelize([1], 1).mapPartitions(connects).collect()[0] for _ in range(4)]
    assert [count for _, count in ones] == [1, 2, 3, 4]
    assert len({pid for pid, _ in ones}) == 1
