# SPDX-License-Identifier: Apache-2.0
"""Small programs of the kind that test suites have: names of windows, zones that change, operators of bits, functions
by name, arithmetic without ANSI mode.
"""

from __future__ import annotations

from decimal import Decimal

from ..registry import NEW_YORK, TOKYO, Expressions, F, Row, T, Window, case, frame_of, outcome, setting

ROWS = frame_of("k string, v int", ("a", 1), ("a", 2), ("a", 2), ("a", None), ("b", 5), ("b", 3))
PAY = frame_of(
    "id int, name string, dept int, pay double",
    (1, "ann", 10, 100.0),
    (2, "bob", 20, 200.0),
    (3, "cid", 10, None),
    (4, None, None, 50.0),
)

windows = Expressions(
    """
    F.row_number().over(Window.partitionBy('k').orderBy('v'))
    F.rank().over(Window.partitionBy('k').orderBy('v'))
    F.dense_rank().over(Window.partitionBy('k').orderBy('v'))
    F.percent_rank().over(Window.orderBy('v'))
    F.cume_dist().over(Window.orderBy('v'))
    F.ntile(2).over(Window.orderBy('v'))
    F.lag('v').over(Window.orderBy('v'))
    F.lag('v', 2, 0).over(Window.orderBy('v'))
    F.lead('v', -1).over(Window.orderBy('v'))
    F.nth_value('v', 2, True).over(Window.orderBy('v'))
    F.max('v').over(Window.partitionBy('k'))
    F.sum('v').over(Window.partitionBy())
    F.sum('v').over(Window.orderBy('v'))
    F.sum('v').over(Window.orderBy('v').rowsBetween(-1, 1))
    F.sum('v').over(Window.orderBy('v').rangeBetween(-3, -1))
    F.expr("rank() over (partition by k order by v)")
    F.expr("lead(v, 2, 0) over (order by v)")
    F.expr("sum(v) over (order by v rows 2 preceding)")
    F.expr("sum(v) over (order by v range between 2 preceding and 1 preceding)")
    """,
    ROWS,
    ordered=False,
)

bits = Expressions(
    """
    1 | 2 & 4
    7 ^ 2 & 3 | 8
    1 << 2 + 1
    1 + 2 << 3 | 1
    -16 >>> 1 + 1
    v >>> 1 >> 1 >>> 1
    ~v & 3
    'a' || v || 'b'
    v > 2 and v >= 3
    cast(null as array<array<array<int>>>)
    """,
    ROWS,
    sql=True,
)

numbers = Expressions(
    """
    cbrt(27)
    cbrt(v)
    log(10)
    log(-1)
    log(2, 8)
    int('5')
    string(v)
    decimal(1.5)
    sort_array(array(3, 1))
    v / 2
    v div 2
    v % 2
    """,
    ROWS,
    sql=True,
    digits=14,
)

texts_of_floats = Expressions(
    """
    c('f').cast('string')
    c('f') * 2
    F.concat(c('f'), F.lit('x'))
    F.array('f').cast('string')
    """,
    frame_of(
        "f float",
        (0.1,),
        (3.4028235e38,),
        (1e-5,),
        (16777216.0,),
        (1.1e7,),
        (-0.0,),
        (float("nan"),),
        (None,),
    ),
)


def _moments(spark):
    return spark.sql(
        "select timestamp'2024-03-09 02:30:00' a, timestamp'2024-11-03 01:30:00' b, timestamp'2024-03-10 01:59:59' c"
    )


CLOCKS = """
    cast(a as string)
    a + interval 1 day
    a + interval 24 hours
    a + interval 1 month
    a + make_interval(0, 0, 0, 1, 1)
    a - make_interval(1, 1, 0, 1, 1, 5, 1.5)
    b + interval 1 hour
    b - interval 1 day
    c + interval 1 second
    unix_timestamp(b)
    date_trunc('day', a)
    cast(a as date)
    date'2024-03-10' + interval 5 hours
    date'2024-03-09' + interval '1 05' day to hour
    timestampdiff(hour, a, b)
    datediff(b, a)
    months_between(b, a)
    to_timestamp('2024-06-01 10:00:00+02:00')
    from_unixtime(0)
    timestamp_ntz'2024-01-01 00:00:00'
    cast(timestamp_ntz'2024-01-01 00:00:00' as timestamp)
    to_utc_timestamp(a, 'America/New_York')
    hour(c)
    """
clocks_of_new_york = Expressions(CLOCKS, _moments, sql=True, zone=NEW_YORK)
clocks_of_an_offset = Expressions(CLOCKS, _moments, sql=True, zone="+05:30", process="UTC")
clocks_of_tokyo = Expressions(CLOCKS, _moments, sql=True, zone=TOKYO)


@case
def zones_changed_between_queries(spark):
    found = []
    made = spark.createDataFrame([("2024-07-01 12:00:00",)], ["s"]).select(F.to_timestamp("s").alias("t"))
    parts = made.select("t", F.hour("t").alias("h"), F.date_trunc("day", "t").alias("d"))
    for zone in (NEW_YORK, TOKYO, "+05:30", "UTC"):
        with setting(spark, "spark.sql.session.timeZone", zone):
            found.append(parts.select(F.col("t").cast("string"), "h", F.col("d").cast("string")).collect())
    return found


