# SPDX-License-Identifier: Apache-2.0
"""Arrays and maps with NaN, nested nulls, empty values: orders, sets, places, sequences, generators."""

from __future__ import annotations

import datetime

from ..registry import Expressions, frame_of

D = frame_of(
    "i int, a array<double>, n array<array<int>>, s array<struct<x:int,y:string>>, st array<string>, d date, e date, t timestamp, u timestamp, b array<bigint>",
    (
        1,
        [1.0, float("nan"), None, -1.0, float("nan")],
        [[1, None], [1], None, [None], []],
        [(1, "b"), (1, None), None, (None, "z"), (0, "q")],
        ["b", "", None, "a"],
        datetime.date(2024, 1, 31),
        datetime.date(2024, 5, 31),
        datetime.datetime(2024, 1, 1, 0, 0),
        datetime.datetime(2024, 1, 1, 3, 0),
        [3, 1],
    ),
    (
        2,
        [],
        [],
        [],
        [],
        datetime.date(2024, 3, 1),
        datetime.date(2024, 2, 1),
        datetime.datetime(2024, 1, 2),
        datetime.datetime(2024, 1, 1, 12),
        [],
    ),
    (None, None, None, None, None, None, None, None, None, None),
    (
        -3,
        [None],
        [[2], [1, 5]],
        [(2, "a")],
        [None],
        datetime.date(2024, 1, 1),
        datetime.date(2024, 1, 1),
        datetime.datetime(2024, 1, 1),
        datetime.datetime(2024, 1, 1),
        [None, 7],
    ),
)
more = Expressions(
    """
    F.sort_array('a')
    F.sort_array('a', False)
    F.array_sort('a')
    F.sort_array('n')
    F.sort_array('n', False)
    F.array_sort('n')
    F.sort_array('s')
    F.sort_array('s', False)
    F.array_sort('s')
    F.array_max('a')
    F.array_min('a')
    F.array_max('n')
    F.array_min('n')
    F.array_max('s')
    F.array_min('s')
    F.array_distinct('a')
    F.array_distinct('n')
    F.array_distinct('s')
    F.array_union('a', 'b')
    F.array_union('b', 'b')
    F.array_except('a', F.array(F.lit(float('nan'))))
    F.array_intersect('a', F.array(F.lit(float('nan')), F.lit(None)))
    F.arrays_overlap('a', 'b')
    F.arrays_overlap('a', F.array(F.lit(float('nan'))))
    F.arrays_overlap('st', F.array(F.lit('zz')))
    F.array_contains('a', float('nan'))
    F.array_contains('b', 3)
    F.array_contains('b', 3.0)
    F.array_contains('st', 'a')
    F.array_contains('st', 1)
    F.array_contains('n', F.array(F.lit(1)))
    F.array_contains('b', c('i'))
    F.array_position('a', float('nan'))
    F.array_position('st', c('st')[0])
    F.array_remove('a', float('nan'))
    F.array_remove('st', 'a')
    F.array_append('b', 5)
    F.array_append('b', 5.5)
    F.array_append('st', c('i'))
    F.array_append('b', None)
    F.array_prepend('b', c('i'))
    F.array_insert('b', 1, 9)
    F.array_insert('b', 3, 9)
    F.array_insert('b', 4, 9)
    F.array_insert('b', 6, 9)
    F.array_insert('b', -1, 9)
    F.array_insert('b', -2, 9)
    F.array_insert('b', -3, 9)
    F.array_insert('b', -4, 9)
    F.array_insert('b', -6, 9)
    F.array_insert('b', 0, 9)
    F.array_insert('b', 'i', 9)
    F.array_join('a', ',')
    F.array_join('b', '-', 'null!')
    F.array_join('st', '')
    F.array_repeat('st', 2)
    F.array_repeat('i', F.lit(-1))
    F.array_repeat(F.lit(None), 2)
    F.array_repeat('i', 'i')
    F.array_compact('n')
    F.flatten('n')
    F.flatten('b')
    F.flatten(F.array('b', 'b'))
    F.slice('a', 'i', 2)
    F.slice('a', -2, 1)
    F.slice('a', -9, 2)
    F.slice('a', 9, 2)
    F.slice('a', 2, -1)
    F.slice('a', 2, 100)
    F.sequence('i', F.lit(3))
    F.sequence(F.lit(1), F.lit(1), F.lit(0))
    F.sequence(F.lit(10), F.lit(1), F.lit(-4))
    F.sequence('d', 'e', F.expr('interval 1 month'))
    F.sequence('d', 'd')
    F.sequence(F.lit(date(2024, 1, 1)), F.lit(date(2024, 1, 4)))
    F.sequence(F.lit(date(2024, 1, 4)), F.lit(date(2024, 1, 1)))
    F.sequence('t', 'u', F.lit(timedelta(hours=1)))
    F.sequence(F.lit(1).cast('tinyint'), F.lit(3).cast('tinyint'))
    F.sequence(F.lit(1).cast('bigint'), F.lit(3))
    F.sequence(F.lit(1.0), F.lit(3))
    F.sequence('i', 'i')
    F.arrays_zip('a', 'st')
    F.arrays_zip('a', F.array('i'))
    F.arrays_zip('b')
    F.arrays_zip(c('a').alias('q'), c('b'))
    F.get('n', 0)
    F.get('a', 'i')
    F.get('a', -1)
    F.element_at('st', 'i')
    F.element_at('n', 1)
    F.element_at('n', 0)
    F.try_element_at('st', F.lit(-1))
    F.try_element_at('st', F.lit(0))
    c('n')[0][0]
    c('s')[0]['y']
    c('s').y
    c('s')['y'][0]
    F.size('n')
    F.size('i')
    F.array_size('n')
    F.array('i', 'd')
    F.array('i', 'a')
    F.array(F.struct('i'), F.struct('i'))
    F.transform('n', lambda x: F.size(x))
    F.transform('s', lambda x: x.y)
    F.transform('s', lambda x, i: F.struct(x.x.alias('q'), i.alias('i')))
    F.transform('n', lambda x: F.filter(x, lambda y: y > 1))
    F.filter('a', lambda x: x > 0)
    F.filter('st', lambda x: x == '')
    F.filter('st', lambda x: x)
    F.filter('b', lambda x: x)
    F.exists('a', lambda x: x.isNull())
    F.forall('a', lambda x: x.isNotNull())
    F.aggregate('b', F.lit(0), lambda acc, x: acc + x)
    F.aggregate('b', F.lit(0).cast('bigint'), lambda acc, x: acc + x)
    F.aggregate('st', F.lit(''), lambda acc, x: F.concat(acc, x))
    F.aggregate('b', F.struct(F.lit(0).cast('bigint').alias('s'), F.lit(0).alias('n')), lambda acc, x: F.struct((acc.s + x).alias('s'), (acc.n + 1).alias('n')), lambda acc: acc.s / acc.n)
    F.transform('i', lambda x: x)
    F.reverse('st')
    F.reverse('n')
    F.concat('b', F.array('i'))
    F.concat('st', F.array(F.lit('q')))
    F.size(F.array_distinct(F.array_union('b', F.array(F.lit(1)))))
    F.array_max(F.transform('st', lambda x: F.length(x)))
    """,
    D,
)
M = frame_of(
    "m map<string,int>, k string, mm map<int,array<string>>, sm map<string,struct<x:int>>, w map<double,string>",
    ({"a": 1, "b": None}, "a", {1: ["x"], 2: None}, {"q": (1,)}, {1.5: "x"}),
    ({}, "zz", {}, {}, {}),
    (None, None, None, None, None),
)
maps = Expressions(
    """
    c('mm')[1]
    c('mm')[1][0]
    F.element_at('mm', 2)
    F.element_at('mm', 'k')
    F.element_at('m', c('k'))
    F.map_keys('mm')
    F.map_values('mm')
    F.map_entries('mm')
    F.map_contains_key('mm', 1)
    F.map_contains_key('m', c('k'))
    F.map_contains_key('m', None)
    F.map_from_arrays(F.map_keys('m'), F.map_values('m'))
    F.map_from_arrays(F.array(F.lit(1)), F.array(F.lit(1), F.lit(2)))
    F.map_from_arrays(F.array(F.lit(1), F.lit(None)), F.array(F.lit(1), F.lit(2)))
    F.map_from_entries(F.map_entries('mm'))
    F.map_from_entries(F.array(F.struct(F.lit(1), F.lit('a')), F.lit(None)))
    F.map_from_entries(F.array(F.struct(F.lit(1), F.lit('a')), F.struct(F.lit(1), F.lit('b'))))
    F.map_concat('m')
    F.map_concat()
    F.map_concat('m', 'mm')
    F.map_concat('m', F.create_map(F.lit('z'), F.lit(2.5)))
    F.create_map(F.lit('a'), 'm', F.lit('b'), 'm')
    F.create_map(F.lit('a'), F.lit(1), F.lit(2), F.lit('b'))
    F.create_map(F.lit('a'))
    F.map_filter('mm', lambda k, v: k > 1)
    F.transform_keys('m', lambda k, v: F.lit('same'))
    F.transform_keys('mm', lambda k, v: k + 0.5)
    F.transform_values('mm', lambda k, v: F.size(v))
    F.transform_values('sm', lambda k, v: v.x)
    F.map_zip_with('m', 'mm', lambda k, x, y: x)
    F.map_zip_with('m', 'm', lambda k, x, y: F.coalesce(x, F.lit(0)) + F.coalesce(y, F.lit(1)))
    F.str_to_map(F.lit('a:1,b:2'))
    F.str_to_map(F.lit('a:1,b'))
    F.str_to_map(F.lit('a=1;b=2;c=x=y'), F.lit(';'), F.lit('='))
    F.str_to_map(F.lit(''))
    F.str_to_map('k')
    F.str_to_map(F.lit('a:1,a:2'))
    F.size('mm')
    F.struct('k', 'm')
    F.struct(c('k'), c('k').alias('j'), F.lit(2))
    F.named_struct(F.lit('a'))
    F.named_struct('k', F.lit(1))
    c('sm')['q']
    c('sm')['q']['x']
    F.explode('mm')
    F.posexplode('mm')
    F.posexplode_outer('mm')
    F.explode_outer('sm')
    F.explode('mm').alias('a', 'b', 'c')
    F.posexplode('m').alias('p', 'k', 'v')
    F.stack(F.lit(2), 'k', F.lit('x'), F.lit('y'))
    F.stack(F.lit(2), 'k', F.lit(1))
    F.stack(F.lit(0), 'k')
    F.stack(F.lit(1), 'k', 'm')
    F.inline(F.map_entries('m'))
    F.inline_outer(F.map_entries('m'))
    F.explode(F.array('k'))
    F.explode(F.array(F.struct('k', F.lit(1).alias('one'))))
    F.inline('k')
    """,
    M,
)
