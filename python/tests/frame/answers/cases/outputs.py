# SPDX-License-Identifier: Apache-2.0
"""What lies in a directory after a write: rows of keys, files of partitions, partitions that are replaced."""

from __future__ import annotations

import os
import random
import re

from ..registry import F, T, case, frame_of, outcome, setting

FORMATS = ("parquet", "csv", "json")
FIRST = frame_of("k string, x int", ("a", 1), ("b", 2), ("b", 5))
SECOND = frame_of("k string, x int", ("a", 3), ("c", 4))


def _files(path):
    """The files below a path by their directories and numbers; what is random in their names left out."""
    found = []
    for root, _, names in os.walk(path):
        for name in names:
            if name.startswith("part-"):
                number = re.search(r"[-.](c\d{3})\.", name)[1]
                found.append(f"{os.path.relpath(root, path)} {name[:10]} {number}")
    return sorted(found)


def _back(spark, format, path):
    """The rows below a path."""
    rows = spark.read.format(format).schema("x int, k string").load(path).collect()
    return sorted((row.x, str(row.k)) for row in rows)


@case
def keys_of_a_function_that_answers_differently(spark, tmp):
    guess = F.udf(lambda i: random.randint(0, 2), T.IntegerType()).asNondeterministic()
    counts = []
    for each in FORMATS:
        spark.range(300).withColumn("k", guess("id")).write.partitionBy("k").format(each).save(
            f"{tmp}/{each}"
        )
        counts.append(spark.read.format(each).load(f"{tmp}/{each}").count())
    return counts


@case
def keys_are_computed_once(spark, tmp):
    calls = spark.sparkContext.accumulator(0)

    def key(i):
        calls.add(1)
        return i % 3

    frame = spark.range(30).withColumn("k", F.udf(key, "long")("id"))
    frame.write.partitionBy("k").json(f"{tmp}/out")
    return calls.value


@case
def rows_keep_their_order_in_a_directory(spark, tmp):
    frame = spark.range(40).coalesce(1).withColumn("k", F.col("id") % 2)
    frame.write.partitionBy("k").csv(f"{tmp}/out")
    (name,) = [name for name in os.listdir(f"{tmp}/out/k=1") if name.startswith("part-")]
    with open(f"{tmp}/out/k=1/{name}") as file:
        return file.read().split()


def _dynamic(format, how):
    def run(spark, tmp):
        path = f"{tmp}/out"
        FIRST(spark).write.partitionBy("k").format(format).save(path)
        with setting(spark, "spark.sql.sources.partitionOverwriteMode", how[0]):
            writer = SECOND(spark).write.partitionBy("k").mode("overwrite").format(format)
            if how[1]:
                writer = writer.option("partitionOverwriteMode", how[1])
            writer.save(path)
        return _back(spark, format, path), os.path.exists(f"{path}/_SUCCESS")

    return case(run)


for _format in FORMATS:
    for _how in (("dynamic", ""), ("static", "DYNAMIC"), ("DYNAMIC", "static"), ("static", "")):
        globals()[f"overwrite partitions {_format} {_how}"] = _dynamic(_format, _how)


@case
def overwrite_partitions_of_the_frame_that_is_read(spark, tmp):
    path = f"{tmp}/out"
    FIRST(spark).write.partitionBy("k").parquet(path)
    frame = spark.read.parquet(path).filter("k = 'b'").withColumn("x", F.col("x") + 1)
    frame.write.partitionBy("k").mode("overwrite").option("partitionOverwriteMode", "dynamic").parquet(path)
    return _back(spark, "parquet", path)


@case
def overwrite_partitions_without_keys(spark, tmp):
    path = f"{tmp}/out"
    FIRST(spark).write.csv(path)
    SECOND(spark).write.mode("overwrite").option("partitionOverwriteMode", "dynamic").csv(path)
    return sorted(map(str, spark.read.csv(path).collect()))


