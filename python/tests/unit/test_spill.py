# SPDX-License-Identifier: Apache-2.0
"""Spilled or not, the answer is the same; a damaged run is told at every offset; a full disk is named."""

from __future__ import annotations

import errno
import gc
import operator
import os
import pickle
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluice.errors import CorruptDataError, SluiceError
from sluice.shuffle import Aggregator, GroupMerger, Merger, disk, memory
from sluice.shuffle.aggregator import canonical
from sluice.shuffle.groupby import SpilledValues
from sluice.shuffle.memory import Gauge
from sluice.shuffle.merger import _encoded
from sluice.shuffle.runs import Run, write_run

NAN = float("nan")
SUM = Aggregator(None, operator.add)


class MemoryFile:
    """A run file that tests can cut and bend."""

    path = "/here/sluice-run-x"

    def __init__(self) -> None:
        self.data = bytearray()
        self.closed = False

    def write(self, data: bytes) -> None:
        self.data += data

    def read_at(self, offset: int, length: int) -> bytes:
        return bytes(self.data[offset : offset + length])

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[MemoryFile]:
    made: list[MemoryFile] = []

    def create(directory: str) -> MemoryFile:
        made.append(MemoryFile())
        return made[-1]

    monkeypatch.setattr(disk, "create", create)
    return made


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of some ten entries."""
    monkeypatch.setattr(memory, "_FIRST_STEP", 8)


PAIRS = [(f"k{i % 7}", i) for i in range(40)] + [(("t", i), None) for i in range(5)]


def two_segments() -> Run:
    return write_run(lambda: (_encoded(PAIRS[:30]), _encoded(PAIRS[30:]), _encoded([])))


def everything(run: Run) -> list[Any]:
    return [pair for segment in range(3) for batch in run.read(segment) for pair in batch]


@pytest.mark.parametrize("codec", ["none", "zlib", "zstd"])
def test_a_run_gives_back_what_was_written(
    codec: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_codec", codec)
    monkeypatch.setattr(memory, "_directories", (str(tmp_path),))
    run = two_segments()
    assert everything(run) == PAIRS
    assert [segment.records for segment in run.segments] == [30, 15, 0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", ["none", "zlib"])
def test_every_cut_and_every_flipped_bit_is_told(
    codec: str, monkeypatch: pytest.MonkeyPatch, files: list[MemoryFile]
) -> None:
    monkeypatch.setattr(memory, "_codec", codec)
    run = two_segments()
    file = files[-1]
    whole = bytes(file.data)
    assert everything(run) == PAIRS
    for cut in range(len(whole)):
        file.data[:] = whole[:cut]
        with pytest.raises(CorruptDataError, match=r"file=/here/sluice-run-x, offset=\d+"):
            everything(run)
    for offset in range(len(whole)):
        for bit in range(8):
            file.data[:] = whole
            file.data[offset] ^= 1 << bit
            with pytest.raises(CorruptDataError, match=r"file=/here/sluice-run-x, offset=\d+"):
                everything(run)


def test_an_error_at_the_nth_write_tries_the_next_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_directories", (str(tmp_path / "a"), str(tmp_path / "b")))
    asked: list[str] = []
    for failing in range(3):
        broken: list[MemoryFile] = []

        class Broken(MemoryFile):
            def write(self, data: bytes) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

        def create(
            directory: str, failing: int = failing, broken: list[MemoryFile] = broken, kind: Any = Broken
        ) -> MemoryFile:
            asked.append(directory)
            if len(broken) < failing:
                broken.append(kind())
                return broken[-1]
            return MemoryFile()

        monkeypatch.setattr(disk, "create", create)
        if failing < 2:
            assert everything(two_segments()) == PAIRS
        else:
            with pytest.raises(SluiceError, match=r"cannot write.*/[ab]: No space.*free.*/[ab]: No space"):
                two_segments()
        assert all(file.closed for file in broken)
    assert len(set(asked)) == 2


def test_a_missing_directory_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_directories", ("/nowhere/at/all",))
    with pytest.raises(SluiceError, match=r"/nowhere/at/all: No such file.*unknown bytes free.*local.dirs"):
        two_segments()


keys = st.one_of(
    st.integers(0, 60), st.text("abc", max_size=3), st.none(), st.booleans(), st.just(1.0),
    st.builds(float, st.just("nan")), st.tuples(st.integers(0, 5), st.builds(float, st.just("nan"))),
    st.frozensets(st.integers(0, 4), max_size=2),
)  # fmt: skip
pairs = st.lists(st.tuples(keys, st.integers(0, 1000)), max_size=400)


def plain(items: list[tuple[Any, int]]) -> dict[Any, list[int]]:
    groups: dict[Any, list[int]] = {}
    for key, value in items:
        groups.setdefault(canonical(key), []).append(value)
    return groups


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=pairs)
def test_sums_are_the_same_spilled_or_not(items: list[tuple[Any, int]], tiny: None) -> None:
    merger = Merger(SUM, limit=0)
    merger.merge_values(items)
    result = list(merger.items())
    assert {canonical(k): v for k, v in result} == {k: sum(v) for k, v in plain(items).items()}
    assert len(result) == len(plain(items))
    if len(items) > 20:
        assert merger.spills > 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=pairs)
def test_groups_are_the_same_spilled_or_not(items: list[tuple[Any, int]], tiny: None) -> None:
    merger = GroupMerger(limit=0)
    merger.merge_values(items)
    result = [(key, list(values), len(values)) for key, values in merger.items()]
    got = {canonical(key): values for key, values, _ in result}
    want = plain(items)
    assert len(got) == len(result) == len(want)
    assert all(len(values) == length for _, values, length in result)
    for key, values in want.items():
        # NaN objects become one key late, which is the only thing that may move a value.
        assert got[key] == values if canonical(key) == key and "_Nan" not in repr(key) else sorted(values)


class Colliding:
    """All hashes equal: no split by hash ends."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Colliding) and self.n == other.n


