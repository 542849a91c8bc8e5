# SPDX-License-Identifier: Apache-2.0
"""Which elements of parallelize and range fall into which partition."""

from __future__ import annotations

from ..registry import core, parts, raised


@core
def list_in_each_number_of_partitions(sc, tmp):
    return [parts(sc.parallelize(list("abcdefg"), n)) for n in (1, 2, 3, 4, 6, 7, 9)]


@core
def list_without_number(sc, tmp):
    rdd = sc.parallelize([1, 2, 3, 4, 5])
    return [rdd.getNumPartitions(), parts(rdd)]


@core
def empty_list(sc, tmp):
    rdd = sc.parallelize([])
    return [rdd.getNumPartitions(), parts(rdd), rdd.isEmpty()]


@core
def empty_list_in_three(sc, tmp):
    return parts(sc.parallelize([], 3))


@core
def one_element_in_four(sc, tmp):
    return parts(sc.parallelize(["x"], 4))


@core
def range_object(sc, tmp):
    return [parts(sc.parallelize(range(10), n)) for n in (1, 3, 4)]


@core
def range_object_with_step(sc, tmp):
    return [parts(sc.parallelize(range(3, 30, 4), n)) for n in (2, 3, 5)]


@core
def range_object_downwards(sc, tmp):
    return parts(sc.parallelize(range(10, -5, -3), 3))


@core
def range_object_shorter_than_partitions(sc, tmp):
    return parts(sc.parallelize(range(3), 7))


@core
def empty_range_object(sc, tmp):
    return parts(sc.parallelize(range(5, 5), 2))


@core
def generator(sc, tmp):
    return parts(sc.parallelize((i * i for i in range(7)), 3))


@core
def iterator_of_list(sc, tmp):
    return parts(sc.parallelize(iter(["a", "b", "c", "d", "e"]), 2))


@core
def tuple_and_string(sc, tmp):
    return [parts(sc.parallelize((1, 2, 3, 4), 3)), parts(sc.parallelize("hello", 2))]


@core
def dict_gives_its_keys(sc, tmp):
    return parts(sc.parallelize({"a": 1, "b": 2, "c": 3}, 2))


@core
def dict_items(sc, tmp):
    return parts(sc.parallelize({"a": 1, "b": 2, "c": 3}.items(), 2))


@core
def set_of_ints(sc, tmp):
    return parts(sc.parallelize({1, 2, 3, 4, 5}, 2))


@core
def many_elements_sizes(sc, tmp):
    return sc.parallelize(list(range(10_007)), 16).glom().map(lambda p: (p[0], len(p))).collect()


@core
def more_elements_than_one_batch(sc, tmp):
    return (
        sc.parallelize([str(i) for i in range(5000)], 3).glom().map(lambda p: (p[0], p[-1], len(p))).collect()
    )


@core
def nested_values_keep_types(sc, tmp):
    return sc.parallelize(
        [(1, [2, (3,)]), {"k": {1, 2}}, frozenset([1]), b"x", bytearray(b"y"), 1.0, True, None], 3
    ).collect()


@core
def big_ints(sc, tmp):
    return sc.parallelize([2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 2**100], 2).collect()


@core
def special_floats(sc, tmp):
    return sc.parallelize([float("nan"), float("inf"), -float("inf"), -0.0, 5e-324, 1e308], 2).collect()


@core
def odd_strings(sc, tmp):
    return sc.parallelize(["", "\x00", "é", "\U0001f600", "a\nb", "\ud800"], 3).collect()


@core
def numbers_of_slices_that_fail(sc, tmp):
    return [
        raised(lambda: sc.parallelize([1, 2], 0).getNumPartitions()),
        raised(lambda: sc.parallelize([1, 2], -1).getNumPartitions()),
        raised(lambda: sc.parallelize(range(4), 0).getNumPartitions()),
    ]


@core
def collect_from_no_slices(sc, tmp):
    return [
        raised(lambda: sc.parallelize([1, 2], 0).collect()),
        raised(lambda: sc.range(4, numSlices=0).collect()),
    ]


@core
def not_iterable(sc, tmp):
    return raised(lambda: sc.parallelize(5, 2), "len")


@core
def sc_range_one_argument(sc, tmp):
    rdd = sc.range(7)
    return [rdd.getNumPartitions(), parts(rdd)]


@core
def sc_range_two_arguments(sc, tmp):
    return parts(sc.range(2, 9, numSlices=3))


@core
def sc_range_with_step(sc, tmp):
    return parts(sc.range(1, 20, 3, 4))


@core
def sc_range_downwards(sc, tmp):
    return parts(sc.range(5, -6, -2, 4))


@core
def sc_range_empty(sc, tmp):
    return [parts(sc.range(5, 1, numSlices=2)), sc.range(0).count()]


@core
def sc_range_zero_step(sc, tmp):
    return raised(lambda: sc.range(0, 5, 0).collect())


@core
def sc_range_beyond_64_bits(sc, tmp):
    return parts(sc.range(2**64, 2**64 + 5, numSlices=2))


@core
def empty_rdd(sc, tmp):
    rdd = sc.emptyRDD()
    return [rdd.getNumPartitions(), rdd.collect(), rdd.count(), rdd.isEmpty(), rdd.map(str).take(3)]


@core
def default_parallelism(sc, tmp):
    return [sc.defaultParallelism, sc.defaultMinPartitions, sc.parallelize([1]).getNumPartitions()]


@core
def partitions_after_union(sc, tmp):
    a, b = sc.parallelize([1, 2, 3], 2), sc.parallelize([4, 5], 3)
    return [parts(a.union(b)), parts(a + b), parts(sc.union([b, a, b]))]
