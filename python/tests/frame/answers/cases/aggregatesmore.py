# SPDX-License-Identifier: Apache-2.0
"""Aggregates over every type, over groups and windows; frames of windows and their errors."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..registry import Expressions, frame_of

D = frame_of(
    "g string, i int, b bigint, t tinyint, x double, y double, f float, s string, d decimal(38,10), e decimal(5,2), dt date, ts timestamp, a array<int>, r struct<p:int,q:string>, bo boolean, bin binary",
    (
        "a",
        1,
        9223372036854775807,
        127,
        1.5,
        2.0,
        1.5,
        "x",
        Decimal("1234567890123456789012345678.1234567890"),
        Decimal("1.01"),
        datetime.date(2024, 1, 1),
        datetime.datetime(2024, 1, 1),
        [1],
        (1, None),
        True,
        b"a",
    ),
    (
        "a",
        2,
        1,
        127,
        float("nan"),
        3.0,
        0.1,
        "y",
        Decimal("0.0000000001"),
        Decimal("2.02"),
        datetime.date(2023, 1, 1),
        None,
        [1, 2],
        (1, "q"),
        False,
        b"b",
    ),
    ("a", 2, 1, 1, None, 1.0, None, None, None, None, None, None, None, None, None, None),
    (
        "b",
        5,
        None,
        None,
        float("inf"),
        1.0,
        2.5,
        "10",
        Decimal("3.3333333333"),
        Decimal("0.01"),
        datetime.date(2025, 1, 1),
        datetime.datetime(2025, 1, 1),
        [],
        (None, "z"),
        True,
        b"",
    ),
    ("c", None, None, None, -0.0, None, None, "", None, None, None, None, [None], (0, "a"), None, None),
)
LINES = """
    F.sum('b')
    F.try_sum('b')
    F.sum('t')
    F.sum('f')
    F.sum('e')
    F.avg('e')
    F.avg('d')
    F.sum('d')
    F.avg('b')
    F.try_avg('b')
    F.avg('f')
    F.avg('bo')
    F.sum(F.lit(None))
    F.avg(F.lit(None))
    F.count(F.lit(None))
    F.sum_distinct('i')
    F.expr('avg(distinct i)')
    F.min('a')
    F.max('a')
    F.min('r')
    F.max('r')
    F.min('x')
    F.max('x')
    F.max('dt')
    F.min('ts')
    F.max('bin')
    F.max(F.create_map('i', 'i'))
    F.max_by('i', 'dt')
    F.min_by('x', 'dt')
    F.max_by('i', 'x')
    F.max_by('s', 'r')
    F.max_by('i', 'dt', 2)
    F.min_by('s', 'dt', 5)
    F.first('x', ignorenulls=True).isNotNull()
    F.sort_array(F.collect_list('x'))
    F.sort_array(F.collect_set('x'))
    F.sort_array(F.collect_set('a'))
    F.size(F.collect_list('r'))
    F.collect_set(F.create_map('s', 'i'))
    F.stddev('x')
    F.stddev_samp('i')
    F.var_pop('x')
    F.variance('e')
    F.skewness('x')
    F.kurtosis('i')
    F.skewness('i')
    F.stddev('s')
    F.corr('x', 'y')
    F.corr('i', 'i')
    F.corr('i', F.lit(1))
    F.covar_pop('x', 'y')
    F.regr_slope('y', 'i')
    F.regr_r2('y', 'i')
    F.regr_r2(F.lit(1), 'i')
    F.regr_sxy('y', 'i')
    F.regr_sxx('y', 'i')
    F.regr_syy('y', 'i')
    F.regr_avgy('y', 'i')
    F.regr_intercept('y', 'i')
    F.regr_slope('y', F.lit(1))
    F.median('x')
    F.median('e')
    F.median('dt')
    F.percentile('i', 0.3)
    F.percentile('i', [0.1, 0.9], 2)
    F.percentile('i', 0.5, 'i')
    F.percentile('x', 0.5)
    F.percentile('i', 1.5)
    F.percentile('s', 0.5)
    F.percentile_approx('i', 0.1)
    F.percentile_approx('e', [0.1, 0.5, 0.9])
    F.percentile_approx('dt', 0.5)
    F.percentile_approx('i', F.array(F.lit(0.5), F.lit(1.0)), 100)
    F.percentile_approx('i', 0.5, F.lit(50))
    F.mode('i')
    F.mode('i', False)
    F.product('x')
    F.product('i')
    F.bit_and('t')
    F.bit_xor('b')
    F.bit_or('x')
    F.bool_or('i')
    F.some('bo')
    F.count_if('bo')
    F.count_if(F.col('i') > 1)
    F.approx_count_distinct('s', 0.1)
    F.approx_count_distinct('x')
    F.count_distinct('x')
    F.countDistinct('a')
    F.countDistinct('r', 'i')
    F.string_agg('s', ',').isNotNull()
    F.expr("string_agg(s, '-') within group (order by s desc)")
    F.expr("listagg(distinct s, ',') within group (order by s)")
    F.expr("listagg(i, ',') within group (order by i)")
    F.expr("percentile_cont(0.25) within group (order by i desc)")
    F.expr("percentile_disc(0.25) within group (order by i)")
    F.expr("mode() within group (order by i)")
    F.expr("first(s, true)")
    F.expr("max(i) filter (where bo)")
    F.expr("collect_list(i) filter (where i > 1)")
    F.expr("count_if(i > 1) filter (where bo)")
    F.expr("try_avg(i)")
    F.expr("bit_count(bit_or(i))")
    F.grouping('g')
    F.grouping_id()
    F.max('i') - F.min('i')
    F.sum(F.col('i') + F.col('t'))
    F.max(F.explode('a'))
