# SPDX-License-Identifier: Apache-2.0
"""Window functions: ranks, offsets, running and sliding frames, nulls in order, several windows, SQL."""

from __future__ import annotations

from ..registry import Expressions, F, Window, case, frame_of

ROWS = frame_of(
    "g string, k int, v int, x double",
    ("a", 1, 10, 1.5),
    ("a", 2, None, 2.5),
    ("a", 2, 30, float("nan")),
    ("a", 4, 40, -1.0),
    ("b", 5, 5, None),
    ("b", None, 6, 0.0),
    ("b", 7, 7, 3.0),
    (None, 1, 1, 1.0),
)


def _spec():
    return Window.partitionBy("g").orderBy("k", "v")


class _Ordered:
    """Puts a window's column beside the row that it is of."""

    def __init__(self, frame):
        self.frame = frame

    def cache(self):
        return _Ordered(self.frame.cache())

    def select(self, expression):
        return self.frame.select("g", "k", "v", expression.alias("w")).orderBy("g", "k", "v")


functions = Expressions(
    """
    F.row_number().over(Window.partitionBy('g').orderBy('k', 'v'))
    F.rank().over(Window.partitionBy('g').orderBy('k'))
    F.dense_rank().over(Window.partitionBy('g').orderBy('k'))
    F.percent_rank().over(Window.partitionBy('g').orderBy('k'))
    F.cume_dist().over(Window.partitionBy('g').orderBy('k'))
    F.ntile(2).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.ntile(3).over(Window.orderBy('g', 'k', 'v'))
    F.lag('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.lag('v', 2, -1).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.lead('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.lead('v', 1, 0).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.lead(F.col('v') * 2, 1).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.lag('v', -1).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.first('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.first('v', ignorenulls=True).over(Window.partitionBy('g').orderBy(F.desc('v')))
    F.last('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.last('v', True).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.nth_value('v', 2).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.nth_value('v', 2, True).over(Window.partitionBy('g').orderBy('k', 'v'))
    F.sum('v').over(Window.partitionBy('g'))
    F.sum('v').over(Window.partitionBy('g').orderBy('k'))
    F.sum('v').over(Window.partitionBy('g').orderBy('k', 'v').rowsBetween(-1, 1))
    F.sum('v').over(Window.partitionBy('g').orderBy('k', 'v').rowsBetween(Window.unboundedPreceding, 0))
    F.sum('v').over(Window.partitionBy('g').orderBy('k', 'v').rowsBetween(0, Window.unboundedFollowing))
    F.sum('v').over(Window.partitionBy('g').orderBy('k', 'v').rowsBetween(1, 2))
    F.sum('v').over(Window.partitionBy('g').orderBy('k').rangeBetween(-1, 0))
    F.sum('v').over(Window.partitionBy('g').orderBy('k').rangeBetween(-2, Window.currentRow))
    F.sum('v').over(Window.partitionBy('g').orderBy(F.desc('k')).rangeBetween(-2, 0))
    F.count('*').over(Window.partitionBy('g').orderBy('k').rangeBetween(0, Window.unboundedFollowing))
    F.count('v').over(Window.partitionBy('g'))
    F.avg('v').over(Window.partitionBy('g').orderBy('k', 'v').rowsBetween(-2, 0))
    F.max('x').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.min('x').over(Window.partitionBy('g'))
    F.stddev('v').over(Window.partitionBy('g'))
    F.collect_list('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.sort_array(F.collect_set('k').over(Window.partitionBy('g')))
    F.count('*').over(Window.partitionBy())
    F.sum('v').over(Window.partitionBy(F.col('k') % 2))
    F.row_number().over(Window.orderBy(F.col('v').desc_nulls_last()))
    F.row_number().over(Window.orderBy(F.asc_nulls_last('k'), F.desc('v')))
    F.rank().over(Window.orderBy(F.desc('x'), 'v'))
    F.col('v') - F.lag('v').over(Window.partitionBy('g').orderBy('k', 'v'))
    F.col('v') / F.sum('v').over(Window.partitionBy('g'))
    F.when(F.row_number().over(Window.partitionBy('g').orderBy('k', 'v')) == 1, 'first').otherwise('rest')
    F.coalesce(F.lag('v').over(Window.partitionBy('g').orderBy('k', 'v')), F.lit(0))
    F.median('v').over(Window.partitionBy('g'))
    F.approx_count_distinct('k').over(Window.partitionBy('g'))
    F.row_number().over(Window.partitionBy('g'))
    F.rank().over(Window.partitionBy('g').orderBy('k').rowsBetween(-1, 1))
    F.sum('v').over(Window.partitionBy('g').rangeBetween(-1, 1))
    F.countDistinct('v').over(Window.partitionBy('g'))
    F.upper('g').over(Window.partitionBy('g'))
    F.expr('sum(v) over (partition by g order by k, v rows between 1 preceding and current row)')
    F.expr('row_number() over (partition by g order by k desc, v)')
    F.expr('lag(v, 1, 0) over (partition by g order by k, v)')
    F.expr('avg(v) over ()')
    F.expr('sum(v) over (order by k range between 1 preceding and 1 following)')
    F.expr('last_value(v) ignore nulls over (partition by g order by k, v)')
    F.expr('first_value(v) over (partition by g order by k, v)')
    F.expr('lag(v) ignore nulls over (partition by g order by k, v)')
    """,
    lambda spark: _Ordered(ROWS(spark)),
    digits=12,
)


