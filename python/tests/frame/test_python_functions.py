# SPDX-License-Identifier: Apache-2.0
"""Functions in Python inside a frame's plan: where they cut it, what is sent, and what may stand around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from sluice.frame import transport
from sluice.frame.frame import DataFrame
from sluice.frame.functions import api
from sluice.frame.window import Window
from sluice.pyspark.exceptions import AnalysisException
from sluice.pyspark.session import SparkSession

F: Any = api


def rows(frame: DataFrame) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


def _plus(values: pd.Series) -> pd.Series:
    return values + 1


def _mean(values: pd.Series) -> float:
    return float(values.mean())


plus = F.pandas_udf(_plus, "long")


@pytest.fixture
def numbers(spark: SparkSession) -> DataFrame:
    return spark.range(6).withColumn("k", F.col("id") % 2)


def test_functions_among_columns_and_inside_expressions(numbers: DataFrame) -> None:
    found = numbers.select("id", plus("id").alias("next"), plus(F.col("id") * 10) * 2, F.upper(F.lit("x")))
    assert found.columns == ["id", "next", "(_plus((id * 10)) * 2)", "upper(x)"]
    assert rows(found)[:2] == [(0, 1, 2, "X"), (1, 2, 22, "X")]


def test_a_chain_is_one_trip(numbers: DataFrame) -> None:
    double = F.udf(lambda x: x * 2, "long")
    context = numbers.sparkSession.sparkContext
    before = transport.copied(context)["scalar"].trips if "scalar" in transport.copied(context) else 0
    assert [row[0] for row in numbers.select(plus(double(plus("id")))).collect()] == [3, 5, 7, 9, 11, 13]
    assert transport.copied(context)["scalar"].trips == before + 1


def test_conditions_orders_groups_and_joins_over_functions(numbers: DataFrame) -> None:
    assert [row.id for row in numbers.filter(plus("id") > 4).collect()] == [4, 5]
    assert [row.id for row in numbers.orderBy(plus("id").desc()).limit(2).collect()] == [5, 4]
    assert rows(numbers.groupBy((plus("id") % 3).alias("r")).count().orderBy("r")) == [(0, 2), (1, 2), (2, 2)]
    assert rows(numbers.agg(F.sum(plus("id")))) == [(21,)]
    other = numbers.select(plus("id").alias("n"))
    assert numbers.join(other, numbers.id == other.n).count() == 5
    assert rows(numbers.select("id").union(other).distinct().agg(F.count("*"))) == [(7,)]


def test_only_what_is_read_is_computed(numbers: DataFrame, tmp_path: Any) -> None:
    note = str(tmp_path / "note")

    def noted(value):  # type: ignore[no-untyped-def]
        with open(note, "a") as file:
            file.write("x")
        return value

    frame = numbers.withColumn("noted", F.udf(noted, "long")("id"))
    assert frame.select("id").count() == 6
    assert frame.count() == 6
    assert not (tmp_path / "note").exists()
    assert frame.limit(2).collect()[1].noted == 1
    assert (tmp_path / "note").read_text() == "xx"


def test_aggregates_in_python(numbers: DataFrame) -> None:
    mean = F.pandas_udf(_mean, "double")
    assert rows(numbers.groupBy("k").agg(mean("id").alias("m")).orderBy("k")) == [(0, 2.0), (1, 3.0)]
    assert rows(numbers.agg(mean("id"))) == [(2.5,)]
    assert rows(numbers.groupBy((F.col("id") > 2).alias("big")).agg(mean("id")).orderBy("big")) == [
        (False, 1.0),
        (True, 4.0),
    ]
    with pytest.raises(AnalysisException, match="INVALID_PANDAS_UDF_PLACEMENT"):
        numbers.groupBy("k").agg(mean("id"), F.sum("id"))
    over = numbers.select("id", (F.col("id") - mean("id").over(Window.partitionBy("k"))).alias("rest"))
    assert sorted(rows(over)) == [(0, -2.0), (1, -2.0), (2, 0.0), (3, 0.0), (4, 2.0), (5, 2.0)]


def test_batches_mapped(numbers: DataFrame) -> None:
    def large(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield frame[frame.id > 3]

    def halves(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch.slice(0, batch.num_rows // 2)

    assert rows(numbers.mapInPandas(large, "id long, k long")) == [(4, 0), (5, 1)]
    assert numbers.mapInArrow(halves, numbers.schema).count() < 6


def test_groups_in_pandas_and_arrow(numbers: DataFrame) -> None:
    def centred(group: pd.DataFrame) -> pd.DataFrame:
        return group.assign(id=group.id - group.id.mean())

    found = numbers.groupBy("k").applyInPandas(centred, "id double, k long")
    assert sorted(rows(found)) == [(-2.0, 0), (-2.0, 1), (0.0, 0), (0.0, 1), (2.0, 0), (2.0, 1)]

    def sizes(key: tuple[Any, ...], group: pa.Table) -> pa.Table:
        assert group.column_names == ["id", "k"]
        return pa.table({"key": [key[0].as_py()], "n": [group.num_rows]})

    computed = numbers.groupBy((F.col("id") % 3).alias("r")).applyInArrow(sizes, "key long, n long")
    assert sorted(rows(computed)) == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_groups_that_lie_in_order_are_the_same_as_others(spark: SparkSession, count: int) -> None:
    ordered = spark.range(1000).select((F.col("id") * count / 1000).cast("long").alias("k"), "id")
    mean = F.pandas_udf(_mean, "double")
    expected = rows(ordered.groupBy("k").agg(F.avg("id")).orderBy("k"))
    assert len(expected) == count
    for frame in (ordered, ordered.orderBy(F.desc("id")), ordered.orderBy(F.col("id") % 7)):
        assert rows(frame.groupBy("k").agg(mean("id")).orderBy("k")) == expected
        centred = frame.groupBy("k").applyInPandas(
            lambda group: group.assign(id=group.id - group.id.mean()), "k long, id double"
        )
        assert (
            max(abs(row[0]) for row in centred.groupBy("k").agg(F.sum("id")).select("sum(id)").collect())
            < 1e-6
        )


def test_pairs_of_groups(spark: SparkSession, numbers: DataFrame) -> None:
    names = spark.createDataFrame([(0, "even"), (7, "seven")], "k long, name string")

    def both(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        name = right.name.iloc[0] if len(right) else "none"
        return pd.DataFrame({"name": [name], "n": [len(left)]})

    found = numbers.groupBy("k").cogroup(names.groupBy("k")).applyInPandas(both, "name string, n long")
    assert sorted(rows(found)) == [("even", 3), ("none", 3), ("seven", 0)]


def test_files_larger_than_a_piece_go_piece_by_piece(
    spark: SparkSession, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results are gathered in a file then, which is gone as soon as it is mapped."""
    import pyarrow.parquet

    from sluice.frame import gathering

    monkeypatch.setattr(gathering, "CHUNK_BYTES", 100_000)
    monkeypatch.setattr(gathering, "MEMORY_BYTES", 300_000)
    for number in range(3):
        table = pa.table({"x": range(number * 50_000, (number + 1) * 50_000)})
        pyarrow.parquet.write_table(table, tmp_path / f"{number}.parquet", row_group_size=10_000)
    frame = spark.read.parquet(str(tmp_path))
    next_ones = frame.select("x", plus("x").alias("y"))
    assert rows(next_ones.agg(F.count("*"), F.sum(F.col("y") - F.col("x")))) == [(150_000, 150_000)]
    assert rows(next_ones.limit(2)) == [(0, 1), (1, 2)]

    def odd(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for each in frames:
            yield each[each.x % 2 == 1]

    assert frame.mapInPandas(odd, "x long").count() == 75_000
    left = spark.sparkContext._jvm_handle.directory / "queries"
    assert not list(left.glob("*.arrow"))
