# SPDX-License-Identifier: Apache-2.0
"""`assertDataFrameEqual` and `assertSchemaEqual`: what they take as equal, and what their errors show."""

from __future__ import annotations

from typing import Any

import pytest

from sluice.frame.asserting import assertDataFrameEqual, assertSchemaEqual
from sluice.frame.types import IntegerType, LongType, StringType, StructField, StructType
from sluice.pyspark.exceptions import PySparkAssertionError, PySparkTypeError
from sluice.pyspark.row import Row

pytest.importorskip("duckdb")


@pytest.fixture
def people(spark: Any) -> Any:
    return spark.createDataFrame([(1, "x"), (2, None), (3, "z")], "a int, b string")


def test_equal_frames_in_any_order(people: Any) -> None:
    assertDataFrameEqual(people, people.orderBy(people.a.desc()))
    assertDataFrameEqual(people, [Row(a=1, b="x"), Row(a=2, b=None), Row(a=3, b="z")])
    assertDataFrameEqual(people, people.select("b", "a"), ignoreColumnOrder=True)
    assertDataFrameEqual(people, people.toDF("p", "q"), ignoreColumnName=True)
    assertDataFrameEqual(people, people.select(people.a.cast("long"), "b"), ignoreColumnType=True)
    assertDataFrameEqual(people.toPandas(), people.toPandas())


def test_floats_within_a_tolerance(spark: Any) -> None:
    ddl = "x double, y array<double>, m map<string, double>"
    one = spark.createDataFrame([(1.0, [1.0], {"k": float("nan")})], ddl)
    two = spark.createDataFrame([(1.0000001, [1.0000001], {"k": float("nan")})], ddl)
    assertDataFrameEqual(one, two)
    with pytest.raises(PySparkAssertionError):
        assertDataFrameEqual(one, two, rtol=0.0, atol=0.0)


def test_rows_that_differ_are_shown(people: Any, spark: Any) -> None:
    other = spark.createDataFrame([(1, "x"), (2, "q"), (4, "z")], "a int, b string")
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual(people, other, includeDiffRows=True)
    assert caught.value.getCondition() == "DIFFERENT_ROWS"
    text = str(caught.value)
    assert "( 66.66667 % )" in text
    assert "! Row(a=2, b=None)" in text
    assert "! Row(a=4, b='z')" in text
    assert "  Row(a=1, b='x')" in text
    assert caught.value.data == [
        (Row(a=2, b=None), Row(a=2, b="q")),
        (Row(a=3, b="z"), Row(a=4, b="z")),
    ]
    with pytest.raises(PySparkAssertionError, match=r"33\.33333") as caught:
        assertDataFrameEqual(people, people.limit(2))
    assert "- Row(a=3, b='z')" in str(caught.value)
    with pytest.raises(PySparkAssertionError):
        assertDataFrameEqual(people, people.orderBy(people.a.desc()), checkRowOrder=True)


def test_schemas_that_differ(people: Any) -> None:
    fields = [StructField("a", LongType()), StructField("b", StringType())]
    with pytest.raises(PySparkAssertionError) as caught:
        assertSchemaEqual(people.schema, StructType(fields))
    assert caught.value.getCondition() == "DIFFERENT_SCHEMA"
    assert "+ StructType([StructField('a', LongType(), True)" in str(caught.value)
    required = StructType([StructField("a", IntegerType(), False), StructField("b", StringType())])
    assertSchemaEqual(people.schema, required)
    with pytest.raises(PySparkAssertionError):
        assertSchemaEqual(people.schema, required, ignoreNullable=False)
    with pytest.raises(PySparkAssertionError):
        assertDataFrameEqual(people, people.select("a"))


def test_what_is_no_frame_is_refused(people: Any) -> None:
    assertDataFrameEqual(None, None)
    for other in (None, 3):
        with pytest.raises(PySparkAssertionError) as caught:
            assertDataFrameEqual(people, other)
        assert caught.value.getCondition() == "INVALID_TYPE_DF_EQUALITY_ARG"
    with pytest.raises(PySparkTypeError):
        assertSchemaEqual("a int", people.schema)  # type: ignore[arg-type]
