# SPDX-License-Identifier: Apache-2.0
"""Operations on pairs, each twice: on an RDD, and on a plain list.

Every step takes pairs of a key and a whole number and gives such pairs, so that any sequence of steps is a pipeline.
Keys are of mixed types that do not compare; what a step makes of a key depends on its value alone, since of 1, 1.0
and True, which are one key, either may be the one that is kept.
"""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

Pair = tuple[Any, int]
Rows = list[Pair]

_KEYS = [None, "a", "b", "", ("x", 1), ("x", None), 2.5, -1.5, True, 1.0, 0, float("inf"), b"y"]


def rows(seed: int, size: int) -> Rows:
    """Pairs with some keys that are frequent, many that are not, and some of each type."""
    chosen = random.Random(seed)
    return [
        (
            chosen.choice(_KEYS) if chosen.random() < 0.3 else chosen.randint(-size, size) // 2,
            chosen.randint(-99, 99),
        )
        for _ in range(size)
    ]


def code(key: Any) -> int:
    """A number for a key: the same one for keys that are equal."""
    if isinstance(key, bool | float) and key == key // 1 and abs(key) < 1e9:
        key = int(key)
    return zlib.crc32(repr(key).encode())


def order(pair: Pair) -> tuple[int, int]:
    """What pairs are sorted by."""
    return code(pair[0]), pair[1]


def total(values: Iterable[int]) -> int:
    """A number for some values in any order."""
    held = list(values)
    return (sum(held) * 31 + len(held)) % 1009


def matched(left: int | None, right: int | None) -> int:
    """A number for two joined values."""
    return (-1 if left is None else left) * 7 + (-1 if right is None else right)


@dataclass(frozen=True)
class Step:
    """One operation; `number` varies it, and `other` is a second input."""

    name: str
    on_rdd: Callable[[Any, int, Any], Any]
    on_list: Callable[[Rows, int, Rows], Rows]
    #: Whether the result's order is the input's, is known by itself, or is nobody's business.
    order: Literal["kept", "made", "lost"] = "lost"


def _parts(number: int) -> int:
    return number % 4 + 1


