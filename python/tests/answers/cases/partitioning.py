# SPDX-License-Identifier: Apache-2.0
"""partitionBy, portable_hash, partitioners, coalesce, repartition."""

from __future__ import annotations

from ..registry import core, parts, raised, sorted_parts, wide


def _hashes(sc, keys):
    from pyspark.rdd import portable_hash

    return sc.parallelize(keys, 1).map(lambda k: (k, portable_hash(k))).collect()


@core
def portable_hash_of_ints(sc, tmp):
    return _hashes(sc, [0, 1, -1, -2, 7, 2**31, 2**61 - 2, 2**61 - 1, 2**61, 2**64, -(2**64), 10**30])


@core
def portable_hash_of_floats(sc, tmp):
    return _hashes(sc, [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 1e300, -2.75, float("inf"), -float("inf")])


@core
def portable_hash_of_bools_and_none(sc, tmp):
    return _hashes(sc, [True, False, None])


@core
def portable_hash_of_strings(sc, tmp):
    return _hashes(sc, ["", "a", "b", "abc", "é", "日本", "\U0001f600", "word" * 50])


@core
def portable_hash_of_bytes(sc, tmp):
    return _hashes(sc, [b"", b"a", b"abc", b"\x00\xff"])


@core
def portable_hash_of_tuples(sc, tmp):
    return _hashes(
        sc,
        [
            (),
            (1,),
            (1, 2),
            (2, 1),
            (None,),
            (1, None),
            ("a", 1),
            ((1, 2), 3),
            (0,),
            (-1, -1),
            (1.5, "x", True),
        ],
    )


@core
def portable_hash_of_nested_none(sc, tmp):
    return _hashes(sc, [((None, 1), None), (None, None), ((),), ((), ())])


@core
def portable_hash_of_frozensets(sc, tmp):
    return _hashes(sc, [frozenset(), frozenset([1]), frozenset([1, 2, 3]), frozenset([1.5, -7])])


@core
def portable_hash_of_numbers_of_the_library(sc, tmp):
    from decimal import Decimal
    from fractions import Fraction

    return [
        (str(k), h)
        for k, h in _hashes(
            sc, [Decimal("1.5"), Decimal(3), Fraction(1, 3), complex(1, 2), Decimal("NaN")][:4]
        )
    ]


@core
def portable_hash_of_dates(sc, tmp):
    import datetime

    keys = [
        datetime.date(2020, 1, 2),
        datetime.datetime(2020, 1, 2, 3, 4, 5),
        datetime.timedelta(days=1),
        datetime.time(1, 2),
    ]
    return [(str(k), h) for k, h in _hashes(sc, keys)]


@core
def portable_hash_of_a_list(sc, tmp):
    return [
        raised(lambda: _hashes(sc, [[1]]), "TypeError", "unhashable"),
        raised(lambda: _hashes(sc, [{}]), "unhashable"),
    ]


@core
def portable_hash_of_own_class(sc, tmp):
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return self.n * 3

        def __eq__(self, other):
            return self.n == other.n

    return [(k.n, h) for k, h in _hashes(sc, [Key(1), Key(5), Key(-4)])]


@core
def portable_hash_of_namedtuple(sc, tmp):
    from collections import namedtuple

    Point = namedtuple("Point", "x y")
    return [(tuple(k), h) for k, h in _hashes(sc, [Point(1, 2), Point(None, "a")])]


@core
def portable_hash_of_range_and_type_of_result(sc, tmp):
    return [(str(k), h, type(h).__name__) for k, h in _hashes(sc, [range(3), range(1, 9, 2), True, 2.0])]


@core
def partition_by_ints(sc, tmp):
    return [parts(sc.parallelize([(i, i) for i in range(-5, 8)], 3).partitionBy(n)) for n in (1, 2, 3, 5)]


@core
def partition_by_mixed_keys(sc, tmp):
    keys = [1, 1.0, True, None, "a", ("a", 1), b"b", 2.5, frozenset([1]), -1]
    return parts(sc.parallelize([(k, i) for i, k in enumerate(keys)], 2).partitionBy(4))


