# SPDX-License-Identifier: Apache-2.0
"""Jobs of several threads while workers and zygotes are killed or stopped at random: every answer is right.

It lasts ``SLUICE_SOAK_SECONDS`` (3), a fault comes every ``SLUICE_SOAK_PERIOD`` (0.4; 2 for runs of minutes), chosen by
``SLUICE_SOAK_SEED``. What failed names the seed.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sluice import Conf, Context
from tests.support import census

SECONDS = float(os.environ.get("SLUICE_SOAK_SECONDS", "3"))
PERIOD = float(os.environ.get("SLUICE_SOAK_PERIOD", "0.4"))
SEED = int(os.environ.get("SLUICE_SOAK_SEED", random.randrange(1 << 32)))
#: A stopped process goes on after at most so many seconds: who stops for good is no loss that anybody can see.
STOPPED = 0.5

Check = Callable[[Context, random.Random], None]


@pytest.fixture
def context() -> Iterator[Context]:
    # The default allows four losses; here a task may well meet more.
    with Context("local[3]", "soak", conf=Conf().set("sluice.task.maxLosses", "1000")) as sc:
        yield sc


def sums(sc: Context, rng: random.Random) -> None:
    size, parts = rng.randrange(5000), rng.randint(1, 20)
    assert sc.parallelize(range(size), parts).map(lambda x: x * 3).sum() == 3 * size * (size - 1) // 2


def counts_by_key(sc: Context, rng: random.Random) -> None:
    data = [rng.randrange(50) for _ in range(rng.randrange(3000))]
    pairs = sc.parallelize(data, rng.randint(1, 8)).map(lambda x: (x, 1))
    assert dict(pairs.reduceByKey(lambda a, b: a + b, rng.randint(1, 5)).collect()) == Counter(data)


def sorts(sc: Context, rng: random.Random) -> None:
    data = [rng.random() for _ in range(rng.randrange(2000))]
    assert sc.parallelize(data, rng.randint(1, 6)).sortBy(lambda x: -x).collect() == sorted(
        data, reverse=True
    )


def caches(sc: Context, rng: random.Random) -> None:
    kept = sc.parallelize(range(2000), rng.randint(1, 6)).map(lambda x: x + 1).cache()
    for _ in range(3):
        assert kept.max() == 2000
    kept.unpersist()


def adds_up(sc: Context, rng: random.Random) -> None:
    size, total = rng.randrange(1000), sc.accumulator(0)
    sc.parallelize(range(size), rng.randint(1, 10)).foreach(lambda x: total.add(x))
    assert total.value == size * (size - 1) // 2


def broadcasts(sc: Context, rng: random.Random) -> None:
    table = sc.broadcast({x: str(x) for x in range(rng.randint(1, 5000))})
    size = len(table.value)
    found = sc.parallelize(range(size), rng.randint(1, 6)).map(lambda x: table.value[x]).collect()
    assert found == [str(x) for x in range(size)]
    table.destroy()


def takes(sc: Context, rng: random.Random) -> None:
    wanted = rng.randint(1, 200)
    assert sc.parallelize(range(10_000), rng.randint(1, 20)).take(wanted) == list(range(wanted))


CHECKS: tuple[Check, ...] = (sums, counts_by_key, sorts, caches, adds_up, broadcasts, takes)


class Faults:
    """Kills or stops one process after the other."""

    def __init__(self, sc: Context, rng: random.Random) -> None:
        self._sc = sc
        self._rng = rng
        self._timers: list[threading.Timer] = []
        self.done: Counter[str] = Counter()

    def one(self) -> None:
        pools: dict[str, Any] = self._sc._engine().call("workers")
        kind = self._rng.choice(["workers", "workers", "zygotes"])
        if not pools[kind]:
            return
        pid = self._rng.choice(pools[kind])
        stop = self._rng.random() < 0.4
        if self._signal(pid, signal.SIGSTOP if stop else signal.SIGKILL):
            self.done[f"{kind} {'stopped' if stop else 'killed'}"] += 1
        if stop:
            timer = threading.Timer(self._rng.uniform(0, STOPPED), self._signal, (pid, signal.SIGCONT))
            timer.start()
            self._timers.append(timer)

    def settle(self) -> None:
        for timer in self._timers:
            timer.join()

    @staticmethod
    def _signal(pid: int, number: int) -> bool:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True


def test_every_answer_is_right_whatever_is_killed_or_stopped(context: Context) -> None:
    for check in CHECKS:
        check(context, random.Random(SEED))
    before = census.take(context)
    faults = Faults(context, random.Random(SEED))
    over = threading.Event()
    wrong: list[BaseException] = []
    rounds: Counter[str] = Counter()

    def work(number: int) -> None:
        rng = random.Random(f"{SEED} {number}")
        while not over.is_set():
            check = rng.choice(CHECKS)
            try:
                check(context, rng)
            except BaseException as error:
                error.add_note(f"in {check.__name__}, SLUICE_SOAK_SEED={SEED}")
                wrong.append(error)
                over.set()
            rounds[check.__name__] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and not over.wait(PERIOD):
        faults.one()
    over.set()
    faults.settle()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), f"a job hangs: SLUICE_SOAK_SEED={SEED}"
    if wrong:
        raise wrong[0]
    assert sum(rounds.values()) > 0
    assert sum(faults.done.values()) > 0, faults.done
    # Workers and zygotes came and went; whoever is needed now is there again.
    for check in CHECKS:
        check(context, random.Random(SEED + 1))
    census.settle(context, before)
