# SPDX-License-Identifier: Apache-2.0
"""Collections as SQL writes them, taken apart, as literals, and inside other functions."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..registry import Expressions, frame_of

D = frame_of(
    "g string, i int, a array<int>, b array<bigint>, d decimal(10,2), x double, dt date, ts timestamp, m map<string,int>, e array<struct<k:string,v:int>>",
    (
        "a",
        1,
        [3, 1],
        [5],
        Decimal("1.5"),
        1.0,
        datetime.date(2024, 1, 31),
        datetime.datetime(2024, 1, 31, 12),
        {"k": 1},
        [("k", 1)],
    ),
    ("b", None, None, None, None, None, None, None, None, None),
    (
        "c",
        3,
        [],
        [None, 1],
        Decimal("-2.25"),
        float("nan"),
        datetime.date(2023, 2, 28),
        datetime.datetime(2023, 2, 28),
        {},
        [],
    ),
)
lines = Expressions(
    """
    F.expr("array_union(a, b)")
    F.expr("array_except(b, a)")
    F.expr("sequence(dt, date'2024-05-31', interval 1 month)")
    F.expr("sequence(date'2024-01-31', date'2024-05-31', interval 1 month)")
    F.expr("sequence(date'2024-05-31', date'2024-01-31', interval -1 month)")
    F.expr("sequence(timestamp'2024-01-01 00:00:00', timestamp'2024-01-01 02:00:00', interval 30 minutes)")
    F.expr("sequence(date'2024-01-01', date'2024-01-10', interval 3 days)")
    F.expr("sequence(5, 1)")
    F.expr("sequence(1L, 3)")
    F.expr("map_from_entries(e)")
    F.expr("map_concat(m, map('z', i))")
    F.expr("element_at(m, 'k')")
    F.expr("m['k']")
    F.expr("e.k")
    F.expr("e[0].v")
    F.expr("transform(e, x -> x.v + 1)")
    F.expr("aggregate(a, 0, (s, x) -> s + x)")
    F.expr("reduce(a, 1, (s, x) -> s * x, s -> s + 0.5)")
    F.expr("array_sort(a, (l, r) -> r - l)")
    F.expr("array_sort(e)")
    F.expr("forall(a, x -> x > 0)")
    F.expr("array(i, d, x)")
    F.expr("array(1, null, 2.5)")
    F.expr("named_struct('p', i, 'q', named_struct('r', d))")
    F.expr("struct(i, d as e)")
    F.expr("size(map())")
    F.expr("cardinality(a) + size(b)")
    F.expr("array_contains(b, i)")
    F.expr("concat(a, b)")
    F.expr("a || a")
    F.expr("reverse('abc')")
    F.expr("flatten(array(a, a))")
    F.expr("array_repeat(i, 2)")
    F.expr("slice(a, 1, 1)")
    F.expr("exists(b, x -> x is null)")
    F.expr("arrays_zip(a, b)")
    F.expr("array_join(a, '-')")
    F.expr("array_join(array('a', null), ',', 'N')")
    F.expr("to_json(named_struct('a', a, 'm', m, 'd', dt, 't', ts))")
    F.expr("from_json('{\\"a\\": 1, \\"b\\": [1]}', 'a INT, b ARRAY<INT>')")
    F.expr("from_json('{\\"a\\": 1}', 'a INT', map('mode', 'PERMISSIVE'))")
    F.expr("get_json_object('{\\"a\\": {\\"b\\": 1}}', '$.a.b')")
    F.expr("schema_of_json('{\\"a\\": 1}')")
    F.expr("to_csv(named_struct('a', i, 'b', g))")
    F.expr("from_csv('1,b', 'a INT, b STRING')")
    F.expr("json_array_length('[1,2]')")
    F.expr("str_to_map('a:1,b:2', ',', ':')")
    F.expr("explode(m)")
    F.expr("posexplode(b)")
    F.expr("inline(e)")
    F.expr("stack(2, i, g, 7, 'z')")
    F.expr("json_tuple('{\\"a\\": 1, \\"b\\": \\"x\\"}', 'a', 'b')")
    F.expr("get(a, 1)")
    F.expr("try_element_at(a, 9)")
    F.expr("array_position(a, 1)")
    F.expr("array_insert(a, 2, 9)")
    F.expr("array_size(b)")
    F.expr("shuffle(array(1))")
    F.expr("filter(a, (x, n) -> n > 0)")
    F.expr("map_zip_with(m, m, (k, v, w) -> v + w)")
    F.expr("transform_keys(m, (k, v) -> concat(k, '!'))")
    F.expr("map_filter(m, (k, v) -> v > 0)")
    F.array_contains(F.array(F.lit('a'), F.lit('b')), F.lit('a'))
    F.col('a').getItem(F.lit(0))
    F.col('e')[0]
    F.col('e').getItem(0).getField('v')
    F.element_at('e', 1)['k']
    F.struct(F.col('a')[0].alias('first'), 'd')
    F.map_from_arrays(F.transform('e', lambda x: x.k), F.transform('e', lambda x: x.v))
    F.array_min('x')
    F.aggregate('a', F.lit(0), lambda s, x: s + x, lambda s: F.struct(s.alias('total')))
    F.filter('e', lambda x: x['v'] > 0)[0].k
    F.when(F.size('a') > 0, F.col('a')[0])
    F.coalesce('a', F.array(F.lit(0)))
    F.greatest(F.size('a'), F.size('b'))
    F.nullif(F.size('a'), F.lit(0))
    c('a').isNull()
    c('a').cast('array<string>')
    c('m').cast('map<string,double>')
    F.lit([1, None])
    F.lit([[1], [2, 3]])
    F.lit([])
    F.array([F.lit(1), F.lit(2)])
    F.create_map([F.lit('a'), c('i')])
    F.struct(['i', 'g'])
    F.arrays_overlap('a', F.lit([1]))
    F.sort_array(F.lit([3, 1]))
    F.array_except('a', F.lit([1]))
    F.explode(F.lit([1, 2]))
    F.sum(F.aggregate('a', F.lit(0), lambda s, x: s + x))
    F.collect_list(F.struct('i', 'g'))
    F.to_json(F.collect_list('g'))
    """,
    D,
)