@core
def partition_by_without_number(sc, tmp):
    rdd = sc.parallelize([(i, i) for i in range(6)], 3).partitionBy(None)
    return [rdd.getNumPartitions(), parts(rdd)]


@core
def partition_by_own_function(sc, tmp):
    return parts(sc.parallelize([(w, len(w)) for w in ("a", "bb", "ccc", "dddd")], 2).partitionBy(3, len))


@core
def partition_by_negative_results(sc, tmp):
    return parts(sc.parallelize([(i, 0) for i in range(6)], 2).partitionBy(4, lambda k: -k - 1))


@core
def partition_by_constant(sc, tmp):
    return parts(sc.parallelize([(i, 0) for i in range(4)], 2).partitionBy(3, lambda k: 1))


@core
def partition_by_float_result(sc, tmp):
    return raised(lambda: sc.parallelize([(1, 0)], 1).partitionBy(3, lambda k: 1.5).collect())


@core
def partition_by_failing_function(sc, tmp):
    return raised(
        lambda: sc.parallelize([(1, 0)], 1).partitionBy(3, lambda k: k / 0).collect(), "ZeroDivisionError"
    )


@core
def partition_by_keeps_input_order(sc, tmp):
    rdd = sc.parallelize([(i % 3, i) for i in range(30)], 5).partitionBy(3)
    return parts(rdd.values())


@core
def partition_by_of_triples(sc, tmp):
    return raised(
        lambda: sc.parallelize([(1, 2, 3)], 1).partitionBy(2).collect(), "too many values to unpack"
    )


@core
def partition_by_of_lists_as_pairs(sc, tmp):
    return parts(sc.parallelize([[1, 2], [2, 3]], 1).partitionBy(2))


@core
def partition_by_zero(sc, tmp):
    return raised(lambda: sc.parallelize([(1, 2)], 1).partitionBy(0).collect())


@core
def partition_by_again_is_the_same_object(sc, tmp):
    rdd = sc.parallelize([(i, i) for i in range(4)], 2).partitionBy(2)
    return [rdd.partitionBy(2) is rdd, rdd.partitionBy(3) is rdd, rdd.partitionBy(2, lambda k: 0) is rdd]


@core
def partitioner_attributes(sc, tmp):
    from pyspark.rdd import portable_hash

    rdd = sc.parallelize([(1, 2)], 1)
    hashed = rdd.partitionBy(4)
    p = hashed.partitioner
    return [
        rdd.partitioner,
        type(p).__name__,
        p.numPartitions,
        p.partitionFunc is portable_hash,
        p(7),
        p(None),
    ]


@core
def partitioner_equality(sc, tmp):
    rdd = sc.parallelize([(1, 2)], 1)

    def first(k):
        return 0

    def second(k):
        return 0

    a, b = rdd.partitionBy(2), rdd.partitionBy(2)
    return [
        a.partitioner == b.partitioner,
        a.partitioner == rdd.partitionBy(3).partitioner,
        rdd.partitionBy(2, first).partitioner == rdd.partitionBy(2, first).partitioner,
        rdd.partitionBy(2, first).partitioner == rdd.partitionBy(2, second).partitioner,
        rdd.reduceByKey(lambda x, y: x, 2).partitioner == a.partitioner,
        rdd.groupByKey(2).partitioner == a.partitioner,
        rdd.join(rdd, 2).partitioner == a.partitioner,
        rdd.distinct(2).partitioner,
    ]


@core
def partition_counts_of_wide_operations(sc, tmp):
    three = sc.parallelize([(i, i) for i in range(6)], 3)
    five = sc.parallelize([(i, i) for i in range(6)], 5)
    return [
        three.reduceByKey(max).getNumPartitions(),
        three.groupByKey().getNumPartitions(),
        three.distinct().getNumPartitions(),
        three.groupBy(lambda x: x).getNumPartitions(),
        three.join(five).getNumPartitions(),
        three.cogroup(five).getNumPartitions(),
        three.union(five).getNumPartitions(),
        three.partitionBy(7).reduceByKey(max).getNumPartitions(),
        three.partitionBy(2).join(five).getNumPartitions(),
        three.aggregateByKey(0, max, max).getNumPartitions(),
        three.combineByKey(str, max, max).getNumPartitions(),
    ]


