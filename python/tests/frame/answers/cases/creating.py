# SPDX-License-Identifier: Apache-2.0
"""createDataFrame: inference from Python values, schemas in every form, verification, pandas, Arrow, RDDs; range."""

from __future__ import annotations

import array
import collections
import datetime
import decimal

from ..registry import F, Row, T, case, outcome


def _shape(frame):
    return [frame.schema.simpleString(), sorted(map(repr, frame.collect()))]


def _inferred(name, value):
    @case
    def run(spark):
        return outcome(lambda: _shape(spark.createDataFrame([(value,)], ["v"])))

    globals()[f"infer {name}"] = run


for _name, _value in {
    "bool": True,
    "int": 3,
    "large int": 2**40,
    "too large int": 2**70,
    "float": 1.5,
    "str": "x",
    "bytes": b"ab",
    "bytearray": bytearray(b"ab"),
    "decimal": decimal.Decimal("1.25"),
    "date": datetime.date(2020, 1, 1),
    "datetime": datetime.datetime(2020, 1, 1, 2, 3, 4, 5),
    "timedelta": datetime.timedelta(days=1, microseconds=1),
    "time": datetime.time(1, 2, 3),
    "none": None,
    "list": [1, 2],
    "list with none": [None, 2],
    "empty list": [],
    "list of mixed": [1, "x"],
    "list of int and float": [1, 2.5],
    "tuple": (1, "x"),
    "dict": {"a": 1},
    "dict with none": {"a": None, "b": 1},
    "empty dict": {},
    "dict of lists": {"a": [1]},
    "row": Row,
    "set": {1},
    "complex": 1j,
    "object": object,
    "array of int": array.array("i", [1, 2]),
    "array of double": array.array("d", [1.0]),
    "nested": [{"a": [(1, "x")]}],
}.items():
    if _name == "row":
        continue
    _inferred(_name, _value)


@case
def infer_from_rows(spark):
    return [
        spark.createDataFrame([Row(a=1, b="x"), Row(a=2, b=None)]),
        spark.createDataFrame([Row(b="x", a=1)]),
    ]


@case
def infer_from_nested_rows(spark):
    return spark.createDataFrame([Row(a=Row(x=1, y=[Row(z="q")]), m={"k": Row(w=1.5)})])


@case
def infer_from_dicts(spark):
    return [
        outcome(lambda: _shape(spark.createDataFrame([{"a": 1, "b": "x"}, {"a": 2}]))),
        outcome(lambda: _shape(spark.createDataFrame([{"b": 1, "a": "x"}]))),
        outcome(lambda: _shape(spark.createDataFrame([{"a": None}, {"a": 3}]))),
    ]


@case
def infer_from_objects(spark):
    point = collections.namedtuple("point", "x y")

    class Thing:
        def __init__(self):
            self.n, self.s = 1, "x"

    return [spark.createDataFrame([point(1, 2.5)]), outcome(lambda: _shape(spark.createDataFrame([Thing()])))]


@case
def infer_over_rows(spark):
    return [
        outcome(lambda rows=rows: _shape(spark.createDataFrame(rows, ["v"])))
        for rows in (
            [(None,), (1,)],
            [(1,), (None,)],
            [(1,), (2.5,)],
            [(2.5,), (1,)],
            [(1,), ("x",)],
            [(True,), (1,)],
            [([],), ([1],)],
            [({},), ({"a": 1},)],
            [(decimal.Decimal("1.5"),), (decimal.Decimal("22.25"),)],
            [(datetime.date(2020, 1, 1),), (datetime.datetime(2020, 1, 1),)],
            [(None,), (None,)],
        )
    ]


@case
def infer_from_scalars(spark):
    return [
        outcome(lambda: _shape(spark.createDataFrame([1, 2]))),
        outcome(lambda: _shape(spark.createDataFrame(["a"], "string"))),
        outcome(lambda: _shape(spark.createDataFrame([1, None], "int"))),
        outcome(lambda: _shape(spark.createDataFrame([1.5], T.DoubleType()))),
        outcome(lambda: _shape(spark.createDataFrame(["x"], ["v"]))),
    ]


@case
def infer_from_nothing(spark):
    return [
        outcome(lambda: _shape(spark.createDataFrame([]))),
        outcome(lambda: _shape(spark.createDataFrame([], ["a"]))),
        _shape(spark.createDataFrame([], "a int, b string")),
        _shape(spark.createDataFrame([], T.StructType([]))),
    ]


