# SPDX-License-Identifier: Apache-2.0
"""Operations that stay inside a partition."""

from __future__ import annotations

from ..registry import core, parts, raised


@core
def map_keeps_order_and_partitions(sc, tmp):
    return parts(sc.parallelize(range(7), 3).map(lambda x: (x, str(x))))


@core
def map_to_each_type(sc, tmp):
    return (
        sc.parallelize([1, 2], 2)
        .map(lambda x: [x, (x,), {x: x}, {x}, float(x), str(x), bytes([x]), None, x > 1])
        .collect()
    )


@core
def flat_map(sc, tmp):
    return parts(sc.parallelize([0, 1, 2, 3], 2).flatMap(range))


@core
def flat_map_strings(sc, tmp):
    return sc.parallelize(["to be", "or", "", "not to be"], 2).flatMap(lambda s: s.split(" ")).collect()


@core
def flat_map_characters(sc, tmp):
    return sc.parallelize(["ab", "c"], 1).flatMap(lambda s: s).collect()


@core
def flat_map_dict_gives_keys(sc, tmp):
    return sc.parallelize([{"a": 1, "b": 2}, {}], 1).flatMap(lambda d: d).collect()


@core
def flat_map_none_fails(sc, tmp):
    return raised(
        lambda: sc.parallelize([1], 1).flatMap(lambda x: None).collect(), "TypeError", "not iterable"
    )


@core
def filter_leaves_empty_partitions(sc, tmp):
    return parts(sc.parallelize(range(8), 4).filter(lambda x: x > 4))


@core
def filter_by_truth(sc, tmp):
    return sc.parallelize([0, 1, "", "a", [], [0], None, 0.0, float("nan")], 2).filter(lambda x: x).collect()


@core
def filter_with_none_function(sc, tmp):
    return raised(lambda: sc.parallelize([0, 1], 1).filter(None).collect(), "TypeError", "NoneType")


@core
def map_partitions(sc, tmp):
    return sc.parallelize([1, 2, 3, 4, 5], 3).mapPartitions(lambda it: [sum(it)]).collect()


@core
def map_partitions_returning_string(sc, tmp):
    return sc.parallelize([1, 2], 2).mapPartitions(lambda it: "ab").collect()


@core
def map_partitions_generator(sc, tmp):
    def doubled(it):
        for x in it:
            yield x
            yield x

    return parts(sc.parallelize([1, 2, 3], 2).mapPartitions(doubled))


@core
def map_partitions_none_fails(sc, tmp):
    return raised(
        lambda: sc.parallelize([1], 1).mapPartitions(lambda it: None).collect(), "TypeError", "NoneType"
    )


@core
def map_partitions_ignoring_input(sc, tmp):
    return sc.parallelize(range(100_000), 2).mapPartitions(lambda it: [7]).collect()


@core
def map_partitions_with_index(sc, tmp):
    return sc.parallelize("abcde", 3).mapPartitionsWithIndex(lambda i, it: [(i, list(it))]).collect()


@core
def map_partitions_with_split_old_name(sc, tmp):
    return sc.parallelize("abc", 2).mapPartitionsWithSplit(lambda i, it: [i]).collect()


@core
def index_after_union(sc, tmp):
    both = sc.parallelize([1, 2], 2).union(sc.parallelize([3, 4], 2))
    return both.mapPartitionsWithIndex(lambda i, it: [(i, list(it))]).collect()


@core
def index_is_that_of_the_narrow_parent(sc, tmp):
    first = sc.parallelize([1, 2], 2).mapPartitionsWithIndex(lambda i, it: [(i, x) for x in it])
    second = sc.parallelize([3, 4], 2).mapPartitionsWithIndex(lambda i, it: [(i, x) for x in it])
    return first.union(second).collect()


@core
def glom(sc, tmp):
    return [sc.parallelize([1, 2, 3], 2).glom().collect(), sc.parallelize([], 2).glom().collect()]


@core
def glom_of_glom(sc, tmp):
    return sc.parallelize([1, 2, 3], 2).glom().glom().collect()


@core
def key_by(sc, tmp):
    return sc.parallelize(["apple", "fig"], 2).keyBy(len).collect()


@core
def keys_and_values(sc, tmp):
    pairs = sc.parallelize([(1, "a"), (2, "b", "extra"), ["k", "v"], "xy"], 2)
    return [pairs.keys().collect(), pairs.values().collect()]


@core
def map_values(sc, tmp):
    return sc.parallelize([("a", [1, 2]), ("b", [])], 2).mapValues(len).collect()


@core
def map_values_of_lists_makes_tuples(sc, tmp):
    return sc.parallelize([["a", 1], ["b", 2]], 1).mapValues(lambda v: v + 1).collect()


@core
def map_values_of_triples(sc, tmp):
    return raised(lambda: sc.parallelize([(1, 2, 3)], 1).mapValues(str).collect(), "ValueError", "unpack")


@core
def map_values_of_triple_by_index(sc, tmp):
    return sc.parallelize([(1, 2, 3)], 1).values().collect()


@core
def flat_map_values(sc, tmp):
    return sc.parallelize([("a", "xy"), ("b", ""), ("c", [1, 2])], 2).flatMapValues(lambda v: v).collect()


@core
def long_chain(sc, tmp):
    rdd = sc.parallelize(range(20), 3)
    for step in range(30):
        rdd = rdd.map(lambda x, step=step: x + step)
    return parts(rdd.filter(lambda x: x % 2 == 0))


@core
def preserves_partitioning_keeps_partitioner(sc, tmp):
    pairs = sc.parallelize([(i, i) for i in range(6)], 3).partitionBy(2)
    kept = pairs.mapPartitions(lambda it: it, preservesPartitioning=True)
    lost = pairs.mapPartitions(lambda it: it)
    return [
        kept.partitioner == pairs.partitioner,
        lost.partitioner,
        pairs.mapValues(str).partitioner == pairs.partitioner,
        pairs.flatMapValues(lambda v: [v]).partitioner == pairs.partitioner,
        pairs.map(lambda kv: kv).partitioner,
        pairs.filter(lambda kv: True).partitioner == pairs.partitioner,
        pairs.map(lambda kv: kv, preservesPartitioning=True).partitioner == pairs.partitioner,
    ]


@core
def records_of_changing_types(sc, tmp):
    return (
        sc.parallelize([1, "a", 2.5, (1, 2), [3], None, True, b"z", {"k": 1}] * 3, 4)
        .map(lambda x: (type(x).__name__, x))
        .collect()
    )


@core
def mutation_of_input_is_local_to_the_job(sc, tmp):
    rdd = sc.parallelize([[1], [2]], 1)

    def grow(x):
        x.append(0)
        return x

    return [rdd.map(grow).collect(), rdd.map(grow).collect(), rdd.collect()]


@core
def iterator_passed_on_lazily(sc, tmp):
    def stop_early(it):
        yield next(it)

    return sc.parallelize(range(50_000), 2).map(lambda x: x + 1).mapPartitions(stop_early).collect()


@core
def empty_partition_next_raises(sc, tmp):
    return raised(
        lambda: sc.parallelize([1], 2).mapPartitions(lambda it: [next(it)]).collect(), "StopIteration"
    )
