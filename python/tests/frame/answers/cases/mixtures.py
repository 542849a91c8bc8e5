# SPDX-License-Identifier: Apache-2.0
"""Collections, aggregates and windows inside each other, as programs use them; their mistakes; statistics of columns."""

from __future__ import annotations

from ..registry import F, Window, case, frame_of, outcome, setting

D = frame_of(
    "g string, i int, a array<int>, m map<string,int>, s struct<x:int,y:array<string>>, t string",
    ("a", 1, [3, 1], {"k": 1}, (1, ["p", "q"]), "x y"),
    ("a", 2, [], {}, (None, []), ""),
    ("b", None, None, None, None, None),
    ("b", 4, [None, 4], {"k": None}, (2, None), "z"),
)


@case
def grouped_mixtures(spark):
    d = D(spark)
    g = d.groupBy("g")
    return [
        g.agg(
            F.element_at(F.collect_list("i"), 1),
            F.array_contains(F.collect_set("t"), "z"),
            F.size(F.collect_list("i")),
        ),
        g.agg(F.sort_array(F.flatten(F.collect_list("a")))),
        g.agg(F.aggregate(F.collect_list("i"), F.lit(0), lambda x, y: x + y).alias("r")),
        g.agg(F.transform(F.sort_array(F.collect_list("i")), lambda x: x * 2).alias("r")),
        g.agg(F.map_from_entries(F.collect_list(F.struct("i", "t"))).alias("r")).filter("g = 'a'"),
        d.groupBy(F.size("a").alias("n")).count(),
        d.filter(F.size("a") > 0).groupBy(F.element_at("a", 1)).agg(F.sum("i")),
        d.groupBy(F.get("a", 0)).count(),
        d.groupBy(F.array_contains("a", 1)).agg(F.max("i")),
        g.agg(F.max(F.struct("i", "t")).alias("m")).select("g", "m.i", "m.t"),
        g.agg(F.first("i"), F.last("i"), F.first("i", True), F.last("i", True)),
        g.agg((F.sum("i") / F.count("i")).alias("q"), F.avg(F.col("i") + 0.5)),
        g.agg(F.collect_list(F.struct("i", F.col("t").alias("u"))).alias("l")).select(
            "g", F.col("l")[0]["u"]
        ),
    ]


@case
def selecting_mixtures(spark):
    d = D(spark)
    return [
        d.select("g", F.explode_outer("a").alias("x")).groupBy("g").agg(F.sum("x")),
        d.select(F.explode("s.y")),
        d.select("*", F.posexplode_outer("m")).drop("a", "m", "s"),
        d.withColumn("a", F.array_append("a", 9)).select("a"),
        d.withColumn("s", F.col("s").withField("z", F.col("i") + 1)).select("s.*"),
        d.select(F.col("s").dropFields("y")),
        d.select(F.expr("filter(a, v -> v > i)"), F.expr("transform(a, (v, p) -> v + p + i)")),
        d.select(F.transform("a", lambda v: F.when(v > 2, "big").otherwise("small"))),
        d.select(F.array_sort(F.transform("s.y", lambda v: F.upper(v)))),
        d.select(F.exists("a", lambda v: v == F.col("i"))),
        d.select(F.transform_values("m", lambda k, v: F.array(v, F.lit(1)))),
        d.where(F.array_contains("a", 1) | F.col("m")["k"].isNull()).select("g", "i"),
        d.where(F.exists("a", lambda v: v.isNull())).select("i"),
        d.orderBy(F.desc(F.size("a")), "g", "i").select("g", "i"),
        d.orderBy(F.col("s").desc()).select("i"),
        d.select(F.zip_with("a", "a", lambda x, y: F.struct(x.alias("l"), y.alias("r")))),
        d.select(F.inline(F.arrays_zip("a", F.col("s.y").alias("y")))),
        d.select(F.arrays_zip("a", "s.y")),
        d.select(F.map_zip_with("m", "m", lambda k, x, y: x + y), F.map_filter("m", lambda k, v: k == "k")),
        d.select(F.json_tuple(F.to_json("s"), "x", "y")),
        d.select(F.from_json(F.to_json("s"), "x int, y array<string>") == F.col("s")),
        d.join(d.select(F.explode("a").alias("v"), F.col("g").alias("h")), (F.col("v") == F.col("i"))).select(
            "i", "v", "h"
        ),
        d.select(F.stack(F.lit(2), F.lit("i"), F.col("i"), F.lit("n"), F.size("a")).alias("k", "v")),
        d.select("i", F.sequence(F.lit(1), F.coalesce("i", F.lit(0)))),
        d.select("s").distinct(),
        d.select("a").union(d.select(F.array(F.lit(7)))),
        d.dropDuplicates(["a"]).select(F.size("a")),
    ]


@case
def windows_and_arrays(spark):
    d = D(spark)
    w = Window.partitionBy("g").orderBy(F.col("i").asc_nulls_last())
    return [
        d.select(
            "g", "i", F.collect_list("i").over(w).alias("l"), F.size(F.collect_set("i").over(w)).alias("n")
        ),
        d.select("g", "i", F.element_at(F.collect_list("t").over(w), -1).alias("l")).where("i is not null"),
        d.select("g", "i", (F.col("i") - F.avg("i").over(Window.partitionBy("g"))).alias("d")),
        d.withColumn("r", F.row_number().over(w)).where("r = 1").select("g", "i"),
        d.select("i", F.lag(F.struct("i", "t")).over(w)["t"].alias("p")),
        d.groupBy("g").agg(F.sum("i").alias("s"), F.rank().over(Window.orderBy(F.sum("i"))).alias("r")),
        d.select(F.sum(F.size("a")).over(Window.partitionBy("g")).alias("x")),
        d.groupBy("g")
        .agg(F.count("*").alias("c"))
        .withColumn("share", F.col("c") / F.sum("c").over(Window.partitionBy())),
    ]


