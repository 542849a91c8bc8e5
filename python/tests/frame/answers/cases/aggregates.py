# SPDX-License-Identifier: Apache-2.0
"""Aggregates: of nulls, NaN, nothing, decimals, strings; grouping sets, rollup, cube, pivot, filters, having."""

from __future__ import annotations

from decimal import Decimal

from ..registry import Expressions, F, case, frame_of

SALES = frame_of(
    "g string, h int, x double, n int, d decimal(10,2), s string, b boolean",
    ("a", 1, 1.5, 10, Decimal("1.10"), "x", True),
    ("a", 1, float("nan"), 20, Decimal("2.20"), "y", False),
    ("a", 2, None, None, None, None, None),
    ("b", 1, -3.0, 5, Decimal("-7.00"), "x", None),
    ("b", None, 4.0, 5, Decimal("0.00"), "", True),
    (None, 2, 2.0, 7, Decimal("5.55"), "z", False),
    ("c", 3, None, None, None, None, None),
)
AGGREGATES = """
    F.count('*')
    F.count('n')
    F.count(F.lit(1))
    F.expr("count(n, x)")
    F.countDistinct('n')
    F.count_distinct('n', 's')
    F.sum('n')
    F.sum('x')
    F.sum('d')
    F.sum_distinct('n')
    F.avg('n')
    F.avg('x')
    F.mean('d')
    F.min('x')
    F.max('x')
    F.min('s')
    F.max('s')
    F.max('b')
    F.min('d')
    F.stddev('n')
    F.stddev_pop('n')
    F.stddev_samp('x')
    F.variance('n')
    F.var_pop('n')
    F.var_samp('d')
    F.skewness('n')
    F.kurtosis('n')
    F.corr('n', 'h')
    F.covar_pop('n', 'h')
    F.covar_samp('n', 'h')
    F.regr_slope('n', 'h')
    F.regr_intercept('n', 'h')
    F.regr_r2('n', 'h')
    F.regr_count('n', 'h')
    F.regr_avgx('n', 'h')
    F.sort_array(F.collect_list('n'))
    F.sort_array(F.collect_set('s'))
    F.sort_array(F.array_agg('h'))
    F.median('n')
    F.percentile('n', 0.25)
    F.percentile('n', [0.0, 0.5, 1.0])
    F.percentile_approx('n', 0.5)
    F.approx_percentile('n', [0.25, 0.75], 1000)
    F.mode('h', True)
    F.product('n')
    F.bool_and('b')
    F.bool_or('b')
    F.every('b')
    F.bit_and('n')
    F.bit_or('n')
    F.bit_xor('n')
    F.count_if(F.col('n') > 5)
    F.max_by('s', F.col('n') + F.col('x'))
    F.min_by('s', 'x')
    F.any_value('g', True).isNotNull()
    F.first('g').isNotNull()
    F.approx_count_distinct('n')
    F.try_sum('n')
    F.try_avg('d')
    F.sum(F.col('n') * 2) + F.max('h')
    F.sum(F.when(F.col('n') > 5, 1).otherwise(0))
    F.round(F.avg('n'), 2)
    F.concat_ws(',', F.sort_array(F.collect_list('s')))
    F.max(F.struct('n', 's'))
    F.sum('b')
    F.sum('s')
    F.avg('s')
    F.max(F.array('n'))
    F.histogram_numeric('n', F.lit(2))
    F.listagg('s', F.lit('|')).isNotNull()
    F.string_agg('s').isNotNull()
    F.expr("listagg(s, ',') within group (order by s)")
    F.expr("count(distinct n)")
    F.expr("count(distinct n, s)")
    F.expr("sum(distinct n)")
    F.expr("sum(n) filter (where h = 1)")
    F.expr("count(*) filter (where b)")
    F.expr("percentile_cont(0.5) within group (order by n)")
    F.expr("percentile_disc(0.5) within group (order by n desc)")
    F.expr("mean(n)")
    F.expr("first(n) is null")
    F.expr("any(b)")
    F.expr("std(n)")
"""
whole = Expressions(AGGREGATES, SALES, digits=12)


class _Grouped:
    """What `select` of a grouped frame would be, were there one: the expression for each group."""

    def __init__(self, frame):
        self.frame = frame

    def cache(self):
        return _Grouped(self.frame.cache())

    def select(self, expression):
        return self.frame.groupBy("g").agg(expression).orderBy("g")


by_group = Expressions(AGGREGATES, lambda spark: _Grouped(SALES(spark)), digits=12)
of_nothing = Expressions(AGGREGATES, lambda spark: SALES(spark).filter("false"), digits=12)


@case
def methods_of_grouped_data(spark):
    grouped = SALES(spark).select("g", "h", "n", "x").groupBy("g")
    return [
        grouped.count(),
        grouped.sum(),
        grouped.sum("n", "h"),
        grouped.avg("n"),
        grouped.max(),
        grouped.min("x"),
        grouped.mean("h"),
    ]


@case
def agg_with_a_dict(spark):
    frame = SALES(spark)
    return [
        frame.groupBy("g").agg({"n": "sum", "h": "max"}),
        frame.agg({"*": "count"}),
        frame.agg({"x": "avg"}),
    ]


@case
def agg_with_names(spark):
    frame = SALES(spark)
    return frame.groupBy("g").agg(F.sum("n").alias("total"), F.max("h"), F.avg("n").cast("decimal(10,3)"))


