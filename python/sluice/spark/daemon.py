# SPDX-License-Identifier: Apache-2.0
"""PySpark's daemon with less to do for each task: ``spark.python.daemon.module=sluice.spark.daemon``.

Spark starts this module in the place of ``pyspark.daemon``. Protocol, processes and worker code stay PySpark's: its
own ``manager`` runs, with the few of its parts replaced that docs/spark-daemon.md lists. Where a part is not known to
be safe, PySpark's own is left in its place, and one line on standard error says so.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

from sluice.spark import log, prompt, sharing
from sluice.spark.collecting import Collector

#: The versions of PySpark, by their first two numbers, that this was tried with.
TRIED = ("3.5", "4.0", "4.1", "4.2", "4.3")
PYTHON = (3, 11)
#: ``off`` leaves everything to PySpark: the way back for one application, without another setting.
SWITCH = "SLUICE_SPARK_DAEMON"
#: Set for the second start of a daemon whose first found that the worker's modules are not to be imported here.
_BARE = "_SLUICE_SPARK_DAEMON_BARE"
#: glibc reads it when a process starts.
_TUNABLES = "GLIBC_TUNABLES"
#: Set if that is of our making, so that it goes before anybody sees it.
_TUNED = "_SLUICE_SPARK_DAEMON_TUNED"


def main() -> None:
    """Run PySpark's daemon, improved where that is safe."""
    reason = _reason_here()
    if reason is None:
        _use_huge_pages()
    import pyspark.daemon

    reason = reason or _reason_against(pyspark.daemon)
    if reason:
        log.once(f"PySpark's own daemon is used as it is: {reason}")
    else:
        _improve(pyspark.daemon)
    pyspark.daemon.manager()


def _use_huge_pages() -> None:
    """Have large allocations of this process and its workers in huge pages, where the kernel waits to be asked.

    A large broadcast takes a third of the page faults so. The process begins anew: it has done nothing yet.
    """
    if os.environ.pop(_TUNED, None):
        del os.environ[_TUNABLES]
    elif _TUNABLES not in os.environ:
        os.environ.update({_TUNABLES: "glibc.malloc.hugetlb=1", _TUNED: "1"})
        _begin_anew()


def _begin_anew() -> None:
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _reason_here() -> str | None:
    if os.environ.get(SWITCH, "").lower() == "off":
        return f"{SWITCH}=off"
    if sys.version_info < PYTHON:
        return f"python={sys.version.split()[0]}, needed={PYTHON[0]}.{PYTHON[1]}"
    if sys.implementation.name != "cpython" or not sys.platform.startswith("linux"):
        return f"implementation={sys.implementation.name} platform={sys.platform}, needed=cpython on linux"
    return None


def _reason_against(stock: Any) -> str | None:
    from pyspark.version import __version__ as version

    if ".".join(version.split(".")[:2]) not in TRIED:
        return f"it was not tried with pyspark={version}; tried={TRIED[0]}..{TRIED[-1]}"
    if not {"worker", "gc", "collect", "fork"}.issubset(stock.manager.__code__.co_names):
        return f"pyspark={version} has another manager than the ones known"
    return None


def _improve(stock: Any) -> None:
    from pyspark.version import __version__ as version

    _import_worker()
    registry = _broadcasts()
    stock.gc = Collector(registry.keys)
    # What is here now stays until the end: no collection of a worker walks through it, and so dirties no page of it.
    gc.collect()
    gc.freeze()
    reason = sharing.reason_against()
    if reason is None and threads() > 1:
        reason = f"the daemon has threads={threads()}"
    if reason is None:
        shared = sharing.Sharing(stock.worker, registry, ".".join(version.split(".")[:2]))
        try:
            shared.start()
        except OSError as error:
            reason = str(error)
    if reason is None:
        stock.worker = shared
    else:
        log.once(f"each worker unpickles broadcasts for itself: {reason}")
        stock.worker = prompt.prompt(stock.worker)


def _broadcasts() -> Any:
    """PySpark's registry of the broadcasts that a worker has, by their ids."""
    try:
        from pyspark.core.broadcast import _broadcastRegistry as registry
    except ImportError:
        from pyspark.broadcast import _broadcastRegistry as registry
    return registry


def _import_worker() -> None:
    """Import the module that workers run, before they are forked, unless that starts a thread.

    PySpark up to 4.1 does so itself. Later ones import it in each worker, because libraries that start threads may
    come along: a fork would lose them. Whether they do depends on what is installed, so it is tried, and a daemon in
    which a thread was started begins anew without it: it has told Spark nothing yet.
    """
    if os.environ.pop(_BARE, None):
        return
    named = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1].startswith("pyspark") else "pyspark.worker"
    if named in sys.modules:
        return
    before = threads()
    try:
        importlib.import_module(named)
        reason = None if threads() <= before else f"it starts threads: {threads() - before}"
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}"
    if reason is None:
        return
    log.once(f"module={named} is imported after the fork, as PySpark does: {reason}")
    os.environ[_BARE] = "1"
    _begin_anew()


def threads() -> int:
    """How many threads this process has, also those that Python does not know of."""
    return len(os.listdir("/proc/self/task"))


if __name__ == "__main__":
    main()
