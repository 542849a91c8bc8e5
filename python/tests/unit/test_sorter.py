# SPDX-License-Identifier: Apache-2.0
"""Sorted beyond memory: what `sorted` gives, stable, whatever was spilled."""

from __future__ import annotations

import functools
import operator
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluice.shuffle import Sorter, memory
from sluice.shuffle.memory import Gauge
from sluice.shuffle.sorter import merge_sorted


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of some ten items."""
    monkeypatch.setattr(memory, "_FIRST_STEP", 8)


class ByContent:
    """A key whose only comparison is `<`, and which cannot be pickled."""

    def __init__(self, pair: Any) -> None:
        self.value = pair[0]
        self.unpicklable = lambda: None

    def __lt__(self, other: ByContent) -> bool:
        return bool(self.value < other.value)


KEYS: list[Callable[[Any], Any] | None] = [
    None,
    operator.itemgetter(0),
    lambda pair: -pair[0],
    lambda pair: (str(pair[0]), pair[0]),
    ByContent,
    functools.cmp_to_key(lambda a, b: (a[0] > b[0]) - (a[0] < b[0])),
]
items = st.lists(
    st.tuples(st.integers(-5, 5) | st.floats(-9, 9, width=16) | st.booleans(), st.integers(0, 9))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(items=items, times=st.integers(1, 12), key=st.sampled_from(KEYS), reverse=st.booleans())
def test_it_is_what_sorted_gives(
    items: list[Any], times: int, key: Callable[[Any], Any] | None, reverse: bool, tiny: None
) -> None:
    items = [(first, second, n) for n, (first, second) in enumerate(items * times)]
    sorter = Sorter(key, reverse, Gauge(0))
    got = list(sorter.sorted(iter(items)))
    # By representation: 1, 1.0 and True are equal, but their places are not.
    assert repr(got) == repr(sorted(items, key=key, reverse=reverse))
    assert (sorter.spills > 0) == bool(items)


@given(
    runs=st.lists(st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=4), max_size=6),
    reverse=st.booleans(),
)
def test_batches_are_merged_wherever_they_end(runs: list[list[list[int]]], reverse: bool) -> None:
    numbered = [
        sorted(((x, n) for batch in run for x in batch), key=operator.itemgetter(0), reverse=reverse)
        for n, run in enumerate(runs)
    ]
    batches = []
    for run, ordered in zip(runs, numbered, strict=True):
        source = iter(ordered)
        batches.append([[next(source) for _ in batch] for batch in run])
    got = [x for part in merge_sorted(map(iter, batches), operator.itemgetter(0), reverse) for x in part]
    want = sorted((x for run in numbered for x in run), key=operator.itemgetter(0), reverse=reverse)
    assert got == want


def test_nothing_is_lost_where_nan_has_no_order(tiny: None) -> None:
    nan = float("nan")
    items = [nan if i % 3 else float(i * 7 % 50) for i in range(200)]
    got = list(Sorter(gauge=Gauge(0)).sorted(items))
    assert sorted(map(str, got)) == sorted(map(str, items))


@pytest.mark.parametrize("mixed", [[1, "a"], [None, 1], [(1, "a"), (1, 2)], [{}, {}]])
@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_types_without_an_order_raise_what_sorted_raises(mixed: list[Any], limit: int, tiny: None) -> None:
    # Every run holds one type only: they meet in the merge.
    items = mixed[:1] * 40 + mixed[1:] * 40
    with pytest.raises(TypeError, match="not supported between instances of") as spilled:
        list(Sorter(gauge=Gauge(limit)).sorted(iter(items)))
    with pytest.raises(TypeError) as plain:
        sorted(items)
    assert sorted(str(spilled.value).split()) == sorted(str(plain.value).split())


def test_an_error_of_the_key_is_the_users(tiny: None) -> None:
    def key(x: int) -> int:
        return 1 // (x - 50)

    with pytest.raises(ZeroDivisionError):
        list(Sorter(key, gauge=Gauge(0)).sorted(range(100)))


def test_what_lies_in_one_run_is_asked_for_its_key_once() -> None:
    asked: list[int] = []

    def key(x: int) -> int:
        asked.append(x)
        return -x

    assert list(Sorter(key).sorted(range(1000))) == list(range(999, -1, -1))
    assert asked == list(range(1000))


SORTED = """
    import gc, operator, random
    from sluice.shuffle import memory
    from sluice.shuffle.memory import Gauge
    from sluice.shuffle.sorter import Sorter

    limit = 10 << 20
    rng = random.Random(7)
    gc.collect()
    before = peak = memory.resident()
    sorter = Sorter(KEY, gauge=Gauge(limit))
    last, count, total = -1, 0, 0
    for n, (x, i) in enumerate(sorter.sorted((rng.randrange(10**12), i) for i in range(300_000))):
        assert last <= x
        last, count, total = x, count + 1, total + i
        if n % 5000 == 0:
            peak = max(peak, memory.resident())
    assert sorter.spills
    assert (count, total) == (300_000, sum(range(300_000)))
    print(peak - before)
"""


@pytest.mark.parametrize("key", ["operator.itemgetter(0)", "lambda pair: f'{pair[0]:020}' * 4"])
def test_a_real_limit_is_kept(key: str) -> None:
    """Also where keys are objects larger than the items that they are made of. In a process with nothing to reuse."""
    program = textwrap.dedent(SORTED).replace("KEY", key)
    grown = int(
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    )
    assert grown < 1.5 * (10 << 20) + (4 << 20)
