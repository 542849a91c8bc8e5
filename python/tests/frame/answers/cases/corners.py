# SPDX-License-Identifier: Apache-2.0
"""Corners that a review found: summer times of far years, decimals of numbers with exponents."""

from __future__ import annotations

from datetime import datetime

from ..registry import NEW_YORK, Expressions, F, case, frame_of, setting

LATE = (
    "2036-07-01 12:00:00",
    "2040-01-01 12:00:00",
    "2040-07-01 12:00:00",
    "2040-11-04 01:30:00",
    "2040-03-11 02:30:00",
    "2438-07-01 12:00:00.123456",
    "9999-07-01 12:00:00",
)


@case(zone=NEW_YORK)
def late_summers(spark):
    frame = spark.sql(
        "select timestamp(s) t from values " + ", ".join(f"('{each}')" for each in LATE) + " v(s)"
    )
    made = frame.select("t", F.array("t"), F.unix_timestamp("t"), F.col("t").cast("string").alias("s"))
    made = made.withColumn("again", F.col("t") + F.expr("interval 1 hour"))
    # Which moment a time is that the clock shows twice is left to the C library, in PySpark.
    once = [each for each in LATE if "11-04" not in each]
    python = spark.createDataFrame([(datetime.fromisoformat(each),) for each in once], "t timestamp")
    return [made, python.select(F.unix_timestamp("t"), "t")]


@case(zone=NEW_YORK)
def late_summers_in_pandas(spark):
    frame = spark.createDataFrame([(datetime.fromisoformat(each),) for each in LATE[:5]], "t timestamp")
    back = spark.createDataFrame(frame.toPandas())
    return back.select(
        F.unix_timestamp("t"), F.col("t").cast("string"), F.udf(str, "string")("t").alias("python")
    )


@case(zone=NEW_YORK)
def late_summers_to_pandas(spark):
    return spark.createDataFrame(
        [(datetime.fromisoformat(each),) for each in LATE[:5]], "t timestamp"
    ).toPandas()


@case(zone=NEW_YORK)
def late_summers_in_functions_of_pandas(spark):
    def shown(times):
        return times.astype(str)

    frame = spark.createDataFrame([(datetime.fromisoformat(each),) for each in LATE[:5]], "t timestamp")
    return frame.select(F.pandas_udf(shown, "string")("t").alias("t"))


NUMBERS = frame_of(
    "x double, s string",
    (1e10, "1e3"),
    (9.9999999e7, "1.5e-3"),
    (99999999.999, "9.99999999999999999e15"),
    (1.924748109593872e24, "1.924748109593872e24"),
    (1.5e-7, "1.5E-7"),
    (-1e16, "-1e16"),
    (1e15, "1e15"),
    (float("nan"), "99999999999999999.99999"),
    (float("inf"), "1e999"),
    (0.0, "0e0"),
    (None, None),
)
decimals = Expressions(
    """
    try_cast(x as decimal(20,4)) as d
    try_cast(x as decimal(10,2)) as d
    try_cast(x as decimal(38,10)) as d
    try_cast(float(x) as decimal(38,10)) as d
    try_cast(s as decimal(20,4)) as d
    try_cast(s as decimal(38,10)) as d
    cast(1.924748109593872e24D as decimal(20,4))
    cast('1.924748109593872e24' as decimal(20,4))
    cast(0.1F as decimal(20,10))
    """,
    NUMBERS,
    sql=True,
)


intervals = Expressions(
    """
    interval 3 hours > (timestamp'2020-01-01 05:00:00' - timestamp'2020-01-01 00:00:00')
    interval 3 hours = interval 180 minutes
    interval 1 year = interval 12 months
    interval 1 day between interval 1 hour and interval 48 hours
    interval 1 day in (interval 24 hours)
    interval 1 day <=> interval 24 hours
    coalesce(interval 1 day, interval 1 hour)
    case when true then interval 1 day else interval 1 second end
    greatest(interval 1 day, interval 30 hours)
    interval 1 day - interval 1 second
    cast(interval 1 year + interval 1 month as string) as i
    interval 1 day / 2
    interval 1 second / 3
    cast(interval 1 year / 2 as string)
    2 * interval 1 day as i
    interval 1 day * 1.5
    make_dt_interval(1) as i
    make_dt_interval() as i
    make_dt_interval(1, 2) as i
    cast(make_ym_interval(1) as string) as i
    cast(make_ym_interval() as string) as i
    length(space(3))
    """,
    lambda spark: spark.range(1),
    sql=True,
)