def _grouped(pairs: Rows) -> dict[Any, list[int]]:
    groups: dict[Any, list[int]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _joined(left: Rows, right: Rows, keep_left: bool, keep_right: bool) -> Rows:
    mine, theirs = _grouped(left), _grouped(right)
    keys = [key for key in {**mine, **theirs} if (key in mine or keep_right) and (key in theirs or keep_left)]
    return [
        (key, matched(one, other))
        for key in keys
        for one in mine.get(key, [None])
        for other in theirs.get(key, [None])
    ]


def _subtracted(pairs: Rows, other: Rows) -> Rows:
    gone = {key for key, _ in other}
    return [pair for pair in pairs if pair[0] not in gone]


def _counted(held: tuple[int, int], value: int) -> tuple[int, int]:
    return held[0] + value, held[1] + 1


def _added(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    return left[0] + right[0], left[1] + right[1]


def _shifted(pairs: Iterable[Pair], number: int) -> Iterable[Pair]:
    for key, value in pairs:
        if value % 5 != number % 5:
            yield key, value + number


STEPS = [
    # Narrow ones.
    Step(
        "map",
        lambda rdd, n, _: rdd.map(lambda kv: (kv[0], kv[1] * 3 - n)),
        lambda xs, n, _: [(k, v * 3 - n) for k, v in xs],
        "kept",
    ),
    Step(
        "rekey",
        lambda rdd, n, _: rdd.map(lambda kv: (code(kv[0]) % (n + 2), kv[1])),
        lambda xs, n, _: [(code(k) % (n + 2), v) for k, v in xs],
        "kept",
    ),
    Step(
        "filter",
        lambda rdd, n, _: rdd.filter(lambda kv: (kv[1] + n) % 3),
        lambda xs, n, _: [(k, v) for k, v in xs if (v + n) % 3],
        "kept",
    ),
    Step(
        "flatMap",
        lambda rdd, n, _: rdd.flatMap(lambda kv: [kv, (kv[0], n)][: kv[1] % 3]),
        lambda xs, n, _: [pair for k, v in xs for pair in [(k, v), (k, n)][: v % 3]],
        "kept",
    ),
    Step(
        "mapValues",
        lambda rdd, n, _: rdd.mapValues(lambda v: v ^ n),
        lambda xs, n, _: [(k, v ^ n) for k, v in xs],
        "kept",
    ),
    Step(
        "mapPartitions",
        lambda rdd, n, _: rdd.mapPartitions(lambda it: _shifted(it, n)),
        lambda xs, n, _: list(_shifted(xs, n)),
        "kept",
    ),
    Step(
        "glom",
        lambda rdd, n, _: rdd.glom().flatMap(lambda part: part),
        lambda xs, n, _: xs,
        "kept",
    ),
    Step("union", lambda rdd, n, other: rdd.union(other), lambda xs, n, other: xs + other, "kept"),
    Step("coalesce", lambda rdd, n, _: rdd.coalesce(_parts(n)), lambda xs, n, _: xs, "kept"),
    Step("cache", lambda rdd, n, _: rdd.cache(), lambda xs, n, _: xs, "kept"),
    Step(
        "zip",
        lambda rdd, n, _: rdd.zip(rdd.values()).map(lambda two: (two[0][0], two[0][1] - two[1] + n)),
        lambda xs, n, _: [(k, n) for k, _v in xs],
        "kept",
    ),
    # Sorted ones.
    Step(
        "sortBy",
        lambda rdd, n, _: rdd.sortBy(order, n % 2 == 0, _parts(n)),
        lambda xs, n, _: sorted(xs, key=order, reverse=n % 2 == 1),
        "made",
    ),
    Step(
        "sortByKey",
        lambda rdd, n, _: rdd.map(lambda kv: (order(kv), kv)).sortByKey(n % 2 == 0, _parts(n)).values(),
        lambda xs, n, _: sorted(xs, key=order, reverse=n % 2 == 1),
        "made",
    ),
    # Keyed ones.
    Step(
        "reduceByKey",
        lambda rdd, n, _: rdd.reduceByKey(lambda a, b: a + b, _parts(n)),
        lambda xs, n, _: [(k, sum(vs)) for k, vs in _grouped(xs).items()],
    ),
    Step(
        "groupByKey",
        lambda rdd, n, _: rdd.groupByKey(_parts(n)).mapValues(total),
        lambda xs, n, _: [(k, total(vs)) for k, vs in _grouped(xs).items()],
    ),
    Step(
        "foldByKey",
        lambda rdd, n, _: rdd.foldByKey(-200, max, _parts(n)),
        lambda xs, n, _: [(k, max([-200, *vs])) for k, vs in _grouped(xs).items()],
    ),
    Step(
        "aggregateByKey",
        lambda rdd, n, _: rdd.aggregateByKey((0, 0), _counted, _added, _parts(n)).mapValues(
            lambda t: t[0] - t[1]
        ),
        lambda xs, n, _: [(k, sum(vs) - len(vs)) for k, vs in _grouped(xs).items()],
    ),
    Step(
        "combineByKey",
        lambda rdd, n, _: rdd.combineByKey(lambda v: [v], lambda c, v: [*c, v], lambda c, d: c + d).mapValues(
            total
        ),
        lambda xs, n, _: [(k, total(vs)) for k, vs in _grouped(xs).items()],
    ),
    Step("partitionBy", lambda rdd, n, _: rdd.partitionBy(_parts(n)), lambda xs, n, _: xs),
    Step("repartition", lambda rdd, n, _: rdd.repartition(_parts(n)), lambda xs, n, _: xs),
    # Two inputs, and sets.
    Step(
        "join",
        lambda rdd, n, other: rdd.join(other, _parts(n)).mapValues(lambda vw: matched(*vw)),
        lambda xs, n, other: _joined(xs, other, False, False),
    ),
    Step(
        "leftOuterJoin",
        lambda rdd, n, other: rdd.leftOuterJoin(other).mapValues(lambda vw: matched(*vw)),
        lambda xs, n, other: _joined(xs, other, True, False),
    ),
    Step(
        "fullOuterJoin",
        lambda rdd, n, other: rdd.fullOuterJoin(other, _parts(n)).mapValues(lambda vw: matched(*vw)),
        lambda xs, n, other: _joined(xs, other, True, True),
    ),
    Step(
        "cogroup",
        lambda rdd, n, other: rdd.cogroup(other).mapValues(lambda two: total(two[0]) - total(two[1])),
        lambda xs, n, other: [
            (key, total(_grouped(xs).get(key, [])) - total(_grouped(other).get(key, [])))
            for key in {**_grouped(xs), **_grouped(other)}
        ],
    ),
    Step(
        "subtractByKey",
        lambda rdd, n, other: rdd.subtractByKey(other.filter(lambda kv: kv[1] > 0)),
        lambda xs, n, other: _subtracted(xs, [pair for pair in other if pair[1] > 0]),
    ),
    Step("distinct", lambda rdd, n, _: rdd.distinct(_parts(n)), lambda xs, n, _: list(set(xs))),
    Step(
        "intersection",
        lambda rdd, n, other: rdd.intersection(rdd.filter(lambda kv: kv[1] > n).union(other)),
        lambda xs, n, other: list({pair for pair in xs if pair[1] > n} | (set(xs) & set(other))),
    ),
    Step(
        "subtract",
        lambda rdd, n, other: rdd.subtract(rdd.filter(lambda kv: kv[1] > n), _parts(n)),
        lambda xs, n, other: [pair for pair in xs if pair[1] <= n],
    ),
]

BY_NAME = {step.name: step for step in STEPS}
