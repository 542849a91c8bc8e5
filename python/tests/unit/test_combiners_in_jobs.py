# SPDX-License-Identifier: Apache-2.0
"""Known combiners in jobs: names that mean something else, errors, and words that are counted as keys."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from types import FunctionType
from typing import Any

import pytest

from sluice import Context
from sluice.errors import JobError

WORDS = ["b", "a", "", "b", "c", "b", "a"] * 40


def named(text: str, **names: Any) -> Any:
    """A function of a module that has these names, which travels with them."""
    space: dict[str, Any] = {"__name__": "__main__", **names}
    exec(f"function = {text}", space)
    assert type(space["function"]) is FunctionType
    return space["function"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (named("lambda a, b: max(a, b)"), 9),
        (named("lambda a, b: max(a, b)", max=min), 0),
        (named("lambda a, b: max(a, b)", max=operator.add), 45),
        (named("lambda a, b: a if a < b else b"), 0),
        (max, 9),
        (operator.add, 45),
    ],
)
def test_a_name_means_what_it_means_to_the_function(sc: Context, function: Any, expected: int) -> None:
    numbers = sc.parallelize(range(10), 3)
    assert numbers.reduce(function) == expected
    assert numbers.map(lambda x: (x % 1, x)).reduceByKey(function).collect() == [(0, expected)]
    assert numbers.map(lambda x: (x % 1, x)).reduceByKeyLocally(function) == {0: expected}


def test_words_are_counted_the_same_way_known_or_not(sc: Context) -> None:
    words = sc.parallelize(WORDS, 3)
    known = words.map(lambda word: (word, 1)).reduceByKey(operator.add)
    unknown = words.map(lambda word: (word, int("1"))).reduceByKey(lambda a, b: a + b + 0)
    assert known.collect() == unknown.collect()
    assert dict(known.collect()) == Counter(WORDS)
    assert all(type(count) is int for _, count in known.collect())


def test_folds_and_aggregates_of_known_functions(sc: Context) -> None:
    pairs = [("k", 1), ("j", 2.5), ("k", True), ("j", 1 << 70)]
    spread = sc.parallelize(pairs, 2)
    assert sorted(spread.foldByKey(0, operator.add).collect()) == [("j", 2.5 + (1 << 70)), ("k", 2)]
    assert sorted(spread.aggregateByKey(0, max, lambda a, b: a + b).collect()) == [
        ("j", 2.5 + (1 << 70)),
        ("k", 2),
    ]
    assert spread.values().fold(0, operator.add) == functools.reduce(
        operator.add, [value for _, value in pairs], 0
    )
    assert spread.values().aggregate(1, lambda a, b: a * b, operator.mul) == 2.5 * (1 << 70)


def plus(a: Any, b: Any) -> Any:
    return a + b  # the line in question


def minus(a: Any, b: Any) -> Any:
    return a - b  # the line in question


@pytest.mark.parametrize("function", [plus, minus])
def test_a_failure_shows_the_line_of_the_function_first(sc: Context, function: Any) -> None:
    mixed = sc.parallelize([("k", 1), ("k", "x")], 1)
    for work in (mixed.reduceByKey(function).collect, lambda: mixed.values().reduce(function)):
        with pytest.raises(JobError, match="unsupported operand") as caught:
            work()
        _, _, frames = str(caught.value).partition("Traceback (most recent call last):\n")
        assert "the line in question" in frames.splitlines()[1]


def test_a_key_without_a_hash_is_named_where_ones_are_counted(sc: Context) -> None:
    with pytest.raises(JobError, match=r"key=\[1\]"):
        sc.parallelize(["a", [1]], 1).map(lambda word: (word, 1)).reduceByKey(operator.add).collect()
