# SPDX-License-Identifier: Apache-2.0
"""Actions: what they return, in which order they combine, and what they do with nothing."""

from __future__ import annotations

from ..registry import core, raised, wide


@core
def count(sc, tmp):
    return [sc.parallelize(range(n), 3).count() for n in (0, 1, 7, 1000)]


@core
def collect_in_order_of_partitions(sc, tmp):
    return sc.parallelize(list("dcba"), 3).map(str.upper).collect()


@core
def take_each_number(sc, tmp):
    rdd = sc.parallelize(range(10), 4)
    return [rdd.take(n) for n in (0, 1, 2, 3, 5, 9, 10, 11, 100)]


@core
def take_negative(sc, tmp):
    return raised(lambda: sc.parallelize([1, 2], 2).take(-1))


@core
def take_over_empty_partitions(sc, tmp):
    rdd = sc.parallelize(range(20), 20).filter(lambda x: x in (13, 19))
    return [rdd.take(1), rdd.take(2), rdd.take(3)]


@core
def partitions_that_take_runs(sc, tmp):
    seen = []
    for wanted in (1, 3, 8):
        acc = sc.accumulator(0)

        def note(it, acc=acc):
            acc.add(1)
            return it

        sc.parallelize(range(30), 30).mapPartitions(note).take(wanted)
        seen.append((wanted, acc.value))
    return seen


@core
def partitions_that_take_runs_when_most_are_empty(sc, tmp):
    acc = sc.accumulator(0)

    def note(it):
        acc.add(1)
        return it

    found = sc.parallelize(range(100), 100).mapPartitions(note).filter(lambda x: x == 60).take(1)
    return [found, acc.value]


@core
def first(sc, tmp):
    return [
        sc.parallelize(["z", "a"], 2).first(),
        sc.parallelize([None], 1).first(),
        sc.parallelize([5], 4).first(),
    ]


@core
def first_of_nothing(sc, tmp):
    return [raised(sc.parallelize([], 2).first, "RDD is empty"), raised(sc.emptyRDD().first, "RDD is empty")]


@core
def is_empty(sc, tmp):
    return [
        sc.parallelize([], 3).isEmpty(),
        sc.parallelize([None], 3).isEmpty(),
        sc.parallelize([1, 2], 2).filter(lambda x: x > 5).isEmpty(),
        sc.emptyRDD().isEmpty(),
    ]


@core
def reduce_tree(sc, tmp):
    rdd = sc.parallelize("abcdefg", 3)
    return rdd.reduce(lambda a, b: f"({a}{b})")


@core
def reduce_skips_empty_partitions(sc, tmp):
    return sc.parallelize([1, 2], 6).reduce(lambda a, b: a + b)


@core
def reduce_one(sc, tmp):
    return sc.parallelize(["only"], 3).reduce(lambda a, b: 1 / 0)


@core
def reduce_nothing(sc, tmp):
    return [
        raised(lambda: sc.parallelize([], 2).reduce(max), "Can not reduce() empty RDD"),
        raised(lambda: sc.emptyRDD().reduce(max), "Can not reduce() empty RDD"),
    ]


@core
def reduce_failing_on_the_driver(sc, tmp):
    return raised(lambda: sc.parallelize([1, "a"], 2).reduce(lambda a, b: a + b), "unsupported operand")


@core
def fold_tree(sc, tmp):
    return sc.parallelize("abcde", 3).fold("z", lambda a, b: f"({a}{b})")


@core
def fold_zero_counts_once_a_partition_and_once_more(sc, tmp):
    return [sc.parallelize([1, 2, 3], n).fold(100, lambda a, b: a + b) for n in (1, 2, 3, 5)]


@core
def fold_of_nothing(sc, tmp):
    return [sc.parallelize([], 3).fold(7, lambda a, b: a + b), sc.emptyRDD().fold(7, lambda a, b: a + b)]


@core
def fold_with_mutable_zero(sc, tmp):
    def extend(a, b):
        a.extend(b)
        return a

    return sc.parallelize([[1], [2], [3]], 3).fold([], extend)


@core
def aggregate_tree(sc, tmp):
    return sc.parallelize("abcde", 3).aggregate("z", lambda u, v: f"s({u},{v})", lambda a, b: f"c({a},{b})")


@core
def aggregate_mean(sc, tmp):
    rdd = sc.parallelize([1, 2, 3, 4], 2)
    return rdd.aggregate((0, 0), lambda u, v: (u[0] + v, u[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]))


@core
def aggregate_of_nothing(sc, tmp):
    return sc.parallelize([], 2).aggregate([0], lambda u, v: u, lambda a, b: a + b)


