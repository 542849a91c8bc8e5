# SPDX-License-Identifier: Apache-2.0
"""Histograms, statistics, tree-shaped aggregates."""

from __future__ import annotations

from ..registry import core, raised, wide


def _stats(s):
    # PySpark's minimum and maximum are numpy's where numpy is installed, so their type is no answer.
    values = [
        s.mean(),
        s.sum(),
        s.min(),
        s.max(),
        s.variance(),
        s.sampleVariance(),
        s.stdev(),
        s.sampleStdev(),
    ]
    return [s.count(), *map(float, values)]


@core
def sums_over_partitions(sc, tmp):
    # Exact in binary: Python 3.12's sum() rounds otherwise than 3.11's.
    return [sc.parallelize([0.5, 0.25, 3, -8.125], n).sum() for n in (1, 2, 3, 5)]


@core
def means_over_partitions(sc, tmp):
    return [sc.parallelize([0.1, 0.2, 0.3, 100.5, -7], n).mean() for n in (1, 2, 3, 5)]


@wide
def stats(sc, tmp):
    return [
        _stats(sc.parallelize(data, n).stats())
        for data in ([1, 2, 3, 4], [0.1, -2.5, 7, 1e6])
        for n in (1, 2, 3)
    ]


@wide
def stats_of_one_and_none(sc, tmp):
    return [_stats(sc.parallelize([5], 2).stats()), _stats(sc.parallelize([], 2).stats())]


@wide
def stats_text_and_dict(sc, tmp):
    s = sc.parallelize([1.0, 2.0, 4.0], 2).stats()
    dicts = [s.asDict(), s.asDict(sample=True)]
    return [str(s), *({key: float(value) for key, value in d.items()} for d in dicts)]


@wide
def stats_methods(sc, tmp):
    rdd = sc.parallelize([1.5, 2.5, 9, -3], 3)
    return [
        float(f()) for f in (rdd.variance, rdd.stdev, rdd.sampleVariance, rdd.sampleStdev, rdd.mean, rdd.sum)
    ]


@wide
def stats_with_nan(sc, tmp):
    return _stats(sc.parallelize([1.0, float("nan"), 3.0], 2).stats())


@wide
def stat_counter_by_hand(sc, tmp):
    from pyspark.statcounter import StatCounter

    a, b = StatCounter([1, 2, 3]), StatCounter([10, 20])
    merged = a.copy().mergeStats(b)
    return [_stats(merged), _stats(a.merge(4)), _stats(StatCounter())]


@wide
def stats_of_strings(sc, tmp):
    return raised(lambda: sc.parallelize(["a", "b"], 1).stats())


@wide
def histogram_of_even_buckets(sc, tmp):
    rdd = sc.parallelize(range(51), 3)
    return [rdd.histogram(n) for n in (1, 2, 5, 7)]


@wide
def histogram_of_given_borders(sc, tmp):
    rdd = sc.parallelize(range(51), 3)
    return [
        rdd.histogram([0, 5, 25, 50]),
        rdd.histogram([0, 15, 30, 45, 60]),
        rdd.histogram([10, 20]),
        rdd.histogram((0, 25, 50)),
    ]


@wide
def histogram_of_floats(sc, tmp):
    rdd = sc.parallelize([0.5, 1.5, 1.5, 2.25, 9.75, -1], 2)
    return [rdd.histogram(3), rdd.histogram([-1, 0.5, 1.5, 10.0])]


@wide
def histogram_of_strings(sc, tmp):
    rdd = sc.parallelize(["ab", "ac", "b", "bd", "ef"], 2)
    return [rdd.histogram(("a", "b", "c")), rdd.histogram(1)]


@wide
def histogram_of_equal_values(sc, tmp):
    return [sc.parallelize([1, 1, 1], 2).histogram(n) for n in (1, 2, 4)]


@wide
def histogram_of_nan_and_infinity(sc, tmp):
    rdd = sc.parallelize([1.0, 2.0, float("nan"), float("inf"), None], 2)
    return [
        rdd.histogram([0, 1, 3]),
        raised(lambda: sc.parallelize([1.0, float("inf")], 1).histogram(2)),
    ]


@wide
def histogram_of_bad_arguments(sc, tmp):
    rdd = sc.parallelize([1, 2, 3], 1)
    return [
        raised(lambda: rdd.histogram(0), "buckets"),
        raised(lambda: rdd.histogram([1]), "buckets"),
        raised(lambda: rdd.histogram([3, 1, 2]), "sorted"),
        raised(lambda: rdd.histogram([1, 1, 2]), "duplicate"),
        raised(lambda: rdd.histogram("x")),
        raised(lambda: rdd.histogram(1.5)),
        raised(lambda: sc.parallelize([], 1).histogram(2), "empty"),
    ]


@wide
def histogram_with_values_outside(sc, tmp):
    return sc.parallelize([-5, 0, 1, 2, 3, 4, 99], 2).histogram([0, 2, 4])


@wide
def tree_reduce(sc, tmp):
    rdd = sc.parallelize(range(20), 10)
    return [rdd.treeReduce(lambda a, b: a + b, depth) for depth in (1, 2, 3, 5)]


@wide
def tree_reduce_shape(sc, tmp):
    rdd = sc.parallelize("abcdefghijklmnopqrst", 10)
    return [rdd.treeReduce(lambda a, b: f"({a}{b})", depth) for depth in (1, 2, 3)]


@wide
def tree_reduce_of_few_and_none(sc, tmp):
    return [
        sc.parallelize([1, 2], 8).treeReduce(lambda a, b: a + b),
        raised(lambda: sc.parallelize([], 4).treeReduce(max), "empty"),
    ]


@wide
def tree_aggregate(sc, tmp):
    rdd = sc.parallelize(range(20), 10)
    return [rdd.treeAggregate(0, lambda u, v: u + v, lambda a, b: a + b, depth) for depth in (1, 2, 3)]


@wide
def tree_aggregate_shape(sc, tmp):
    rdd = sc.parallelize("abcdefgh", 8)
    return [
        rdd.treeAggregate("z", lambda u, v: u + v, lambda a, b: f"({a}{b})", depth) for depth in (1, 2, 3)
    ]


@wide
def tree_aggregate_of_zeros_and_none(sc, tmp):
    return [
        sc.parallelize([1, 2, 3], 3).treeAggregate(100, lambda u, v: u + v, lambda a, b: a + b),
        sc.parallelize([], 4).treeAggregate(5, lambda u, v: u, lambda a, b: a + b),
        sc.parallelize([1, 2, 3, 4], 4).treeAggregate([], lambda u, v: u + [v], lambda a, b: a + b),
    ]


@core
def statistics_of_arrays(sc, tmp):
    import numpy as np

    rdd = sc.parallelize([np.array([1, 2]), np.array([3, 5]), np.array([0, 9])], 2)
    stats = rdd.stats()
    found = [
        rdd.mean(),
        rdd.variance(),
        rdd.stdev(),
        rdd.sampleStdev(),
        stats.max(),
        stats.min(),
        stats.sum(),
    ]
    return [type(found[0]).__name__, *(np.round(array, 9).tolist() for array in found), str(stats)]


@core
def statistics_of_an_array_of_one(sc, tmp):
    import numpy as np

    stats = sc.parallelize([np.array([1.0]), np.array([4.0])], 1).stats()
    return [stats.max().tolist(), stats.min().tolist(), stats.stdev().tolist()]
