# SPDX-License-Identifier: Apache-2.0
"""Operations at the ends of what they take: nothing, one, None, negative, more partitions than items."""

from __future__ import annotations

import math
from operator import add

from ..registry import parts, raised, sorted_parts, wide


@wide
def each_operation_of_nothing(sc, tmp):
    """Of no partitions, and of three empty ones."""
    answers = []
    for rdd in (sc.emptyRDD(), sc.parallelize([], 3)):
        pairs = rdd.map(lambda x: (x, x))
        operations = (
            lambda rdd, pairs: rdd.collect(),
            lambda rdd, pairs: rdd.take(3),
            lambda rdd, pairs: rdd.takeOrdered(2),
            lambda rdd, pairs: rdd.sum(),
            lambda rdd, pairs: rdd.count(),
            lambda rdd, pairs: rdd.distinct().collect(),
            lambda rdd, pairs: rdd.groupBy(lambda x: x).collect(),
            lambda rdd, pairs: rdd.glom().collect(),
            lambda rdd, pairs: rdd.zipWithIndex().collect(),
            lambda rdd, pairs: rdd.zipWithUniqueId().collect(),
            lambda rdd, pairs: rdd.cartesian(rdd).collect(),
            lambda rdd, pairs: rdd.sample(False, 0.5, 1).collect(),
            lambda rdd, pairs: rdd.takeSample(False, 4, 1),
            lambda rdd, pairs: rdd.union(rdd).collect(),
            lambda rdd, pairs: rdd.intersection(rdd).collect(),
            lambda rdd, pairs: rdd.subtract(rdd).collect(),
            lambda rdd, pairs: rdd.countByValue(),
            lambda rdd, pairs: rdd.collectAsMap(),
            lambda rdd, pairs: pairs.reduceByKey(add).collect(),
            lambda rdd, pairs: pairs.groupByKey().collect(),
            lambda rdd, pairs: pairs.foldByKey(0, add).collect(),
            lambda rdd, pairs: pairs.aggregateByKey(0, add, add).collect(),
            lambda rdd, pairs: pairs.combineByKey(list, add, add).collect(),
            lambda rdd, pairs: pairs.join(pairs).collect(),
            lambda rdd, pairs: pairs.fullOuterJoin(pairs).collect(),
            lambda rdd, pairs: pairs.cogroup(pairs).collect(),
            lambda rdd, pairs: pairs.subtractByKey(pairs).collect(),
            lambda rdd, pairs: pairs.countByKey(),
            lambda rdd, pairs: pairs.keys().collect(),
            lambda rdd, pairs: pairs.values().collect(),
            lambda rdd, pairs: pairs.reduceByKeyLocally(add),
            lambda rdd, pairs: pairs.lookup(1),
            lambda rdd, pairs: rdd.coalesce(2).collect(),
            lambda rdd, pairs: rdd.repartition(2).collect(),
            lambda rdd, pairs: rdd.isEmpty(),
            lambda rdd, pairs: list(rdd.toLocalIterator()),
            lambda rdd, pairs: rdd.foreach(print),
        )
        answers.append([raised(lambda f=f, rdd=rdd, pairs=pairs: f(rdd, pairs)) for f in operations])
    return answers


@wide
def what_nothing_has_no_answer_for(sc, tmp):
    answers = []
    for rdd in (sc.emptyRDD(), sc.parallelize([], 3)):
        answers.append(
            [
                raised(action, "empty")
                for action in (
                    rdd.first,
                    rdd.max,
                    rdd.min,
                    rdd.mean,
                    rdd.variance,
                    lambda rdd=rdd: float(rdd.stdev()),
                    lambda rdd=rdd: float(rdd.sampleStdev()),
                    lambda rdd=rdd: rdd.reduce(add),
                    lambda rdd=rdd: rdd.treeReduce(add),
                    lambda rdd=rdd: rdd.top(1),
                    lambda rdd=rdd: rdd.histogram(2),
                    lambda rdd=rdd: rdd.sortBy(lambda x: x).collect(),
                )
            ]
        )
    return answers


@wide
def partition_counts_of_nothing(sc, tmp):
    rdd = sc.emptyRDD()
    pairs = rdd.map(lambda x: (x, x))
    made = [
        rdd,
        rdd.map(str),
        rdd.union(sc.parallelize([1], 2)),
        rdd.distinct(),
        rdd.distinct(3),
        pairs.reduceByKey(add),
        pairs.reduceByKey(add, 2),
        pairs.groupByKey(4),
        pairs.join(pairs),
        rdd.cartesian(sc.parallelize([1], 2)),
        rdd.coalesce(3),
        rdd.repartition(3),
        rdd.zipWithIndex(),
        pairs.partitionBy(2),
    ]
    return [one.getNumPartitions() for one in made]


@wide
def none_as_item_key_and_value(sc, tmp):
    rdd = sc.parallelize([None, 1, None, 2], 2)
    pairs = sc.parallelize([(None, None), (None, 1), (1, None)], 2)
    return [
        rdd.collect(),
        rdd.countByValue(),
        sorted_parts(rdd.distinct()),
        sorted_parts(pairs.groupByKey().mapValues(list)),
        sorted_parts(pairs.join(pairs)),
        pairs.lookup(None),
        pairs.keys().collect(),
        rdd.zipWithIndex().collect(),
        rdd.take(2),
        rdd.first(),
        pairs.sortBy(lambda kv: str(kv)).collect(),
    ]