@core
def aggregate_with_mutable_zero(sc, tmp):
    def add(acc, v):
        acc.append(v)
        return acc

    def join(a, b):
        a.extend(b)
        return a

    return sc.parallelize(range(6), 3).aggregate([], add, join)


@core
def sum_of_kinds(sc, tmp):
    return [
        sc.parallelize([1, 2, 3], 2).sum(),
        sc.parallelize([0.5, 2], 2).sum(),
        sc.parallelize([], 2).sum(),
        sc.parallelize([True, True], 2).sum(),
        sc.parallelize([2**70, 1], 2).sum(),
        sc.parallelize([0.125] * 10, 3).sum(),
    ]


@core
def sum_of_strings(sc, tmp):
    return raised(lambda: sc.parallelize(["a"], 1).sum(), "unsupported operand")


@core
def min_and_max(sc, tmp):
    rdd = sc.parallelize([3, 1, 2, 5, 4], 3)
    words = sc.parallelize(["fig", "apple", "kiwi", "date"], 2)
    return [rdd.min(), rdd.max(), words.min(), words.max(), words.min(len), words.max(len)]


@core
def min_and_max_ties_take_the_first(sc, tmp):
    rdd = sc.parallelize([(1, "a"), (0, "b"), (1, "c"), (0, "d")], 2)
    return [rdd.max(lambda kv: kv[0]), rdd.min(lambda kv: kv[0])]


@core
def min_and_max_of_nothing(sc, tmp):
    return [raised(sc.parallelize([], 1).max, "empty"), raised(sc.parallelize([], 1).min, "empty")]


@core
def max_of_mixed_types(sc, tmp):
    return raised(lambda: sc.parallelize([1, "a"], 1).max(), "not supported between")


@core
def mean(sc, tmp):
    return [sc.parallelize(data, 3).mean() for data in ([1, 2, 3, 4], [0.1, 0.2, 0.3], [5])]


@core
def mean_of_nothing(sc, tmp):
    return sc.parallelize([], 2).mean()


@core
def top(sc, tmp):
    rdd = sc.parallelize([10, 4, 2, 12, 3], 2)
    return [rdd.top(n) for n in (0, 1, 3, 9)] + [rdd.top(2, key=str), rdd.top(2, lambda x: -x)]


@core
def top_of_ties(sc, tmp):
    rdd = sc.parallelize([(1, "a"), (2, "b"), (2, "c"), (1, "d"), (2, "e")], 3)
    return rdd.top(4, key=lambda kv: kv[0])


@core
def take_ordered(sc, tmp):
    rdd = sc.parallelize([10, 1, 2, 9, 3, 4, 5, 6, 7], 2)
    return [rdd.takeOrdered(n) for n in (0, 1, 6, 20)] + [rdd.takeOrdered(3, key=lambda x: -x)]


@core
def take_ordered_of_ties(sc, tmp):
    rdd = sc.parallelize([(1, "a"), (0, "b"), (1, "c"), (0, "d"), (1, "e")], 3)
    return rdd.takeOrdered(4, key=lambda kv: kv[0])


@core
def take_ordered_and_top_of_nothing(sc, tmp):
    rdd = sc.parallelize([], 2)
    return [
        rdd.takeOrdered(3),
        rdd.top(3),
        raised(lambda: sc.emptyRDD().takeOrdered(2)),
        raised(lambda: sc.emptyRDD().top(2)),
    ]


@core
def top_of_mixed_types(sc, tmp):
    return raised(lambda: sc.parallelize([1, "a"], 1).top(1), "not supported between")


@core
def to_local_iterator(sc, tmp):
    it = sc.parallelize(range(6), 3).map(lambda x: x * 2).toLocalIterator()
    return [next(it), next(it), list(it), list(it)]


@core
def to_local_iterator_prefetching(sc, tmp):
    return list(sc.parallelize(range(6), 3).toLocalIterator(prefetchPartitions=True))


@core
def to_local_iterator_runs_partition_by_partition(sc, tmp):
    acc = sc.accumulator(0)

    def note(it):
        acc.add(1)
        return it

    it = sc.parallelize(range(8), 4).mapPartitions(note).toLocalIterator()
    seen = [acc.value]
    for _ in range(8):
        next(it)
        seen.append(acc.value > 0)
    return [*seen, list(it), acc.value]


@core
def to_local_iterator_with_a_job_inside(sc, tmp):
    return [sc.parallelize(range(n), 2).sum() for n in sc.parallelize([3, 4, 5], 3).toLocalIterator()]


