# SPDX-License-Identifier: Apache-2.0
"""Accumulators, task context, storage levels, statistics, errors."""

from __future__ import annotations

import math
import pickle
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice import accumulators, taskcontext
from sluice.accumulators import Accumulator, AccumulatorParam, AddingAccumulatorParam
from sluice.errors import ContextError, KeyHashError, SluiceError, TruncatedStreamError
from sluice.statcounter import StatCounter
from sluice.stateless import is_stateless
from sluice.storagelevel import StorageLevel


class Vector(AccumulatorParam[list[float]]):
    def zero(self, value: list[float]) -> list[float]:
        return [0.0] * len(value)

    def addInPlace(self, value1: list[float], value2: list[float]) -> list[float]:
        for i, x in enumerate(value2):
            value1[i] += x
        return value1


def test_adding_in_tasks_and_merging_in_the_driver() -> None:
    count = Accumulator(1, 5, accumulators.INTEGER_ACCUMULATOR_PARAM)
    vector = Accumulator(2, [1.0, 2.0], Vector())
    in_task = pickle.loads(pickle.dumps((count, vector)))
    assert is_stateless(in_task)
    for _ in range(2):
        in_task[0].add(2)
        for _ in range(3):
            other = in_task[1]
            other += [1.0, 1.0]
        blob = accumulators.dump_updates(accumulators.take_updates())
        assert accumulators.take_updates() == []
        assert accumulators.load_updates(blob) == [(1, 2), (2, [3.0, 3.0])]
        accumulators.merge_updates(accumulators.load_updates(blob))
    assert count.value == 9
    assert vector.value == [7.0, 8.0]
    count += 1
    count.value = 3
    assert (str(count), repr(count)) == ("3", "Accumulator<id=1, value=3>")


def test_two_copies_in_a_worker_are_one_accumulator() -> None:
    count = Accumulator(3, 0, accumulators.INTEGER_ACCUMULATOR_PARAM)
    a, b = pickle.loads(pickle.dumps(count)), pickle.loads(pickle.dumps(count))
    a.add(1)
    pickle.loads(pickle.dumps(b)).add(2)
    assert accumulators.take_updates() == [(3, 3)]


def test_a_zero_that_is_changed_in_place_does_not_leak() -> None:
    shared = Accumulator(4, [], AddingAccumulatorParam([]))
    copy = pickle.loads(pickle.dumps(shared))
    for _ in range(3):
        copy.add(["x"])
        assert accumulators.take_updates() == [(4, ["x"])]


def test_value_is_for_the_driver() -> None:
    copy = pickle.loads(pickle.dumps(Accumulator(5, 0, accumulators.INTEGER_ACCUMULATOR_PARAM)))
    with pytest.raises(ContextError, match=r"cannot be read inside a task \(id=5\); tasks only add"):
        copy.value
    with pytest.raises(ContextError):
        copy.value = 1


def test_updates_of_a_dropped_accumulator_are_dropped() -> None:
    live = Accumulator(98, 0, accumulators.INTEGER_ACCUMULATOR_PARAM)
    accumulators.merge_updates([(99, 1), (98, 2)])
    assert live.value == 2


def test_task_context() -> None:
    assert taskcontext.TaskContext.get() is None
    taskcontext.begin(3, 4, 1, 77, {"a": "b"})
    context = taskcontext.TaskContext.get()
    assert context is not None
    assert (context.stageId(), context.partitionId(), context.attemptNumber()) == (3, 4, 1)
    assert (context.taskAttemptId(), context.cpus(), context.resources()) == (77, 1, {})
    assert (context.getLocalProperty("a"), context.getLocalProperty("b")) == ("b", None)
    taskcontext.end()
    assert taskcontext.TaskContext.get() is None
    assert context.partitionId() == 4


def test_storage_levels() -> None:
    assert repr(StorageLevel.MEMORY_AND_DISK_2) == "StorageLevel(True, True, False, False, 2)"
    assert str(StorageLevel.DISK_ONLY) == "Disk Serialized 1x Replicated"
    assert str(StorageLevel.MEMORY_AND_DISK_DESER) == "Disk Memory Deserialized 1x Replicated"
    assert StorageLevel(False, True, False, False) == StorageLevel.MEMORY_ONLY != StorageLevel.NONE
    assert pickle.loads(pickle.dumps(StorageLevel.DISK_ONLY_3)) == StorageLevel.DISK_ONLY_3


numbers = st.lists(st.floats(-1e6, 1e6), max_size=60)


@given(numbers, numbers)
def test_statistics_merge(left: list[float], right: list[float]) -> None:
    merged = StatCounter(left).mergeStats(StatCounter(right))
    values = left + right
    assert merged.count() == len(values)
    if not values:
        assert math.isnan(merged.variance())
        return
    assert (merged.min(), merged.max()) == (min(values), max(values))
    assert math.isclose(merged.mean(), statistics.fmean(values), rel_tol=1e-9, abs_tol=1e-6)
    assert math.isclose(merged.variance(), statistics.pvariance(values), rel_tol=1e-6, abs_tol=1e-4)


def test_statistics_of_odd_values() -> None:
    stats = StatCounter([1.0, float("nan"), 3.0])
    assert math.isnan(stats.max())
    assert math.isnan(stats.min())
    with pytest.raises(TypeError, match="can only merge"):
        stats.mergeStats([1.0])  # type: ignore[arg-type]
    two = StatCounter([1.0, 3.0])
    assert two.mergeStats(two).count() == 4
    assert StatCounter([1.0, 2.0, 3.0]).asDict() == {
        "count": 3, "mean": 2.0, "sum": 6.0, "min": 1.0, "max": 3.0, "stdev": 1.0, "variance": 1.0
    }  # fmt: skip
    assert repr(StatCounter([2.0])) == "(count: 1, mean: 2.0, stdev: 0.0, max: 2.0, min: 2.0)"


class NoRepr:
    def __repr__(self) -> str:
        raise ValueError("no")


def test_errors_say_what_where_and_what_to_do() -> None:
    error: Any = TruncatedStreamError(
        "file ended", file="a.run", got=3, where="stage 2", advice="run it again"
    )
    assert str(error) == "file ended (file=a.run, got=3) in stage 2; run it again"
    assert isinstance(error, EOFError)
    assert isinstance(error, SluiceError)
    back = pickle.loads(pickle.dumps(error))
    assert (str(back), type(back), back.values) == (str(error), type(error), {"file": "a.run", "got": "3"})
    assert isinstance(KeyHashError("x"), TypeError)
    assert "NoRepr whose repr raised ValueError" in str(SluiceError("x", value=NoRepr()))
    assert len(str(SluiceError("x", value="y" * 10_000))) < 600