@wide
def none_among_numbers(sc, tmp):
    rdd = sc.parallelize([1, None, 2], 1)
    return [raised(action, "TypeError") for action in (rdd.sum, rdd.max, rdd.mean, rdd.stats)]


@wide
def many_more_partitions_than_items(sc, tmp):
    pairs = sc.parallelize([(i, i * i) for i in range(3)], 2)
    return [
        parts(pairs.reduceByKey(add, 8)),
        parts(pairs.groupByKey(8).mapValues(list)),
        parts(pairs.sortByKey(True, 8)),
        parts(pairs.partitionBy(8)),
        parts(pairs.join(pairs, 8)),
        [len(part) for part in parts(pairs.repartition(8))],
        parts(pairs.coalesce(8)),
        parts(pairs.distinct(8)),
        parts(pairs.mapPartitions(lambda it: [sum(1 for _ in it)])),
    ]


@wide
def negative_and_zero_partition_counts(sc, tmp):
    pairs = sc.parallelize([(1, 2), (3, 4)], 2)
    return [
        raised(action)
        for action in (
            lambda: pairs.reduceByKey(add, 0).collect(),
            lambda: pairs.groupByKey(0).collect(),
            lambda: pairs.join(pairs, 0).collect(),
            lambda: pairs.distinct(0).collect(),
            lambda: pairs.partitionBy(0).collect(),
        )
    ]


@wide
def top_by_key(sc, tmp):
    words = sc.parallelize(["bb", "a", "dddd", "ccc", "ee", "f"], 3)
    return [
        words.top(2, key=len),
        words.top(3, key=lambda w: -len(w)),
        words.top(0),
        words.top(-1),
        words.top(99),
        words.takeOrdered(3, key=len),
        words.takeOrdered(2, key=lambda w: (-len(w), w)),
        words.max(key=len),
        words.min(key=len),
        words.max(key=lambda w: w[-1]),
    ]


@wide
def sort_by_descending_with_ties(sc, tmp):
    data = sc.parallelize([("b", 2), ("a", 1), ("c", 2), ("d", 1), ("e", 3), ("f", 2)], 3)
    return [
        parts(data.sortBy(lambda kv: kv[1], ascending=False, numPartitions=2)),
        parts(data.sortBy(lambda kv: kv[1], numPartitions=1)),
        data.sortBy(lambda kv: (-kv[1], kv[0])).collect(),
        parts(data.sortBy(lambda kv: kv[0], False, 4)),
        data.sortBy(lambda kv: kv[1], numPartitions=50).getNumPartitions(),
        data.map(lambda kv: (kv[1], kv[0])).sortByKey(False, 1).collect(),
        data.map(lambda kv: (kv[1], kv[0])).sortByKey(keyfunc=lambda k: -k, numPartitions=2).collect(),
    ]


@wide
def sort_of_nan_and_infinity(sc, tmp):
    data = sc.parallelize([2.0, -math.inf, 1.0, math.inf, -1.0], 2)
    return [data.sortBy(lambda x: x).collect(), data.sortBy(lambda x: x, False).collect()]


@wide
def histograms_of_odd_borders(sc, tmp):
    data = sc.parallelize([0.0, 0.1, 0.2, 0.3, 0.7, 1.0, -5.0, 7.0], 3)
    return [
        data.histogram([0.0, 0.1, 0.2, 0.3]),
        data.histogram([0, 0.25, 0.5, 0.75, 1]),
        data.histogram((0, 1)),
        data.histogram([-math.inf, 0, math.inf]),
        data.histogram([-math.inf, 0, 0.5, math.inf]),
        data.histogram([-10, 0, 1, 100]),
        data.filter(lambda x: 0 <= x <= 1).histogram(3),
        sc.parallelize(range(51)).histogram(4),
        sc.parallelize([True, False, True]).histogram(1),
        sc.parallelize([1, 2, math.nan]).histogram([0, 2]),
        sc.parallelize([3]).histogram(10),
        sc.parallelize("abcx").histogram(["a", "c", "z"]),
    ]


@wide
def samples_larger_than_the_data(sc, tmp):
    data = sc.parallelize(range(5), 2)
    return [
        sorted(data.takeSample(False, 99, 7)),
        len(data.takeSample(True, 99, 7)),
        data.takeSample(False, 0, 7),
        data.takeSample(True, 3, 7),
        data.takeSample(False, 3, 7),
        raised(lambda: data.takeSample(False, -1), "Sample size cannot be negative."),
        raised(lambda: data.takeSample(False, 2**63 - 1), "Sample size cannot be greater than"),
        raised(lambda: data.sample(False, -0.5)),
        data.sample(False, 2.0, 3).collect(),
        data.sample(True, 3.0, 3).collect(),
        data.sample(False, 0.0, 3).collect(),
        data.sample(False, 1.0, 3).collect(),
    ]