"""
whole = Expressions(LINES, D, digits=12)


class _By:
    """The expression for each group."""

    def __init__(self, frame):
        self.frame = frame

    def cache(self):
        return _By(self.frame.cache())

    def select(self, e):
        return self.frame.groupBy("g").agg(e).orderBy("g")


by_group = Expressions(LINES, lambda spark: _By(D(spark)), digits=12)


class _Over:
    """The expression beside the rows that it is of."""

    def __init__(self, frame):
        self.frame = frame

    def cache(self):
        return _Over(self.frame.cache())

    def select(self, e):
        return self.frame.select("g", "i", e.alias("w")).orderBy("g", "i", "w")


OVER = """
    F.sum('i').over(Window.partitionBy('g'))
    F.avg('e').over(Window.partitionBy('g'))
    F.try_sum('b').over(Window.partitionBy('g'))
    F.min('r').over(Window.partitionBy('g'))
    F.max('a').over(Window.partitionBy('g'))
    F.max_by('s', 'dt').over(Window.partitionBy('g'))
    F.collect_list('i').over(Window.partitionBy('g'))
    F.stddev('i').over(Window.partitionBy('g'))
    F.skewness('y').over(Window.partitionBy('g'))
    F.kurtosis('y').over(Window.partitionBy('g'))
    F.regr_slope('y', 'i').over(Window.partitionBy('g'))
    F.median('i').over(Window.partitionBy('g'))
    F.percentile('i', 0.5).over(Window.partitionBy('g'))
    F.percentile_approx('i', 0.5).over(Window.partitionBy('g'))
    F.mode('g').over(Window.partitionBy('g'))
    F.product('i').over(Window.partitionBy('g'))
    F.bool_and('bo').over(Window.partitionBy('g'))
    F.bit_or('i').over(Window.partitionBy('g'))
    F.count_if('bo').over(Window.partitionBy('g'))
    F.approx_count_distinct('i').over(Window.partitionBy('g'))
    F.first('g').over(Window.partitionBy('g'))
    F.any_value('g').over(Window.partitionBy('g'))
    F.last('g').over(Window.partitionBy('g'))
    F.count('x').over(Window.partitionBy('g'))
    F.max_by('i', 'dt', 2).over(Window.partitionBy('g'))
    F.nth_value('i', 0).over(Window.partitionBy('g'))
    F.lag('i', 1, 'z').over(Window.partitionBy('g'))
    F.grouping('g').over(Window.partitionBy('g'))
    F.explode('a').over(Window.partitionBy('g'))
    F.col('i').over(Window.partitionBy('g'))
    F.lit(1).over(Window.partitionBy('g'))
"""
over = Expressions(OVER, lambda spark: _Over(D(spark)), digits=12)
frames = Expressions(
    """
    F.sum('i').over(Window.orderBy('e').rangeBetween(-1, 1))
    F.sum('i').over(Window.orderBy('x').rangeBetween(-1, 1))
    F.sum('i').over(Window.orderBy('ts').rangeBetween(-1, 0))
    F.sum('i').over(Window.orderBy('s').rangeBetween(-1, 0))
    F.sum('i').over(Window.orderBy('g', 'i').rangeBetween(-1, 0))
    F.sum('i').over(Window.orderBy('g', 'i').rangeBetween(Window.unboundedPreceding, 0))
    F.sum('i').over(Window.partitionBy('g').rangeBetween(Window.unboundedPreceding, Window.unboundedFollowing))
    F.sum('i').over(Window.orderBy('i').rowsBetween(1, -1))
    F.row_number().over(Window.orderBy('i', 'y').rowsBetween(Window.unboundedPreceding, 0))
    F.lag('i').over(Window.orderBy('i', 'y').rowsBetween(-1, 0))
    F.lag('s', 1, 5).over(Window.orderBy('g', 'i', 'y'))
    F.lag('i', 1, 2.5).over(Window.orderBy('g', 'i', 'y'))
    F.lead('r').over(Window.orderBy('g', 'i', 'y'))
    F.ntile(0).over(Window.orderBy('i'))
    F.row_number().over(Window.orderBy('r', 'y'))
    F.row_number().over(Window.orderBy(F.desc('a'), 'y'))
    F.row_number().over(Window.orderBy(F.create_map('i', 'i')))
    F.cume_dist().over(Window.orderBy('x'))
    F.dense_rank().over(Window.orderBy(F.desc('x')))
    F.sum('x').over(Window.partitionBy('x'))
    F.count('*').over(Window.partitionBy('a'))
    F.first('s', True).over(Window.partitionBy('g').orderBy('i', 'y').rowsBetween(1, 2))
    F.sum('i').over(Window.orderBy('i').rangeBetween(-1, Window.unboundedFollowing))
    F.sum(F.sum('i')).over(Window.partitionBy('g'))
    F.row_number()
    """,
    lambda spark: _Over(D(spark)),
    digits=12,
)
