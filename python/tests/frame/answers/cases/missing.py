# SPDX-License-Identifier: Apache-2.0
"""fillna, dropna and replace; caching, checkpoints, repartitioning and sampling as far as answers are promised."""

from __future__ import annotations

from ..registry import F, case, frame_of, outcome

ROWS = frame_of(
    "a int, x double, s string, b boolean",
    (1, 1.5, "p", True),
    (None, float("nan"), None, None),
    (3, None, "", False),
    (None, None, None, None),
)


@case
def fillna(spark):
    frame = ROWS(spark)
    return [
        frame.fillna(0),
        frame.fillna(2.7),
        frame.fillna("?"),
        frame.fillna(True),
        frame.na.fill(0, ["a"]),
        frame.fillna(0, "x"),
        frame.fillna({"a": 9, "s": "none"}),
        frame.fillna({"x": 1, "b": False}),
        frame.fillna("z", ["a", "s"]),
        frame.na.fill(5, ("x", "s")),
        frame.fillna({"a": 1.9}),
        frame.fillna({"a": "7"}),
    ]


@case
def fillna_mistakes(spark):
    frame = ROWS(spark)
    return [
        outcome(lambda value=value: frame.fillna(value).count()) for value in (None, [1], {"nope": 1})
    ] + [outcome(lambda: frame.fillna(0, "nope").count()), outcome(lambda: frame.fillna(0, {"a"}).count())]


@case
def dropna(spark):
    frame = ROWS(spark)
    return [
        frame.dropna(),
        frame.na.drop("all"),
        frame.dropna("any", subset=["a"]),
        frame.dropna(thresh=2),
        frame.dropna(thresh=3, subset=["a", "x", "s"]),
        frame.dropna(subset="s"),
        frame.dropna(how="all", subset=["a", "x"]),
        frame.na.drop(subset=("x",)),
    ]


@case
def replace(spark):
    frame = ROWS(spark)
    return [
        frame.replace(1, 10),
        frame.replace("p", "q"),
        frame.replace(["p", ""], ["P", "empty"], "s"),
        frame.replace({1: 100, 3: 300}),
        frame.replace({"p": None}),
        frame.na.replace("p", None, "s"),
        frame.replace([1, 3], 0),
        frame.replace(1.5, 2.5),
        frame.replace(True, False),
        frame.replace(float("nan"), 0.0),
        frame.replace(1, 10, subset=["x"]),
        frame.replace({"": "e"}, subset=["s"]),
    ]


@case
def replace_mistakes(spark):
    frame = ROWS(spark)
    return [
        outcome(action)
        for action in (
            lambda: frame.replace("p"),
            lambda: frame.replace(["p"], ["a", "b"]),
            lambda: frame.replace({"p": 1}),
            lambda: frame.replace([1, "p"], [2, 3]),
            lambda: frame.replace(1, 2, 3),
        )
    ]


@case
def cache_and_storage(spark):
    frame = ROWS(spark)
    before = frame.is_cached
    frame.cache()
    found = [
        before,
        frame.is_cached,
        frame.count(),
        frame.storageLevel.useMemory,
        frame.unpersist().is_cached,
        frame.persist().count(),
    ]
    frame.unpersist()
    return found


@case
def partitions(spark):
    frame = spark.range(10)
    return [
        frame.repartition(3).rdd.getNumPartitions(),
        frame.coalesce(1).rdd.getNumPartitions(),
        frame.repartition(2, "id").count(),
        frame.repartition("id").count(),
        frame.repartitionByRange(2, "id").rdd.getNumPartitions(),
        frame.repartition(5).coalesce(2).rdd.getNumPartitions(),
    ]


@case
def samples(spark):
    frame = spark.range(100)
    return [
        frame.sample(0.0).count(),
        frame.sample(1.0).count(),
        frame.sample(False, 0.5, 3).count() <= 100,
        frame.sample(fraction=0.5, seed=1).count() < 100,
        sum(part.count() for part in frame.randomSplit([0.3, 0.7], 7)),
        frame.sampleBy("id", {1: 1.0, 2: 1.0}, 0).count(),
    ]


@case
def identity_of_frames(spark):
    frame = ROWS(spark)
    return [
        frame.sameSemantics(frame.select("*")) or True,
        frame.isStreaming,
        frame.sparkSession is spark,
        frame.checkpoint is not None,
        frame.localCheckpoint().count(),
        frame.isLocal() or True,
        frame.write is not None,
        frame.na is not None,
    ]


@case
def random_functions(spark):
    frame = spark.range(50).select(
        F.rand(3).alias("r"),
        F.randn(3).alias("n"),
        F.uuid().alias("u"),
        F.monotonically_increasing_id().alias("m"),
    )
    one = frame.agg(
        F.min("r") >= 0,
        F.max("r") < 1,
        F.countDistinct("u"),
        F.countDistinct("m"),
        F.min("m"),
        F.max(F.length("u")),
    )
    return one.toDF(*"abcdef")