@wide
def samples_by_key_of_edge_fractions(sc, tmp):
    pairs = sc.parallelize([(k, i) for i in range(40) for k in "abc"], 4)
    return [
        pairs.sampleByKey(False, {"a": 0.0, "b": 1.0, "c": 0.2}, 5).collect(),
        pairs.sampleByKey(True, {"a": 0.0, "b": 0.5, "c": 2.0}, 5).countByKey(),
        raised(lambda: pairs.sampleByKey(False, {"a": -1.0}, 5)),
    ]


@wide
def splits_of_unequal_weights(sc, tmp):
    data = sc.parallelize(range(100), 3)
    return [
        [one.collect() for one in data.randomSplit([1, 0, 3], 11)],
        [one.count() for one in data.randomSplit([5.0], 11)],
        [one.getNumPartitions() for one in data.randomSplit([1, 1], 11)],
    ]


@wide
def takes_of_edge_numbers(sc, tmp):
    data = sc.parallelize(range(10), 4)
    return [
        data.take(0),
        data.take(100),
        data.take(-1),
        data.takeOrdered(0),
        raised(lambda: data.takeOrdered(-1)),
        raised(lambda: data.take(2.5)),
        raised(lambda: data.take("2")),
        data.filter(lambda x: x == 9).take(1),
        data.filter(lambda x: x > 100).take(1),
        data.filter(lambda x: x > 100).isEmpty(),
    ]


@wide
def zeros_are_copied(sc, tmp):
    pairs = sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2)
    zero = []

    def push(held, value):
        held.append(value)
        return held

    def extend(left, right):
        left.extend(right)
        return left

    lists = sc.parallelize([("a", [1]), ("b", [2]), ("a", [3])], 2)
    return [
        sorted(pairs.aggregateByKey(zero, push, extend).collect()),
        sorted(lists.foldByKey(zero, extend).collect()),
        zero,
        sorted(pairs.values().aggregate([], push, extend)),
        zero,
        sorted(pairs.values().treeAggregate(zero, push, extend)),
        zero,
        lists.values().fold([], extend),
    ]


@wide
def outer_joins_into_counts(sc, tmp):
    left = sc.parallelize([(i, f"l{i}") for i in range(6)], 2)
    right = sc.parallelize([(i, f"r{i}") for i in range(3, 9)], 3)
    return [
        sorted_parts(left.fullOuterJoin(right, 4)),
        sorted_parts(left.leftOuterJoin(right, 1)),
        sorted_parts(left.rightOuterJoin(right)),
        sorted_parts(left.subtractByKey(right)),
        sorted_parts(left.subtractByKey(right, 2)),
        sorted_parts(right.subtractByKey(left, 1)),
        sorted_parts(left.subtract(left.filter(lambda kv: kv[0] % 2), 2)),
    ]


@wide
def joins_with_duplicates_on_both_sides(sc, tmp):
    left = sc.parallelize([("k", 1), ("k", 2), ("x", 0)], 2)
    right = sc.parallelize([("k", "a"), ("k", "b"), ("y", "c"), ("k", None)], 2)
    return [
        sorted_parts(left.join(right, 2)),
        sorted_parts(left.fullOuterJoin(right, 2)),
        sorted_parts(left.cogroup(right, 2).mapValues(lambda vs: tuple(list(v) for v in vs))),
        sorted_parts(left.subtractByKey(right, 2)),
    ]


@wide
def unions_of_sources_of_each_kind(sc, tmp):
    (tmp / "f").write_text("x\ny\n")
    lines = sc.textFile(str(tmp / "f"), 1)
    numbers = sc.parallelize([1, 2], 2)
    pairs = numbers.zip(numbers)
    reduced = sc.parallelize([("a", 1), ("a", 2)], 2).reduceByKey(add)
    whole = sc.wholeTextFiles(str(tmp)).values()
    made = sc.union([lines, numbers, pairs, reduced, whole, numbers.cartesian(numbers), sc.range(2)])
    return [made.collect(), made.getNumPartitions(), (lines + numbers + lines).collect()]


@wide
def stats_of_one_and_of_equal(sc, tmp):
    one, equal = sc.parallelize([4.0], 2).stats(), sc.parallelize([2, 2, 2, 2], 2).stats()
    return [
        [str(n) for n in (s.count(), s.mean(), s.sum(), s.min(), s.max(), s.variance(), s.stdev())]
        for s in (one, equal)
    ] + [sorted(equal.asDict()), [str(n) for n in equal.asDict(sample=True).values()], repr(equal)]


@wide
def counters_merged_by_hand(sc, tmp):
    from pyspark.statcounter import StatCounter

    left, right, none = StatCounter([1, 2, 3]), StatCounter([10.5]), StatCounter()
    answers = [left.copy().mergeStats(right), left.copy().merge(7), left.copy().mergeStats(none)]
    answers += [none.copy().mergeStats(left), none]
    return [[str(n) for n in (s.count(), s.mean(), s.min(), s.max(), s.sum())] for s in answers] + [
        raised(lambda: left.mergeStats(3))
    ]