@case
def sums_without_ansi(spark):
    with setting(spark, "spark.sql.ansi.enabled", "false"):
        frame = spark.createDataFrame([(2147483647, 9223372036854775807, 127)], "i int, l long, b byte")
        return [
            frame.select(F.col("i") + 1, F.col("i") * 3, -F.col("i") - 2, F.col("i") + F.col("l")).collect(),
            frame.select(
                F.col("l") + 1, F.col("l") * F.col("l"), F.col("l") * -2, F.col("b") + F.col("b")
            ).collect(),
            frame.select(
                F.col("i") / 0, F.col("i") % 0, F.expr("cast('x' as int)"), F.expr("array(1)[3]")
            ).collect(),
        ]


@case
def casts_without_ansi(spark):
    schema = "a int, d double, c decimal(20,2), s string, b int"
    rows = [
        (300, 1e10, Decimal("12345678901.5"), "7", -129),
        (None, float("nan"), None, "z", 5),
        (5, -1.9, Decimal("-2.5"), "3.7", 2147483647),
    ]
    with setting(spark, "spark.sql.ansi.enabled", "false"):
        frame = spark.createDataFrame(rows, schema)
        c = F.col
        return [
            frame.select(c("a").cast("byte"), c("b").cast("byte"), c("d").cast("int"), c("d").cast("byte")),
            frame.select(c("d").cast("long"), c("c").cast("int"), c("c").cast("long"), c("s").cast("int")),
            frame.select(c("s") + 1, c("s") * c("a"), c("s") + c("s"), -c("s"), c("s") == 7, c("s") > 1),
            frame.select(
                F.try_add("b", "b"), F.expr("try_cast(300 as tinyint)"), F.expr("try_cast('3.7' as int)")
            ),
            frame.select(
                F.coalesce(F.lit(1), F.lit("a")), F.when(c("a") > 1, 1).otherwise("x"), F.array("a", "s")
            ),
            frame.select("a", "s").union(frame.select("s", "a")),
            frame.select(
                c("a").isin("300", 5),
                c("s").isin(7),
                F.greatest("a", "b"),
                F.sum("s").over(Window.partitionBy()),
            ),
        ]


@case
def functions_by_name(spark):
    spark.udf.register("sq", lambda x: x * x if x else -1, "int")
    frame = ROWS(spark).limit(2)
    return frame.select(
        F.call_udf("sq", "v"),
        F.call_function("sq", F.col("v")),
        F.call_function("upper", "k"),
        F.chr(F.lit(65)),
    )


@case
def union_of_structs_in_another_order(spark):
    one = spark.createDataFrame([((1, "x"),)], "s struct<a: int, b: string>")
    two = spark.createDataFrame([(("y", 2),), (None,)], "s struct<b: string, a: int>")
    more = spark.createDataFrame([([("z", 3)],)], "s array<struct<b: string, a: int>>")
    like = spark.createDataFrame([([(4, "w")],)], "s array<struct<a: int, b: string>>")
    return [
        one.unionByName(two),
        outcome(lambda: one.unionByName(two.select(F.col("s.b").alias("s")))),
        like.unionByName(more),
    ]


@case
def qualify_over_groups(spark):
    PAY(spark).createOrReplaceTempView("pay")
    return [
        spark.sql(
            "select dept, sum(pay) s from pay group by dept qualify row_number() over (order by s desc) <= 2"
        ),
        spark.sql("select dept, count(*) c from pay group by all order by all"),
        spark.sql(
            "select distinct dept from pay group by dept, name qualify count(*) over (partition by dept) > 1"
        ),
    ]


@case
def texts_of_groups(spark):
    frame = PAY(spark)
    return [
        repr(each)
        for each in (
            frame.groupBy("dept"),
            frame.select("id").groupBy("id"),
            frame.rollup("dept", "name"),
            frame.cube("dept"),
            frame.groupBy("dept").pivot("name"),
            frame.select("id", "name", "dept").groupBy(),
        )
    ]


@case
def types_that_are_no_types(spark):
    frame = PAY(spark)
    return [
        outcome(lambda: frame.select(F.col("id").cast(each)).count())
        for each in ("nonsense", "a int", "array<", "int int", "decimal(50,2)", "struct<a:int>", "")
    ]


@case
def rows_and_decimals(spark):
    schema = T.StructType([T.StructField("a", T.DecimalType(10, 2)), T.StructField("r", T.StringType())])
    frame = spark.createDataFrame([Row(a=Decimal("1.10"), r="x"), Row(a=None, r=None)], schema)
    return [
        frame.select(F.col("a") / 3, F.col("a") % 1, F.round("a", 1), F.col("a") == 1.1, -F.col("a")),
        frame.agg(F.sum("a"), F.avg("a"), F.max("r")),
        frame.na.fill({"r": "none"}).orderBy(F.col("a").desc_nulls_first()).select("r").collect(),
    ]


@case
def chances_in_filters(spark):
    frame = spark.range(1000)
    some = frame.filter(F.rand(7) < 0.5)
    return [
        0 < some.count() < 1000,
        some.count() == some.count(),
        frame.filter(F.rand(7) < 0.5).count() == some.count(),
        frame.select(F.uuid().alias("u")).distinct().count(),
        frame.select(F.input_file_name()).distinct().collect(),
    ]


@case
def partitions_that_were_asked_for(spark):
    frame = spark.range(10)
    return [
        frame.repartition(3).rdd.getNumPartitions(),
        frame.coalesce(1).rdd.getNumPartitions(),
        frame.repartition(4).filter("id > 2").select("id").rdd.getNumPartitions(),
        frame.repartition(3, "id").rdd.getNumPartitions(),
        sorted(row.id for row in frame.repartition(3).rdd.collect()),
    ]
