# SPDX-License-Identifier: Apache-2.0
"""The classes of `pyspark.shuffle`, by what programs and suites that use them see."""

from __future__ import annotations

import gc
import importlib.util
import operator
import os
import pickle
import random
from pathlib import Path
from typing import Any

import pytest

from sluice.pyspark import shuffle
from sluice.pyspark.aliases import spec
from sluice.shuffle import spilled

LISTS = shuffle.Aggregator(
    lambda value: [value], lambda found, value: found.append(value) or found, lambda a, b: a.extend(b) or a
)
PAIRS = [(i % 700, i) for i in range(3000)]


def expected() -> dict[int, list[int]]:
    return {key: list(range(key, 3000, 700)) for key in range(700)}


@pytest.fixture(autouse=True)
def counted() -> None:
    spilled.begin()


@pytest.mark.parametrize("kind", [shuffle.ExternalMerger, shuffle.ExternalGroupBy])
@pytest.mark.parametrize("limit", [1, 1 << 20])
def test_values_and_combiners_merge(kind: type[shuffle.ExternalMerger], limit: int) -> None:
    merger = kind(LISTS, limit, partitions=3)
    merger.mergeValues(PAIRS)
    assert {key: list(values) for key, values in merger.items()} == expected()
    assert (merger.spills > 0) == (limit == 1) == (shuffle.DiskBytesSpilled > 0)
    merger = kind(LISTS, limit)
    merger.mergeCombiners((key, [value]) for key, value in PAIRS)
    assert {key: list(values) for key, values in merger.items()} == expected()


def test_a_limit_of_none_holds_in_memory() -> None:
    merger = shuffle.ExternalMerger(LISTS, 1)
    merger.mergeCombiners(((key, [value]) for key, value in PAIRS), limit=0)
    assert merger.spills == 0
    assert merger.data == expected()
    merger._spill()
    assert (merger.spills, merger.data) == (1, {})
    assert dict(merger.items()) == expected()


def test_a_seam_for_the_limit() -> None:
    class Steady(shuffle.ExternalMerger):
        def _next_limit(self) -> float:
            return self.memory_limit

    steady = Steady(shuffle.SimpleAggregator(operator.add), 1, batch=50)
    steady.mergeValues(PAIRS)
    rising = shuffle.ExternalMerger(shuffle.SimpleAggregator(operator.add), 1, batch=50)
    rising.mergeValues(PAIRS)
    assert steady.spills > 20 > rising.spills > 0
    assert dict(steady.items()) == dict(rising.items()) == {k: sum(v) for k, v in expected().items()}


def test_directories_are_those_of_spark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = [str(tmp_path / name) for name in "ab"]
    for name in named:
        os.mkdir(name)
    monkeypatch.setenv("SPARK_LOCAL_DIRS", ",".join(named))
    orders = {tuple(shuffle.ExternalMerger(LISTS, 1).localdirs) for _ in range(40)}
    assert orders == {(named[0], named[1]), (named[1], named[0])}
    before = len(os.listdir("/proc/self/fd"))
    merger = shuffle.ExternalMerger(LISTS, 1, localdirs=[str(tmp_path / "own")])
    merger.mergeValues(PAIRS)
    merger._spill()
    assert len(os.listdir("/proc/self/fd")) == before + 1
    merger._cleanup()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_sorter_spills_at_its_limit() -> None:
    class Steady(shuffle.ExternalSorter):
        def _next_limit(self) -> float:
            return self.memory_limit

    items = list(range(2000))
    random.Random(3).shuffle(items)
    assert list(shuffle.ExternalSorter(1 << 20).sorted(items)) == sorted(items)
    assert shuffle.DiskBytesSpilled == 0
    for key, reverse in ((None, False), (None, True), (operator.neg, False), (operator.neg, True)):
        before = shuffle.DiskBytesSpilled
        assert list(Steady(1).sorted(items, key, reverse)) == sorted(items, key=key, reverse=reverse)
        assert shuffle.DiskBytesSpilled > before


def test_counters_are_live_under_pysparks_name() -> None:
    made = spec("pyspark.shuffle")
    module: Any = importlib.util.module_from_spec(made)
    assert (module.MemoryBytesSpilled, module.DiskBytesSpilled) == (0, 0)
    spilled.add(memory=5, disk=7)
    assert (module.MemoryBytesSpilled, module.DiskBytesSpilled) == (5, 7)
    assert module.ExternalSorter is shuffle.ExternalSorter


def test_an_external_list() -> None:
    values = shuffle.ExternalList([0, 1])
    for i in range(2, 25_000):
        values.append(i)
    assert len(values.values) < shuffle.ExternalList.LIMIT
    assert shuffle.DiskBytesSpilled > 0
    assert len(values) == 25_000
    assert list(values) == list(values) == list(range(25_000))
    copy = pickle.loads(pickle.dumps(values))
    copy.append("more")
    assert len(copy) == 25_001
    assert list(copy) == [*range(25_000), "more"]
    assert len(values) == 25_000
    lists = shuffle.ExternalListOfList([[1, 2], []])
    lists.append(range(3, 6))
    assert len(lists) == 5
    assert list(lists) == [1, 2, 3, 4, 5]
    assert list(pickle.loads(pickle.dumps(lists))) == [1, 2, 3, 4, 5]


def test_equal_neighbours_are_grouped() -> None:
    pairs = [(key, [key, i]) for key in (None, 2, 2.0, "a") for i in range(3)]
    got = [(key, len(values), list(values)) for key, values in shuffle.GroupByKey(pairs)]
    assert [(key, size) for key, size, _ in got] == [(None, 6), (2, 12), ("a", 6)]
    assert got[0][2] == [None, 0, None, 1, None, 2]
    assert list(shuffle.GroupByKey([])) == []


def test_stop_iteration_of_the_user_is_an_error() -> None:
    def stops(*args: Any) -> Any:
        raise StopIteration

    def first(value: Any) -> Any:
        return [value]

    for functions in ((stops, stops, stops), (first, stops, stops)):
        merger = shuffle.ExternalMerger(shuffle.Aggregator(*functions), 1000)
        with pytest.raises(RuntimeError, match="StopIteration"):
            merger.mergeValues([(1, 1), (1, 2)])
    merger = shuffle.ExternalMerger(shuffle.Aggregator(first, first, stops), 1000)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="StopIteration"):
        merger.mergeCombiners([(1, [1]), (1, [2])])


def test_an_abstract_merger_says_so() -> None:
    merger = shuffle.Merger(LISTS)
    assert merger.agg is LISTS
    for call in (lambda: merger.mergeValues([]), lambda: merger.mergeCombiners([]), merger.items):
        with pytest.raises(NotImplementedError):
            call()


def test_used_memory_is_in_mebibytes() -> None:
    assert 5 < shuffle.get_used_memory() < 1 << 14
