# SPDX-License-Identifier: Apache-2.0
"""Arrays, maps and structs: functions, nulls in them, positions, higher-order functions."""

from __future__ import annotations

from ..registry import Expressions, F, case, frame_of

ARRAYS = frame_of(
    "a array<int>, b array<int>, s array<string>, n int",
    ([3, 1, None, 2, 1], [1, 5], ["b", None, "a"], 2),
    ([], [None], [], 1),
    ([None, None], None, ["x", "x"], -1),
    (None, [1], None, None),
)
arrays = Expressions(
    """
    F.size('a')
    F.array_size('a')
    F.cardinality('a')
    F.array_contains('a', 1)
    F.array_contains('a', 9)
    F.array_contains('s', 'x')
    F.array_position('a', 1)
    F.element_at('a', 1)
    F.element_at('a', -1)
    F.try_element_at('a', F.lit(5))
    F.get('a', 0)
    F.get('a', 7)
    c('a')[0]
    c('a').getItem(1)
    c('a')[c('n')]
    F.sort_array('a')
    F.sort_array('a', False)
    F.array_sort('a')
    F.array_sort('s')
    F.array_sort('a', lambda x, y: F.when(x.isNull(), 1).when(y.isNull(), -1).otherwise(y - x))
    F.array_distinct('a')
    F.array_union('a', 'b')
    F.array_intersect('a', 'b')
    F.array_except('a', 'b')
    F.arrays_overlap('a', 'b')
    F.array_remove('a', 1)
    F.array_compact('a')
    F.array_append('a', 9)
    F.array_prepend('a', 0)
    F.array_insert('a', 2, 7)
    F.array_insert('a', -1, 7)
    F.array_insert('a', 8, 7)
    F.array_join('s', ',')
    F.array_join('s', ',', '?')
    F.array_max('a')
    F.array_min('a')
    F.array_max('s')
    F.array_repeat('n', 2)
    F.array_repeat(F.lit('x'), 'n')
    F.slice('a', 2, 2)
    F.slice('a', -2, 5)
    F.slice('a', 1, 0)
    F.slice('a', 0, 1)
    F.reverse('a')
    F.concat('a', 'b')
    F.flatten(F.array('a', 'b'))
    F.arrays_zip('a', 'b')
    F.sequence(F.lit(1), F.lit(5))
    F.sequence(F.lit(5), F.lit(1), F.lit(-2))
    F.sequence(F.lit(1), F.lit(5), F.lit(-1))
    F.array('n', F.lit(1), F.lit(None))
    F.array()
    F.array(F.lit(1), F.lit('x'))
    F.array(F.lit(1), F.lit(2.5))
    F.lit([1, 2, 3])
    F.lit(['a', 'b'])
    F.transform('a', lambda x: x + 1)
    F.transform('a', lambda x, i: x * i)
    F.transform('s', lambda x: F.upper(x))
    F.transform('a', lambda x: x + c('n'))
    F.filter('a', lambda x: x > 1)
    F.filter('a', lambda x: x.isNotNull())
    F.filter('a', lambda x, i: i % 2 == 0)
    F.exists('a', lambda x: x > 2)
    F.exists('a', lambda x: x > 5)
    F.forall('a', lambda x: x > 0)
    F.forall('b', lambda x: x > 0)
    F.aggregate('a', F.lit(0), lambda acc, x: acc + F.coalesce(x, F.lit(0)))
    F.aggregate('b', F.lit(0), lambda acc, x: acc + x)
    F.aggregate('a', F.lit(0.0), lambda acc, x: acc + 1, lambda acc: acc / 2)
    F.reduce('b', F.lit(1), lambda acc, x: acc * x)
    F.zip_with('a', 'b', lambda x, y: x + y)
    F.zip_with('a', 'b', lambda x, y: F.coalesce(x, y))
    F.transform(F.array('a', 'b'), lambda x: F.transform(x, lambda y: y + 1))
    F.shuffle(F.array(F.lit(1)))
    F.array_agg('n')
    F.to_json('a')
    c('a').cast('array<string>')
    c('s').cast('array<int>')
    c('a').cast('string')
    c('a') == c('b')
    F.array_contains('a', None)
    F.size(F.lit(None).cast('array<int>'))
    F.expr("a[0]")
    F.expr("element_at(a, 2)")
    F.expr("array(1, 2, null)")
    F.expr("transform(a, x -> x + 1)")
    F.expr("filter(a, x -> x > 1)")
    F.expr("aggregate(b, 0, (acc, x) -> acc + x, acc -> acc * 10)")
    F.expr("exists(a, x -> x is null)")
    F.expr("sequence(1, 10, 3)")
    F.expr("array_contains(array(1, 2), 2)")
    F.expr("array(1, 'a')")
    F.expr("array(array(1), array())")
    F.expr("zip_with(a, b, (x, y) -> x)")
    F.expr("array_size(a) + n")
    F.expr("element_at(array(1, 2), 0)")
    F.expr("array(1, 2)[5]")
    F.expr("get(array(1, 2), 5)")
    F.expr("element_at(array(1, 2), 5)")
    """,
    ARRAYS,
)
whole_arrays = Expressions(
    """
    c('a')[0]
    c('a').getItem(1)
    c('a')[c('n')]
    F.element_at('a', 2)
    F.element_at('a', -1)
    F.expr('a[0] + 1')
    F.expr('element_at(a, 1)')
    c('s')[1]
    F.col('s').getItem(0)
    F.slice('s', F.lit(1), 'n')
    """,
    frame_of("a array<int>, s array<string>, n int", ([3, 1, None], ["x", "y"], 1), ([0, 2], ["", None], 0)),
)


