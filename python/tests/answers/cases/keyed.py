# SPDX-License-Identifier: Apache-2.0
"""Operations by key: placement by portable hash, order within partitions, combiners."""

from __future__ import annotations

from ..registry import core, parts, raised

WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "the", "fox"]


def _words(sc, n=3):
    return sc.parallelize([(w, 1) for w in WORDS], n)


@core
def reduce_by_key_words(sc, tmp):
    return parts(_words(sc).reduceByKey(lambda a, b: a + b))


@core
def reduce_by_key_into_other_counts(sc, tmp):
    return [parts(_words(sc).reduceByKey(lambda a, b: a + b, n)) for n in (1, 2, 4, 5)]


@core
def reduce_by_key_order_of_operands(sc, tmp):
    rdd = sc.parallelize([("k", str(i)) for i in range(10)] + [("j", "x")], 4)
    return parts(rdd.reduceByKey(lambda a, b: f"({a}{b})"))


@core
def reduce_by_key_ints(sc, tmp):
    return parts(sc.parallelize([(i % 5, i) for i in range(20)], 3).reduceByKey(max))


@core
def reduce_by_key_one_value_is_not_touched(sc, tmp):
    return parts(sc.parallelize([("a", 1), ("b", 2)], 2).reduceByKey(lambda a, b: 1 / 0))


@core
def reduce_by_key_of_mixed_numbers(sc, tmp):
    return parts(
        sc.parallelize(
            [(1, "int"), (1.0, "float"), (True, "bool"), (0, "zero"), (False, "f")], 2
        ).reduceByKey(lambda a, b: a + b)
    )


@core
def reduce_by_key_none_and_tuples(sc, tmp):
    data = [(None, 1), ((1, None), 2), ((1, None), 3), (None, 4), (("a", ("b", 2)), 5)]
    return parts(sc.parallelize(data, 2).reduceByKey(lambda a, b: a + b, 3))


