"""A test suite of frames as people write them: a session fixture, transformations, equality of frames, errors."""

import pytest

from pyspark.errors import AnalysisException, ArithmeticException, PySparkTypeError
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField, StructType
from pyspark.testing import assertSchemaEqual


@pytest.fixture(scope="session")
def spark():
    session = SparkSession.builder.master("local[2]").appName("suite").config("spark.sql.shuffle.partitions", 2).getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def people(spark):
    return spark.createDataFrame([("Ann", 31), ("Bob", None), ("Cid", 17)], "name string, age int")


def assert_same(actual, expected):
    assertSchemaEqual(actual.schema, expected.schema)
    assert sorted(actual.collect(), key=repr) == sorted(expected.collect(), key=repr)


def adults(frame: DataFrame) -> DataFrame:
    return frame.filter(F.col("age") >= 18).select("name", (F.col("age") + 1).alias("next"))


def with_initial(frame):
    return frame.withColumn("initial", F.substring("name", 1, 1))


def test_rows(people):
    assert adults(people).collect() == [Row(name="Ann", next=32)]
    assert people.count() == 3
    assert [row.name for row in people.orderBy(F.desc("name")).collect()] == ["Cid", "Bob", "Ann"]


def test_equal_frames(spark, people):
    expected = spark.createDataFrame([("Cid", 17, "C"), ("Ann", 31, "A"), ("Bob", None, "B")], "name string, age int, initial string")
    assert_same(people.transform(with_initial), expected)


def test_unequal_frames(spark, people):
    with pytest.raises(AssertionError):
        assert_same(people, people.filter("age > 1"))


def test_rows_in_order(people):
    assert people.orderBy("name").collect() == [Row(name="Ann", age=31), Row(name="Bob", age=None), Row(name="Cid", age=17)]


def test_schema(people):
    expected = StructType([StructField("name", StringType()), StructField("age", IntegerType())])
    assert people.schema == expected
    assertSchemaEqual(people.groupBy("name").agg(F.sum("age").alias("s")).schema, StructType([StructField("name", StringType()), StructField("s", LongType())]))


@pytest.mark.parametrize(("age", "expected"), [(17, 0), (18, 1), (None, 0)])
def test_edges(spark, age, expected):
    frame = spark.createDataFrame([("x", age)], "name string, age int")
    assert adults(frame).count() == expected


def test_missing_column(people):
    with pytest.raises(AnalysisException, match="UNRESOLVED_COLUMN") as caught:
        people.select("nope")
    assert caught.value.getCondition() == "UNRESOLVED_COLUMN.WITH_SUGGESTION"


def test_division_by_zero(people):
    with pytest.raises(ArithmeticException):
        people.select(F.col("age") / F.lit(0)).collect()


def test_wrong_argument(people):
    with pytest.raises(PySparkTypeError):
        people.withColumn("x", "name")


def test_missing_view(spark):
    with pytest.raises(AnalysisException) as caught:
        spark.table("no_such_view")
    assert "TABLE_OR_VIEW_NOT_FOUND" in str(caught.value)


def test_files(spark, people, tmp_path):
    path = str(tmp_path / "people.parquet")
    people.write.parquet(path)
    assert_same(spark.read.parquet(path), people)
    with pytest.raises(AnalysisException):
        people.write.parquet(path)


def test_printed(people, capsys):
    people.filter("age > 18").show()
    assert "| Ann| 31|" in capsys.readouterr().out


def test_that_fails(people):
    assert people.count() == 4
