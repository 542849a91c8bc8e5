# SPDX-License-Identifier: Apache-2.0
"""Settings that decide how long a worker is used, each with a context of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sluice import Conf, Context
from tests.support.waiting import eventually, gone


def context(slots: int, **settings: object) -> Context:
    conf = Conf().setMaster(f"local[{slots}]").setAppName("settings")
    return Context(conf=conf.setAll([(f"sluice.worker.{name}", value) for name, value in settings.items()]))


def pid(items: Iterator[Any]) -> Iterator[int]:
    import os

    yield os.getpid()


pid.__module__ = "__main__"


def test_reuse_switched_off_and_idle_workers_end() -> None:
    with context(2, reuse=False) as sc:
        found = [sc.parallelize(range(3), 3).mapPartitions(pid).collect() for _ in range(2)]
        flat = [one for job in found for one in job]
        assert len(set(flat)) == len(flat)
        gone(*flat)
    with context(2, idleTimeout="100ms") as sc:
        found = [sc.parallelize(range(3), 3).mapPartitions(pid).collect()]
        gone(*found[0])
        eventually(lambda: sc._engine().call("workers")["workers"], lambda left: not left)
        assert sc.parallelize(range(3), 3).count() == 3


def test_a_worker_ends_after_its_number_of_tasks() -> None:
    with context(1, maxTasks=5) as sc:
        found = [sc.parallelize([1], 1).mapPartitions(pid).collect()[0] for _ in range(20)]
    assert [found.count(one) for one in dict.fromkeys(found)] == [5, 5, 5, 5]


def opens(items: Iterator[int]) -> Iterator[int]:
    import builtins
    import os

    builtins.__dict__["sluice_test_file"] = open(os.devnull)  # noqa: SIM115
    yield os.getpid()


opens.__module__ = "__main__"


def test_strict_isolation_retires_a_worker_that_kept_something() -> None:
    with context(1, isolation="strict") as sc:
        one = sc.parallelize([1], 1)

        def harmless(items: Iterator[int]) -> Iterator[int]:
            import os

            yield os.getpid()

        # Workers are forked ahead, so there may be two at first.
        kept = {one.mapPartitions(harmless).collect()[0] for _ in range(5)}
        assert len(kept) <= 2
        (retired,) = one.mapPartitions(opens).collect()
        assert retired in kept
        gone(retired)
        assert one.mapPartitions(harmless).collect() != [retired]
