# SPDX-License-Identifier: Apache-2.0
"""Functions known by their bytecode: which they are, and that knowing them changes no answer."""

from __future__ import annotations

import builtins
import functools
import math
import operator
import traceback
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from types import FunctionType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.shuffle import Aggregator, ShuffleWriter, combiners
from sluice.shuffle.aggregator import KeyCounter
from sluice.shuffle.combiners import expression_of

Function = Callable[[Any, Any], Any]


def by_statements(x: Any, y: Any) -> Any:
    """Has a docstring, and names of its own."""
    if x >= y:
        return y
    else:  # noqa: RET505
        return x


def by_early_return(x, y):  # type: ignore[no-untyped-def]
    if y < x:
        return x
    return y


RECOGNISED: list[tuple[Any, str]] = [
    (operator.add, "a + b"),
    (operator.mul, "a * b"),
    (operator.or_, "a | b"),
    (operator.and_, "a & b"),
    (operator.xor, "a ^ b"),
    (max, "b if b > a else a"),
    (min, "b if b < a else a"),
    (lambda a, b: a + b, "a + b"),
    (lambda x, y: y + x, "b + a"),
    (lambda x, y: x * y, "a * b"),
    (lambda x, y: x | y, "a | b"),
    (lambda x, y: x and y, "a and b"),
    (lambda x, y: y or x, "b or a"),
    (lambda x, y: x if x > y else y, "a if a > b else b"),
    (lambda x, y: y if x > y else x, "b if a > b else a"),
    (lambda x, y: x if y <= x else y, "a if b <= a else b"),
    (lambda x, y: max(x, y), "b if b > a else a"),
    (lambda x, y: max(y, x), "a if a > b else b"),
    (lambda x, y: min(x, y), "b if b < a else a"),
    (lambda x, y: min(y, x), "a if a < b else b"),
    (by_statements, "b if a >= b else a"),
    (by_early_return, "a if b < a else b"),
]
shadow = max


def using(name: str) -> Function:
    """`name(a, b)` of a variable of an outer function."""
    own = getattr(builtins, name)
    return lambda a, b: own(a, b)


OTHERS: list[Any] = [
    lambda a, b: a - b,
    lambda a, b: a + a,
    lambda a, b: a + b + 1,
    lambda a, b: a + 1,
    lambda a, b: (a, b),
    lambda a, b, c=0: a + b,
    lambda a, b, *c: a + b,
    lambda a, b, **c: a + b,
    lambda a, *, b=1: a + b,
    lambda *a: a[0] + a[1],
    lambda a, b: shadow(a, b),
    lambda a, b: max(a, b, 0),
    lambda a, b: max([a, b]),
    lambda a, b: a if a != b else b,
    operator.sub,
    operator.iadd,
    operator.concat,
    int.__add__,
    functools.partial(operator.add),
    using("max"),
    Counter.update,
    [].append,
]


def added_in_place(a: Any, b: Any) -> Any:
    a += b
    return a


def added_once(a: Any, b: Any) -> Any:
    yield a + b


async def added_later(a: Any, b: Any) -> Any:
    return a + b


@pytest.mark.parametrize(("function", "expression"), RECOGNISED)
def test_what_is_recognised(function: Any, expression: str) -> None:
    assert expression_of(function) == expression


@pytest.mark.parametrize("function", [*OTHERS, added_in_place, added_once, added_later])
def test_what_is_not(function: Any) -> None:
    assert expression_of(function) is None


class NoHash:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, a: Any, b: Any) -> Any:
        return a + b


def test_a_callable_without_a_hash_is_called() -> None:
    assert expression_of(NoHash()) is None
    assert combiners.reduce(NoHash(), [2, 3], 1) == 6


def with_globals(function: Any, **names: Any) -> Any:
    return FunctionType(function.__code__, {"__builtins__": builtins, **names})


def test_a_name_that_means_something_else_is_not_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    greatest = with_globals(lambda a, b: max(a, b))
    assert expression_of(greatest) == "b if b > a else a"
    assert expression_of(with_globals(greatest, max=min)) is None
    assert expression_of(with_globals(greatest, __builtins__={"max": min})) is None
    assert expression_of(with_globals(greatest, __builtins__={})) is None
    assert combiners.reduce(with_globals(greatest, max=min), [3, 2], 5) == 2
    # A global that appears, or a builtin that is patched, before the loop runs.
    greatest.__globals__["max"] = min
    assert combiners.reduce(greatest, [3, 2], 5) == 2
    del greatest.__globals__["max"]
    assert combiners.reduce(greatest, [3, 2], 5) == 5
    monkeypatch.setattr(builtins, "max", min)
    assert combiners.reduce(greatest, [3, 2], 5) == 2


NUMBERS = st.one_of(
    st.integers(),
    st.integers(min_value=-(1 << 200), max_value=1 << 200),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.fractions(),
)
KEYS = st.one_of(st.integers(0, 3), st.sampled_from([1.0, True, None, "k", (1, "t")]))
FUNCTIONS = st.sampled_from([function for function, _ in RECOGNISED])


def outcome(work: Callable[[], Any]) -> Any:
    """What a call returns, in a form that tells 1 from 1.0 and True and knows NaN, or the exception it raises."""
    try:
        found = work()
    except Exception as error:
        return type(error), str(error)
    return repr(found)