@case
def group_by_expressions(spark):
    frame = SALES(spark)
    return [
        frame.groupBy(F.col("h") % 2).count(),
        frame.groupBy((F.col("h") > 1).alias("big"), "g").agg(F.count("*").alias("c")),
        frame.groupBy(frame.g, frame["h"]).agg(F.sum(frame.n)),
        frame.groupBy(["g", "h"]).count(),
        frame.groupBy().count(),
        frame.groupBy("x").count(),
        frame.groupBy(F.lit("all")).sum("n"),
        frame.groupBy(1).count(),
    ]


@case
def group_keys_nan_and_zero(spark):
    rows = [(0.0,), (-0.0,), (float("nan"),), (float("nan"),), (None,), (None,)]
    frame = spark.createDataFrame(rows, "x double")
    return [
        frame.groupBy("x").count(),
        frame.distinct(),
        frame.dropDuplicates(["x"]),
        frame.agg(F.countDistinct("x")),
    ]


@case
def having(spark):
    frame = SALES(spark).groupBy("g").agg(F.sum("n").alias("t"))
    SALES(spark).createOrReplaceTempView("having_view")
    return [
        frame.filter("t > 5"),
        frame.where(F.col("t").isNull()),
        spark.sql("select g, sum(n) t from having_view group by g having sum(n) > 5 and count(*) > 1"),
    ]


@case
def rollup(spark):
    frame = SALES(spark).filter("g is not null and h is not null")
    return [frame.rollup("g", "h").agg(F.sum("n"), F.grouping_id()), frame.rollup("g").count()]


@case
def cube(spark):
    frame = SALES(spark).filter("g is not null and h is not null")
    return frame.cube("g", "h").agg(F.count("*"), F.grouping("g"), F.grouping("h"), F.grouping_id("g", "h"))


@case
def grouping_sets(spark):
    frame = SALES(spark)
    frame.createOrReplaceTempView("grouping_sets")
    return [
        frame.groupingSets([[F.col("g")], [F.col("h")], []], F.col("g"), F.col("h")).agg(F.count("*")),
        spark.sql("select g, h, sum(n) from grouping_sets group by grouping sets ((g, h), (g), ())"),
        spark.sql("select g, h, count(*) from grouping_sets group by cube (g, h)"),
        spark.sql("select g, count(*), grouping(g) from grouping_sets group by g with rollup"),
        spark.sql("select g, count(*) from grouping_sets group by rollup(g)"),
    ]


@case
def pivot(spark):
    frame = SALES(spark)
    return [
        frame.groupBy("g").pivot("h").sum("n"),
        frame.groupBy("g").pivot("h", [1, 2]).sum("n"),
        frame.groupBy("g").pivot("h", [1, 9]).agg(F.sum("n").alias("s"), F.count("n").alias("c")),
        frame.groupBy("g").pivot("b").count(),
        frame.groupBy().pivot("g").agg(F.max("n")),
        frame.groupBy("h").pivot("s", ["x", "y"]).agg(F.first("n")),
        frame.groupBy("g").pivot("h", [1, 2]).agg({"n": "sum", "x": "max"}),
    ]


@case
def pivot_in_sql(spark):
    SALES(spark).createOrReplaceTempView("pivot_in_sql")
    return [
        spark.sql("select * from (select g, h, n from pivot_in_sql) pivot (sum(n) for h in (1, 2 as two))"),
        spark.sql(
            "select * from (select g, h, n from pivot_in_sql) pivot (sum(n) as s, max(n) as m for h in (1, 2))"
        ),
    ]


@case
def unpivot(spark):
    frame = spark.createDataFrame([(1, 10, 1.5), (2, None, 2.5)], "id int, a int, b double")
    return [
        frame.unpivot("id", ["a", "b"], "name", "value"),
        frame.melt(["id"], None, "k", "v"),
        frame.unpivot(["id"], "a", "k", "v"),
    ]


@case
def aggregate_without_group_by_and_a_column(spark):
    return SALES(spark).select("g", F.sum("n"))


@case
def aggregate_of_a_missing_column(spark):
    return SALES(spark).groupBy("g").agg(F.sum("nope"))


@case
def aggregate_in_a_filter(spark):
    return SALES(spark).filter(F.sum("n") > 3)


@case
def aggregate_in_an_aggregate(spark):
    return SALES(spark).groupBy("g").agg(F.sum(F.max("n")))


@case
def select_distinct_of_expressions(spark):
    frame = SALES(spark)
    return [
        frame.select("g", F.col("h") > 1).distinct(),
        frame.select(F.countDistinct("g", "h")),
        frame.distinct(),
    ]


@case(digits=10)
def describe_and_summary(spark):
    frame = SALES(spark)
    return [
        frame.describe(),
        frame.describe("n", "s"),
        frame.drop("x").summary(),
        frame.drop("x").summary("count", "min", "50%", "max"),
        frame.select("n", "d").describe(["d"]),
    ]


@case(digits=10)
def summary_of_nan(spark):
    return SALES(spark).summary("count", "min", "50%", "max")


@case(digits=10)
def statistics(spark):
    frame = spark.createDataFrame(
        [(i, float(i * i % 7), "ab"[i % 2]) for i in range(20)], "i int, x double, s string"
    )
    return [
        [frame.stat.corr("i", "x"), frame.stat.cov("i", "x"), frame.corr("i", "x", "pearson")],
        frame.crosstab("s", "x"),
        frame.stat.freqItems(["s"], 0.4).select(F.sort_array("s_freqItems")),
        frame.approxQuantile("i", [0.0, 0.5, 1.0], 0.0),
        frame.stat.approxQuantile(["i", "x"], [0.5], 0.0),
    ]
