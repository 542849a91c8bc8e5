# SPDX-License-Identifier: Apache-2.0
"""Placement, combining, the map side's output, the reduce side in memory."""

from __future__ import annotations

import dataclasses
import decimal
import enum
import os
import subprocess
import sys
import traceback
from collections import Counter, defaultdict, namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.errors import KeyHashError
from sluice.serializers.stream import decode_items
from sluice.shuffle import Aggregator, Merger, ShuffleWriter, portable_hash
from sluice.shuffle.hashing import hash_keys
from sluice.stateless import is_stateless

NAN = float("nan")


class Output:
    def __init__(self) -> None:
        self.frames: dict[int, list[bytes]] = defaultdict(list)
        self.records: Counter[int] = Counter()

    def emit(self, stream: int, data: bytes, records: int, /) -> None:
        self.frames[stream].append(data)
        self.records[stream] += records

    def items(self, partition: int) -> list[Any]:
        return list(decode_items(self.frames[partition]))


def add(a: Any, b: Any) -> Any:
    return a + b


LISTS = Aggregator(lambda v: [v], lambda c, v: c + [v], add)


def test_hash_of_tuples_is_pysparks() -> None:
    # The one value that PySpark's documentation gives, and the same arithmetic done by hand.
    assert portable_hash(None) == 0
    assert portable_hash((None, 1)) & 0xFFFFFFFF == 219750521
    assert portable_hash(()) == 0x345678
    assert portable_hash((1, (2, None))) != portable_hash((1, (None, 2)))
    assert portable_hash(namedtuple("P", "a b")(None, 1)) == portable_hash((None, 1))


@given(st.one_of(st.integers(), st.text(), st.binary(), st.booleans(), st.floats(allow_nan=False)))
def test_plain_values_have_the_builtin_hash(x: Any) -> None:
    assert portable_hash(x) == hash(x)
    assert list(hash_keys([x, "a"])) == [hash(x), hash("a")]


@dataclasses.dataclass(frozen=True)
class Point:
    x: Any
    y: Any
    note: str = dataclasses.field(default="", compare=False)


@dataclasses.dataclass(frozen=True)
class Own:
    x: int

    def __hash__(self) -> int:
        return 42


class Color(enum.Enum):
    RED = 1


def test_equal_keys_by_content_have_equal_hashes() -> None:
    pairs = [
        (NAN, float("inf") - float("inf")),
        ((1, NAN), (1, float("nan"))),
        (complex(NAN, 1), complex(float("nan"), 1)),
        (decimal.Decimal("NaN"), decimal.Decimal("nan")),
        (frozenset([None, 1]), frozenset([1, None])),
        (frozenset([(None, 1)]), frozenset([(None, 1)])),
        (Point(None, 1), Point(None, 1, "other")),
        (Point(1, 2), Point(1.0, True + 1)),
    ]
    for a, b in pairs:
        assert portable_hash(a) == portable_hash(b)
    assert portable_hash(Own(1)) == 42
    assert portable_hash(Point(1, "a")) == hash(Point(1, "a"))
    assert portable_hash(frozenset([1, "a"])) == hash(frozenset([1, "a"]))
    assert portable_hash(Color.RED) == hash(Color.RED)


CONTENT = """
import dataclasses, enum
from sluice.shuffle import portable_hash
@dataclasses.dataclass(frozen=True)
class P:
    x: object
    y: object
class C(enum.Enum):
    A = 1
junk = [object() for _ in range({junk})]
keys = [None, (None, "a"), float("nan"), frozenset([None, "x", float("nan")]), P(None, (None, 2)),
        P("a", 1.5), C.A, frozenset([C.A, P(None, None)]), (C.A, float("nan"))]
print([portable_hash(k) for k in keys])
"""


def test_hashes_are_the_same_in_another_process() -> None:
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    outs = {
        subprocess.run(
            [sys.executable, "-c", CONTENT.format(junk=junk)], env=env, capture_output=True, check=True
        ).stdout
        for junk in (0, 100_000)
    }
    assert len(outs) == 1


class ByAddress:
    pass


@pytest.mark.parametrize("key", [ByAddress(), ByAddress, len, print, object(), (1, ByAddress())])
def test_a_key_hashed_by_address_is_refused_by_name(key: Any) -> None:
    with pytest.raises(TypeError, match=r"hashed by its address.*type=\S+.*frozen dataclass or a tuple"):
        portable_hash(key)


@pytest.mark.parametrize("key", [[1], {}, set(), (1, [2]), bytearray(), ([],)])
def test_an_unhashable_key_is_told(key: Any) -> None:
    with pytest.raises(KeyHashError, match="unhashable type"):
        portable_hash(key)
    for aggregator in (None, Aggregator(None, add)):
        with pytest.raises(KeyHashError, match=r"key cannot be hashed.*use a tuple instead of a list"):
            ShuffleWriter(3, aggregator=aggregator).write([(1, 2), (key, 1)], 0, Output())
    with pytest.raises(KeyHashError):
        Merger(LISTS).merge_values([(key, 1)])


def test_a_users_type_error_stays_the_users() -> None:
    def broken(a: int, b: int) -> int:
        return a + b

    with pytest.raises(TypeError) as caught:
        ShuffleWriter(2, aggregator=Aggregator(None, broken)).write([(1, 2), (1, "a")], 0, Output())
    assert not isinstance(caught.value, KeyHashError)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "broken"


