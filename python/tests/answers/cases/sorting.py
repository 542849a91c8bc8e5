# SPDX-License-Identifier: Apache-2.0
"""sortByKey and sortBy: sampled ranges, their borders, stability, and which partition holds what."""

from __future__ import annotations

from ..registry import parts, raised, wide


@wide
def sort_by_key(sc, tmp):
    rdd = sc.parallelize([("d", 1), ("a", 2), ("c", 3), ("b", 4), ("a", 5)], 3)
    return [parts(rdd.sortByKey()), parts(rdd.sortByKey(False)), parts(rdd.sortByKey(True, 2))]


@wide
def sort_by_key_into_one(sc, tmp):
    rdd = sc.parallelize([(3, "c"), (1, "a"), (2, "b"), (1, "z")], 3)
    return [parts(rdd.sortByKey(numPartitions=1)), parts(rdd.sortByKey(False, 1))]


@wide
def sort_by_key_is_stable(sc, tmp):
    rdd = sc.parallelize([(i % 3, i) for i in range(15)], 4)
    return [rdd.sortByKey().collect(), rdd.sortByKey(ascending=False).collect()]


@wide
def sort_by_key_with_key_function(sc, tmp):
    rdd = sc.parallelize([("Mary", 1), ("had", 2), ("a", 3), ("Little", 4), ("lamb", 5)], 2)
    return parts(rdd.sortByKey(True, 2, keyfunc=lambda k: k.lower()))


@wide
def sort_by_key_of_nothing(sc, tmp):
    rdd = sc.parallelize([], 3)
    return [parts(rdd.sortByKey()), rdd.sortByKey().getNumPartitions()]


@wide
def sort_by_key_of_few(sc, tmp):
    return parts(sc.parallelize([(2, "b"), (1, "a")], 2).sortByKey(numPartitions=6))


@wide
def sort_by(sc, tmp):
    rdd = sc.parallelize([5, 3, 8, 1, 9, 2, 7], 3)
    return [
        parts(rdd.sortBy(lambda x: x)),
        parts(rdd.sortBy(lambda x: -x)),
        parts(rdd.sortBy(lambda x: x, False, 2)),
    ]


@wide
def sort_by_function_of_ties(sc, tmp):
    rdd = sc.parallelize(["bb", "a", "cc", "d", "ee", "f"], 3)
    return rdd.sortBy(len).collect()


@wide
def sort_by_of_many_sizes(sc, tmp):
    rdd = sc.parallelize([(i * 7919) % 10_007 for i in range(10_007)], 4)
    return rdd.sortBy(lambda x: x).glom().map(lambda p: (len(p), p[0], p[-1])).collect()


@wide
def sort_by_of_few_hundred_sizes(sc, tmp):
    rdd = sc.parallelize([(i * 37) % 307 for i in range(307)], 3)
    return [
        rdd.sortBy(lambda x: x, True, n).glom().map(lambda p: (len(p), p[:1])).collect() for n in (2, 3, 5, 8)
    ]


@wide
def sort_by_key_of_skewed_keys(sc, tmp):
    rdd = sc.parallelize([(1 if i % 10 else i, i) for i in range(200)], 4)
    return (
        rdd.sortByKey(numPartitions=4).glom().map(lambda p: (len(p), [k for k, _ in p[:2]], p[-1:])).collect()
    )


@wide
def sort_of_strings(sc, tmp):
    return sc.parallelize(["é", "z", "a", "Z", "", "10", "9"], 3).sortBy(lambda s: s).collect()


@wide
def sort_of_tuples(sc, tmp):
    return sc.parallelize([((2, "a"), 1), ((1, "b"), 2), ((1, "a"), 3)], 2).sortByKey().keys().collect()


@wide
def sort_of_mixed_types(sc, tmp):
    return raised(
        lambda: sc.parallelize([1, "a", None, 2], 2).sortBy(lambda x: x).collect(),
        "TypeError",
        "not supported between",
    )


@wide
def sort_has_a_partitioner(sc, tmp):
    rdd = sc.parallelize([(i, i) for i in range(10)], 2).sortByKey(numPartitions=3)
    return [type(rdd.partitioner).__name__, rdd.partitioner.numPartitions, rdd.getNumPartitions()]


@wide
def sort_runs_jobs_at_the_call(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return (x, x)

    rdd = sc.parallelize(range(10), 2).map(note)
    seen = [acc.value]
    by_key = rdd.sortByKey(numPartitions=2)
    seen.append(acc.value)
    by_key.collect()
    seen.append(acc.value)
    rdd.sortByKey(numPartitions=1)
    return [*seen, acc.value]


@wide
def max_by_key_and_top_after_sort(sc, tmp):
    rdd = sc.parallelize([("a", 3), ("b", 1), ("c", 2)], 2).sortBy(lambda kv: kv[1])
    return [rdd.first(), rdd.take(2), rdd.max(lambda kv: kv[1]), rdd.map(lambda kv: kv[0]).collect()]
