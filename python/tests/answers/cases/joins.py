# SPDX-License-Identifier: Apache-2.0
"""Joins and cogroup: pairs, orders, placement, partition counts."""

from __future__ import annotations

from ..registry import core, parts, wide

LEFT = [("a", 1), ("b", 2), ("a", 3), ("c", 4), (None, 5)]
RIGHT = [("a", "x"), ("d", "y"), ("a", "z"), ("b", "w"), (None, "n")]


def _two(sc, n=2, m=2):
    return sc.parallelize(LEFT, n), sc.parallelize(RIGHT, m)


@core
def join_places_and_orders(sc, tmp):
    a, b = _two(sc)
    return parts(a.join(b))


@core
def join_into_counts(sc, tmp):
    a, b = _two(sc)
    return [parts(a.join(b, n)) for n in (1, 2, 5)]


@core
def join_of_unequal_partition_counts(sc, tmp):
    a, b = _two(sc, 2, 3)
    joined = a.join(b)
    return [joined.getNumPartitions(), parts(joined)]


@core
def join_ints(sc, tmp):
    a = sc.parallelize([(i % 4, i) for i in range(8)], 3)
    b = sc.parallelize([(i, chr(97 + i)) for i in range(6)], 2)
    return parts(a.join(b, 3))


@core
def join_with_itself(sc, tmp):
    a, _ = _two(sc)
    return parts(a.join(a, 2))


@core
def join_with_nothing(sc, tmp):
    a, _ = _two(sc)
    return parts(a.join(sc.parallelize([], 2)))


@core
def join_of_unequal_numbers(sc, tmp):
    a = sc.parallelize([(1, "int"), (True, "bool"), (2.0, "float")], 1)
    b = sc.parallelize([(1.0, "one"), (2, "two")], 1)
    return parts(a.join(b, 2))


@core
def cogroup(sc, tmp):
    a, b = _two(sc)
    return parts(a.cogroup(b).mapValues(lambda v: tuple(list(x) for x in v)))


@core
def cogroup_into_three(sc, tmp):
    a, b = _two(sc)
    return parts(a.cogroup(b, 3).mapValues(lambda v: tuple(list(x) for x in v)))


@core
def cogroup_value_types(sc, tmp):
    a, b = _two(sc)
    key, groups = a.cogroup(b, 1).filter(lambda kv: kv[0] == "a").collect()[0]
    return [key, type(groups).__name__, [type(g).__name__ for g in groups], [len(g) for g in groups]]


@core
def cogroup_with_nothing(sc, tmp):
    a, _ = _two(sc)
    return parts(a.cogroup(sc.parallelize([], 1), 2).mapValues(lambda v: tuple(list(x) for x in v)))


@core
def join_then_reduce(sc, tmp):
    a, b = _two(sc)
    return parts(a.join(b).mapValues(lambda v: v[0]).reduceByKey(lambda x, y: x + y))


@core
def join_of_reduced(sc, tmp):
    a = sc.parallelize([(i % 5, 1) for i in range(20)], 4).reduceByKey(lambda x, y: x + y, 3)
    b = sc.parallelize([(i % 3, i) for i in range(9)], 2).groupByKey(3).mapValues(list)
    joined = a.join(b)
    return [joined.getNumPartitions(), parts(joined)]


@core
def join_partitioner(sc, tmp):
    a, b = _two(sc)
    hashed = a.partitionBy(3)
    return [
        hashed.join(b).partitioner == hashed.partitioner,
        hashed.join(b).getNumPartitions(),
        hashed.join(b, 3).getNumPartitions(),
    ]


@wide
def left_outer_join(sc, tmp):
    a, b = _two(sc)
    return parts(a.leftOuterJoin(b))


@wide
def right_outer_join(sc, tmp):
    a, b = _two(sc)
    return parts(a.rightOuterJoin(b))


@wide
def full_outer_join(sc, tmp):
    a, b = _two(sc)
    return parts(a.fullOuterJoin(b))


@wide
def outer_joins_into_three(sc, tmp):
    a, b = _two(sc)
    return [parts(j) for j in (a.leftOuterJoin(b, 3), a.rightOuterJoin(b, 3), a.fullOuterJoin(b, 3))]


@wide
def outer_joins_with_nothing(sc, tmp):
    a, _ = _two(sc)
    none = sc.parallelize([], 1)
    return [parts(j) for j in (a.leftOuterJoin(none, 2), a.rightOuterJoin(none, 2), a.fullOuterJoin(none, 2))]


@wide
def group_with_three_others(sc, tmp):
    rdds = [
        sc.parallelize([(k, f"{k}{i}") for k in keys], 2) for i, keys in enumerate(["ab", "bc", "a", "dd"])
    ]
    grouped = rdds[0].groupWith(*rdds[1:])
    return [
        grouped.getNumPartitions(),
        sorted(grouped.mapValues(lambda v: tuple(list(x) for x in v)).collect()),
    ]


@wide
def group_with_one_other(sc, tmp):
    a, b = _two(sc)
    return parts(a.groupWith(b).mapValues(lambda v: tuple(list(x) for x in v)))


@wide
def cartesian(sc, tmp):
    a, b = sc.parallelize([1, 2, 3], 2), sc.parallelize(["x", "y"], 2)
    return parts(a.cartesian(b))


@wide
def cartesian_of_three_partitions_with_itself(sc, tmp):
    a = sc.parallelize([1, 2, 3, 4], 3)
    return parts(a.cartesian(a))


@wide
def cartesian_with_nothing(sc, tmp):
    a = sc.parallelize([1, 2], 2)
    return [parts(a.cartesian(sc.parallelize([], 2))), a.cartesian(sc.parallelize([], 1)).count()]


@wide
def cartesian_twice(sc, tmp):
    a = sc.parallelize([1, 2], 1)
    return a.cartesian(a).cartesian(a).collect()


@wide
def cartesian_of_unequal_batches(sc, tmp):
    a, b = sc.parallelize(range(30), 2), sc.parallelize([str(i) for i in range(7)], 3)
    return (
        a.cartesian(b)
        .map(lambda ab: f"{ab[0]}{ab[1]}")
        .glom()
        .map(lambda p: (len(p), p[:9], p[-1]))
        .collect()
    )