TEXTS = (
    ("2020-1-2", "yyyy-MM-dd"),
    ("2020-01-02 more", "yyyy-MM-dd"),
    ("20-1-2", "yyyy-MM-dd"),
    ("1/2/2020", "MM/dd/yyyy"),
    ("2020-13-40", "yyyy-MM-dd"),
    ("abc", "yyyy-MM-dd"),
    (" 2020-1-2", "yyyy-MM-dd"),
    ("20200102", "yyyyMMdd"),
    ("january 02 2020", "MMMM dd yyyy"),
    ("2020-1-2 3:4:5", "yyyy-MM-dd HH:mm:ss"),
    ("2020-01-02 03:04:05.123456", "yyyy-MM-dd HH:mm:ss.SSS"),
    ("2020-01-02 03:04:05.12", "yyyy-MM-dd HH:mm:ss.SSS"),
    ("2020-01-02 03:04 PM", "yyyy-MM-dd hh:mm a"),
    ("1/2/99", "M/d/yy"),
    ("2020-01-02 25:00:00", "yyyy-MM-dd HH:mm:ss"),
)


@case
def times_read_as_spark_2_did(spark, tmp):
    path = tmp / "d.csv"
    path.write_text("2020-1-2,2020-01-02 3:04\n")
    with setting(spark, "spark.sql.legacy.timeParserPolicy", "LEGACY"):
        made = [
            spark.sql(f"select try_to_timestamp('{text}', '{pattern}') a").collect()[0][0]
            for text, pattern in TEXTS
        ]
        read = spark.read.csv(
            str(path),
            schema="a date, b timestamp",
            dateFormat="yyyy-MM-dd",
            timestampFormat="yyyy-MM-dd HH:mm",
        ).collect()
        day = spark.sql(
            "select to_date('2020-1-2', 'yyyy-MM-dd') a, unix_timestamp('2020-1-2', 'yyyy-MM-dd') b"
        )
        written = spark.sql(
            "select date_format(timestamp'2020-01-02 03:04:05.678', 'yy-M-d hh:mm:ss.SSS a EEE') a"
        )
        return made, read, day.collect(), written.collect()


@case
def frames_that_show_themselves(spark):
    frame = spark.sql("select 1 a, '<b>' b, null c union all select 22, 'a text of many more characters', 1")
    with setting(spark, "spark.sql.repl.eagerEval.enabled", "true"):
        shown = repr(frame), frame._repr_html_()
        with setting(spark, "spark.sql.repl.eagerEval.maxNumRows", "1"):
            return *shown, repr(frame.limit(5)), frame._repr_html_()


@case(zone=NEW_YORK)
def zone_of_a_reader(spark, tmp):
    path = tmp / "z.csv"
    path.write_text("2020-01-01 00:00:00\n")
    reader = spark.read.option("timeZone", "UTC")
    return [
        reader.csv(str(path), schema="a timestamp"),
        reader.option("inferSchema", True).csv(str(path)),
        reader.option("timestampFormat", "yyyy-MM-dd HH:mm:ss").csv(str(path), schema="a timestamp"),
    ]


@case
def settings_of_sql_without_a_value(spark):
    names = ("ansi.enabled", "autoBroadcastJoinThreshold", "broadcastTimeout", "catalogImplementation")
    names += (
        "files.maxPartitionBytes",
        "debug.maxToStringFields",
        "parquet.filterPushdown",
        "mapKeyDedupPolicy",
    )
    return [spark.conf.get(f"spark.sql.{name}") for name in names], spark.sql(
        "set spark.sql.ansi.enabled"
    ).collect()
