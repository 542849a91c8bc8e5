# SPDX-License-Identifier: Apache-2.0
"""Dates and timestamps: arithmetic, parts, patterns, truncation, time zones with their gaps and overlaps."""

from __future__ import annotations

import datetime

from ..registry import NEW_YORK, TOKYO, Expressions, F, T, case, frame_of

D, TS = datetime.date, datetime.datetime
DATES = frame_of(
    "d date, e date, n int, s string",
    (D(2024, 2, 29), D(2023, 1, 31), 1, "2024-02-29"),
    (D(1999, 12, 31), D(2000, 1, 1), -13, " 1999-12-31 "),
    (D(1582, 10, 4), D(1, 1, 1), 0, "1582-10-04"),
    (D(2199, 12, 31), D(1970, 1, 1), 100, "2199-12-31"),
    (None, D(2020, 6, 15), None, None),
)
dates = Expressions(
    """
    F.year('d')
    F.month('d')
    F.dayofmonth('d')
    F.day('d')
    F.quarter('d')
    F.dayofweek('d')
    F.weekday('d')
    F.dayofyear('d')
    F.weekofyear('d')
    F.dayname('d')
    F.monthname('d')
    F.extract(F.lit('YEAROFWEEK'), 'd')
    F.date_part(F.lit('doy'), 'd')
    F.datepart(F.lit('week'), 'd')
    F.date_add('d', 1)
    F.date_add('d', 'n')
    F.date_sub('d', 400)
    F.dateadd('e', F.lit(30))
    F.datediff('d', 'e')
    F.date_diff('e', 'd')
    F.add_months('d', 1)
    F.add_months('e', 1)
    F.add_months('d', 'n')
    F.months_between('d', 'e')
    F.months_between('d', 'e', False)
    F.months_between(F.lit('2024-03-31'), F.lit('2024-02-29'))
    F.last_day('d')
    F.next_day('d', 'Mon')
    F.next_day('e', 'sunday')
    F.next_day('e', 'xx')
    F.trunc('d', 'year')
    F.trunc('d', 'MM')
    F.trunc('d', 'week')
    F.trunc('d', 'quarter')
    F.trunc('d', 'nope')
    F.to_date('s')
    F.to_date(F.lit('29/02/2024'), 'dd/MM/yyyy')
    F.to_date(F.lit('2024-2-9'))
    F.to_date(F.lit('2024'))
    F.to_date(F.lit('2024-02'))
    F.to_date(F.lit('2024-02-30'))
    F.to_date(F.lit('nonsense'))
    F.to_date(F.lit('2024-02-29 23:59:59'))
    F.to_date(F.lit('20240229'), 'yyyyMMdd')
    F.to_date(F.lit('5 Mar 2024'), 'd MMM yyyy')
    F.to_date(F.lit('March 5, 2024'), 'MMMM d, yyyy')
    F.to_date(F.lit('24-3-5'), 'yy-M-d')
    F.to_date(F.lit('2024-03-05'), 'dd/MM/yyyy')
    F.try_to_date(F.lit('nonsense'))
    F.date_format('d', 'yyyy-MM-dd')
    F.date_format('d', 'dd.MM.yy')
    F.date_format('d', 'EEEE, d MMMM yyyy')
    F.date_format('d', 'EEE MMM d')
    F.date_format('d', "'Q'q yyyy DDD")
    F.date_format('d', 'y-M-d')
    F.make_date(F.lit(2024), F.lit(2), F.lit(29))
    F.make_date(F.lit(2023), F.lit(2), F.lit(29))
    F.unix_date('d')
    F.date_from_unix_date(F.lit(19000))
    F.sequence(F.lit(D(2024, 1, 30)), F.lit(D(2024, 3, 1)), F.expr('interval 1 month'))
    c('d') - c('e')
    c('d') > c('e')
    c('d').cast('string')
    c('d').cast('timestamp')
    c('d').cast('int')
    c('s').cast('date')
    F.max('d')
    F.min('e')
    F.expr("d + interval 1 month")
    F.expr("e - interval '1-2' year to month")
    F.expr("d + 1")
    F.expr("d - 1")
    F.expr("date '2024-02-29' - date '2023-02-28'")
    F.expr("d + interval 1 day")
    F.expr("d + interval 25 hours")
    F.expr("date'2024-01-01' = '2024-01-01'")
    F.expr("extract(year from d)")
    F.expr("datediff(DAY, e, d)")
    F.expr("timestampdiff(MONTH, e, d)")
    F.expr("dateadd(MONTH, 1, e)")
    F.expr("date_trunc('month', d)")
    F.expr("cast('2024-13-01' as date)")
    F.expr("try_cast('2024-13-01' as date)")
    F.expr("make_interval(0, 1, 0, 2)")
    F.expr("interval 3 days")
    F.expr("interval '1 02:03:04.5' day to second")
    """.replace("D(", "date("),
    DATES,
)