@case
def top_of_each_group(spark):
    numbered = ROWS(spark).withColumn("rn", F.row_number().over(Window.partitionBy("g").orderBy(F.desc("v"))))
    return [
        numbered.filter("rn = 1").drop("rn"),
        numbered.where(F.col("rn") <= 2).groupBy("g").agg(F.sum("v")),
    ]


@case
def several_windows(spark):
    spec = _spec()
    return ROWS(spark).select(
        "g",
        "k",
        "v",
        F.sum("v").over(spec).alias("running"),
        F.row_number().over(spec).alias("n"),
        F.max("v").over(Window.partitionBy("g")).alias("m"),
        (F.rank().over(Window.orderBy("v")) * 10).alias("r"),
    )


@case
def window_over_an_aggregate(spark):
    totals = ROWS(spark).groupBy("g").agg(F.sum("v").alias("t"))
    return [
        totals.withColumn("r", F.rank().over(Window.orderBy(F.desc("t")))),
        ROWS(spark)
        .groupBy("g")
        .agg(F.sum("v").alias("t"), F.sum(F.sum("v")).over(Window.partitionBy()).alias("all")),
    ]


@case
def window_in_a_filter(spark):
    return ROWS(spark).filter(F.row_number().over(_spec()) == 1)


@case
def window_in_order_by(spark):
    return ROWS(spark).select("v").orderBy(F.row_number().over(Window.orderBy("v")))


@case
def window_of_a_missing_column(spark):
    return ROWS(spark).select(F.sum("v").over(Window.partitionBy("nope")))


@case
def windows_in_sql(spark):
    ROWS(spark).createOrReplaceTempView("windows_in_sql")
    return [
        spark.sql(
            "select g, v, sum(v) over w as s, rank() over w as r from windows_in_sql window w as (partition by g order by k)"
        ),
        spark.sql(
            "select * from (select g, v, row_number() over (partition by g order by v desc) rn from windows_in_sql) where rn = 1"
        ),
        spark.sql(
            "select g, v from windows_in_sql qualify row_number() over (partition by g order by v desc) = 1"
        ),
    ]


@case
def days_in_a_range(spark):
    rows = [("2024-01-01", 1), ("2024-01-03", 2), ("2024-01-08", 4), ("2024-01-09", 8)]
    frame = spark.createDataFrame(rows, ["d", "n"]).withColumn(
        "day", F.datediff(F.to_date("d"), F.lit("2024-01-01").cast("date"))
    )
    return frame.select("d", F.sum("n").over(Window.orderBy("day").rangeBetween(-6, 0)).alias("week"))


@case
def seconds_in_a_range(spark):
    rows = [("2024-01-01 00:00:00", 1), ("2024-01-01 00:00:30", 2), ("2024-01-01 00:02:00", 4)]
    frame = spark.createDataFrame(rows, ["s", "n"]).withColumn("t", F.col("s").cast("timestamp").cast("long"))
    return frame.select("s", F.sum("n").over(Window.orderBy("t").rangeBetween(-60, 0)).alias("minute"))
