# SPDX-License-Identifier: Apache-2.0
"""Joins of every kind: null keys, duplicate names, conditions, self-joins, hints, broadcast, SQL's forms."""

from __future__ import annotations

from ..registry import F, case, frame_of, outcome

LEFT = frame_of(
    "k int, a string, v int", (1, "l1", 10), (2, "l2", 20), (2, "l2b", 21), (None, "ln", 30), (4, None, 40)
)
RIGHT = frame_of(
    "k int, b string, v int", (1, "r1", 10), (2, "r2", 99), (3, "r3", 30), (None, "rn", None), (2, "r2b", 21)
)
KINDS = [
    "inner",
    "left",
    "right",
    "outer",
    "full",
    "fullouter",
    "full_outer",
    "leftouter",
    "left_outer",
    "rightouter",
    "right_outer",
    "semi",
    "leftsemi",
    "left_semi",
    "anti",
    "leftanti",
    "left_anti",
]


def _joined(kind, on):
    def run(spark):
        left, right = LEFT(spark), RIGHT(spark)
        if on == "condition":
            return left.join(right, left.k == right.k, kind)
        if on == "null safe":
            return left.join(right, left.k.eqNullSafe(right.k), kind)
        if on == "inequality":
            return left.join(right, (left.k <= right.k) & (left.v != right.v), kind)
        return left.join(right, on, kind)

    return case(run)


for _kind in KINDS:
    globals()[f"{_kind} by name"] = _joined(_kind, "k")
for _kind in ("inner", "left", "right", "full", "semi", "anti"):
    globals()[f"{_kind} by two names"] = _joined(_kind, ["k", "v"])
    for _on in ("condition", "null safe", "inequality"):
        globals()[f"{_kind} by {_on}"] = _joined(_kind, _on)


@case
def cross(spark):
    left, right = LEFT(spark).limit(2), RIGHT(spark).select("b").limit(2)
    return [
        LEFT(spark).crossJoin(RIGHT(spark)).groupBy().count(),
        left.join(right, how="cross").groupBy().count(),
        left.join(right).groupBy().count(),
        LEFT(spark).join(RIGHT(spark), F.lit(True)).groupBy().count(),
    ]


