# SPDX-License-Identifier: Apache-2.0
"""Workers and the zygote killed from outside: nobody notices but the log."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sluice import Context
from tests.support.waiting import eventually, gone


def workers(sc: Context) -> list[int]:
    return list(sc._engine().call("workers")["workers"])


def test_busy_worker_killed_half_way(sc: Context, tmp_path: Path) -> None:
    def slow(split: int, items):  # type: ignore[no-untyped-def]
        # Attempts leave their pid; partition 0 waits, the first time, until it is killed.
        first = not list(tmp_path.glob(f"{split}-*"))
        (tmp_path / f"{split}-{os.getpid()}").touch()
        for item in items:
            yield item * 2
            if split == 0 and first and item == 500:
                (tmp_path / "half-way").touch()
                signal.pause()

    def kill() -> None:
        eventually(lambda: (tmp_path / "half-way").exists())
        (victim,) = (int(path.name[2:]) for path in tmp_path.glob("0-*"))
        os.kill(victim, signal.SIGKILL)

    import threading

    before = set(workers(sc))
    killer = threading.Thread(target=kill)
    killer.start()
    result = sc.parallelize(range(4000), 4).mapPartitionsWithIndex(slow).collect()
    killer.join()
    assert result == [item * 2 for item in range(4000)]
    attempts = {split: len(list(tmp_path.glob(f"{split}-*"))) for split in range(4)}
    assert attempts == {0: 2, 1: 1, 2: 1, 3: 1}
    pids = {int(path.name[2:]) for path in tmp_path.glob("[123]-*")}
    assert pids <= set(workers(sc)) | before


def test_idle_workers_killed_then_submit(sc: Context) -> None:
    for _ in range(20):
        assert sc.parallelize(range(100), 4).map(lambda x: x + 1).count() == 100
        killed = workers(sc)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert sc.parallelize(range(100), 4).map(lambda x: x + 1).count() == 100
        gone(*killed)


def test_zygote_killed_is_replaced(sc: Context) -> None:
    sc.parallelize(range(4), 4).count()
    for _ in range(3):
        pools = sc._engine().call("workers")
        (zygote,) = pools["zygotes"]
        os.kill(zygote, signal.SIGKILL)
        assert sc.parallelize(range(100), 4).map(lambda x: x + 1).count() == 100
        gone(zygote, *pools["workers"])
        # It is replaced when a worker is next needed.
        assert sc.parallelize(range(100), 4).map(lambda x: x + 1).count() == 100
        (replacement,) = sc._engine().call("workers")["zygotes"]
        assert replacement != zygote


def test_zygote_killed_under_a_job(sc: Context, tmp_path: Path) -> None:
    def once(split: int, items):  # type: ignore[no-untyped-def]
        mark = tmp_path / str(split)
        if not mark.exists():
            mark.touch()
            signal.pause()
        return items

    def kill() -> None:
        eventually(lambda: len(list(tmp_path.iterdir())) == 2)
        os.kill(sc._engine().call("workers")["zygotes"][0], signal.SIGKILL)

    import threading

    killer = threading.Thread(target=kill)
    killer.start()
    assert sc.parallelize(range(100), 2).mapPartitionsWithIndex(once).collect() == list(range(100))
    killer.join()