def _numbered(format):
    def run(spark, tmp):
        frame = spark.range(20)
        found = []
        for name, each in {
            "four": frame.repartition(4),
            "one": frame.repartition(4).coalesce(1),
            "filtered": frame.repartition(3).filter("id >= 0").withColumn("y", F.col("id")).drop("id"),
            "keys": frame.withColumn("k", F.col("id") % 5).repartition(3, "k").select("id"),
            "ranges": frame.repartitionByRange(4, "id"),
            "none": frame.filter("id < 0").repartition(3),
        }.items():
            each.write.format(format).save(f"{tmp}/{name}")
            count = spark.read.schema("x int").format(format).load(f"{tmp}/{name}").count()
            files = _files(f"{tmp}/{name}")
            # Which of several partitions have rows is a matter of chance where rows are dealt out.
            found.append((name, files if name in ("one", "keys", "ranges", "none") else len(files), count))
        return found

    return case(run)


def _largest(format):
    def run(spark, tmp):
        frame = spark.range(11).coalesce(1)
        frame.write.option("maxRecordsPerFile", 4).format(format).save(f"{tmp}/a")
        keyed = frame.withColumn("k", F.col("id") % 2)
        keyed.write.option("maxRecordsPerFile", "4").partitionBy("k").format(format).save(f"{tmp}/b")
        with setting(spark, "spark.sql.files.maxRecordsPerFile", "5"):
            frame.write.format(format).save(f"{tmp}/c")
            frame.write.option("maxRecordsPerFile", "0").format(format).save(f"{tmp}/d")
        frame.filter("id < 0").write.option("maxRecordsPerFile", 4).format(format).save(f"{tmp}/e")
        counts = [
            spark.read.schema("id long").format(format).load(f"{tmp}/{name}").count() for name in "abcde"
        ]
        return [_files(f"{tmp}/{name}") for name in "abcde"], counts

    return case(run)


for _format in FORMATS:
    globals()[f"files of partitions {_format}"] = _numbered(_format)
    globals()[f"files of so many rows {_format}"] = _largest(_format)


@case
def a_largest_number_that_is_none(spark, tmp):
    return outcome(lambda: spark.range(1).write.option("maxRecordsPerFile", "x").csv(f"{tmp}/out"))


def _glommed(frame, name):
    return [sorted(part) for part in frame.rdd.map(lambda row: row[name]).glom().collect()]


@case
def keys_together(spark):
    frame = spark.range(20).select(
        "id", (F.col("id") % 5).alias("k"), (F.col("id") % 5).cast("string").alias("s")
    )
    return [
        _glommed(frame.repartition(3, "k"), "k"),
        _glommed(frame.repartition(3, F.col("s"), "k"), "s"),
        _glommed(frame.repartition(2, "k").filter("id > 4").withColumn("z", F.col("k") + 1).drop("k"), "z"),
        _glommed(frame.repartition(4, F.col("id") % 3), "id"),
        _glommed(frame.repartition(3, F.upper("s")).withColumn("n", F.udf(lambda s: s * 2)("s")), "n"),
        _glommed(frame.alias("a").repartition(3, F.col("a.k")), "k"),
        sorted(map(len, frame.repartition(7, "id").rdd.glom().collect())),
    ]


@case
def ranges_of_keys(spark):
    frame = spark.range(20).withColumn("k", F.col("id") % 5)
    nulls = frame.withColumn("k", F.when(F.col("k") > 0, F.col("k")))
    return [
        _glommed(frame.repartitionByRange(3, "k"), "k"),
        _glommed(frame.repartitionByRange(3, F.desc("k")), "k"),
        _glommed(frame.repartitionByRange(3, "id"), "id"),
        _glommed(frame.repartitionByRange(2, F.desc("id")), "id"),
        [
            [str(each) for each in part]
            for part in nulls.repartitionByRange(5, "k").rdd.map(lambda r: r.k).glom().collect()
        ],
        outcome(lambda: frame.repartitionByRange(3)),
    ]


@case
def functions_over_partitions_of_keys(spark):
    frame = spark.range(20).withColumn("k", F.col("id") % 5)

    def keys(batches):
        import pandas

        found = set()
        for batch in batches:
            found |= set(batch["k"])
        yield pandas.DataFrame({"n": [len(found)]})

    return [
        frame.repartition(3, "k").mapInPandas(keys, "n long"),
        frame.repartition(6, "k").filter("k > 1").mapInPandas(keys, "n long"),
        frame.coalesce(1).mapInPandas(keys, "n long"),
        frame.repartition(1).mapInPandas(keys, "n long"),
        frame.repartitionByRange(5, "k").mapInPandas(keys, "n long"),
    ]