@core
def reduce_by_key_with_partition_function(sc, tmp):
    rdd = sc.parallelize([(i, 1) for i in range(10)], 2)
    return parts(rdd.reduceByKey(lambda a, b: a + b, 3, lambda k: k // 4))


@core
def reduce_by_key_unhashable(sc, tmp):
    return raised(
        lambda: sc.parallelize([([1], 2)], 1).reduceByKey(lambda a, b: a).collect(), "TypeError", "unhashable"
    )


@core
def reduce_by_key_records_that_are_no_pairs(sc, tmp):
    return [
        raised(lambda: sc.parallelize([1, 2], 1).reduceByKey(lambda a, b: a).collect(), "TypeError"),
        raised(lambda: sc.parallelize([(1, 2, 3)], 1).reduceByKey(lambda a, b: a).collect(), "ValueError"),
    ]


@core
def reduce_by_key_locally(sc, tmp):
    return _words(sc).reduceByKeyLocally(lambda a, b: a + b)


@core
def group_by_key(sc, tmp):
    grouped = sc.parallelize([(i % 3, i) for i in range(10)], 3).groupByKey()
    return parts(grouped.mapValues(list))


@core
def group_by_key_value_order(sc, tmp):
    return sc.parallelize([("k", i) for i in range(12)], 4).groupByKey(1).mapValues(list).collect()


@core
def group_by_key_result_iterable(sc, tmp):
    values = sc.parallelize([("a", 3), ("a", 1), ("a", 2)], 2).groupByKey().collect()[0][1]
    return [type(values).__name__, len(values), list(values), list(values), sorted(values), 3 in values]


@core
def group_by_key_values_read_twice(sc, tmp):
    grouped = sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2).groupByKey(2)
    return sorted(grouped.mapValues(lambda vs: (sum(vs), max(vs), len(vs))).collect())


@core
def group_by(sc, tmp):
    return parts(sc.parallelize(range(10), 3).groupBy(lambda x: x % 3).mapValues(list))


@core
def group_by_with_count(sc, tmp):
    return parts(sc.parallelize(["a", "bb", "cc", "ddd"], 2).groupBy(len, 3).mapValues(sorted))


@core
def combine_by_key(sc, tmp):
    rdd = sc.parallelize([("a", 1), ("b", 2), ("a", 3), ("a", 4)], 2)
    return parts(rdd.combineByKey(lambda v: [v], lambda c, v: c + [v], lambda a, b: ["|", *a, *b]))


@core
def combine_by_key_calls(sc, tmp):
    rdd = sc.parallelize([("k", i) for i in range(8)], 3)
    return rdd.combineByKey(
        lambda v: f"c{v}", lambda c, v: f"v({c},{v})", lambda a, b: f"m({a},{b})"
    ).collect()


@core
def combine_by_key_partitions(sc, tmp):
    rdd = sc.parallelize([(i, i) for i in range(9)], 3)
    return parts(rdd.combineByKey(str, lambda c, v: c + str(v), lambda a, b: a + b, 4))


@core
def aggregate_by_key(sc, tmp):
    rdd = sc.parallelize([("a", 3), ("b", 1), ("a", 5), ("b", 7), ("a", 1)], 3)
    return parts(
        rdd.aggregateByKey((0, 0), lambda u, v: (u[0] + v, u[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1]))
    )


@core
def aggregate_by_key_mutable_zero_is_fresh(sc, tmp):
    rdd = sc.parallelize([("a", 1), ("b", 2), ("a", 3), ("c", 4)], 2)

    def add(acc, v):
        acc.append(v)
        return acc

    return sorted(rdd.aggregateByKey([], add, lambda a, b: a + b).collect())


@core
def aggregate_by_key_calls(sc, tmp):
    rdd = sc.parallelize([("k", i) for i in range(6)], 3)
    return rdd.aggregateByKey("z", lambda u, v: f"s({u},{v})", lambda a, b: f"c({a},{b})").collect()


@core
def fold_by_key(sc, tmp):
    rdd = sc.parallelize([("a", 1), ("b", 2), ("a", 3)], 2)
    return sorted(rdd.foldByKey(10, lambda a, b: a + b).collect())


@core
def fold_by_key_calls(sc, tmp):
    rdd = sc.parallelize([("k", str(i)) for i in range(6)], 3)
    return rdd.foldByKey("z", lambda a, b: f"({a}{b})").collect()


@core
def distinct_of_ints(sc, tmp):
    return parts(sc.parallelize([5, 1, 3, 1, 5, 2, 8], 3).distinct())


@core
def distinct_into_count(sc, tmp):
    return parts(sc.parallelize([5, 1, 3, 1, 5, 2, 8], 3).distinct(2))


@core
def distinct_of_strings(sc, tmp):
    return parts(sc.parallelize(WORDS, 2).distinct())


@core
def distinct_keeps_the_first_of_equals(sc, tmp):
    return sc.parallelize([1, 1.0, True, 0.0, False, 0], 1).distinct().collect()


@core
def distinct_of_none_and_tuples(sc, tmp):
    return parts(sc.parallelize([None, (1, "a"), None, (1, "a"), ()], 2).distinct())


@core
def distinct_of_unhashable(sc, tmp):
    return raised(lambda: sc.parallelize([[1], [1]], 1).distinct().collect(), "TypeError", "unhashable")


@core
def count_by_key(sc, tmp):
    result = _words(sc).countByKey()
    return [type(result).__name__, dict(result), result["nothing"]]


@core
def count_by_value(sc, tmp):
    result = sc.parallelize([1, 2, 1, "a", None, 1.0], 2).countByValue()
    return [type(result).__name__, dict(result)]


@core
def count_by_key_order(sc, tmp):
    return list(sc.parallelize([("b", 1), ("a", 1), ("b", 1), ("c", 1)], 2).countByKey().items())


@core
def collect_as_map(sc, tmp):
    return sc.parallelize([(1, "a"), (2, "b"), (1, "c")], 2).collectAsMap()


@core
def collect_as_map_order(sc, tmp):
    return list(sc.parallelize([(3, "a"), (2, "b"), (1, "c"), (3, "d")], 2).collectAsMap().items())


@core
def chain_of_two_shuffles(sc, tmp):
    counts = _words(sc).reduceByKey(lambda a, b: a + b, 4)
    return parts(counts.map(lambda kv: (kv[1], kv[0])).groupByKey(2).mapValues(sorted))


@core
def many_keys(sc, tmp):
    rdd = sc.parallelize([(i * 7919 % 1009, 1) for i in range(5000)], 4).reduceByKey(lambda a, b: a + b, 5)
    return rdd.glom().map(lambda p: (len(p), p[:3], p[-2:])).collect()


@core
def many_string_keys_placement(sc, tmp):
    rdd = sc.parallelize([(f"key{i}", i) for i in range(300)], 3).reduceByKey(lambda a, b: a + b, 4)
    return rdd.glom().map(lambda p: (len(p), [k for k, _ in p[:5]], sum(v for _, v in p))).collect()
