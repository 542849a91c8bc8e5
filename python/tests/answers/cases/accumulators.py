# SPDX-License-Identifier: Apache-2.0
"""Accumulators: what tasks add, and what the driver sees of it."""

from __future__ import annotations

from ..registry import core, counted, raised


@core
def accumulator_of_ints_and_floats(sc, tmp):
    ints, floats, start = sc.accumulator(0), sc.accumulator(0.0), sc.accumulator(100)
    sc.parallelize(range(10), 3).foreach(lambda x: (ints.add(x), floats.add(x / 2), start.add(1)))
    return [ints.value, floats.value, start.value]


@core
def accumulator_by_plus_equals(sc, tmp):
    acc = sc.accumulator(0)

    def add(x):
        nonlocal acc
        acc += x

    sc.parallelize([1, 2, 3], 2).foreach(add)
    acc += 10
    return [acc.value, str(acc).split("=")[0], repr(acc).split(",")[0].split("<")[0]]


@core
def accumulator_of_complex(sc, tmp):
    acc = sc.accumulator(1 + 2j)
    sc.parallelize([1j, 2], 2).foreach(lambda x: acc.add(x))
    return [acc.value.real, acc.value.imag]


@core
def accumulator_counts_again_for_each_action(sc, tmp):
    acc, note = counted(sc)
    rdd = sc.parallelize([1, 2, 3], 2).map(note)
    seen = [acc.value]
    for action in (rdd.count, rdd.collect, rdd.first):
        action()
        seen.append(acc.value)
    return seen


@core
def accumulator_under_cache(sc, tmp):
    acc, note = counted(sc)
    rdd = sc.parallelize([1, 2, 3], 2).map(note).cache()
    seen = []
    for action in (rdd.count, rdd.collect, rdd.sum):
        action()
        seen.append(acc.value)
    rdd.unpersist()
    rdd.count()
    return [*seen, acc.value]


@core
def accumulator_above_a_shuffle_is_computed_once(sc, tmp):
    acc = sc.accumulator(0)

    def note(x):
        acc.add(1)
        return (x % 2, x)

    reduced = sc.parallelize(range(6), 2).map(note).reduceByKey(lambda a, b: a + b)
    first = reduced.collect()
    seen = [acc.value]
    reduced.count()
    return [first, *seen, acc.value]


@core
def accumulator_in_filter_and_take(sc, tmp):
    acc = sc.accumulator(0)

    def big(x):
        acc.add(1)
        return x > 2

    rdd = sc.parallelize(range(6), 2).filter(big)
    return [rdd.collect(), acc.value]


@core
def accumulator_with_own_param(sc, tmp):
    from pyspark.accumulators import AccumulatorParam

    class Lists(AccumulatorParam):
        def zero(self, value):
            return []

        def addInPlace(self, a, b):
            a.extend(b)
            return a

    acc = sc.accumulator([0], Lists())
    sc.parallelize([3, 1, 2], 3).foreach(lambda x: acc.add([x]))
    return sorted(acc.value)


@core
def accumulator_of_vectors(sc, tmp):
    from pyspark.accumulators import AccumulatorParam

    class Vectors(AccumulatorParam):
        def zero(self, value):
            return [0.0] * len(value)

        def addInPlace(self, a, b):
            return [x + y for x, y in zip(a, b, strict=True)]

    acc = sc.accumulator([1.0, 2.0], Vectors())
    sc.parallelize([1, 2, 3], 2).foreach(lambda x: acc.add([x, -x]))
    return acc.value


@core
def accumulator_of_strings_needs_a_param(sc, tmp):
    return raised(lambda: sc.accumulator("text"), "accumulator")


@core
def accumulator_value_in_a_task(sc, tmp):
    acc = sc.accumulator(0)
    return raised(
        lambda: sc.parallelize([1], 1).map(lambda x: acc.value).collect(), "cannot be accessed inside tasks"
    )


@core
def accumulator_value_can_be_set(sc, tmp):
    acc = sc.accumulator(5)
    acc.value = 1
    sc.parallelize([1, 2], 2).foreach(lambda x: acc.add(x))
    return acc.value


@core
def accumulator_after_a_failed_action(sc, tmp):
    acc = sc.accumulator(0)

    def fail(x):
        acc.add(1)
        raise ValueError

    raised(lambda: sc.parallelize([1], 1).map(fail).collect())
    return acc.value


@core
def two_accumulators_in_one_job(sc, tmp):
    even, odd = sc.accumulator(0), sc.accumulator(0)
    sc.parallelize(range(11), 4).foreach(lambda x: (odd if x % 2 else even).add(x))
    return [even.value, odd.value]


@core
def accumulator_local_addition(sc, tmp):
    acc = sc.accumulator(1)
    acc.add(2)
    acc += 3
    return acc.value
