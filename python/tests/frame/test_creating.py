# SPDX-License-Identifier: Apache-2.0
"""`createDataFrame` and what comes back: memory that is shared, writes, RDDs, zones, errors that name their column."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("pandas")

import numpy as np
import pandas as pd
import pyarrow as pa

import sluice.frame.types as t
from sluice.context import Context
from sluice.frame.collecting import pandas_of, rows_of
from sluice.frame.creating import Inference, table_of
from sluice.frame.showing import show_text
from sluice.frame.zones import session_zone, zone_of
from sluice.pyspark.exceptions import PySparkException, PySparkTypeError, PySparkValueError
from sluice.pyspark.row import Row

LONG = t.StructType([t.StructField("x", t.LongType())])
MODERN = int(pd.__version__.partition(".")[0]) >= 3


@pytest.mark.skipif(not MODERN, reason="older pandas does not copy on write")
def test_numbers_of_pandas_are_not_copied_and_not_changed_by_later_writes() -> None:
    frame = pd.DataFrame({"x": np.arange(10), "y": np.arange(10) / 2})
    table, schema = table_of(frame)
    assert table.column(0).chunk(0).buffers()[1].address == frame["x"].to_numpy().ctypes.data
    before = table.to_pydict()
    frame.x += 1
    frame.iloc[3, 1] = 99.0
    frame.loc[4, "x"] = -1
    assert table.to_pydict() == before
    assert frame.x[0] == 1
    assert schema == t.StructType().add("x", "long").add("y", "double")


def test_numbers_of_numpy_are_those_of_the_call() -> None:
    values = np.arange(3)
    table, _ = table_of(values)
    values[0] = 99
    assert table.to_pydict() == {"value": [0, 1, 2]}


def _set_first(frame: Any) -> None:
    frame.iloc[0, 0] = 3


WRITES: list[Callable[[Any], Any]] = [
    lambda frame: frame.x.__iadd__(1),
    lambda frame: frame.__setitem__("x", frame.x + 1),
    lambda frame: frame.iloc.__setitem__((0, 0), 7),
    lambda frame: frame.loc.__setitem__((1, "x"), 7),
    lambda frame: frame.at.__setitem__((1, "x"), 7),
    lambda frame: frame.fillna(0, inplace=True),
    lambda frame: frame.where(frame > 2, 0, inplace=True),
    lambda frame: _set_first(frame.reset_index(drop=True)),
    lambda frame: _set_first(frame[frame.x > 1]),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("chunks", [1, 2])
def test_a_frame_of_pandas_can_be_written_into(write: Callable[[Any], Any], chunks: int) -> None:
    source = pa.chunked_array([[1, 2, 3]] * chunks)
    table = pa.table({"x": source})
    frame = pandas_of(table, LONG)
    frame.x += 1
    assert frame.x.tolist() == [2, 3, 4] * chunks
    write(pandas_of(table, LONG))
    column = pandas_of(table, LONG)["x"]
    column += 5
    column.iloc[0] = 1
    assert source.to_pylist() == [1, 2, 3] * chunks


def test_numbers_in_one_piece_come_without_a_copy() -> None:
    table = pa.table({"x": np.arange(1000)})
    frame = pandas_of(table, LONG)
    if MODERN:
        assert frame["x"].to_numpy().ctypes.data == table.column(0).chunk(0).buffers()[1].address
    assert frame["x"].tolist() == list(range(1000))


def test_strings_are_no_objects_under_pandas_3() -> None:
    schema = t.StructType().add("s", "string")
    table, _ = table_of([("x" * 100,)] * 10_000, schema)
    tracemalloc.start()
    try:
        frame = pandas_of(table, schema)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if MODERN:
        assert isinstance(frame.s.array, pd.arrays.ArrowStringArray)
        assert peak < 200_000
    assert frame.s.tolist() == ["x" * 100] * 10_000


def test_integers_beside_nulls_keep_their_values() -> None:
    large = 2**53 + 1
    table, schema = table_of(
        [(1, large, [large, None]), (None, None, [1, None])], "a long, b long, c array<long>"
    )
    frame = pandas_of(table, schema)
    assert str(frame.a.dtype) == "float64"
    assert str(frame.b.dtype) == "Int64"
    assert frame.b[0] == large
    assert frame.c[0].tolist() == [large, None]
    back, _ = table_of(frame, schema)
    assert back.equals(table)


def test_columns_with_the_same_name_and_frames_without_rows_or_columns() -> None:
    table, schema = table_of([(1, "x", None)], "a long, a string, a void")
    frame = pandas_of(table, schema)
    assert [list(frame.columns), frame.iloc[0].tolist()] == [["a"] * 3, [1, "x", None]]
    empty, schema = table_of([], "a long, b array<int>, c timestamp, d string, e struct<x:int>")
    frame = pandas_of(empty, schema)
    assert (len(frame), list(frame.columns)) == (0, list("abcde"))
    assert str(frame.c.dtype) == "datetime64[us]"
    table, schema = table_of(pd.DataFrame(index=range(3)))
    assert rows_of(table, schema) == [Row()] * 3
    assert pandas_of(table, schema).shape == (3, 0)


def test_rows_are_of_the_local_zone_and_pandas_of_the_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    noon = dt.datetime(2024, 7, 1, 12)
    table, schema = table_of([(noon,)], ["a"], zone="Asia/Tokyo")
    assert table["a"].to_pylist()[0].astimezone(dt.UTC).hour == 10
    assert rows_of(table, schema) == [(noon,)]
    assert pandas_of(table, schema, "Asia/Tokyo").a[0] == pd.Timestamp(2024, 7, 1, 19)
    other, _ = table_of(pd.DataFrame({"a": [pd.Timestamp(noon)]}), zone="Asia/Tokyo")
    assert other["a"].to_pylist()[0].astimezone(dt.UTC).hour == 3
    wall, kind = table_of([(noon,)], ["a"], how=Inference(ntz=True))
    assert kind["a"].dataType == t.TimestampNTZType()
    assert wall["a"].to_pylist() == [noon]


@pytest.mark.parametrize(
    ("data", "schema", "names"),
    [
        (pd.DataFrame({"a": [1], "bad": [1 + 2j]}), None, ["bad"]),
        (pd.DataFrame({"a": [1], "bad": [2**40]}), "a int, bad int", ["bad", "int64", "int32", str(2**40)]),
        (pa.table({"a": [1], "bad": ["x"]}), "a int, bad int", ["bad", "string", "int32"]),
        ([(1, "x")], "a int, bad int", ["bad", "'x'", "str"]),
        ([(1, [1, "x"])], "a int, bad array<int>", ["bad", "'x'"]),
        ([(1, {"k": {"bad": 1.5}})], "a int, m map<string,struct<bad:int>>", ["bad", "1.5"]),
        ([(1, 1.5), (2, [1])], ["a", "b"], ["DoubleType", "ArrayType"]),
    ],
    ids=range(7),
)
def test_errors_name_the_column_and_the_value(data: Any, schema: Any, names: list[str]) -> None:
    with pytest.raises(PySparkException) as caught:
        table_of(data, schema)
    assert all(name in str(caught.value) for name in names), caught.value


def test_settings_of_inference() -> None:
    row = [({"x": 1, "y": "a"}, [1, "a"])]
    struct = t.StructType().add("x", "long").add("y", "string")
    with pytest.raises(PySparkTypeError):
        Inference(first_element=True).of([object()])
    assert Inference(dict_as_struct=True).of(row[0][0]) == struct
    assert Inference(first_element=True).of(row[0][1]) == t.ArrayType(t.LongType())
    assert Inference(first_pair=True).of(row[0][0]) == t.MapType(t.StringType(), t.LongType())
    assert Inference(first_pair=True).of({}) == t.MapType(t.NullType(), t.NullType())


def test_rdds(sc: Context) -> None:
    rows = [Row(a=at, s=str(at) if at % 3 else None, d=dt.date(2020, 1, 1)) for at in range(100)]
    table, schema = table_of(sc.parallelize(rows, 3))
    assert schema.simpleString() == "struct<a:bigint,s:string,d:date>"
    assert rows_of(table, schema) == rows
    table, schema = table_of(sc.parallelize([(None, 1), ("x", 2)], 2), ["p", "q"])
    assert rows_of(table, schema) == [(None, 1), ("x", 2)]
    assert schema.names == ["p", "q"]
    table, schema = table_of(sc.parallelize([1, None, 3], 3), "int")
    assert rows_of(table, schema) == [(1,), (None,), (3,)]
    table, schema = table_of(sc.parallelize([{"a": 1}, {"b": "x"}], 2), sampling=1.0)
    assert rows_of(table, schema) == [(1, None), (None, "x")]
    table, schema = table_of(sc.parallelize([], 2), "a int")
    assert (table.num_rows, schema.names) == (0, ["a"])


def test_an_rdd_is_verified_in_its_workers(sc: Context) -> None:
    with pytest.raises(Exception, match=r"field a: IntegerType.* can not accept object 'x'"):
        table_of(sc.parallelize([(1,), ("x",)], 2), "a int")
    with pytest.raises(PySparkValueError, match="columns=a"):
        table_of(sc.parallelize([(None,)] * 3, 2), ["a"])


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("GMT+8", "Etc/GMT-8"),
        ("UTC-03:00", "Etc/GMT+3"),
        ("+05:30", "+05:30"),
        ("-9:30", "-09:30"),
        ("Z", "UTC"),
        ("UTC+0", "UTC"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("+14:00", "+14:00"),
    ],
)
def test_zones_by_offset_are_known_to_all(name: str, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    duckdb = pytest.importorskip("duckdb")
    assert session_zone(name) == known
    noon = dt.datetime(2024, 1, 1, 12)
    table, schema = table_of([(noon,)], ["a"], zone=known)
    shift = zone_of(name).utcoffset(noon) or dt.timedelta()
    assert pandas_of(table, schema, known).a[0] == noon + shift
    assert str(noon + shift) in show_text(table, schema, zone=known)
    database = duckdb.connect()
    database.execute(f"SET TimeZone = '{'GMT' * (known[0] in '+-')}{known}'")
    query = "select strftime(timestamptz '2024-01-01 12:00:00+00', '%Y-%m-%d %H:%M:%S')"
    ((text,),) = database.execute(query).fetchall()
    assert text == str(noon + shift)


def test_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone='Nowhere/Land'"):
        session_zone("Nowhere/Land")


def test_settings_of_the_session_decide_how_types_are_found(spark: Any) -> None:
    rows = [({"x": 1, "y": 2}, dt.datetime(2024, 1, 1))]
    names = ("spark.sql.timestampType", "spark.sql.pyspark.inferNestedDictAsStruct.enabled")
    assert spark.createDataFrame(rows).schema.simpleString() == "struct<_1:map<string,bigint>,_2:timestamp>"
    try:
        spark.conf.set(names[0], "TIMESTAMP_NTZ")
        spark.conf.set(names[1], "true")
        frame = spark.createDataFrame(rows)
        assert frame.schema.simpleString() == "struct<_1:struct<x:bigint,y:bigint>,_2:timestamp_ntz>"
        assert frame.collect() == [(Row(x=1, y=2), dt.datetime(2024, 1, 1))]
        assert frame.toPandas().iloc[0, 0] == {"x": 1, "y": 2}
    finally:
        for name in names:
            spark.conf.unset(name)


def test_rows_of_a_session_that_are_there_are_cut_and_shown(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = spark.createDataFrame([(at, str(at)) for at in range(10)], ["a", "b"])
    assert frame.limit(5).offset(2).limit(2).collect() == [(2, "2"), (3, "3")]
    assert [frame.offset(8).count(), frame.limit(0).count(), frame.limit(100).count()] == [2, 0, 10]
    assert frame.select("b").limit(2).collect() == [("0",), ("1",)]
    assert frame.toArrow().schema.names == ["a", "b"]
    bare = spark.createDataFrame(pd.DataFrame(index=[0, 1]))
    bare.show()
    assert capsys.readouterr().out == "++\n||\n++\n||\n||\n++\n\n"
    assert [bare.count(), bare.take(1), bare.toPandas().shape] == [2, [()], (2, 0)]
