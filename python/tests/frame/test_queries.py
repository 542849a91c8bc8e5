# SPDX-License-Identifier: Apache-2.0
"""Plans: which column a name means, what is carried through, and what is refused before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from sluice.frame.frame import DataFrame
from sluice.frame.functions import api
from sluice.frame.window import Window
from sluice.pyspark.exceptions import AnalysisException, PySparkTypeError, PySparkValueError
from sluice.pyspark.session import SparkSession

F: Any = api


def rows(frame: DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


@pytest.fixture
def people(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(
        [(1, "ann", 30), (2, "bob", None), (3, "cid", 25)], "id int, name string, age int"
    )


@pytest.fixture
def orders(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(
        [(10, 1, 2.5), (11, 1, 4.0), (12, 3, 1.0), (13, 9, 8.0)], "id int, who int, sum double"
    )


def test_columns_by_name_by_frame_by_place_and_all(people: DataFrame) -> None:
    assert rows(people.select("name", people.age, people["id"])) == [
        ("ann", 30, 1),
        ("bob", None, 2),
        ("cid", 25, 3),
    ]
    assert people.select("*", (people.id + 1).alias("next")).columns == ["id", "name", "age", "next"]
    assert people.select("NAME").columns == ["NAME"]
    assert people.select(people.name).columns == ["name"]
    assert rows(people[people.age > 26]) == [(1, "ann", 30)]
    assert people[["id", "age"]].columns == ["id", "age"]


def test_a_name_that_is_missing_is_told_with_those_that_are_there(people: DataFrame) -> None:
    with pytest.raises(
        AnalysisException, match=r"UNRESOLVED_COLUMN.WITH_SUGGESTION.*`height`.*`id`, `name`, `age`"
    ) as caught:
        people.select("height")
    assert caught.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    with pytest.raises(AttributeError, match="height"):
        people.height
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN"):
        people["height"]


def test_columns_that_are_replaced_added_renamed_and_dropped(people: DataFrame) -> None:
    changed = people.withColumn("AGE", people.age + 1).withColumn("old", F.col("age") > 30)
    assert changed.columns == ["id", "name", "AGE", "old"]
    assert rows(changed) == [(1, "ann", 31, True), (2, "bob", None, None), (3, "cid", 26, False)]
    assert people.withColumnRenamed("name", "who").withColumnRenamed("none", "x").columns == [
        "id",
        "who",
        "age",
    ]
    assert people.drop("NAME", "none").columns == ["id", "age"]
    assert people.drop(people.id).columns == ["name", "age"]
    assert people.toDF("a", "b", "c").columns == ["a", "b", "c"]
    assert people.withColumns({"id": F.lit(0), "z": people.id}).select("id", "z").first() == (0, 1)


def test_a_column_of_a_frame_is_known_in_frames_made_of_it(people: DataFrame) -> None:
    later = people.withColumn("more", people.age * 2).filter(people.age > 20)
    assert rows(later.select(people.name)) == [("ann",), ("cid",)]
    replaced = people.withColumn("age", people.age + 1)
    with pytest.raises(AnalysisException, match="MISSING_ATTRIBUTES"):
        replaced.select(people.age)


def test_order_and_condition_may_use_what_was_left_out(people: DataFrame) -> None:
    assert rows(people.select("name").orderBy("age")) == [("bob",), ("cid",), ("ann",)]
    assert rows(people.select("name").filter(F.col("id") > 1)) == [("bob",), ("cid",)]
    with pytest.raises(AnalysisException):
        people.groupBy("name").count().filter(F.col("id") > 1)


def test_nulls_first_ascending_and_last_descending_unless_said(people: DataFrame) -> None:
    def ages(*keys: Any, **more: Any) -> list[Any]:
        return [row[0] for row in people.orderBy(*keys, **more).select("age").collect()]

    assert ages("age") == [None, 25, 30]
    assert ages(F.desc("age")) == [30, 25, None]
    assert ages("age", ascending=False) == [30, 25, None]
    assert ages(people.age.asc_nulls_last()) == [25, 30, None]
    assert ages(F.desc_nulls_first("age")) == [None, 30, 25]
    assert ages(["id", "age"], ascending=[0, 1]) == [25, None, 30]


def test_joins_of_every_kind(people: DataFrame, orders: DataFrame) -> None:
    on = people.id == orders.who

    def found(how: str) -> list[tuple[Any, ...]]:
        joined = people.join(orders, on, how)
        names = [people.name, orders.id] if how not in ("semi", "anti") else [people.name]
        return sorted(rows(joined.select(*names)), key=repr)

    both = [("ann", 10), ("ann", 11), ("cid", 12)]
    assert found("inner") == both
    assert found("left") == sorted([*both, ("bob", None)], key=repr)
    assert found("right_outer") == sorted([*both, (None, 13)], key=repr)
    assert found("full") == sorted([*both, ("bob", None), (None, 13)], key=repr)
    assert found("semi") == [("ann",), ("cid",)]
    assert found("anti") == [("bob",)]
    assert people.crossJoin(orders).count() == 12
    assert people.join(orders).count() == 12
    with pytest.raises(Exception, match="Unsupported join type 'sideways'"):
        people.join(orders, on, "sideways")


def test_two_columns_of_one_name_are_told_apart_by_their_frames(people: DataFrame, orders: DataFrame) -> None:
    joined = people.join(orders, people.id == orders.who)
    assert joined.columns == ["id", "name", "age", "id", "who", "sum"]
    with pytest.raises(AnalysisException, match=r"AMBIGUOUS_REFERENCE.*`id`"):
        joined.select("id")
    assert sorted(rows(joined.select(orders.id, people.id))) == [(10, 1), (11, 1), (12, 3)]
    assert joined.drop(orders.id).columns == ["id", "name", "age", "who", "sum"]
    assert sorted(row[0] for row in joined.collect()) == [1, 1, 3]


def test_joins_by_name_have_the_key_once(spark: SparkSession) -> None:
    left = spark.createDataFrame([(1, "a"), (2, "b")], "k int, l string")
    right = spark.createDataFrame([(2, "B"), (3, "C")], "k long, r string")
    assert left.join(right, "k").columns == ["k", "l", "r"]
    full = left.join(right, ["k"], "full").orderBy("k")
    assert rows(full) == [(1, "a", None), (2, "b", "B"), (3, None, "C")]
    assert full.schema["k"].dataType.simpleString() == "bigint"
    assert rows(left.join(right, "k", "right").orderBy("k")) == [(2, "b", "B"), (3, None, "C")]
    assert rows(left.join(right, "k", "semi")) == [(2, "b")]
    with pytest.raises(AnalysisException, match="UNRESOLVED_USING_COLUMN_FOR_JOIN"):
        left.join(right, "l")


def test_a_frame_joined_with_itself(people: DataFrame) -> None:
    assert people.join(people, people.id == people.id).count() == 3
    assert people.join(people.filter(people.id > 1), "id").count() == 2
    a, b = people.alias("a"), people.alias("b")
    pairs = a.join(b, F.col("a.id") < F.col("b.id")).select("a.name", F.col("b.name").alias("other"))
    assert sorted(rows(pairs)) == [("ann", "bob"), ("ann", "cid"), ("bob", "cid")]
    assert a.join(b, F.col("a.id") == F.col("b.id")).select("b.*").columns == ["id", "name", "age"]


def test_groups(orders: DataFrame) -> None:
    found = orders.groupBy("who").agg(F.count("*").alias("n"), F.sum("sum"), F.max("id")).orderBy("who")
    assert found.columns == ["who", "n", "sum(sum)", "max(id)"]
    assert rows(found) == [(1, 2, 6.5, 11), (3, 1, 1.0, 12), (9, 1, 8.0, 13)]
    assert rows(orders.groupBy((orders.who % 2).alias("odd")).count()) == [(1, 4)]
    assert rows(orders.groupBy().avg("sum")) == [(3.875,)]
    assert orders.groupBy("who").agg({"sum": "avg", "*": "count"}).columns == ["who", "avg(sum)", "count(1)"]
    assert rows(orders.agg(F.count(F.when(orders.sum > 2, 1)))) == [(3,)]
    assert rows(orders.filter(F.lit(False)).agg(F.count("*"), F.sum("id"))) == [(0, None)]
    with pytest.raises(AnalysisException, match=r'MISSING_AGGREGATION.*"sum"'):
        orders.groupBy("who").agg(F.col("sum"))


def test_pivot(spark: SparkSession) -> None:
    sales = spark.createDataFrame(
        [("a", "x", 1), ("a", "y", 2), ("b", "x", 3), ("b", "x", 4)], "who string, what string, n int"
    )
    assert rows(sales.groupBy("who").pivot("what").sum("n").orderBy("who")) == [("a", 1, 2), ("b", 7, None)]
    chosen = (
        sales.groupBy("who").pivot("what", ["y", "z"]).agg(F.sum("n").alias("s"), F.count("n").alias("c"))
    )
    assert chosen.columns == ["who", "y_s", "y_c", "z_s", "z_c"]
    assert rows(chosen.orderBy("who")) == [("a", 2, 1, None, None), ("b", None, None, None, None)]


def test_rollup_and_cube(orders: DataFrame) -> None:
    found = orders.rollup("who", "id").count()
    assert found.count() == 4 + 3 + 1
    assert orders.cube("who", "id").count().count() == 4 + 3 + 4 + 1
    assert (None, None, 4) in rows(found)


def test_unions_meet_in_a_type_and_by_name(spark: SparkSession) -> None:
    left = spark.createDataFrame([(1, "a")], "n int, t string")
    right = spark.createDataFrame([("b", 2.5)], "t string, n double")
    assert rows(left.unionByName(right)) == [(1.0, "a"), (2.5, "b")]
    wider = spark.createDataFrame([(7, True)], "n int, flag boolean")
    assert rows(left.unionByName(wider, allowMissingColumns=True)) == [(1, "a", None), (7, None, True)]
    with pytest.raises(AnalysisException, match="NUM_COLUMNS_MISMATCH"):
        left.union(left.select("n"))
    twice = left.union(left)
    assert twice.count() == 2
    assert twice.distinct().count() == 1
    assert rows(twice.exceptAll(left)) == [(1, "a")]
    assert rows(twice.subtract(left)) == []
    assert rows(twice.intersect(left)) == [(1, "a")]


def test_duplicates_of_some_columns(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, "a"), (1, "b"), (2, "a")], "n int, t string")
    assert sorted(row.n for row in frame.dropDuplicates(["n"]).collect()) == [1, 2]
    assert frame.dropDuplicates().count() == 3
    assert frame.drop_duplicates(["n", "t"]).count() == 3


def test_windows(orders: DataFrame) -> None:
    by = Window.partitionBy("who").orderBy("id")
    found = orders.select(
        "id",
        F.row_number().over(by).alias("place"),
        F.sum("sum").over(by.rowsBetween(Window.unboundedPreceding, Window.currentRow)).alias("running"),
        F.sum("sum").over(Window.partitionBy("who")).alias("all"),
    )
    assert sorted(rows(found)) == [(10, 1, 2.5, 6.5), (11, 2, 6.5, 6.5), (12, 1, 1.0, 1.0), (13, 1, 8.0, 8.0)]
    shares = orders.select("id", (orders.sum / F.sum("sum").over(Window.partitionBy())).alias("share"))
    assert abs(sum(row.share for row in shares.collect()) - 1) < 1e-9


def test_limits_offsets_and_first_rows(spark: SparkSession) -> None:
    frame = spark.range(10)
    assert [row.id for row in frame.limit(3).collect()] == [0, 1, 2]
    assert [row.id for row in frame.offset(8).collect()] == [8, 9]
    assert [row.id for row in frame.offset(2).limit(2).collect()] == [2, 3]
    assert frame.head().id == 0
    assert frame.filter(frame.id > 99).head() is None
    assert [row.id for row in frame.tail(2)] == [8, 9]
    assert not frame.isEmpty()
    assert frame.limit(0).isEmpty()
    assert [row.id for row in frame.toLocalIterator()] == list(range(10))


def test_what_is_no_condition_is_refused(people: DataFrame) -> None:
    with pytest.raises(AnalysisException, match="FILTER_NOT_BOOLEAN"):
        people.filter(people.age)
    with pytest.raises(PySparkTypeError):
        people.filter(3)  # type: ignore[arg-type]
    with pytest.raises(PySparkValueError, match="Cannot convert column into bool"):
        bool(people.age > 3 and people.age < 9)
    with pytest.raises(AnalysisException, match=r"BINARY_OP_DIFF_TYPES|BINARY_OP_WRONG_TYPE"):
        people.select(people.age + F.lit([1]))


def test_errors_of_rows_are_those_of_pyspark(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, 0), (2147483647, 1)], "a int, b int")
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO") as caught:
        frame.select(frame.a / frame.b).collect()
    assert caught.value.getCondition() == "DIVIDE_BY_ZERO"  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="ARITHMETIC_OVERFLOW"):
        frame.select(frame.a + 1).collect()


def test_cached_rows_stay_as_they_were(spark: SparkSession) -> None:
    seen = spark.range(5).select(F.col("id").alias("x")).cache()
    assert seen.is_cached
    assert seen.count() == 5
    assert seen.unpersist().is_cached is False


def test_texts_that_look_like_templates_or_columns(spark: SparkSession) -> None:
    frame = spark.createDataFrame([("c1",)], ["t"])
    found = frame.select(F.upper(F.lit("{0} {tail} c7 'x'")), F.upper("t"), F.lit("\u27e61\u27e7"))
    assert rows(found) == [("{0} {TAIL} C7 'X'", "C1", "\u27e61\u27e7")]


def test_odd_names(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1, 2, 3)], ["a b", "a.b", 'q"`x'])
    assert frame.columns == ["a b", "a.b", 'q"`x']
    assert rows(frame.select("`a b`", "`a.b`", '`q"``x`')) == [(1, 2, 3)]
    assert rows(frame.select(frame["`a.b`"])) == [(2,)]
    with pytest.raises(AnalysisException):
        frame.select("a.b")


def test_rows_as_an_rdd(people: DataFrame) -> None:
    rdd = people.rdd
    assert rdd.getNumPartitions() == min(3, people.sparkSession.sparkContext.defaultParallelism)
    assert rdd.map(lambda row: (row.name, row["age"], row.asDict()["id"])).collect() == [
        ("ann", 30, 1),
        ("bob", None, 2),
        ("cid", 25, 3),
    ]
    assert people.filter(people.id > 9).rdd.collect() == []