def _maps(spark):
    rows = [
        ({"a": 1, "b": None}, "a", ["p", "q"], [1, 2], (1, ("deep",))),
        ({}, "b", ["p"], [None], (None, None)),
        (None, None, None, None, None),
    ]
    ddl = (
        "m map<string, int>, k string, l array<string>, v array<int>, r struct<x: int, y: struct<z: string>>"
    )
    return spark.createDataFrame(rows, ddl)


maps = Expressions(
    """
    c('m')
    F.size('m')
    F.map_keys('m')
    F.map_values('m')
    F.map_entries('m')
    F.map_contains_key('m', 'a')
    F.element_at('m', 'a')
    F.element_at('m', 'zz')
    F.try_element_at('m', F.lit('zz'))
    c('m')['a']
    c('m')['zz']
    c('m').getItem('b')
    c('m')[c('k')]
    c('m').a
    c('m.a')
    F.create_map('k', F.lit(1))
    F.create_map(F.lit('x'), 'k', F.lit('y'), F.lit('z'))
    F.create_map(F.lit(1), F.lit('a'), F.lit(1), F.lit('b'))
    F.create_map()
    F.map_from_arrays('l', 'v')
    F.map_from_entries(F.array(F.struct(F.lit('a'), F.lit(1))))
    F.map_concat('m', F.create_map(F.lit('c'), F.lit(3)))
    F.map_concat('m', F.create_map(F.lit('a'), F.lit(3)))
    F.map_filter('m', lambda k, v: v.isNotNull())
    F.transform_keys('m', lambda k, v: F.upper(k))
    F.transform_values('m', lambda k, v: F.coalesce(v, F.lit(0)) + 1)
    F.map_zip_with('m', F.create_map(F.lit('a'), F.lit(5)), lambda k, x, y: F.coalesce(x, F.lit(0)) + y)
    F.str_to_map(F.lit('a=1&b'), F.lit('&'), F.lit('='))
    c('m').cast('string')
    c('m').cast('map<string, string>')
    c('m') == c('m')
    c('r')
    c('r.x')
    c('r').x
    c('r')['x']
    c('r').getField('x')
    c('r.y.z')
    c('r').y.z
    c('r.*')
    c('r.nope')
    c('r').withField('w', F.lit(5))
    c('r').withField('x', F.lit('new'))
    c('r').withField('y.z', F.lit('new'))
    c('r').dropFields('x')
    c('r').dropFields('y.z')
    c('r').isNull()
    c('r').cast('string')
    c('r').cast('struct<a: string, b: struct<c: string>>')
    F.struct('k', F.lit(1).alias('one'))
    F.struct('k', F.lit(1))
    F.struct(c('k').alias('a'), c('r.x'))
    F.named_struct(F.lit('a'), F.lit(1), F.lit('b'), 'k')
    F.struct()
    F.to_json('r')
    F.to_json('m')
    F.array('r')
    F.transform(F.array('r'), lambda s: s.x)
    F.array('r')['x']
    F.array('r').x
    F.array('r').y.z
    F.expr("map('a', 1, 'b', 2)")
    F.expr("map('a', 1)['a']")
    F.expr("map()")
    F.expr("m['a'] + 1")
    F.expr("named_struct('a', 1, 'b', 'x')")
    F.expr("struct(k, 1 as one, r.x)")
    F.expr("r.y.z || '!'")
    F.expr("map_filter(m, (k, v) -> v > 0)")
    F.expr("transform_values(m, (k, v) -> k)")
    F.expr("inline(array(struct(1, 'a')))")
    F.expr("stack(2, 1, 'a', 2, 'b')")
    F.explode('m')
    F.explode('l')
    F.explode_outer('m')
    F.posexplode('l')
    F.posexplode_outer('l')
    F.explode_outer('v')
    F.inline(F.array('r'))
    F.inline_outer(F.array('r'))
    F.stack(F.lit(2), F.lit(1), F.lit('a'), F.lit(2))
    F.explode(F.split(F.lit('x y'), ' '))
    F.explode('l').alias('piece')
    F.posexplode('l').alias('p', 'item')
    F.explode('m').alias('kk', 'vv')
    F.explode('k')
    """,
    _maps,
)