def test_equal_hashes_end_too(tiny: None) -> None:
    items = [(Colliding(i % 90), i) for i in range(400)]
    sums = Merger(SUM, limit=0)
    sums.merge_values(items)
    assert {k.n: v for k, v in sums.items()} == {n: sum(range(n, 400, 90)) for n in range(90)}
    groups = GroupMerger(limit=0)
    groups.merge_values(items)
    assert {k.n: list(v) for k, v in groups.items()} == {n: list(range(n, 400, 90)) for n in range(90)}


def test_the_values_of_one_huge_key_are_streamed(tiny: None) -> None:
    items = [("huge" if i % 4 else f"k{i % 48}", i) for i in range(4000)]
    merger = GroupMerger(limit=0)
    merger.merge_values(items)
    got = dict(merger.items())
    huge = got["huge"]
    assert isinstance(huge, SpilledValues)
    want = [i for i in range(4000) if i % 4]
    assert len(huge) == len(want)
    assert list(huge) == want == list(huge)
    assert pickle.loads(pickle.dumps(huge)) == want
    assert {k: list(v) for k, v in got.items()} == plain(items)


def test_order_of_merging_is_the_order_of_arrival(tiny: None) -> None:
    joined = Merger(Aggregator(None, operator.add), limit=0)
    items = [(i % 30, f"{i} ") for i in range(600)]
    joined.merge_values(items)
    assert joined.spills
    for key, text in joined.items():
        assert text == "".join(f"{i} " for i in range(600) if i % 30 == key)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("taken", [0, 1, 5, None])
def test_nothing_is_left_behind(taken: int | None, tiny: None, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_directories", (str(tmp_path),))
    before = descriptors()
    merger = GroupMerger(limit=0)
    merger.merge_values((i % 100, i) for i in range(3000))
    result: Iterator[Any] | None = merger.items()
    assert result is not None
    for _ in range(taken) if taken is not None else iter(int, 1):
        if next(result, None) is None:
            break
    assert list(tmp_path.iterdir()) == []
    result = None
    del merger
    gc.collect()
    assert descriptors() == before


def test_a_damaged_run_stops_the_merge(tiny: None, files: list[MemoryFile]) -> None:
    merger = Merger(SUM, limit=0)
    merger.merge_values((i, i) for i in range(200))
    files[0].data[9:] = bytes(byte ^ 1 for byte in files[0].data[9:])
    with pytest.raises(CorruptDataError):
        list(merger.items())


def test_the_gauge_learns_once_and_then_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    used = 1000
    reads = []

    def resident() -> int:
        reads.append(used)
        return used

    monkeypatch.setattr(memory, "resident", resident)
    gauge = Gauge(10_000)
    entries = 0
    while True:
        entries += gauge.step
        used = 1000 + entries * 4
        if gauge.is_full(entries):
            break
    # It may overshoot by a step, which is at most half of what was left.
    assert 2500 <= entries <= 2600
    for _ in range(3):
        gauge.emptied()
        refilled = 0
        while True:
            refilled += gauge.step
            if gauge.is_full(refilled):
                break
        assert refilled == entries
    # Large items that come later are seen by their growth.
    gauge.emptied()
    gauge.items = entries // 2
    used = 1_000_000
    assert gauge.is_full(1, 1)


@pytest.mark.parametrize("kind", ["sum", "group"])
def test_a_real_limit_is_kept(kind: str) -> None:
    limit = 24 << 20
    rng = random.Random(5)
    gc.collect()
    before = peak = memory.resident()
    merger: Any = Merger(SUM, limit) if kind == "sum" else GroupMerger(limit)
    merger.merge_values((rng.randrange(10**12), i) for i in range(500_000))
    count = total = 0
    for n, (_, value) in enumerate(merger.items()):
        count += 1
        total += value if kind == "sum" else sum(value)
        if n % 5000 == 0:
            peak = max(peak, memory.resident())
    assert merger.spills > 1
    assert (count, total) == (500_000, sum(range(500_000)))
    assert peak - before < 1.5 * limit + (8 << 20)


def test_keys_held_by_address_are_refused_when_they_must_spill(tiny: None) -> None:
    class ByAddress:
        pass

    merger = Merger(SUM, limit=0)
    with pytest.raises(TypeError, match="hashed by its address"):
        merger.merge_values((ByAddress(), 1) for _ in range(100))