@case
def by_a_list_of_conditions(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return left.join(right, [left.k == right.k, left.v == right.v], "left")


@case
def by_columns_of_other_names(spark):
    left, right = LEFT(spark), RIGHT(spark).withColumnRenamed("k", "rk").drop("v")
    return [
        left.join(right, left.k == right.rk),
        left.join(right, F.col("k") == F.col("rk"), "left").select("k", "rk"),
    ]


@case
def unknown_kind(spark):
    return LEFT(spark).join(RIGHT(spark), "k", "sideways")


@case
def by_a_name_that_one_side_lacks(spark):
    return LEFT(spark).join(RIGHT(spark), "a")


@case
def ambiguous_reference(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return left.join(right, left.k == right.k).select("k")


@case
def sides_of_a_join_can_be_chosen(spark):
    left, right = LEFT(spark), RIGHT(spark)
    joined = left.join(right, left.k == right.k)
    return [
        joined.select(left.k, right.v),
        joined.drop(right.k),
        joined.drop(right.k, right.v).select("k", "v"),
        joined.select(left["*"]),
        joined.select(left.v, "a", "b"),
        joined.filter(left.v == right.v).select("a", "b"),
    ]


@case
def drop_by_name_drops_both(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return left.join(right, left.k == right.k).drop("k")


@case
def with_column_over_duplicates(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return left.join(right, left.k == right.k).withColumn("v", F.lit(0))


@case
def aliases(spark):
    left, right = LEFT(spark).alias("l"), RIGHT(spark).alias("r")
    joined = left.join(right, F.col("l.k") == F.col("r.k"), "left")
    return [
        joined.select("l.k", "r.v"),
        joined.select("l.*"),
        joined.select(F.col("r.v").alias("rv"), "a"),
        joined.where("l.v = r.v").select("l.a", "r.b"),
        joined.groupBy("l.k").agg(F.max("r.v")),
        joined.selectExpr("l.v + r.v as s", "l.a"),
        joined.orderBy("l.a").select("r.k").limit(100),
    ]


@case
def self_join_by_name(spark):
    left = LEFT(spark)
    return left.join(left, "k")


@case
def self_join_by_condition(spark):
    left = LEFT(spark)
    return outcome(lambda: left.join(left, left.k == left.k).count())


@case
def self_join_by_aliases(spark):
    one, two = LEFT(spark).alias("one"), LEFT(spark).alias("two")
    return one.join(two, (F.col("one.k") == F.col("two.k")) & (F.col("one.v") < F.col("two.v"))).select(
        "one.a", "two.a"
    )


@case
def join_with_own_aggregate(spark):
    left = LEFT(spark)
    totals = left.groupBy("k").agg(F.sum("v").alias("total"))
    return [
        left.join(totals, "k"),
        outcome(lambda: left.join(totals, left.k == totals.k, "left").count()),
        left.join(totals.withColumnRenamed("k", "tk"), F.col("k") == F.col("tk"), "left").select(
            "k", "total"
        ),
    ]


@case
def join_with_own_filter(spark):
    left = LEFT(spark)
    few = left.filter("v > 20")
    return [
        left.join(few, "k", "left").select("a"),
        outcome(lambda: left.join(few, left.v == few.v).select(few.a).count()),
    ]


@case
def keys_of_different_types(spark):
    left = spark.createDataFrame([(1, "x"), (2, "y")], "k int, a string")
    texts = spark.createDataFrame([("1", "p"), ("2.0", "q")], "k string, b string")
    longs = spark.createDataFrame([(1, "p"), (3, "q")], "k bigint, b string")
    doubles = spark.createDataFrame([(1.0, "p"), (float("nan"), "q")], "k double, b string")
    return [
        outcome(lambda: left.join(texts, "k").collect()),
        left.join(longs, "k"),
        left.join(doubles, "k", "full"),
        left.join(longs, "k", "full"),
        left.join(longs, left.k == longs.k),
    ]


@case
def nan_joins_nan(spark):
    left = spark.createDataFrame([(float("nan"), 1), (-0.0, 2), (None, 3)], "x double, i int")
    right = spark.createDataFrame([(float("nan"), 4), (0.0, 5), (None, 6)], "x double, j int")
    return [left.join(right, "x"), left.join(right, left.x == right.x, "full")]


@case
def three_frames(spark):
    left, right = LEFT(spark), RIGHT(spark)
    third = spark.createDataFrame([(1, "t1"), (2, "t2"), (9, "t9")], "k int, c string")
    return [left.join(right, "k").join(third, "k"), left.join(right, "k", "full").join(third, "k", "full")]


@case
def with_nothing(spark):
    left, nothing = LEFT(spark), RIGHT(spark).filter("false")
    return [
        left.join(nothing, "k"),
        left.join(nothing, "k", "left"),
        left.join(nothing, "k", "anti"),
        nothing.join(left, "k", "right"),
        nothing.join(left, "k", "full"),
    ]


@case
def hints(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return [left.join(F.broadcast(right), "k"), left.hint("merge").join(right.hint("broadcast"), "k", "semi")]


@case
def join_of_expressions(spark):
    left, right = LEFT(spark), RIGHT(spark)
    return left.join(
        right,
        (F.upper(left.a) == F.upper(F.concat(F.lit("l"), F.substring(right.b, 2, 9)))) & left.v.isNotNull(),
    )


@case
def lateral_join(spark):
    left = LEFT(spark).select("k", "v").filter("k is not null")
    right = RIGHT(spark).select(F.col("k").alias("rk"), "b")
    return left.lateralJoin(right.where(F.col("rk") == F.col("k").outer()), how="left")


@case
def in_sql(spark):
    LEFT(spark).createOrReplaceTempView("join_l")
    RIGHT(spark).createOrReplaceTempView("join_r")
    return [
        spark.sql("select l.k, a, b from join_l l join join_r r on l.k = r.k"),
        spark.sql("select * from join_l l left join join_r r using (k)"),
        spark.sql("select * from join_l natural join join_r"),
        spark.sql("select l.k, r.k from join_l l full outer join join_r r on l.k = r.k and l.v = r.v"),
        spark.sql("select * from join_l l left semi join join_r r on l.k = r.k"),
        spark.sql("select * from join_l l left anti join join_r r on l.k = r.k"),
        spark.sql("select count(*) from join_l cross join join_r"),
        spark.sql("select count(*) from join_l, join_r where join_l.k < join_r.k"),
        spark.sql("select /*+ broadcast(r) */ l.a from join_l l join join_r r on l.k <=> r.k"),
        spark.sql("select a from join_l where k in (select k from join_r)"),
        spark.sql("select a from join_l where k not in (select k from join_r where k is not null)"),
        spark.sql("select a from join_l where k not in (select k from join_r)"),
        spark.sql("select a from join_l l where exists (select 1 from join_r r where r.k = l.k)"),
        spark.sql("select a, (select max(v) from join_r) as m from join_l"),
        spark.sql("select a, (select max(v) from join_r r where r.k = l.k) as m from join_l l"),
    ]
