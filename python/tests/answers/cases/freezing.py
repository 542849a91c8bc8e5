# SPDX-License-Identifier: Apache-2.0
"""The moment at which closures, data and settings freeze, and what functions may be."""

from __future__ import annotations

from ..registry import core


@core
def variable_changed_before_the_action(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 2).map(lambda x: x * factor)
    factor = 10
    return rdd.collect()


@core
def variable_changed_between_actions(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 2).map(lambda x: x * factor)
    first = rdd.collect()
    factor = 10
    return [first, rdd.collect(), rdd.count()]


@core
def variable_changed_between_collect_and_count(sc, tmp):
    limit = 1
    rdd = sc.parallelize([1, 2, 3], 2).filter(lambda x: x > limit)
    first = rdd.count()
    limit = 2
    return [first, rdd.collect(), rdd.count(), rdd.map(lambda x: x).collect()]


@core
def variable_changed_before_a_derived_step(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 2).map(lambda x: x * factor)
    first = rdd.collect()
    factor = 10
    return [first, rdd.map(lambda x: x).collect(), rdd.collect()]


@core
def list_grown_between_actions(sc, tmp):
    seen = [1]
    rdd = sc.parallelize([1, 2, 3], 2).filter(lambda x: x in seen)
    first = rdd.collect()
    seen.append(2)
    return [first, rdd.collect(), rdd.filter(lambda x: True).collect()]


@core
def union_freezes(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 1).map(lambda x: x * factor)
    both = rdd.union(rdd)
    factor = 10
    return [both.collect(), rdd.collect(), rdd.map(lambda x: x).collect()]


@core
def reduce_by_key_freezes_what_is_above(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 1).map(lambda x: (x, x * factor))
    reduced = rdd.reduceByKey(max, 1)
    factor = 10
    return [reduced.collect(), rdd.collect()]


@core
def reduce_by_key_and_its_own_function(sc, tmp):
    plus = 0
    rdd = sc.parallelize([(1, 1), (1, 2)], 1)
    reduced = rdd.reduceByKey(lambda a, b: a + b + plus, 1)
    plus = 100
    return reduced.collect()


@core
def reduce_by_key_function_over_partitions(sc, tmp):
    plus = 0
    reduced = sc.parallelize([(1, 1), (1, 2), (1, 3), (1, 4)], 2).reduceByKey(lambda a, b: a + b + plus, 1)
    plus = 100
    return reduced.collect()


@core
def group_by_key_then_changed_map(sc, tmp):
    factor = 1
    rdd = (
        sc.parallelize([(1, 2)], 1)
        .mapValues(lambda v: v * factor)
        .groupByKey(1)
        .mapValues(lambda vs: [v * factor for v in vs])
    )
    factor = 10
    return rdd.collect()


@core
def partition_by_freezes_what_is_above(sc, tmp):
    factor = 1
    rdd = sc.parallelize([(1, 2)], 1).mapValues(lambda v: v * factor).partitionBy(2)
    factor = 10
    return rdd.collect()


@core
def cache_freezes(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 1).map(lambda x: x * factor).cache()
    factor = 10
    return [rdd.collect(), rdd.map(lambda x: x).collect()]


@core
def number_of_partitions_freezes(sc, tmp):
    factor = 1
    rdd = sc.parallelize([1, 2], 1).map(lambda x: x * factor)
    rdd.getNumPartitions()
    factor = 10
    return rdd.collect()


@core
def data_freezes_at_parallelize(sc, tmp):
    data = [1, 2]
    rdd = sc.parallelize(data, 1)
    data.append(3)
    return rdd.collect()


@core
def mutable_items_freeze_at_parallelize(sc, tmp):
    inner = [1]
    rdd = sc.parallelize([inner, inner], 1)
    inner.append(2)
    return rdd.collect()


@core
def loop_that_filters(sc, tmp):
    rdd = sc.parallelize(range(60), 2)
    for divisor in (2, 3, 5):
        rdd = rdd.filter(lambda x: x % divisor)
    return rdd.collect()


@core
def loop_that_filters_with_actions(sc, tmp):
    rdd, counts = sc.parallelize(range(60), 2), []
    for divisor in (2, 3, 5):
        rdd = rdd.filter(lambda x: x % divisor)
        counts.append(rdd.count())
    return [counts, rdd.collect()]


@core
def loop_that_filters_with_bound_default(sc, tmp):
    rdd = sc.parallelize(range(60), 2)
    for divisor in (2, 3, 5):
        rdd = rdd.filter(lambda x, d=divisor: x % d)
    return rdd.collect()