@case
def names_for_columns(spark):
    return [
        spark.createDataFrame([(1, "x")]).columns,
        spark.createDataFrame([(1, "x", 2)], ["a", "b"]).columns,
        spark.createDataFrame([(1, "x")], ("p", "q")).columns,
        outcome(lambda: spark.createDataFrame([(1,)], ["a", "b"]).columns),
        spark.createDataFrame([[1, 2]], ["a", "b"]).columns,
        spark.createDataFrame([Row(a=1, b=2)], ["x", "y"]).columns,
    ]


@case
def schema_by_ddl(spark):
    rows = [(1, "x", [1], {"k": 1.5}, (True, None))]
    return [
        spark.createDataFrame(rows, ddl)
        for ddl in (
            "a int, b string, c array<int>, d map<string,double>, e struct<p:boolean,q:date>",
            "a: bigint, b: string, c: array<long>, d: map<string, float>, e: struct<p: boolean, q: timestamp>",
            "struct<a:int,b:string,c:array<int>,d:map<string,double>,e:struct<p:boolean,q:date>>",
        )
    ]


@case
def schema_by_types(spark):
    schema = T.StructType(
        [
            T.StructField("a", T.ByteType()),
            T.StructField("b", T.ShortType()),
            T.StructField("c", T.FloatType()),
            T.StructField("d", T.DecimalType(6, 3)),
            T.StructField("e", T.BinaryType()),
            T.StructField("f", T.TimestampNTZType()),
            T.StructField("g", T.ArrayType(T.StringType(), False)),
            T.StructField("h", T.MapType(T.IntegerType(), T.StringType())),
        ]
    )
    row = (1, 2, 0.1, decimal.Decimal("1.5"), b"x", datetime.datetime(2020, 1, 1), ["a"], {1: "one"})
    return [
        spark.createDataFrame([row, (None,) * 8], schema),
        spark.createDataFrame([dict(zip("abcdefgh", row, strict=True))], schema),
        spark.createDataFrame([Row(*row)], schema),
    ]


@case
def dicts_and_rows_against_a_schema(spark):
    return [
        spark.createDataFrame([{"b": "x", "a": 1}, {"a": 2}, {"c": 5}], "a int, b string"),
        outcome(lambda: _shape(spark.createDataFrame([Row(b="x", a=1)], "a int, b string"))),
        outcome(lambda: _shape(spark.createDataFrame([Row(a=1, b="x")], "b int, a string"))),
    ]


@case
def verification(spark):
    tries = [
        ([("x",)], "a int"),
        ([(1,)], "a string"),
        ([(1.5,)], "a int"),
        ([(1,)], "a double"),
        ([(True,)], "a int"),
        ([(300,)], "a tinyint"),
        ([(2**40,)], "a int"),
        ([(2**70,)], "a bigint"),
        ([(1, 2)], "a int"),
        ([(1,)], "a int, b int"),
        ([(None,)], "a int not null"),
        ([("2020-01-01",)], "a date"),
        ([(datetime.datetime(2020, 1, 1, 5),)], "a date"),
        ([(datetime.date(2020, 1, 1),)], "a timestamp"),
        ([(1,)], "a boolean"),
        ([(decimal.Decimal("1.234"),)], "a decimal(3,1)"),
        ([(decimal.Decimal("12345"),)], "a decimal(3,1)"),
        ([(1,)], "a decimal(3,1)"),
        ([([1, "x"],)], "a array<int>"),
        ([((1, 2),)], "a array<int>"),
        ([({"k": "v"},)], "a map<string,int>"),
        ([({1: 2},)], "a map<string,int>"),
        ([((1,),)], "a struct<x:int,y:int>"),
        ([({"x": 1},)], "a struct<x:int,y:int>"),
        (["x"], "int"),
        ([(1,)], "int"),
        ([("x",)], "a binary"),
        ([(b"x",)], "a string"),
        ([([None],)], "a array<int not null>"),
        ([(float("nan"),)], "a int"),
        ([object()], "a int"),
        ([(1,)], "a char(3)"),
    ]
    return [
        outcome(lambda data=data, ddl=ddl: _shape(spark.createDataFrame(data, ddl))) for data, ddl in tries
    ]


@case
def without_verification(spark):
    return [
        outcome(lambda: _shape(spark.createDataFrame([(1,)], "a double", verifySchema=False))),
        outcome(lambda: _shape(spark.createDataFrame([("x",)], "a int", verifySchema=False))),
    ]


@case
def from_an_rdd(spark):
    # The class itself: tasks cannot find what is looked up when it is used.
    from pyspark.sql import Row

    rdd = spark.sparkContext.parallelize([(1, "x"), (2, None)], 2)
    rows = rdd.map(lambda pair: Row(n=pair[0], s=pair[1]))
    return [
        spark.createDataFrame(rdd, ["n", "s"]),
        outcome(lambda: _shape(spark.createDataFrame(rdd, "n int, s string"))),
        rdd.toDF(["a", "b"]),
        rows.toDF(),
        spark.createDataFrame(rows),
    ]