TIMES = """
    c('t')
    c('t').cast('string')
    c('t').cast('date')
    c('t').cast('long')
    c('t').cast('double')
    c('u').cast('timestamp')
    F.to_date('t')
    F.year('t')
    F.hour('t')
    F.minute('t')
    F.second('t')
    F.dayofweek('t')
    F.date_format('t', 'yyyy-MM-dd HH:mm:ss')
    F.date_format('t', 'HH:mm:ss.SSS')
    F.date_format('t', 'h:mm a')
    F.date_format('t', "yyyy-MM-dd'T'HH:mm:ssXXX")
    F.date_format('t', 'yyyy-MM-dd z')
    F.date_format('t', 'SSSSSS')
    F.date_trunc('hour', 't')
    F.date_trunc('day', 't')
    F.date_trunc('week', 't')
    F.date_trunc('month', 't')
    F.date_trunc('quarter', 't')
    F.date_trunc('year', 't')
    F.date_trunc('minute', 't')
    F.date_trunc('millisecond', 't')
    F.trunc('t', 'month')
    F.unix_timestamp('t')
    F.unix_micros('t')
    F.unix_millis('t')
    F.unix_seconds('t')
    F.from_unixtime('u')
    F.from_unixtime('u', 'yyyy/MM/dd HH')
    F.timestamp_seconds('u')
    F.timestamp_millis(F.col('u') * 1000 + 7)
    F.timestamp_micros(F.col('u') * 1000000 + 7)
    F.from_utc_timestamp('t', 'Asia/Tokyo')
    F.to_utc_timestamp('t', 'America/Los_Angeles')
    F.convert_timezone(F.lit('UTC'), F.lit('Europe/Paris'), F.lit('2024-07-01 00:00:00'))
    F.to_timestamp('s')
    F.to_timestamp(F.lit('2024-03-10 02:30:00'))
    F.to_timestamp(F.lit('2024-11-03 01:30:00'))
    F.to_timestamp(F.lit('2024-03-05T10:20:30Z'))
    F.to_timestamp(F.lit('2024-03-05T10:20:30.123456+05:30'))
    F.to_timestamp(F.lit('2024-03-05 10:20:30 America/Los_Angeles'))
    F.to_timestamp(F.lit('2024-03-05 10:20'))
    F.to_timestamp(F.lit('2024-03-05'))
    F.to_timestamp(F.lit('2024-03-05 25:00:00'))
    F.to_timestamp(F.lit('05/03/2024 10:20'), 'dd/MM/yyyy HH:mm')
    F.to_timestamp(F.lit('2024-03-05 10:20:30 PM'), 'yyyy-MM-dd hh:mm:ss a')
    F.to_timestamp(F.lit('2024-03-05T10:20:30.5'), "yyyy-MM-dd'T'HH:mm:ss.S")
    F.to_timestamp(F.lit('2024-03-05 10:20:30 +0200'), 'yyyy-MM-dd HH:mm:ss Z')
    F.to_timestamp(F.lit('bad'), 'yyyy')
    F.try_to_timestamp(F.lit('bad'))
    F.unix_timestamp(F.lit('2024-03-05 10:20:30'))
    F.unix_timestamp(F.lit('2024/03/05'), 'yyyy/MM/dd')
    F.to_unix_timestamp(F.lit('2024-03-05 10:20:30'))
    F.make_timestamp(F.lit(2024), F.lit(3), F.lit(10), F.lit(2), F.lit(30), F.lit(15.5))
    F.make_timestamp(F.lit(2024), F.lit(13), F.lit(10), F.lit(2), F.lit(30), F.lit(15.5))
    F.to_timestamp_ntz(F.lit('2024-03-10 02:30:00'))
    F.to_timestamp_ltz(F.lit('2024-03-10 02:30:00'))
    c('n')
    c('n').cast('timestamp')
    c('t').cast('timestamp_ntz')
    c('n').cast('string')
    F.hour('n')
    F.date_trunc('day', 'n')
    c('t') - F.expr('interval 1 hour')
    c('t') + F.expr('interval 1 day')
    c('t') + F.expr('interval 1 month')
    c('t') + F.expr("interval '90' minute")
    c('t') - c('t')
    c('t') - F.lit('2024-03-10 00:00:00').cast('timestamp')
    c('t') < F.lit('2024-03-10 08:00:00')
    F.timestamp_diff('HOUR', 't', F.lit('2024-03-11 00:00:00').cast('timestamp'))
    F.timestamp_add('DAY', F.lit(1), 't')
    F.window('t', '1 hour')
    F.window('t', '1 day', '12 hours')['start']
    F.current_timezone()
    F.max('t')
    F.min('n')
    F.lit(datetime(2024, 3, 10, 1, 2, 3, 4))
    F.lit(timedelta(days=1, seconds=5))
    F.expr("timestamp '2024-03-10 02:30:00'")
    F.expr("timestamp '2024-03-10 02:30:00+00:00'")
    F.expr("timestamp_ntz '2024-03-10 02:30:00'")
    F.expr("extract(hour from t)")
    F.expr("date_part('SECONDS', t)")
    F.expr("cast('2024-03-05 10:20:30.123456789' as timestamp)")
    F.expr("cast('now and then' as timestamp)")
    F.expr("t between '2024-03-10' and '2024-03-11'")
    F.expr("t + make_interval(0, 0, 0, 1)")
    F.expr("t::date")
"""


