# SPDX-License-Identifier: Apache-2.0
"""Names in other letters where these count, and what columns' metadata become."""

from __future__ import annotations

from ..registry import F, case, outcome, setting


@case
def names_in_other_letters(spark):
    with setting(spark, "spark.sql.caseSensitive", "true"):
        frame = spark.createDataFrame([(1, 2, 3)], "a int, A int, b int")
        return [
            each.columns
            for each in (
                frame.drop("a"),
                frame.drop("B"),
                frame.drop(F.col("a")),
                frame.withColumnRenamed("a", "z"),
                frame.withColumnRenamed("B", "z"),
                frame.withColumn("B", F.lit(1)),
                frame.select(frame.colRegex("`a`")),
                frame.alias("T").select("T.*"),
            )
        ] + [outcome(lambda: frame.alias("T").select("t.*").columns)]


@case
def keys_of_joins_in_other_letters(spark):
    left, right = (spark.createDataFrame([(1, name)], "k int, v string").alias(name) for name in ("a", "b"))
    shown = []
    for exact in ("false", "true"):
        with setting(spark, "spark.sql.caseSensitive", exact):
            joined = left.join(right, "k")
            shown += [
                outcome(lambda name=name, joined=joined: joined.select(name).columns)
                for name in ("b.k", "b.K", "B.k")
            ]
    return shown


@case
def metadata_of_columns(spark):
    plain = spark.range(1)
    noted = plain.select(F.col("id").alias("id", metadata={"x": 1}))
    return [
        frame.schema[0].metadata
        for frame in (
            noted,
            noted.withMetadata("id", {"y": 2}),
            noted.withMetadata("id", {}),
            noted.withColumn("id", F.col("id").alias("id", metadata={"z": 1})),
            noted.select(F.col("id").alias("q")),
            plain.withColumn("id", F.lit(3).alias("n", metadata={"x": 1})),
            plain.select(F.col("id").alias("a", metadata={"x": 1}).alias("r")),
            plain.select((F.col("id") + 1).alias("a", metadata={"x": 1}).alias("r", metadata={"y": 3})),
        )
    ]