keys = st.one_of(
    st.integers(-3, 3),
    st.text("ab", max_size=2),
    st.none(),
    st.booleans(),
    st.floats(width=16),
    st.tuples(st.integers(0, 2), st.one_of(st.none(), st.floats(width=16))),
    st.frozensets(st.integers(0, 3)),
)
pairs = st.lists(st.tuples(keys, st.integers(-100, 100)), max_size=200)


def canonical(key: Any) -> Any:
    if isinstance(key, float) and key != key:
        return "NaN!"
    return tuple(map(canonical, key)) if isinstance(key, tuple) else key


def expected(items: list[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
    for key, value in items:
        groups.setdefault(canonical(key), []).append(value)
    return groups


@given(pairs, st.integers(1, 9))
def test_partitions_hold_what_they_should(items: list[tuple[Any, Any]], number: int) -> None:
    out = Output()
    ShuffleWriter(number).write(iter(items), 0, out)
    for partition in range(number):
        want = [item for item in items if portable_hash(item[0]) % number == partition]
        got = out.items(partition)
        assert repr(got) == repr(want)
        assert out.records[partition] == len(want)


@given(pairs, st.integers(1, 5))
def test_combined_and_merged(items: list[tuple[Any, Any]], number: int) -> None:
    for aggregator in (LISTS, None):
        outs = [Output(), Output()]
        for out, half in zip(outs, (items[::2], items[1::2]), strict=True):
            ShuffleWriter(number, aggregator=aggregator).write(iter(half), 0, out)
        result: list[tuple[Any, Any]] = []
        for partition in range(number):
            merger = Merger(LISTS)
            add_items = merger.merge_values if aggregator is None else merger.merge_combiners
            for out in outs:
                add_items(decode_items(out.frames[partition]))
            result += merger.items()
        got = {canonical(key): sorted(values) for key, values in result}
        assert len(got) == len(result)
        assert got == {key: sorted(values) for key, values in expected(items).items()}


@given(pairs)
def test_merger_keeps_the_order_of_values(items: list[tuple[Any, Any]]) -> None:
    merger = Merger(LISTS)
    merger.merge_values(items)
    # Objects that are NaN become one key at the end, so only their values may change places.
    got = {canonical(k): v for k, v in merger.items()}
    want = expected(items)
    assert list(got) == [key for key in want if key in got]
    for key, values in got.items():
        assert sorted(values) == sorted(want[key]) if "NaN!" in repr(key) else values == want[key]


def test_many_records_of_all_kinds() -> None:
    items = [(f"k{i % 5000}", i) for i in range(60_000)]
    out = Output()
    ShuffleWriter(4, aggregator=Aggregator(None, add)).write(iter(items), 0, out)
    assert sum(out.records.values()) == 5000
    got = {k: v for p in range(4) for k, v in out.items(p)}
    want: Counter[str] = Counter()
    for key, value in items:
        want[key] += value
    assert got == want


def test_combining_stops_where_keys_do_not_repeat() -> None:
    calls: list[int] = []

    def counted(a: int, b: int) -> int:
        calls.append(1)
        return a + b

    items = [(i, 1) for i in range(30_000)] + [(7, 1)] * 10_000
    out = Output()
    ShuffleWriter(2, aggregator=Aggregator(None, counted)).write(iter(items), 0, out)
    assert not calls
    assert sum(out.records.values()) == 40_000
    # Where create is a function of its own, combiners are what the reduce side expects: it never stops.
    out = Output()
    ShuffleWriter(2, aggregator=LISTS).write(iter(items), 0, out)
    assert sum(out.records.values()) == 30_000


def test_large_values_are_emitted_as_they_come() -> None:
    out = Output()
    seen: list[int] = []

    def source() -> Any:
        for i in range(200):
            seen.append(sum(map(len, out.frames[0])))
            yield i, bytes(1 << 20)

    ShuffleWriter(1).write(source(), 0, out)
    assert seen[-1] > 150 << 20


def test_a_custom_partition_function() -> None:
    out = Output()
    ShuffleWriter(3, lambda key: len(key)).write([("a", 1), ("bb", 2), ("cccc", 3)], 0, out)
    assert [out.items(p) for p in range(3)] == [[], [("a", 1), ("cccc", 3)], [("bb", 2)]]
    with pytest.raises(TypeError):
        ShuffleWriter(3, lambda key: str(key)).write([("a", 1)], 0, Output())  # type: ignore[arg-type, return-value]


def test_none_is_not_a_pair() -> None:
    for aggregator in (None, Aggregator(None, add)):
        with pytest.raises(TypeError, match="cannot unpack non-iterable NoneType"):
            ShuffleWriter(2, aggregator=aggregator).write([(1, 2), None], 0, Output())  # type: ignore[list-item]


def test_writers_are_reusable_where_their_functions_are() -> None:
    assert is_stateless(ShuffleWriter(2, aggregator=Aggregator(None, lambda a, b: a + b)))
    state: list[int] = []
    assert not is_stateless(ShuffleWriter(2, aggregator=Aggregator(None, lambda a, b: state.append(a))))
