# SPDX-License-Identifier: Apache-2.0
"""Jobs over ten times the memory limit: the answer of the unlimited job, in bounded memory, nothing left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Conf, Context
from sluice.rdd import RDD, tasks
from tests.support import census

MB = 1 << 20
LIMIT = 4 * MB
N = 160_000
# A group that is written where one of its values alone is not small.
WIDE = "x" * 100


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    directories = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    conf = Conf().setMaster("local[2]").setAppName("spilling")
    conf.set("spark.python.worker.memory", f"{LIMIT // MB}m")
    conf.set("sluice.local.dirs", ",".join(map(str, directories)))
    context = Context(conf=conf)
    context.parallelize([1], 1).count()
    yield context
    context.stop()
    assert [path for directory in directories for path in directory.rglob("*")] == []


def peak_of_workers(reset: bool = False) -> Callable[[int, Iterator[Any]], Iterator[Any]]:
    """Gives what the worker of a partition had in memory at most, or starts to look."""

    def run(split: int, items: Iterator[Any]) -> Iterator[Any]:
        for _ in items:
            pass
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        field = "VmRSS" if reset else "VmHWM"
        lines = Path("/proc/self/status").read_text().splitlines()
        yield next(int(line.split()[1]) << 10 for line in lines if line.startswith(field))

    return run


def spread(i: int) -> int:
    return i * 2654435761 % N


def grouped(sc: Context, n: int) -> RDD[Any]:
    pairs = sc.range(n, numSlices=2).map(lambda i: (spread(i), (i, WIDE + str(i))))
    return pairs.groupByKey(2).mapValues(lambda values: sum(i for i, _ in values))


def joined(sc: Context, n: int) -> RDD[Any]:
    left = sc.range(n, numSlices=2).map(lambda i: (spread(i), WIDE + str(i)))
    right = sc.range(0, n, 4, 2).map(lambda i: (i, i))
    return left.join(right, 2).mapValues(lambda both: (int(both[0][len(WIDE) :]), both[1]))


def in_order(sc: Context, n: int) -> RDD[Any]:
    pairs = sc.range(n, numSlices=2).map(lambda i: (spread(i), WIDE + str(i)))
    return pairs.sortByKey(False, 2).mapValues(lambda text: int(text[len(WIDE) :]))


def answer(operation: Any) -> list[Any]:
    if operation is grouped:
        return sorted((spread(i), i) for i in range(N))
    if operation is joined:
        return sorted((spread(i), (i, spread(i))) for i in range(N) if spread(i) % 4 == 0)
    return sorted(((spread(i), i) for i in range(N)), reverse=True)


@pytest.mark.parametrize("operation", [grouped, joined, in_order])
def test_ten_times_the_limit(limited: Context, operation: Callable[[Context, int], RDD[Any]]) -> None:
    # A small one first: what workers import counts on both sides.
    before = max(operation(limited, 100).mapPartitionsWithIndex(peak_of_workers(True)).collect())
    held = census.take(limited)
    result = operation(limited, N)
    # In the same task, so that it is the same worker.
    peak = max(result.mapPartitionsWithIndex(peak_of_workers()).collect())
    assert peak < before + 1.5 * LIMIT + 8 * MB
    got = result.collect()
    assert (got if operation is in_order else sorted(got)) == answer(operation)
    # A task that is cut short leaves nothing either.
    assert len(operation(limited, N).take(3)) == 3
    census.settle(limited, held)


def test_one_key_with_half_of_the_records(limited: Context) -> None:
    """Its values come from disk, for as often as they are asked."""

    def twice(values: Any) -> tuple[str, int, int, int]:
        return type(values.data).__name__, len(values), sum(v for v, _ in values), sum(1 for _ in values)

    pairs = limited.range(N, numSlices=2).map(lambda i: (i if i % 2 else -2, (i, 3 * WIDE + str(i))))
    found = dict(pairs.groupByKey(2).mapValues(twice).collect())
    assert found.pop(-2) == ("SpilledValues", N // 2, sum(range(0, N, 2)), N // 2)
    assert found == {i: ("list", 1, i, 1) for i in range(1, N, 2)}
    # Both sides of a join: the long one streams, and what is sent on is whole.
    sides = pairs.cogroup(limited.parallelize([(-2, "a"), (-2, "b"), (1, "c")], 2), 2)
    kinds = dict(sides.filter(lambda group: group[0] in (-2, 1)).mapValues(_kinds).collect())
    assert kinds == {-2: ("SpilledValues", "list"), 1: ("list", "list")}
    both = pairs.join(limited.parallelize([(-2, "a"), (-2, "b"), (1, "c")], 2), 2)
    assert both.count() == N + 1
    assert both.map(lambda pair: pair[1][0][0]).sum() == 2 * sum(range(0, N, 2)) + 1


def _kinds(sides: Any) -> tuple[str, ...]:
    return tuple(type(values.data).__name__ for values in sides)


def test_counts_and_reductions_leave_a_worker_in_parts(limited: Context) -> None:
    keys = limited.range(N, numSlices=2).map(lambda i: (WIDE + str(i % 50_000), i))
    sizes = keys.mapPartitions(tasks.counted).map(len).collect()
    assert len(sizes) > 2
    counts = keys.countByKey()
    assert counts == {WIDE + str(i): len(range(i, N, 50_000)) for i in range(50_000)}
    sums = keys.reduceByKeyLocally(lambda a, b: a + b)
    assert sums == {WIDE + str(i): sum(range(i, N, 50_000)) for i in range(50_000)}


def test_a_worker_killed_after_it_spilled(limited: Context, tmp_path: Path) -> None:
    def dies_once(items: Iterator[Any]) -> Iterator[Any]:
        for n, item in enumerate(items):
            if n == 10_000 and not (tmp_path / "died").exists():
                (tmp_path / "died").touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield item

    directories = limited.getConf().get("sluice.local.dirs")
    assert directories
    held = census.take(limited)
    assert sorted(grouped(limited, N).mapPartitions(dies_once).collect()) == answer(grouped)
    assert (tmp_path / "died").exists()
    census.settle(limited, held)
    runs = [file for name in directories.split(",") for file in Path(name).rglob("sluice-run-*")]
    assert runs == []


def test_partitions_that_are_read_as_one_take_turns(limited: Context) -> None:
    """None of them holds its groups while another one does."""
    held = limited.range(N, numSlices=2).map(lambda i: (spread(i), WIDE)).groupByKey(8).mapPartitions(_gauges)
    assert held.coalesce(1).collect() == [1] * 8


def _gauges(groups: Iterator[Any]) -> Iterator[int]:
    from sluice.shuffle import memory

    next(groups)
    yield len(memory._gauges)
    for _ in groups:
        pass