@core(alone=True)
def partition_counts_with_default_parallelism_set(sc, tmp):
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster("local[2]").setAppName("alone").set("spark.ui.enabled", "false")
    sc = SparkContext(conf=conf.set("spark.default.parallelism", "6"))
    three = sc.parallelize([(i, i) for i in range(6)], 3)
    counts = [
        sc.defaultParallelism,
        sc.defaultMinPartitions,
        sc.parallelize([1]).getNumPartitions(),
        sc.range(3).getNumPartitions(),
    ]
    counts += [
        three.reduceByKey(max).getNumPartitions(),
        three.join(three).getNumPartitions(),
        three.distinct().getNumPartitions(),
    ]
    sc.stop()
    return counts


@wide
def partition_counts_of_sorts_and_sets(sc, tmp):
    three, five = sc.parallelize(range(6), 3), sc.parallelize(range(6), 5)
    return [
        three.sortBy(lambda x: x).getNumPartitions(),
        three.intersection(five).getNumPartitions(),
        three.subtract(five).getNumPartitions(),
        three.cartesian(five).getNumPartitions(),
        three.coalesce(9).getNumPartitions(),
        three.repartition(9).getNumPartitions(),
        three.coalesce(9, True).getNumPartitions(),
    ]


@wide
def coalesce_without_shuffle(sc, tmp):
    rdd = sc.parallelize(range(12), 6)
    return [parts(rdd.coalesce(n)) for n in (1, 2, 3, 4, 5, 6, 8)]


@wide
def coalesce_of_ten(sc, tmp):
    rdd = sc.parallelize(range(20), 10)
    return [parts(rdd.coalesce(n)) for n in (3, 4, 7, 9)]


@wide
def coalesce_with_shuffle(sc, tmp):
    rdd = sc.parallelize(range(10), 3)
    return [sorted_parts(rdd.coalesce(n, shuffle=True)) for n in (1, 2, 4)]


@wide
def coalesce_index_and_steps(sc, tmp):
    rdd = sc.parallelize(range(6), 6).coalesce(2)
    return rdd.mapPartitionsWithIndex(lambda i, it: [(i, list(it))]).collect()


@wide
def coalesce_after_filter(sc, tmp):
    return parts(sc.parallelize(range(100), 10).filter(lambda x: x % 9 == 0).coalesce(3))


@wide
def coalesce_to_nothing(sc, tmp):
    return [
        raised(lambda: sc.parallelize([1], 1).coalesce(0).collect(), "must be positive"),
        raised(lambda: sc.parallelize([1], 1).coalesce(-1).collect()),
    ]


@wide
def repartition_placement(sc, tmp):
    rdd = sc.parallelize(range(10), 3)
    return [parts(rdd.repartition(n)) for n in (1, 2, 3, 4, 6)]


@wide
def repartition_of_many(sc, tmp):
    rdd = sc.parallelize(range(1000), 3)
    return [
        rdd.repartition(4).glom().map(lambda p: (len(p), sorted(p)[:5])).collect(),
        rdd.repartition(2).glom().map(len).collect(),
    ]


@wide
def repartition_keeps_all(sc, tmp):
    rdd = sc.parallelize([str(i) for i in range(57)], 4)
    again = rdd.repartition(7)
    return [
        again.getNumPartitions(),
        again.count(),
        sorted(again.collect()) == sorted(rdd.collect()),
        again.partitioner,
    ]


@wide
def repartition_and_sort_within_partitions(sc, tmp):
    rdd = sc.parallelize([(i * 7 % 10, i) for i in range(10)], 3)
    return [
        parts(rdd.repartitionAndSortWithinPartitions(2)),
        parts(rdd.repartitionAndSortWithinPartitions(3, lambda k: k % 3, False)),
        parts(rdd.repartitionAndSortWithinPartitions(2, keyfunc=lambda k: -k)),
        parts(rdd.repartitionAndSortWithinPartitions()),
    ]