def by_calls(data: dict[Any, Any], items: list[Any], merge: Function, create: Any = None) -> dict[Any, Any]:
    for key, value in items:
        if key in data:
            data[key] = merge(data[key], value)
        else:
            data[key] = value if create is None else create(value)
    return data


def folded(items: list[Any], merge: Function, create: Any = None) -> dict[Any, Any]:
    data: dict[Any, Any] = {}
    combiners.fold(data, items, merge, create)
    return data


@settings(deadline=None)
@given(st.lists(st.tuples(KEYS, NUMBERS)), FUNCTIONS)
def test_folding_numbers_is_what_calls_do(items: list[Any], merge: Function) -> None:
    assert outcome(lambda: folded(items, merge)) == outcome(lambda: by_calls({}, items, merge))
    assert outcome(lambda: folded(items, merge, str)) == outcome(lambda: by_calls({}, items, merge, str))


VALUES = st.one_of(
    NUMBERS, st.text(max_size=3), st.lists(st.integers(), max_size=2), st.none(), st.sets(st.integers())
)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=6), FUNCTIONS)
def test_reducing_anything_is_what_functools_does(items: list[Any], function: Function) -> None:
    expected = outcome(lambda: functools.reduce(function, items))
    assert outcome(lambda: combiners.reduce(function, iter(items[1:]), items[0])) == expected


def test_the_answer_is_the_very_object_that_a_call_would_return() -> None:
    for function, _ in RECOGNISED:
        for pair in ((1, 1.0), (1.0, True), (math.nan, 1.0), (1.0, math.nan), (0, False), (Fraction(1), 1)):
            try:
                expected = function(*pair)
            except TypeError:
                continue
            found = combiners.reduce(function, [pair[1]], pair[0])
            assert type(found) is type(expected)
            if any(expected is part for part in pair):
                assert found is expected


def test_plus_never_changes_what_the_user_holds() -> None:
    first, second = [1], [2]
    assert folded([("k", first), ("k", second), ("k", second)], operator.add) == {"k": [1, 2, 2]}
    assert combiners.reduce(lambda a, b: a + b, [second], first) == [1, 2]
    assert (first, second) == ([1], [2])


class Sour:
    def __add__(self, other: Any) -> Any:
        raise ValueError("sour")


@pytest.mark.parametrize("values", [[1, "a"], [Sour(), 1]])
def test_an_error_has_the_line_of_the_users_function(values: list[Any]) -> None:
    def plus(a: Any, b: Any) -> Any:
        return a + b

    pairs = [("k", value) for value in values]
    for work in (lambda: folded(pairs, plus), lambda: combiners.reduce(plus, values[1:], values[0])):
        with pytest.raises((TypeError, ValueError)) as caught:
            work()
        assert "plus" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
        assert caught.value.__context__ is None


def test_an_error_of_the_input_is_left_as_it_is() -> None:
    calls = []

    class Counted:
        def __add__(self, other: Any) -> Any:
            calls.append(other)
            return self

    def pairs() -> Any:
        yield "k", Counted()
        yield "k", 1
        raise TypeError("of the input")

    with pytest.raises(TypeError, match="of the input"):
        folded(pairs(), lambda a, b: a + b)
    assert calls == [1]


def test_an_unhashable_key_is_named() -> None:
    for items in ([([], 1)], [("k", 1), ([2], 1)]):
        with pytest.raises(TypeError, match="key cannot be hashed"):
            folded(items, operator.add)
    with pytest.raises(TypeError, match=r"key=\[2\]"):
        combiners.count_keys(Counter(), ["k", [2]])


def test_pairs_with_one_are_known() -> None:
    assert combiners.pairs_with_one(lambda word: (word, 1))
    others: list[Any] = [
        lambda word: (word, True),
        lambda word: (word, 1.0),
        lambda word: (word, 2),
        lambda word: (1, word),
        lambda word: [word, 1],
        lambda word, one=1: (word, one),
        lambda word: (word, 1, 1),
        lambda word: (word.lower(), 1),
        str,
    ]
    assert not any(map(combiners.pairs_with_one, others))


class Output:
    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def emit(self, stream: int, data: bytes, records: int, /) -> None:
        self.frames.append(data)


@pytest.mark.parametrize("distinct", [5, 1 << 40])
def test_counting_keys_is_summing_ones(distinct: int) -> None:
    def write(writer: Any, items: Any) -> list[bytes]:
        out = Output()
        writer.write(items, 0, out)
        return out.frames

    words = [f"w{i * 7919 % distinct}" for i in range(30_000)]
    writer = ShuffleWriter(2, aggregator=Aggregator(None, lambda a, b: b + a))
    # A sample of keys that hardly repeat ends combining half-way; what follows must be pairs again.
    steps = [("filter", len), ("map", lambda word: (word, 1))]
    faster, left = writer.fused(steps)
    assert isinstance(faster.aggregator, KeyCounter)
    assert left == steps[:1]
    assert write(faster, iter(words)) == write(writer, ((word, 1) for word in words))


def test_other_steps_and_combiners_are_not_fused() -> None:
    one = ("map", lambda word: (word, 1))
    adding = Aggregator(None, operator.add)
    for aggregator, steps in (
        (adding, []),
        (adding, [("map", lambda word: (word, 2))]),
        (adding, [("flatMap", one[1])]),
        (Aggregator(None, max), [one]),
        (Aggregator(int, operator.add), [one]),
        (None, [one]),
    ):
        writer = ShuffleWriter(2, aggregator=aggregator)
        assert writer.fused(steps) == (writer, steps)