@core
def to_local_iterator_failing_in_the_second_partition(sc, tmp):
    it = sc.parallelize([1, 0], 2).map(lambda x: 1 // x).toLocalIterator()
    return [next(it), raised(lambda: next(it), "ZeroDivisionError", "division")]


@core
def foreach(sc, tmp):
    acc = sc.accumulator(0)
    result = sc.parallelize([1, 2, 3], 2).foreach(lambda x: acc.add(x))
    return [result, acc.value]


@core
def foreach_partition(sc, tmp):
    acc = sc.accumulator(0)

    def add(it):
        acc.add(sum(it) * 10 + 1)

    result = sc.parallelize([1, 2, 3], 2).foreachPartition(add)
    return [result, acc.value]


@core
def foreach_partition_returning_a_value(sc, tmp):
    return sc.parallelize([1, 2, 3], 2).foreachPartition(lambda it: [sum(it)])


@core
def run_job(sc, tmp):
    rdd = sc.parallelize(range(6), 3)
    return [
        sc.runJob(rdd, lambda part: [x * x for x in part]),
        sc.runJob(rdd, lambda part: [sum(part)], [0, 2]),
        sc.runJob(rdd, lambda part: part, [2, 0, 2], True),
    ]


@wide
def run_job_on_missing_partition(sc, tmp):
    return raised(lambda: sc.runJob(sc.parallelize([1], 1), lambda part: part, [5]))


@wide
def lookup(sc, tmp):
    pairs = sc.parallelize([(i % 4, i) for i in range(12)], 3)
    hashed = pairs.partitionBy(2)
    return [
        pairs.lookup(1),
        hashed.lookup(1),
        hashed.lookup(77),
        sc.parallelize([(("a", 1), 5)], 2).lookup(("a", 1)),
    ]


@wide
def count_approx_family(sc, tmp):
    rdd = sc.parallelize(range(1000), 4)
    total, average = rdd.sumApprox(60_000), rdd.meanApprox(60_000)
    return [
        rdd.countApprox(60_000),
        float(total),
        float(average),
        type(total).__name__,
        (total.low, total.high, total.confidence),
    ]


@wide
def approximations_of_nothing(sc, tmp):
    empty, none = sc.parallelize([], 2), sc.emptyRDD()
    answers = []
    for rdd in (empty, none):
        for estimate in (rdd.sumApprox(300), rdd.meanApprox(300)):
            answers.append((float(estimate), estimate.confidence, estimate.low, estimate.high))
        answers.append(rdd.countApprox(300))
    return answers


@wide
def approximations_of_fractions(sc, tmp):
    rdd = sc.parallelize([0.1, 0.2, 0.3, 0.7, 1e9], 3)
    return [
        float(rdd.sumApprox(60_000, 0.5)),
        float(rdd.meanApprox(60_000, 0.5)),
        rdd.countApprox(60_000, 0.5),
    ]


@wide
def approximation_that_fails(sc, tmp):
    rdd = sc.parallelize([1, "a"], 2)
    return [raised(lambda: rdd.sumApprox(60_000)), raised(lambda: rdd.meanApprox(60_000))]


@wide
def count_approx_distinct(sc, tmp):
    ints = sc.parallelize([i % 100 for i in range(1000)], 4)
    words = sc.parallelize([f"w{i % 250}" for i in range(1000)], 4)
    return [
        ints.countApproxDistinct(),
        words.countApproxDistinct(),
        words.countApproxDistinct(0.01),
        sc.parallelize(range(5000), 3).countApproxDistinct(0.05),
        sc.parallelize(range(200), 3).countApproxDistinct(0.2),
        sc.parallelize([None, (1, "a"), (1, "a"), "é", 2.5, -7, True, 1], 2).countApproxDistinct(),
        sc.parallelize([], 2).countApproxDistinct(),
        sc.emptyRDD().countApproxDistinct(),
    ]


@wide
def count_approx_distinct_of_many(sc, tmp):
    return sc.parallelize([i % 100 for i in range(1000)], 4).countApproxDistinct(0.3)


@wide
def count_approx_distinct_bad_error(sc, tmp):
    rdd = sc.parallelize([1], 1)
    return [
        raised(lambda: rdd.countApproxDistinct(0.00000001), "should be"),
        raised(lambda: rdd.countApproxDistinct(0.5), "should be"),
    ]


@wide
def collect_with_job_group(sc, tmp):
    found = sc.parallelize([1, 2], 2).collectWithJobGroup("g", "text")
    group = sc.getLocalProperty("spark.jobGroup.id")
    sc.setLocalProperty("spark.jobGroup.id", None)
    return [found, group]