def _times(spark):
    """Around both changes of New York's clocks, given as instants."""
    utc = datetime.UTC
    rows = [
        (
            TS(2024, 3, 10, 6, 59, 59, 999999, utc),
            1710053999,
            "2024-03-10 06:59:59.5",
            TS(2024, 3, 10, 2, 30),
        ),
        (TS(2024, 3, 10, 7, 0, 0, 0, utc), 1710054000, "2024-03-10T07:00:00Z", TS(2024, 3, 10, 3, 0)),
        (TS(2024, 11, 3, 6, 30, 0, 1000, utc), 1730615400, "2024-11-03 01:30:00", TS(2024, 11, 3, 1, 30)),
        (TS(1965, 6, 1, 12, 0, 0, 5, utc), -144676800, "1965-06-01 12:00:00", TS(1965, 6, 1, 12, 0)),
        (None, None, None, None),
    ]
    return spark.createDataFrame(rows, "t timestamp, u long, s string, n timestamp_ntz")


in_utc = Expressions(TIMES, _times)
in_new_york = Expressions(TIMES, _times, zone=NEW_YORK)
with_process_elsewhere = Expressions(
    """
    c('t')
    c('n')
    c('t').cast('string')
    F.array('t')
    F.struct('t', 'n')
    F.to_timestamp(F.lit('2024-03-05 10:20:30'))
    F.lit(datetime(2024, 3, 10, 1, 2, 3, 4))
    c('t') > F.lit(datetime(2024, 3, 10, 6, 0))
    """,
    _times,
    zone=NEW_YORK,
    process=TOKYO,
)


@case(zone=NEW_YORK, process=TOKYO)
def naive_datetimes_are_of_the_process(spark):
    frame = spark.createDataFrame([(TS(2024, 7, 1, 12, 0),)], ["t"])
    return [frame, frame.select(F.col("t").cast("string"), F.unix_timestamp("t"))]


@case(zone=NEW_YORK)
def aware_datetimes_are_instants(spark):
    zone = datetime.timezone(datetime.timedelta(hours=2))
    frame = spark.createDataFrame([(TS(2024, 7, 1, 12, 0, tzinfo=zone),)], ["t"])
    return [frame, frame.select(F.col("t").cast("string"))]


@case(zone=TOKYO)
def the_zone_can_be_changed(spark):
    frame = spark.createDataFrame([("2024-01-01 00:00:00",)], ["s"]).select(F.to_timestamp("s").alias("t"))
    before = frame.select(F.col("t").cast("string")).collect()[0][0]
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    return [before, frame.select(F.col("t").cast("string")).collect()[0][0]]


@case(zone=NEW_YORK)
def group_by_hour(spark):
    return _times(spark).groupBy(F.hour("t").alias("h"), F.to_date("t").alias("d")).count()


@case
def time_windows(spark):
    rows = [("2024-03-05 10:03:00", 1), ("2024-03-05 10:07:00", 2), ("2024-03-05 10:14:59", 4)]
    frame = spark.createDataFrame(rows, ["s", "n"]).withColumn("t", F.to_timestamp("s"))
    found = frame.groupBy(F.window("t", "10 minutes", "5 minutes")).agg(F.sum("n").alias("n"))
    return found.select(F.col("window.start").cast("string"), F.col("window.end").cast("string"), "n")


@case
def intervals_come_back_as_timedelta(spark):
    rows = [(datetime.timedelta(days=-1, seconds=3, microseconds=7),), (None,)]
    frame = spark.createDataFrame(rows, T.StructType([T.StructField("i", T.DayTimeIntervalType())]))
    return [
        frame,
        frame.select(F.col("i").cast("string")),
        frame.select(F.sum("i")),
        frame.select(F.col("i") * 2),
    ]
