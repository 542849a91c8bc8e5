# SPDX-License-Identifier: Apache-2.0
"""Columns that a join by names leaves out of its rows: who names their side has them still."""

from __future__ import annotations

from ..registry import F, Window, case, frame_of

LEFT = frame_of("k int, x int, z string", (1, 10, "p"), (2, 20, "q"), (3, 30, "r"))
RIGHT = frame_of("k long, y int, z string", (1, 100, "s"), (2, 200, "t"), (4, 400, "u"))


def _aliased(how):
    def run(spark):
        j = LEFT(spark).alias("a").join(RIGHT(spark).alias("b"), ["k"], how)
        return [
            j,
            j.select("a.*", "b.*"),
            j.select("b.*"),
            j.select("a.*"),
            j.select(F.col("b.k"), "a.k", "k"),
            j.filter("b.k is null"),
            j.filter("b.k > 1").select("b.k", "x"),
            j.select(F.struct("a.*").alias("s"), F.count("*").over(Window.partitionBy("b.k"))),
            j.alias("w").select("w.*"),
            j.groupBy("b.k").agg(F.count("a.k")),
        ]

    return case(run)


def _of_frames(how):
    def run(spark):
        a, b = LEFT(spark), RIGHT(spark)
        j = a.join(b, "k", how)
        other = a.select("k", F.col("x").alias("x2"))
        return [
            j.select(b.k),
            j.select("*", b.k.alias("bk"), a.k.alias("ak")),
            j.select(a["*"], b["*"]),
            j.withColumn("m", F.when(b.k.isNull(), 1)),
            j.withColumn("k", F.coalesce(a.k, b.k)),
            j.groupBy(b.k).count(),
            j.groupBy("k").agg(F.count(b.k).alias("n")),
            j.agg(F.count(b.k), F.max("k")),
            j.drop(b.k),
            j.orderBy(b.k.desc()),
            j.select("k", "x").select(b.k),
            j.filter("x > 0").select(b.k),
            j.withColumn("q", F.lit(1)).filter("q = 1").limit(9).select(b.k),
            j.join(other.withColumnRenamed("k", "kk"), F.col("kk") == b.k),
            j.join(other, "k").select(b.k, "k"),
            j.dropDuplicates(["x"]).select(b.k),
            j.select("k", F.explode(F.array(b.k))),
            j.select(F.udf(lambda v: v, "long")(b.k).alias("u")),
            j.groupBy(b.k).pivot("k", [1, 3]).count(),
            a.join(b, "k", how).cache().select(b.k),
        ]

    return case(run)


def _in_sql(how):
    def run(spark):
        LEFT(spark).createOrReplaceTempView("a")
        RIGHT(spark).createOrReplaceTempView("b")
        return [
            spark.sql(query.format(f"{how} join"))
            for query in (
                "select * from a {} b using (k)",
                "select b.* from a {} b using (k)",
                "select a.*, b.* from a {} b using (k)",
                "select b.k, k from a {} b using (k)",
                "select a.k, b.k from a {} b using (k) where b.k is null",
                "select count(b.k) n from a {} b using (k)",
                "select b.k, count(*) from a {} b using (k) group by b.k",
                "select k from a {} b using (k) group by k having count(b.k) = 0",
                "select b.k from a natural {} (select k, y from b) b",
                "select b.*, c.* from a {} b using (k) join a c using (k)",
                "select s.b from (select b.k as b from a {} b using (k)) s",
                "select l.x from a l {} b r using (k) order by r.k",
            )
        ]

    return case(run)


for _how in ("inner", "left", "right", "full"):
    globals()[f"aliases {_how}"] = _aliased(_how)
    globals()[f"frames {_how}"] = _of_frames(_how)
    globals()[f"sql {_how}"] = _in_sql(_how)