@core
def loop_that_unions(sc, tmp):
    rdd = sc.parallelize([0], 1)
    for step in (1, 2, 3):
        rdd = rdd.union(sc.parallelize([10], 1).map(lambda x: x + step))
    return rdd.collect()


@core
def state_captured_is_fresh_for_each_task(sc, tmp):
    seen = []

    def note(x):
        seen.append(x)
        return len(seen)

    rdd = sc.parallelize([1, 2, 3, 4], 2).map(note)
    return [rdd.collect(), rdd.collect(), seen]


@core
def default_argument_is_fresh_for_each_task(sc, tmp):
    def note(x, seen=[]):  # noqa: B006 - the shared default is the point
        seen.append(x)
        return list(seen)

    return sc.parallelize([1, 2, 3], 3).map(note).collect()


@core
def kinds_of_functions(sc, tmp):
    import functools
    import operator

    class Adder:
        base = 100

        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            return x + self.n

        def method(self, x):
            return x * self.n

        @classmethod
        def of_class(cls, x):
            return x + cls.base

        @staticmethod
        def static(x):
            return -x

    rdd = sc.parallelize([1, 2, 3], 2)
    functions = [
        Adder(5),
        Adder(7).method,
        Adder.of_class,
        Adder.static,
        functools.partial(operator.sub, 10),
        str,
        float,
        abs,
        [10, 20, 30, 40].__getitem__,
        operator.neg,
        {1: "a", 2: "b", 3: "c"}.get,
    ]
    return [rdd.map(f).collect() for f in functions]


@core
def recursion(sc, tmp):
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    return [sc.parallelize(range(10), 2).map(fib).collect(), sc.parallelize(range(6), 2).map(even).collect()]


@core
def generator_functions(sc, tmp):
    def pairs(x):
        yield x
        yield -x

    def upto(it):
        for x in it:
            yield from range(x)

    rdd = sc.parallelize([1, 2], 2)
    return [rdd.flatMap(pairs).collect(), rdd.mapPartitions(upto).collect()]


@core
def class_defined_beside_the_function(sc, tmp):
    class Point:
        def __init__(self, x, y):
            self.x, self.y = x, y

        def __add__(self, other):
            return Point(self.x + other.x, self.y + other.y)

    total = sc.parallelize([1, 2, 3], 2).map(lambda n: Point(n, n * n)).reduce(lambda a, b: a + b)
    return [type(total).__name__, total.x, total.y, isinstance(total, Point)]


@core
def namedtuple_defined_in_the_program(sc, tmp):
    from collections import namedtuple

    Point = namedtuple("Point", ["x", "y"])
    rdd = sc.parallelize([Point(1, 2), Point(3, 4)], 2)
    return [rdd.collect(), rdd.map(lambda p: p.x + p.y).collect(), rdd.map(lambda p: p._replace(x=0)).first()]


@core
def enum_and_dataclass_defined_in_the_program(sc, tmp):
    import dataclasses
    import enum

    class Colour(enum.Enum):
        RED = 1
        BLUE = 2

    @dataclasses.dataclass
    class Item:
        colour: Colour
        n: int = 0

    rdd = sc.parallelize([Colour.RED, Colour.BLUE, Colour.RED], 2).map(lambda c: Item(c, c.value))
    return [
        [(i.colour.name, i.n) for i in rdd.collect()],
        [c is Colour.RED for c in rdd.map(lambda i: i.colour).collect()],
    ]


@core
def functions_using_modules(sc, tmp):
    import json
    import math
    import re

    rdd = sc.parallelize(['{"a": 4}', '{"a": 9}'], 2)
    return rdd.map(lambda s: (math.sqrt(json.loads(s)["a"]), re.sub(r"\D", "", s))).collect()


@core
def closure_of_closure(sc, tmp):
    def power(n):
        def base(m):
            return lambda x: m * x**n

        return base

    return sc.parallelize([1, 2, 3], 2).map(power(2)(10)).collect()


@core
def lambda_in_a_data_structure(sc, tmp):
    steps = {"double": lambda x: 2 * x, "square": lambda x: x * x}
    return sc.parallelize([3, 4], 2).map(lambda x: {k: f(x) for k, f in sorted(steps.items())}).collect()


@core
def functions_as_data(sc, tmp):
    from ..registry import raised

    return raised(
        lambda: [f(3) for f in sc.parallelize([1, 2], 2).map(lambda n: lambda x: x + n).collect()], "pickle"
    )
