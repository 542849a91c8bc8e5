# SPDX-License-Identifier: Apache-2.0
"""Union, intersection, subtract, subtractByKey."""

from __future__ import annotations

from ..registry import core, parts, raised, wide


@core
def union_keeps_duplicates(sc, tmp):
    a = sc.parallelize([1, 2], 2)
    return [a.union(a).collect(), (a + a + a).getNumPartitions()]


@core
def union_of_types(sc, tmp):
    return (
        sc.parallelize([1], 1)
        .union(sc.parallelize(["a", None], 2))
        .union(sc.parallelize([(1, 2)], 1))
        .collect()
    )


@core
def union_of_text_and_list(sc, tmp):
    (tmp / "f").write_text("l1\nl2\n")
    return sc.textFile(str(tmp / "f"), 1).union(sc.parallelize(["p", 1], 2)).collect()


@core
def union_of_texts(sc, tmp):
    (tmp / "f").write_text("l1\nl2\n")
    (tmp / "g").write_text("m1\n")
    return parts(sc.union([sc.textFile(str(tmp / "f"), 1), sc.textFile(str(tmp / "g"), 1)]))


@core
def union_of_one(sc, tmp):
    return parts(sc.union([sc.parallelize([1, 2, 3], 2)]))


@core
def union_of_none(sc, tmp):
    return raised(lambda: sc.union([]))


@core
def union_of_equally_partitioned(sc, tmp):
    a = sc.parallelize([(i, "a") for i in range(6)], 2).partitionBy(3)
    b = sc.parallelize([(i, "b") for i in range(0, 6, 2)], 2).partitionBy(3)
    both = a.union(b)
    return [both.getNumPartitions(), both.partitioner == a.partitioner, parts(both)]


@core
def union_of_unequally_partitioned(sc, tmp):
    a = sc.parallelize([(i, "a") for i in range(6)], 2).partitionBy(3)
    b = sc.parallelize([(i, "b") for i in range(6)], 2).partitionBy(2)
    both = a.union(b)
    return [both.getNumPartitions(), both.partitioner, parts(both)]


@core
def context_union_of_equally_partitioned(sc, tmp):
    a = sc.parallelize([(i, "a") for i in range(6)], 2).partitionBy(2)
    b = sc.parallelize([(i, "b") for i in range(6)], 2).partitionBy(2)
    both = sc.union([a, b])
    return [both.getNumPartitions(), parts(both)]


@core
def union_then_steps(sc, tmp):
    a, b = sc.parallelize([1, 2, 3], 2), sc.parallelize([10, 20], 1)
    return parts(a.map(lambda x: x + 1).union(b.filter(lambda x: x > 10)).map(lambda x: x * 2))


@core
def union_with_something_else(sc, tmp):
    return raised(lambda: sc.parallelize([1], 1) + [2])


@wide
def intersection(sc, tmp):
    a, b = sc.parallelize([1, 10, 2, 3, 4, 5, 5], 2), sc.parallelize([1, 6, 2, 3, 7, 8, 5], 3)
    common = a.intersection(b)
    return [common.getNumPartitions(), parts(common)]


@wide
def intersection_of_strings(sc, tmp):
    return sorted(
        sc.parallelize(["a", "b", "a"], 2).intersection(sc.parallelize(["b", "a", "c"], 2)).collect()
    )


@wide
def intersection_with_nothing(sc, tmp):
    return sc.parallelize([1, 2], 2).intersection(sc.parallelize([], 1)).collect()


@wide
def subtract(sc, tmp):
    a, b = sc.parallelize([1, 1, 2, 3, 4, 4, 5], 3), sc.parallelize([3, 4, 9], 2)
    left = a.subtract(b)
    return [left.getNumPartitions(), parts(left), parts(a.subtract(b, 2))]


@wide
def subtract_of_tuples(sc, tmp):
    a = sc.parallelize([("a", 1), ("b", 4), ("b", 5), ("a", 3)], 2)
    return sorted(a.subtract(sc.parallelize([("a", 3), ("c", None)], 1)).collect())


@wide
def subtract_by_key(sc, tmp):
    a = sc.parallelize([("a", 1), ("b", 4), ("b", 5), ("a", 2), ("c", 6)], 2)
    b = sc.parallelize([("a", 3), ("z", None)], 3)
    left = a.subtractByKey(b)
    return [left.getNumPartitions(), parts(left), parts(a.subtractByKey(b, 2))]
