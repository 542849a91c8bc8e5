# SPDX-License-Identifier: Apache-2.0
"""Sorts: where nulls and NaN stand, several keys, expressions, positions; limits, offsets; sets of rows."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..registry import F, case, frame_of, outcome

ROWS = frame_of(
    "s string, x double, n int, d decimal(5,1), t date, b boolean",
    ("b", float("nan"), 1, Decimal("2.5"), datetime.date(2020, 1, 1), True),
    (None, -1.0, None, None, None, None),
    ("B", None, 3, Decimal("-1.0"), datetime.date(1969, 1, 1), False),
    ("", float("inf"), 2, Decimal("0.0"), datetime.date(2021, 1, 1), True),
    ("ab", float("-inf"), -5, Decimal("2.4"), datetime.date(2020, 1, 2), False),
    ("ä", 0.0, 0, Decimal("9.9"), datetime.date(2019, 1, 1), None),
    ("z", -0.5, 7, Decimal("1.0"), datetime.date(1, 1, 1), None),
)


def _sorted(name, *keys):
    @case(ordered=True)
    def run(spark):
        orders = [key() if callable(key) else key for key in keys]
        return ROWS(spark).orderBy(*orders, "n").select(name, "n")

    return run


for _name in ("s", "x", "n", "d", "t"):
    globals()[f"{_name} ascending"] = _sorted(_name, _name)
    for _order in ("asc", "desc", "asc_nulls_first", "asc_nulls_last", "desc_nulls_first", "desc_nulls_last"):
        globals()[f"{_name} {_order}"] = _sorted(
            _name, lambda name=_name, order=_order: getattr(F, order)(name)
        )
        globals()[f"{_name} column {_order}"] = _sorted(
            _name, lambda name=_name, order=_order: getattr(F.col(name), order)()
        )


@case(ordered=True)
def forms_of_order_by(spark):
    frame = ROWS(spark).select("b", "n", "s")
    return [
        frame.orderBy("b", F.desc("n")),
        frame.sort(frame.b.desc(), frame.n),
        frame.orderBy(["b", "n"], ascending=[False, True]),
        frame.orderBy("n", ascending=False),
        frame.orderBy(["b", "n"], ascending=0),
        frame.sort("b", "n", ascending=[1, 0]),
        frame.orderBy(F.length("s"), "s"),
        frame.orderBy(-frame.n),
        frame.orderBy(F.col("n") % 3, "n"),
        frame.orderBy(F.lit(1), "n"),
        frame.sort(F.expr("-n")),
        frame.orderBy(2),
        frame.orderBy(-2),
    ]


@case(ordered=True)
def order_by_what_is_not_selected(spark):
    return [
        ROWS(spark).select("s").orderBy("n"),
        ROWS(spark).select(F.upper("s").alias("u")).orderBy("n", "x"),
    ]


@case(ordered=True)
def order_by_an_alias(spark):
    return [
        ROWS(spark).select((F.col("n") * -1).alias("m")).orderBy("m"),
        ROWS(spark).selectExpr("n as s").orderBy("s"),
    ]


@case
def order_by_nothing(spark):
    return ROWS(spark).orderBy()


@case
def order_by_a_missing_column(spark):
    return ROWS(spark).orderBy("nope")


@case(ordered=True)
def limits(spark):
    frame = ROWS(spark).select("n").orderBy("n")
    return [
        frame.limit(3),
        frame.limit(0),
        frame.offset(5),
        frame.limit(4).offset(2),
        frame.offset(2).limit(2),
        frame.limit(2).limit(5),
        frame.limit(3).orderBy(F.desc("n")),
    ]


@case
def negative_limit(spark):
    return ROWS(spark).limit(-1)


@case
def heads_and_tails(spark):
    frame = ROWS(spark).select("n").orderBy("n")
    return [
        frame.head(),
        frame.head(1),
        frame.head(2),
        frame.take(2),
        frame.first(),
        frame.tail(2),
        frame.count(),
        frame.filter("false").head(),
        frame.filter("false").first(),
        frame.filter("false").take(1),
        frame.isEmpty(),
        frame.filter("false").isEmpty(),
    ]


@case(ordered=True)
def sort_in_sql(spark):
    ROWS(spark).createOrReplaceTempView("sort_in_sql")
    return [
        spark.sql("select s, n from sort_in_sql order by s desc nulls first, n"),
        spark.sql("select s, n from sort_in_sql order by 1 nulls last, 2"),
        spark.sql("select n from sort_in_sql order by x"),
        spark.sql("select n as m from sort_in_sql order by m desc limit 3"),
        spark.sql("select n from sort_in_sql order by n limit 2 offset 1"),
        spark.sql("select b, sum(n) from sort_in_sql group by b order by sum(n)"),
        spark.sql("select b, sum(n) t from sort_in_sql group by all order by t desc"),
        spark.sql("select n from sort_in_sql sort by n desc limit 10"),
        spark.sql("select n, b from sort_in_sql order by all"),
    ]


@case(ordered=True)
def sort_within_partitions(spark):
    return spark.range(6).coalesce(1).sortWithinPartitions(F.desc("id"))


ONE = frame_of("a int, b string", (1, "x"), (1, "x"), (2, None), (None, None), (None, None), (3, "z"))
TWO = frame_of("a int, b string", (1, "x"), (None, None), (4, "w"))
SWAPPED = frame_of("b string, a int", ("x", 1), ("q", 9))


@case
def sets_of_rows(spark):
    one, two = ONE(spark), TWO(spark)
    return [
        one.union(two),
        one.unionAll(two),
        one.union(two).distinct(),
        one.intersect(two),
        one.intersectAll(one),
        one.subtract(two),
        one.exceptAll(two),
        two.exceptAll(one),
        one.exceptAll(one.limit(0)),
        one.intersectAll(two),
    ]


@case
def union_is_by_place(spark):
    return [
        outcome(lambda: ONE(spark).union(SWAPPED(spark)).schema.simpleString()),
        outcome(lambda: ONE(spark).union(SWAPPED(spark)).collect()),
    ]


@case
def union_widens(spark):
    ints = spark.createDataFrame([(1, 1.5)], "a int, b float")
    longs = spark.createDataFrame([(2, Decimal("2.25"))], "a bigint, b decimal(4,2)")
    texts = spark.createDataFrame([("x", "y")], "a string, b string")
    return [
        ints.union(longs),
        outcome(lambda: ints.union(texts).collect()),
        ints.union(ints.select("a", F.lit(None))),
    ]


@case
def union_of_unequal_widths(spark):
    return ONE(spark).union(ONE(spark).select("a"))


@case
def union_of_array_and_int(spark):
    return ONE(spark).select("a").union(ONE(spark).select(F.array("a")))


@case
def union_by_name(spark):
    one = ONE(spark)
    more = spark.createDataFrame([(True, 5)], "c boolean, a int")
    return [
        one.unionByName(SWAPPED(spark)),
        one.unionByName(more, allowMissingColumns=True),
        more.unionByName(one, True),
        outcome(lambda: one.unionByName(more).collect()),
    ]


@case
def union_by_name_of_structs(spark):
    one = spark.createDataFrame([((1, "x"),)], "s struct<a: int, b: string>")
    two = spark.createDataFrame([((2.5, 1),)], "s struct<c: double, a: int>")
    return one.unionByName(two, allowMissingColumns=True)


@case
def union_by_name_ignores_case(spark):
    upper = spark.createDataFrame([("q", 7)], "B string, A int")
    return ONE(spark).unionByName(upper)


@case
def set_operations_in_sql(spark):
    ONE(spark).createOrReplaceTempView("set_one")
    TWO(spark).createOrReplaceTempView("set_two")
    queries = [
        "union",
        "union all",
        "intersect",
        "intersect all",
        "except",
        "except all",
        "minus",
        "minus all",
    ]
    return [spark.sql(f"select * from set_one {q} select * from set_two") for q in queries]


@case
def distinct_and_drop_duplicates(spark):
    one = ONE(spark)
    return [
        one.distinct(),
        one.dropDuplicates(),
        one.drop_duplicates(["b"]).select("b"),
        one.dropDuplicates(["a", "b"]),
        one.select("b").distinct(),
        outcome(lambda: one.dropDuplicates(["nope"]).collect()),
    ]


@case
def drop_duplicates_wants_a_list(spark):
    return ONE(spark).dropDuplicates("b").select("b")
