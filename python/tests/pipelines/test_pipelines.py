# SPDX-License-Identifier: Apache-2.0
"""Random pipelines give what plain Python gives: in memory, spilled, with new workers, and with one killed on the way.

`SLUICE_TESTS=deep` runs fifty times as many.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluice import Conf, Context
from tests.pipelines.steps import BY_NAME, Pair, Rows, code, order, rows
from tests.support import census

MODES = {
    "in memory": {},
    "spilled": {"sluice.worker.memory": "1b"},
    "new workers": {"sluice.worker.reuse": "false"},
    "spilled by new workers": {"sluice.worker.reuse": "false", "sluice.worker.memory": "1b"},
}
_MANY = 50 if os.environ.get("SLUICE_TESTS") == "deep" else 1


class Pipeline(NamedTuple):
    """What is drawn: the data of both inputs, and steps with what varies them."""

    seed: int
    size: int
    slices: int
    steps: list[tuple[str, int]]


def pipelines(size: int) -> st.SearchStrategy[Pipeline]:
    """Pipelines over up to this many pairs."""
    step = st.tuples(st.sampled_from(sorted(BY_NAME)), st.integers(0, 7))
    return st.builds(
        Pipeline,
        st.integers(0, 1 << 20),
        st.sampled_from([size, 0, 1, 60]),
        st.integers(1, 5),
        st.lists(step, max_size=5),
    )


@pytest.fixture(scope="module", params=MODES)
def context(request: pytest.FixtureRequest) -> Iterator[Context]:
    """A context of each mode."""
    conf = Conf().setMaster("local[2]").setAppName("pipelines").setAll(MODES[request.param].items())
    with Context(conf=conf) as made:
        made.parallelize([(1, 1)], 1).reduceByKey(max, 1).count()
        yield made


@pytest.fixture
def clean(context: Context) -> Iterator[Context]:
    """The context; after the test nothing may be left."""
    before = census.take(context)
    yield context
    census.settle(context, before)


def build(context: Context, pipeline: Pipeline, killer: Any = None, at: int = 0) -> tuple[Any, Rows, bool]:
    """The RDD, what it must hold, and whether in this order; `killer` runs before the step at this place."""
    size = pipeline.size
    data, more = rows(pipeline.seed, size), rows(pipeline.seed + 1, min(size, 60))
    rdd, other, ordered = context.parallelize(data, pipeline.slices), context.parallelize(more, 2), True
    for place, (name, number) in enumerate([*pipeline.steps, ("glom", 0)]):
        if killer is not None and place == min(at, len(pipeline.steps)):
            rdd = rdd.mapPartitionsWithIndex(killer)
        step = BY_NAME[name]
        if len(data) > 4 * size + 500 and name.endswith(("oin", "flatMap")):
            continue  # Joins with frequent keys would grow without end.
        rdd, data = step.on_rdd(rdd, number, other), step.on_list(data, number, more)
        ordered = step.order == "made" or (ordered and step.order == "kept")
    return rdd, data, ordered


def check(rdd: Any, expected: Rows, ordered: bool) -> None:
    """Compare by several actions; equal pairs may differ in which of equal keys they have."""
    found = rdd.collect()
    assert Counter(found) == Counter(expected)
    if ordered:
        assert [(code(k), v) for k, v in found] == [(code(k), v) for k, v in expected]
        assert [order(pair) for pair in rdd.take(7)] == [order(pair) for pair in expected[:7]]
    assert rdd.count() == len(expected)
    assert rdd.values().sum() == sum(value for _, value in expected)
    assert rdd.countByKey() == Counter(key for key, _ in expected)
    assert [order(pair) for pair in rdd.takeOrdered(3, key=order)] == sorted(map(order, expected))[:3]
    assert rdd.isEmpty() == (not expected)


@settings(
    max_examples=20 * _MANY, deadline=None, suppress_health_check=list(HealthCheck), derandomize=_MANY == 1
)
@given(pipeline=pipelines(600))
def test_a_pipeline_gives_what_plain_python_gives(clean: Context, pipeline: Pipeline) -> None:
    check(*build(clean, pipeline))


@settings(
    max_examples=12 * _MANY, deadline=None, suppress_health_check=list(HealthCheck), derandomize=_MANY == 1
)
@given(pipeline=pipelines(300), at=st.integers(0, 5), items=st.integers(0, 60), split=st.integers(0, 2))
def test_a_worker_killed_on_the_way_changes_nothing(
    clean: Context, pipeline: Pipeline, at: int, items: int, split: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        mark = Path(directory) / "killed"

        def killer(index: int, pairs: Iterable[Pair]) -> Iterator[Pair]:
            """Ends its worker after some items of one partition, or at its end, the first time that it is computed."""
            left = items
            for pair in pairs:
                if index == split and not left:
                    end()
                left -= 1
                yield pair
            if index == split and left > 0:
                end()

        def end() -> None:
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGKILL)

        rdd, expected, ordered = build(clean, pipeline, killer, at)
        found = rdd.collect()
        assert Counter(found) == Counter(expected)
        if ordered:
            assert [(code(k), v) for k, v in found] == [(code(k), v) for k, v in expected]


def test_the_kill_is_real(clean: Context, tmp_path: Path) -> None:
    """Not every pipeline above comes as far as the partition that kills; this one does."""

    def killer(index: int, pairs: Iterable[Pair]) -> Iterator[Pair]:
        (tmp_path / f"{index}-{os.getpid()}").touch()
        if index == 1 and len(list(tmp_path.glob("1-*"))) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        yield from pairs

    rdd, expected, _ = build(clean, Pipeline(5, 200, 3, [("reduceByKey", 2), ("mapValues", 3)]), killer, 1)
    assert Counter(rdd.collect()) == Counter(expected)
    assert len(list(tmp_path.glob("1-*"))) == 2


def test_the_limit_is_met(clean: Context) -> None:
    """What these modes call spilled is: the task itself reports bytes on disk."""

    def held(pairs: Iterable[tuple[int, Iterable[int]]]) -> Iterator[int]:
        from sluice.shuffle import spilled

        yield sum(len(list(values)) for _, values in pairs)
        yield spilled.bytes_spilled()[1]

    pairs = clean.parallelize([(i % 700, i) for i in range(1400)], 2).groupByKey(1)
    count, on_disk = pairs.mapPartitions(held).collect()
    assert count == 1400
    assert (on_disk > 0) == (clean.getConf().get("sluice.worker.memory") is not None)