@case
def mistakes(spark):
    d = D(spark)
    acts = [
        lambda: d.select(F.element_at("a", 7)).collect(),
        lambda: d.select(F.col("a")[7]).collect(),
        lambda: d.select(F.sum("i"), "g").collect(),
        lambda: d.groupBy("g").agg(F.col("i")).collect(),
        lambda: d.select(F.sum(F.sum("i"))).collect(),
        lambda: d.select(F.row_number()).collect(),
        lambda: d.select(F.array_contains("i", 1)).collect(),
        lambda: d.select(F.explode("i")).collect(),
        lambda: d.select(F.explode("m").alias("one")).collect(),
        lambda: d.select(F.transform("a", lambda x, y, z: x)).collect(),
        lambda: d.select(F.transform("a", lambda: 1)).collect(),
        lambda: d.select(F.transform("a", lambda x: 1)).collect(),
        lambda: d.select(F.map_from_arrays("a", "a")).collect(),
        lambda: d.select(F.array("i", "a")).collect(),
        lambda: d.select(F.struct("nope")).collect(),
        lambda: d.select(F.max("m")).collect(),
        lambda: d.orderBy("m").collect(),
        lambda: d.groupBy("g").agg(F.grouping("g")).collect(),
        lambda: d.select(F.sum(F.lit(2**62)) + F.sum(F.lit(2**62))).collect(),
        lambda: d.select(F.sum(F.lit(2**62))).collect(),
        lambda: d.select(F.slice("a", 0, 1)).collect(),
        lambda: d.select(F.array_insert("a", 0, 1)).collect(),
        lambda: d.select(F.count()).collect(),
        lambda: d.select(F.array_contains("a", None)).collect(),
        lambda: d.select(F.sum(5)).collect(),
        lambda: d.select(F.percentile("i", 2.0)).collect(),
    ]
    return [outcome(a) for a in acts]


@case
def without_ansi(spark):
    with setting(spark, "spark.sql.ansi.enabled", "false"):
        d = D(spark)
        return [
            str(d.select(e).collect())
            for e in (
                F.element_at("a", 7),
                F.col("a")[7],
                F.element_at("m", "zz"),
                F.sum(F.lit(2**40)),
                F.size("a"),
                F.array_contains("a", 1),
            )
        ]


@case(digits=10)
def statistics_more(spark):
    d = spark.createDataFrame(
        [(i, float(i % 4), "abc"[i % 3], None if i % 5 == 0 else i * 1.5) for i in range(40)],
        "i int, x double, s string, n double",
    )
    return [
        [d.stat.corr("i", "x"), d.stat.cov("i", "n"), d.stat.corr("i", "n")],
        d.crosstab("s", "i").orderBy("s_i").select("s_i", "`0`", "`1`"),
        d.stat.crosstab("x", "s").orderBy("x_s"),
        d.freqItems(["s", "x"], 0.3).select(F.sort_array("s_freqItems"), F.sort_array("x_freqItems")),
        d.approxQuantile(["i", "n"], [0.1, 0.5, 0.9], 0.0),
        d.approxQuantile("n", (0.25,), 0.0),
        d.describe("n", "s"),
        d.summary("count", "count_distinct", "33%", "stddev"),
        d.sampleBy("s", {"a": 1.0, "b": 0.0}, 1).groupBy("s").count(),
        [
            outcome(f)
            for f in (
                lambda: d.stat.corr("s", "x"),
                lambda: d.stat.cov("i", "s"),
                lambda: d.approxQuantile("s", [0.5], 0.0),
                lambda: d.approxQuantile("i", [1.5], 0.0),
                lambda: d.approxQuantile("i", [0.5], -1.0),
                lambda: d.stat.corr("i", "x", "spearman"),
                lambda: d.summary("nope"),
                lambda: d.freqItems("s"),
                lambda: d.sampleBy("s", [1]),
                lambda: d.sampleBy("s", {"a": 2.0}).count(),
                lambda: d.crosstab(1, "s"),
                lambda: d.describe("nope"),
                lambda: d.stat.cov("i", "nope"),
                lambda: d.randomSplit([-1.0, 2.0]),
                lambda: d.sample(2.0).count(),
                lambda: d.sample(-0.1),
            )
        ],
    ]


@case
def pivots_of_lists_and_texts(spark):
    rows = [("a", 1, 10.0, "s"), ("a", 2, None, "t"), ("b", 3, 5.0, None)]
    groups = spark.createDataFrame(rows, "g string, i int, x double, s string").groupBy("g")
    return [
        groups.pivot("i", [1, 3]).agg(F.collect_list("x")),
        groups.pivot("i", [1, 3]).agg(F.max("s")),
        groups.pivot("i", [1, 3]).agg(F.max("s").alias("m"), F.count("x").alias("c")),
        groups.pivot("i", [1, 3]).agg(F.count("x").alias("c"), F.sum("x").alias("y")),
        groups.pivot("i", [1, 3]).agg(F.first("s")),
        groups.pivot("i", [1, 3]).agg(F.collect_list("s").alias("l"), F.count("i").alias("c")),
    ]