@case
def explode_beside_other_columns(spark):
    frame = _maps(spark)
    return [
        frame.select("k", F.explode("l")),
        frame.select("k", F.explode_outer("l").alias("x"), "v"),
        frame.select(F.posexplode("l"), "k"),
        frame.withColumn("x", F.explode("v")).select("k", "x"),
        frame.select("k", F.explode("m")),
        frame.select("*", F.explode("l").alias("one")).select("one", "r.x"),
    ]


@case
def explode_of_explode(spark):
    frame = spark.createDataFrame([(1, [[1, 2], [], [3, None]]), (2, None)], "i int, a array<array<int>>")
    inner = frame.select("i", F.explode_outer("a").alias("b"))
    return [
        inner,
        inner.select("i", F.explode("b").alias("c")),
        inner.select("i", F.explode_outer("b").alias("c")),
    ]


@case
def two_generators_in_a_select(spark):
    return _maps(spark).select(F.explode("l"), F.explode("v"))


@case
def generator_inside_an_expression(spark):
    return _maps(spark).select(F.explode("v") + 1)


@case
def lateral_views(spark):
    _maps(spark).createOrReplaceTempView("lateral_views")
    return [
        spark.sql("select k, x from lateral_views lateral view explode(l) t as x"),
        spark.sql("select k, x from lateral_views lateral view outer explode(l) t as x"),
        spark.sql("select k, p, x from lateral_views lateral view posexplode(v) t as p, x"),
        spark.sql("select k, kk, vv from lateral_views lateral view explode(m) t as kk, vv"),
        spark.sql("select explode(array(1, 2)) as n"),
        spark.sql("select * from explode(array(1, 2))"),
    ]


@case
def structs_come_back_as_rows(spark):
    row = _maps(spark).first()
    return [row.r, row.r.x, row["r"]["y"].z, row.r.asDict(True), row.m, row.l, "k" in row, len(row), row[0]]


@case
def group_by_array_and_struct(spark):
    frame = spark.createDataFrame([([1, 2], 1), ([1, 2], 2), ([2, 1], 4), (None, 8)], "a array<int>, n int")
    return [
        frame.groupBy("a").agg(F.sum("n")),
        frame.groupBy(F.struct("a")).agg(F.sum("n")),
        frame.select("a").distinct(),
    ]


@case
def group_by_map(spark):
    return _maps(spark).groupBy("m").count()


@case
def sort_by_array_and_struct(spark):
    rows = [([2], (1, "b")), ([1, 5], (1, "a")), ([1], (None, "z")), (None, None), ([None], (0, "q"))]
    frame = spark.createDataFrame(rows, "a array<int>, s struct<x: int, y: string>")
    by_array = [str(r.a) for r in frame.orderBy("a").collect()]
    return [by_array, [str(r.s) for r in frame.orderBy(F.desc("s")).collect()]]
