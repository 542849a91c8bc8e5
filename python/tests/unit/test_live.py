# SPDX-License-Identifier: Apache-2.0
"""Cached partitions that workers also keep as objects: they are used, they are never wrong, and they are freed."""

from __future__ import annotations

import os
import random
import signal
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sluice import Context
from sluice.serializers.stream import BatchEncoder
from sluice.worker.live import LivePartitions, Name
from tests.support.waiting import eventually

ITEMS = 40_000


def first_objects(rdd: Any) -> list[tuple[int, int]]:
    """Of each partition, the worker that read it and the address of its last record there."""

    def last(items: Iterator[Any]) -> Iterator[tuple[int, int]]:
        (record,) = deque(items, maxlen=1)
        yield os.getpid(), id(record)

    return list(rdd.mapPartitions(last).collect())


def test_a_second_job_gets_the_very_objects(sc: Context) -> None:
    # Two workers, so that each is the holder of one partition.
    sc.range(2, numSlices=2).barrier().mapPartitions(list).count()
    cached = sc.parallelize(range(ITEMS), 2).map(lambda n: (n, str(n))).cache()
    cached.count()
    assert len({first_objects(cached)[0] for _ in range(5)}) == 1
    assert len({first_objects(cached)[1] for _ in range(5)}) == 1
    assert sorted(cached.collect()) == [(n, str(n)) for n in range(ITEMS)]
    cached.unpersist()


def test_another_worker_takes_over_when_the_holder_died(sc: Context) -> None:
    cached = sc.parallelize(range(ITEMS), 2).map(lambda n: (n, str(n))).cache()
    cached.count()
    before = first_objects(cached)
    for pid in {pid for pid, _ in before}:
        os.kill(pid, signal.SIGKILL)
        eventually(lambda pid=pid: os.path.exists(f"/proc/{pid}"), lambda there: not there)
    assert cached.map(lambda pair: pair[0]).sum() == sum(range(ITEMS))
    after = first_objects(cached)
    assert {pid for pid, _ in after}.isdisjoint({pid for pid, _ in before})
    assert first_objects(cached) == after
    cached.unpersist()


@pytest.mark.parametrize(
    "make",
    [lambda n: [n, str(n)], lambda n: (n, [n]), lambda n: {n: n}, lambda n: (n, bytearray(b"x"))],
    ids=["list", "tuple of list", "dict", "bytearray"],
)
def test_what_tasks_can_change_is_not_kept(sc: Context, make: Callable[[int], Any]) -> None:
    def change(record: Any) -> Any:
        inner = record[1] if isinstance(record, tuple) else record
        inner.clear()
        return 0

    cached = sc.parallelize(range(ITEMS), 2).map(make).cache()
    assert cached.map(change).sum() == 0
    assert cached.map(change).sum() == 0
    assert cached.collect() == [make(n) for n in range(ITEMS)]
    cached.unpersist()


def test_partitions_of_both_kinds_of_batches(sc: Context) -> None:
    def mixed(n: int) -> Any:
        return [n] if n // 10_000 % 2 else (n, "x")

    cached = sc.parallelize(range(ITEMS), 2).map(mixed).cache()
    for _ in range(3):
        assert cached.collect() == list(map(mixed, range(ITEMS)))
    cached.unpersist()


def test_an_unpersisted_partition_is_computed_anew(sc: Context) -> None:
    drawn = sc.parallelize(range(ITEMS), 2).map(lambda n: (n, random.random()))
    drawn.persist()
    first = drawn.collect()
    assert drawn.collect() == first
    drawn.unpersist()
    drawn.persist()
    second = drawn.collect()
    assert second != first
    assert drawn.collect() == second
    drawn.unpersist()


def test_an_early_stop_keeps_whole_partitions_only(sc: Context) -> None:
    cached = sc.parallelize(range(ITEMS), 2).map(lambda n: (n, str(n))).cache()
    assert cached.take(3) == [(0, "0"), (1, "1"), (2, "2")]
    assert cached.count() == ITEMS
    assert cached.map(lambda pair: pair[0]).collect() == list(range(ITEMS))
    cached.unpersist()


def test_a_function_that_fails_below_a_cached_step_leaves_the_worker_in_step(sc: Context) -> None:
    def fails(record: Any) -> Any:
        raise ValueError("on purpose")

    for _ in range(3):
        cached = sc.parallelize(range(4), 2).flatMap(lambda n: (f"{n} {i}" for i in range(200_000))).cache()
        with pytest.raises(Exception, match="on purpose"):
            cached.map(fails).count()
        assert sc.parallelize(range(10), 2).sum() == 45
        assert cached.count() == 800_000
        cached.unpersist()


def test_union_and_coalesce_read_copies(sc: Context) -> None:
    cached = sc.parallelize(range(ITEMS), 4).map(lambda n: (n, str(n))).cache()
    cached.count()
    expected = [(n, str(n)) for n in range(ITEMS)]
    for _ in range(3):
        assert cached.coalesce(2).collect() == expected
        assert cached.union(cached).collect() == expected * 2
        assert (
            cached.zip(cached)
            .map(lambda both: both[0] is both[1] or both[0] == both[1])
            .reduce(lambda one, other: one and other)
        )
    cached.unpersist()


def name(dataset: int, partition: int = 0) -> Name:
    return Name(dataset, partition, 7)


def filled(live: LivePartitions, of: Name, batch: list[Any]) -> None:
    copy = live.begin(of)
    copy.add(batch)
    live.keep(copy)


def test_room_is_made_by_other_nodes_only() -> None:
    batch = [(n, str(n)) for n in range(1000)]
    probe = LivePartitions(1 << 30)
    filled(probe, name(1), batch)
    live = LivePartitions(probe.bytes * 2)
    for partition in range(3):
        filled(live, name(1, partition), batch)
    assert [live.get(name(1, partition)) is not None for partition in range(3)] == [True, True, False]
    # The partition that was read last stays.
    assert live.get(name(1, 0)) is not None
    filled(live, name(2), batch)
    assert live.get(name(1, 1)) is None
    assert list(live.get(name(1, 0)) or ()) == batch
    live.forget(1)
    assert live.get(name(1, 0)) is None
    live.forget(2)
    assert live.bytes == 0


def test_what_is_larger_than_the_limit_is_not_gathered() -> None:
    live = LivePartitions(1000)
    copy = live.begin(name(1))
    copy.add([(n, str(n)) for n in range(1000)])
    assert copy.refused
    assert copy.batches == []
    live.keep(copy)
    assert live.get(name(1)) is None


def test_no_limit_keeps_nothing() -> None:
    assert LivePartitions(0).begin(name(1)).refused


class Whole(int):
    pass


@pytest.mark.parametrize(
    ("records", "proved"),
    [
        ([1, 2.0, None, True] * 10, True),
        (["a", "b"] * 10, True),
        ([(1, ("a", b"b", frozenset((1,))))] * 10, True),
        ([(1, "a")], True),
        ([[1]] * 10, False),
        ([(1, [1])] * 10, False),
        ([(1, [1])], False),
        ([Whole(1)] * 10, False),
        ([1] * 10 + [Whole(1)], False),
        ([1] * 10 + [[1]], False),
        ([bytearray(b"a")] * 10, False),
        ([{1: 2}] * 10, False),
        ([{1}] * 10, False),
        ([frozenset((Whole(1),))] * 10, False),
        ([object] * 10, False),
        ([len] * 10, False),
    ],
)
def test_proofs(records: list[Any], proved: bool) -> None:
    assert BatchEncoder().encode_kept(records)[1] is proved
