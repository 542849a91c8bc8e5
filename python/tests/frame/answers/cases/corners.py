# SPDX-License-Identifier: Apache-2.0
"""Corners that a review found: summer times of far years, decimals of numbers with exponents."""

from __future__ import annotations

from datetime import datetime

from ..registry import NEW_YORK, Expressions, F, case, frame_of

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