@case
def to_an_rdd(spark):
    frame = spark.createDataFrame([(1, "x"), (2, None)], "n int, s string")
    return [
        frame.rdd.map(lambda row: row.n * 2).collect(),
        sorted(map(repr, frame.rdd.collect())),
        frame.rdd.map(tuple).collect(),
    ]


@case
def ranges(spark):
    return [
        spark.range(3),
        spark.range(1, 4),
        spark.range(0, 10, 3),
        spark.range(5, 0, -2),
        spark.range(2, 2),
        spark.range(0, 2, 1, 1),
        outcome(lambda: spark.range(0, 5, 0).count()),
        spark.range(3).schema.json(),
        spark.range(4).select((F.col("id") % 2).alias("m")),
    ]


@case
def from_pandas(spark):
    import pandas as pd

    data = pd.DataFrame(
        {
            "i": [1, 2],
            "f": [1.5, None],
            "s": ["x", None],
            "b": [True, False],
            "t": pd.to_datetime(["2020-01-01 01:02:03.000004", None]),
            "d": [datetime.date(2020, 1, 1), None],
            "n": pd.array([1, None], dtype="Int64"),
            "l": [[1, 2], None],
            "c": pd.Categorical(["p", "q"]),
            "u": pd.array([1, 2], dtype="uint8"),
            "x": pd.array([1.5, 2], dtype="float32"),
            "e": pd.to_timedelta([1, 2], unit="s"),
            "z": pd.to_datetime(["2020-01-01", "2020-06-01"]).tz_localize("Asia/Tokyo"),
        }
    )
    frame = spark.createDataFrame(data.drop(columns=["c"]))
    return [frame, outcome(lambda: _shape(spark.createDataFrame(data[["c"]])))]


@case
def from_pandas_with_a_schema(spark):
    import pandas as pd

    data = pd.DataFrame({"a": [1, 2], "b": ["1", "2"]})
    return [
        spark.createDataFrame(data, ["x", "y"]),
        spark.createDataFrame(data, "a double, b string"),
        outcome(lambda: _shape(spark.createDataFrame(data, "a int, b int"))),
        spark.createDataFrame(data, "a string, b string"),
        spark.createDataFrame(
            data, T.StructType([T.StructField("q", T.ShortType()), T.StructField("r", T.StringType())])
        ),
        spark.createDataFrame(data.set_index("a")),
        spark.createDataFrame(pd.DataFrame({0: [1], 1: [2]})),
        outcome(lambda: _shape(spark.createDataFrame(pd.DataFrame({"a": [1, "x"]})))),
        outcome(lambda: _shape(spark.createDataFrame(pd.DataFrame()))),
        outcome(lambda: _shape(spark.createDataFrame(pd.DataFrame({"a": pd.Series([], dtype="int32")})))),
        _shape(spark.createDataFrame(pd.DataFrame({"a": pd.Series([], dtype="int32")}), "a int")),
    ]


@case
def nan_of_pandas(spark):
    import numpy as np
    import pandas as pd

    data = pd.DataFrame(
        {
            "f": [1.0, np.nan],
            "o": pd.Series([1.5, None], dtype="object"),
            "s": pd.Series(["x", np.nan], dtype="object"),
        }
    )
    return spark.createDataFrame(data)


@case
def from_numpy(spark):
    import numpy as np

    return [
        spark.createDataFrame(np.array([[1, 2], [3, 4]])),
        spark.createDataFrame(np.array([1.5, 2.5])),
        spark.createDataFrame(np.array([[1, 2]]), ["a", "b"]),
        outcome(lambda: _shape(spark.createDataFrame([(np.int64(1), np.float64(0.5))], ["a", "b"]))),
    ]


@case
def from_arrow(spark):
    import pyarrow as pa

    table = pa.table(
        {
            "i": pa.array([1, None], pa.int32()),
            "s": ["x", None],
            "l": [[1], None],
            "d": pa.array([1, 2], pa.date32()),
            "t": pa.array([0, 1], pa.timestamp("us", "UTC")),
            "n": pa.array([0, 1], pa.timestamp("us")),
            "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
            "u": pa.array([1, 2], pa.decimal128(5, 2)),
            "r": [{"x": 1, "y": "p"}, None],
            "b": pa.array([b"a", None]),
            "ls": pa.array(["x", "y"], pa.large_string()),
        }
    )
    return [
        spark.createDataFrame(table),
        spark.createDataFrame(table.select(["i", "s"]), ["a", "b"]),
        outcome(lambda: _shape(spark.createDataFrame(table.select(["i"]), "q long"))),
    ]
