# SPDX-License-Identifier: Apache-2.0
"""Files that frames are read from and written to: modes, partitions, malformed records, what a failure leaves."""

from __future__ import annotations

import datetime
import gzip
import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

from sluice.pyspark.exceptions import AnalysisException, PySparkException, PySparkNotImplementedError
from sluice.pyspark.session import SparkSession


def rows(frame: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.collect()]


def names(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("format", ["parquet", "csv", "json"])
def test_what_is_written_is_read_back(spark: SparkSession, tmp_path: Path, format: str) -> None:
    made = [
        (1, 'a,"b\\c"', 2.5, True),
        (2, None, None, None),
        (3, "é\n" if format != "csv" else "é", -0.5, False),
    ]
    schema = "i bigint, s string, d double, b boolean"
    spark.createDataFrame(made, schema).write.format(format).save(str(tmp_path / "out"))
    assert [name for name in names(tmp_path) if not name.startswith("out/part-00000-")] == ["out/_SUCCESS"]
    assert rows(spark.read.schema(schema).format(format).load(str(tmp_path / "out"))) == made


def test_modes(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "out")
    one, two = spark.range(1), spark.range(5, 7)
    one.write.parquet(path)
    with pytest.raises(AnalysisException, match="PATH_ALREADY_EXISTS"):
        two.write.parquet(path)
    two.write.mode("ignore").parquet(path)
    assert spark.read.parquet(path).count() == 1
    two.write.mode("append").parquet(path)
    assert sorted(rows(spark.read.parquet(path))) == [(0,), (5,), (6,)]
    spark.read.parquet(path).filter("id > 5").write.mode("overwrite").parquet(path)
    assert rows(spark.read.parquet(path)) == [(6,)]
    assert os.listdir(tmp_path) == ["out"]
    with pytest.raises(AnalysisException, match="INVALID_SAVE_MODE"):
        two.write.mode("sometimes")


@pytest.mark.parametrize("mode", ["error", "overwrite", "append"])
def test_a_write_that_fails_leaves_what_was_there(spark: SparkSession, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "out"
    if mode != "error":
        spark.range(2).write.parquet(str(path))
    before = names(tmp_path)
    failing = spark.range(200_000).selectExpr("id", "1 / (id - 199999) AS x")
    for format in ("parquet", "json"):
        with pytest.raises(PySparkException, match="DIVIDE_BY_ZERO"):
            failing.write.mode(mode).format(format).save(str(path))
    assert names(tmp_path) == before
    assert sorted(os.listdir(tmp_path)) == (["out"] if mode != "error" else [])


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_partitions(spark: SparkSession, tmp_path: Path, format: str) -> None:
    made = [(1, "a/b", 2020), (2, None, 2020), (3, "", 2021), (4, "x=1%", 2021)]
    frame = spark.createDataFrame(made, "v int, k string, y int")
    frame.write.partitionBy("y", "k").format(format).save(str(tmp_path / "out"))
    directories = {str(Path(name).parent) for name in names(tmp_path / "out")} - {"."}
    assert directories == {
        "y=2020/k=a%2Fb",
        "y=2020/k=__HIVE_DEFAULT_PARTITION__",
        "y=2021/k=__HIVE_DEFAULT_PARTITION__",
        "y=2021/k=x%3D1%25",
    }
    back = spark.read.format(format).schema("v int, k string, y int").load(str(tmp_path / "out"))
    # As in Spark, an empty text comes back as null.
    assert sorted(rows(back.select("v", "k", "y"))) == [
        (1, "a/b", 2020),
        (2, None, 2020),
        (3, None, 2021),
        made[3],
    ]
    found = (
        spark.read.format(format).option("basePath", str(tmp_path / "out")).load(str(tmp_path / "out/y=2021"))
    )
    assert dict(found.dtypes)["y"] == "int"
    assert found.filter("y = 2021").count() == 2


def test_nothing_at_a_path_and_nothing_in_it(spark: SparkSession, tmp_path: Path) -> None:
    for read in (spark.read.parquet, spark.read.csv, spark.read.json, spark.read.text):
        with pytest.raises(AnalysisException) as caught:
            read(str(tmp_path / "nope"))
        assert caught.value.getCondition() == "PATH_NOT_FOUND"
    with pytest.raises(AnalysisException, match="UNABLE_TO_INFER_SCHEMA"):
        spark.read.parquet(str(tmp_path))


def test_malformed_csv_by_mode(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("i,d\n1,2.5\nx,1\n3\n4,5,6\n")
    read = spark.read.option("header", True).schema("i int, d double, _corrupt_record string")
    assert rows(read.csv(str(tmp_path))) == [
        (1, 2.5, None),
        (None, 1.0, "x,1"),
        (3, None, "3"),
        (4, 5.0, "4,5,6"),
    ]
    plain = spark.read.option("header", True).schema("i int, d double")
    assert rows(plain.option("mode", "DROPMALFORMED").csv(str(tmp_path))) == [(1, 2.5)]
    with pytest.raises(PySparkException, match=r"MALFORMED_RECORD_IN_PARSING.*x,1"):
        plain.option("mode", "FAILFAST").csv(str(tmp_path)).collect()


def test_csv_that_goes_over_lines_and_is_packed(spark: SparkSession, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write('a,b\r\n1,"x\ny"\r\n2,"say \\"hi\\""\r\n')
    frame = spark.read.csv(str(tmp_path), header=True, multiLine=True, inferSchema=True)
    assert frame.dtypes == [("a", "int"), ("b", "string")]
    assert rows(frame) == [(1, "x\ny"), (2, 'say "hi"')]


def test_json_that_does_not_fit_a_schema(spark: SparkSession, tmp_path: Path) -> None:
    """What PySpark reads of these records."""
    records = {
        '{"a": 1, "c": [1, 2]}': (1, [1, 2], None),
        '{"a": "q", "c": [1, "z"]}': (None, None, None),
        "{'a': 3}": (3, None, None),
        '{"a": 4} trailing': (4, None, None),
        "not json": (None, None, None),
        '{"a": 5, "a": 6, "d": {"e": "2020-01-01", "f": 1e5}}': (6, None, (datetime.date(2020, 1, 1), 1e5)),
        '{"a": 7, "d": {"e": "bad", "f": "Infinity"}}': (7, None, (None, float("inf"))),
        '{"a": 8,}': (None, None, None),
        '{"a": 99999999999}': (None, None, None),
        "5": (None, None, None),
    }
    path = tmp_path / "a.json"
    path.write_text("\n".join(records))
    schema = "a int, c array<int>, d struct<e: date, f: double>"
    fits = [1, 3, 4, 6]
    found = spark.read.schema(f"{schema}, _corrupt_record string").json(str(path)).collect()
    assert [row._corrupt_record is None for row in found] == [row.a in fits for row in found]
    assert {row._corrupt_record for row in found if row.a not in fits} <= set(records)
    assert [tuple(row)[:3] for row in found] == list(records.values())
    assert rows(spark.read.schema(schema).json(str(path))) == list(records.values())
    dropped = spark.read.schema(schema).option("mode", "DROPMALFORMED").json(str(path))
    assert [row.a for row in dropped.collect()] == fits
    with pytest.raises(PySparkException, match="FAILFAST"):
        spark.read.schema(schema).option("mode", "FAILFAST").json(str(path)).collect()


def test_json_whose_fields_differ(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"b":1,"a":{"y":1}}\n{"b":2.5,"a":{"x":[true]}}\nnonsense\n')
    frame = spark.read.json(str(tmp_path))
    assert (
        frame.schema.simpleString()
        == "struct<_corrupt_record:string,a:struct<x:array<boolean>,y:bigint>,b:double>"
    )
    assert [row.b for row in frame.collect()] == [1.0, 2.5, None]
    assert [row._corrupt_record for row in frame.collect()] == [None, None, "nonsense"]
    wanted = spark.read.schema("b int, a string").json(str(tmp_path))
    assert rows(wanted) == [(1, '{"y":1}'), (None, '{"x":[true]}'), (None, None)]


def test_text_is_read_by_tasks_and_by_queries(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n\n")
    frame = spark.read.text(str(tmp_path))
    assert rows(frame) == [("one",), ("two",), ("",)]
    assert [row.value for row in frame.rdd.collect()] == ["one", "two", ""]
    assert frame.filter("value = 'two'").count() == 1
    frame.write.text(str(tmp_path / "out"))
    assert rows(spark.read.text(str(tmp_path / "out"))) == rows(frame)


def test_options_that_are_not_here_are_not_ignored(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n")
    for options in ({"encoding": "UTF-16"}, {"locale": "de-DE"}, {"modifiedAfter": "2020-01-01T00:00:00"}):
        with pytest.raises(PySparkNotImplementedError, match=next(iter(options))):
            spark.read.csv(str(tmp_path), **options)
    with pytest.raises(PySparkNotImplementedError, match="files of this machine"):
        spark.read.parquet("s3://bucket/key")


def test_a_file_larger_than_memory_is_read_in_pieces(spark: SparkSession, tmp_path: Path) -> None:
    frame = spark.range(300_000).selectExpr("id", "id % 7 AS k")
    frame.write.csv(str(tmp_path / "big"), header=True)
    back = spark.read.csv(str(tmp_path / "big"), header=True, schema="id bigint, k int")
    pieces = 0
    with back._run() as run:
        for batch in run.reader(back._node):
            pieces += 1
            assert batch.num_rows <= 122_880
    assert pieces > 1
    assert rows(back.groupBy("k").count().orderBy("k"))[0] == (0, 42858)


@pytest.mark.parametrize("format", ["parquet", "csv", "json"])
@pytest.mark.parametrize("keys", [[], ["k"]])
def test_a_frame_may_overwrite_what_it_reads(
    spark: SparkSession, tmp_path: Path, format: str, keys: list[str]
) -> None:
    place, schema = str(tmp_path / "out"), "x int, k string"
    spark.createDataFrame([(1, "a"), (2, "b"), (3, "b")], schema).write.format(format).save(place)
    for _ in range(2):
        frame = spark.read.schema(schema).format(format).load(place)
        frame.filter("x > 1").write.partitionBy(keys).mode("overwrite").format(format).save(place)
        assert sorted(rows(spark.read.schema(schema).format(format).load(place))) == [(2, "b"), (3, "b")]


@pytest.mark.parametrize("mode", ["static", "dynamic"])
def test_an_overwrite_that_fails_leaves_what_was_there(
    spark: SparkSession, tmp_path: Path, mode: str
) -> None:
    place, schema = str(tmp_path / "out"), "x int, k string"
    spark.createDataFrame([(1, "a"), (2, "b")], schema).write.partitionBy("k").json(place)
    before = names(tmp_path)
    frame = spark.read.schema(schema).json(place).selectExpr("cast(1 / (x - 2) as int) as x", "k")
    writer = frame.write.partitionBy("k").mode("overwrite").option("partitionOverwriteMode", mode)
    with pytest.raises(PySparkException):
        writer.json(place)
    assert names(tmp_path) == before
    assert sorted(rows(spark.read.schema(schema).json(place))) == [(1, "a"), (2, "b")]
