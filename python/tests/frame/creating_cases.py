# SPDX-License-Identifier: Apache-2.0
"""What is given to `createDataFrame`: each case makes `(data, schema)`, or with keyword arguments as a third.

The answers are PySpark's: `record_creating.py` runs the cases there. Both import the types and `Row` by the name
`pyspark.sql`.
"""

import collections
import dataclasses
import datetime as dt
import decimal
from array import array

import numpy as np
import pandas as pd
import pyarrow as pa

D = decimal.Decimal
UTC = dt.UTC
TOKYO = dt.timezone(dt.timedelta(hours=9))
Pair = collections.namedtuple("Pair", "a b")


@dataclasses.dataclass
class Point:
    y: int
    x: int


class Plain:
    def __init__(self, **values):
        self.__dict__.update(values)


def cases(t, Row):
    """All cases by name; `t` is the module of types."""
    moment = dt.datetime(2024, 3, 10, 1, 30, 15, 123456)
    found = {
        # inference from rows
        "tuples": lambda: ([(1, "a"), (2, None)], None),
        "tuples_names": lambda: ([(1, "a"), (2, None)], ["x", "y"]),
        "tuples_names_tuple": lambda: ([(1, "a")], ("x", "y")),
        "tuples_fewer_names": lambda: ([(1, "a", 2.0)], ["x"]),
        "tuples_more_names": lambda: ([(1,)], ["x", "y"]),
        "tuples_lengths_differ": lambda: ([(1, 2), (3,)], None),
        "tuples_lengths_grow": lambda: ([(1,), (3, 4)], None),
        "lists": lambda: ([[1, "a"], [2, "b"]], None),
        "dicts": lambda: ([{"b": 1, "a": "x"}, {"a": "y", "c": 2.0}], None),
        "dicts_names": lambda: ([{"b": 1, "a": "x"}], ["p", "q"]),
        "rows": lambda: ([Row(b=1, a="x"), Row(b=2, a=None)], None),
        "rows_names": lambda: ([Row(b=1, a="x")], ["p", "q"]),
        "rows_other_order": lambda: ([Row(b=1, a=2), Row(a=3, b=4)], None),
        "rows_unnamed": lambda: ([Row(1, "a")], None),
        "rows_called": lambda: ([Row("u", "v")(1, 2)], None),
        "rows_differ": lambda: ([Row(a=1), Row(b=2)], None),
        "namedtuples": lambda: ([Pair(1, "x"), Pair(2, "y")], None),
        "objects": lambda: ([Plain(b=1, a="x"), Plain(a="y", b=3)], None),
        "dataclass": lambda: ([Point(1, 2)], None),
        "empty": lambda: ([], None),
        "empty_names": lambda: ([], ["a"]),
        "empty_schema": lambda: ([], "a int, b string"),
        "empty_struct": lambda: ([], t.StructType([])),
        "all_null": lambda: ([(None,), (None,)], ["a"]),
        "null_then_int": lambda: ([(None,), (3,)], ["a"]),
        "scalars_without_schema": lambda: ([1, 2], None),
        "strings_without_schema": lambda: (["a"], None),
        "null_row": lambda: ([None, (1,)], ["a"]),
        "generator": lambda: (((i, str(i)) for i in range(3)), ["a", "b"]),
        "range": lambda: (range(3), "int"),
        "set": lambda: ({(1, "x")}, ["a", "b"]),
        "int_and_float": lambda: ([(1,), (2.5,)], ["a"]),
        "float_and_int": lambda: ([(1.5,), (2,)], ["a"]),
        "int_and_string": lambda: ([(1,), ("a",)], ["a"]),
        "string_and_bool": lambda: ([("a",), (True,), (1.5,), (None,)], ["a"]),
        "int_and_list": lambda: ([(1,), ([1],)], ["a"]),
        "bool_and_int": lambda: ([(True,), (1,)], ["a"]),
        "date_and_datetime": lambda: ([(dt.date(2020, 1, 1),), (moment,)], ["a"]),
        "every_kind": lambda: (
            [
                (
                    True,
                    1,
                    1.5,
                    "s",
                    b"b",
                    bytearray(b"c"),
                    D("1.5"),
                    dt.date(2020, 2, 29),
                    moment,
                    dt.timedelta(1, 2, 3),
                    dt.time(1, 2, 3, 4),
                )
            ],
            None,
        ),
        "nested": lambda: ([([1, None], {"k": 1.5}, Row(p=1, q=[Row(z="x")]), (1, "t"))], list("abcd")),
        "nested_merge": lambda: ([([None],), ([1],), (None,), ([],)], ["a"]),
        "list_of_null": lambda: ([([None],), ([],)], ["a"]),
        "list_mixed": lambda: ([([1, "a", None],)], ["a"]),
        "list_mixed_numbers": lambda: ([([1, 1.5],)], ["a"]),
        "dict_merge": lambda: ([({"a": 1},), ({"b": None},), ({},)], ["m"]),
        "dict_mixed": lambda: ([({"a": 1, "b": "x"},)], ["m"]),
        "dict_keys_mixed": lambda: ([({1: "a", "b": "c"},)], ["m"]),
        "dict_int_keys": lambda: ([({1: "a", 2: None},)], ["m"]),
        "struct_merge": lambda: ([(Row(a=1),), (Row(b="x"),)], ["s"]),
        "array_array": lambda: ([(array("i", [1, 2]), array("d", [1.5]), array("B", [255]))], list("abc")),
        "array_unsigned_long": lambda: ([(array("L", [1]),)], ["a"]),
        "ndarray_inside": lambda: ([(np.array([1, 2]),)], ["a"]),
        "numpy_scalars": lambda: ([(np.int64(1), np.float32(2.5), np.str_("x"))], list("abc")),
        "set_inside": lambda: ([({1},)], ["a"]),
        "object_inside": lambda: ([(object(),)], ["a"]),
        "point_inside": lambda: ([(Plain(p=1),)], ["a"]),
        "long_too_large": lambda: ([(2**63,)], ["a"]),
        "long_edges": lambda: ([(2**63 - 1,), (-(2**63),)], ["a"]),
        "decimals": lambda: (
            [(D("1.123456789012345678"),), (D("12345678901234567890"),), (D("0E-20"),)],
            ["a"],
        ),
        "decimal_too_large": lambda: ([(D(10) ** 25,)], ["a"]),
        "decimal_rounds": lambda: ([(D("1.1234567890123456785"),)], ["a"]),
        "decimal_nan": lambda: ([(D("NaN"),)], ["a"]),
        "timestamps": lambda: (
            [(moment,), (moment.replace(tzinfo=UTC),), (moment.replace(tzinfo=TOKYO),)],
            ["a"],
        ),
        "timestamps_edges": lambda: (
            [
                (dt.datetime(1, 1, 1),),
                (dt.datetime(9999, 12, 31, 23, 59, 59, 999999),),
                (dt.datetime(1900, 1, 1),),
                (dt.datetime(1969, 12, 31, 23, 59, 59, 5),),
            ],
            ["a"],
        ),
        "dates_edges": lambda: (
            [(dt.date(1, 1, 1),), (dt.date(9999, 12, 31),), (dt.date(1582, 10, 10),)],
            ["a"],
        ),
        "gap_and_overlap": lambda: (
            [
                (dt.datetime(2024, 3, 10, 2, 30),),
                (dt.datetime(2024, 11, 3, 1, 30),),
                (dt.datetime(2024, 11, 3, 1, 30, fold=1),),
            ],
            ["a"],
        ),
        "duplicate_names": lambda: ([(1, "x")], ["a", "a"]),
        "odd_names": lambda: ([(1, 2, 3)], ["a b", "c.d", ""]),
        "names_not_text": lambda: ([(1,)], [5]),
        "floats": lambda: ([(float("nan"),), (float("inf"),), (-0.0,), (1e300,), (None,)], ["a"]),
        "surrogate": lambda: ([("\ud800",)], ["a"]),
        # schemas
        "ddl": lambda: ([(1, "a")], "x int, y string"),
        "ddl_struct": lambda: ([(1, "a")], "struct<x:int,y:string>"),
        "scalar_ddl": lambda: ([1, None, 3], "int"),
        "scalar_type": lambda: (["a", None], t.StringType()),
        "scalar_wrong": lambda: (["a"], "int"),
        "scalar_array": lambda: ([[1, 2], None], "array<int>"),
        "scalar_map": lambda: ([{"a": 1}], "map<string,int>"),
        "scalar_tuple": lambda: ([(1,)], "int"),
        "dict_schema": lambda: ([{"y": "a", "x": 1, "z": 2}, {}], "x int, y string"),
        "row_schema": lambda: ([Row(y="a", x="b")], "x string, y string"),
        "object_schema": lambda: ([Plain(y="a", x=1)], "x int, y string"),
        "too_few": lambda: ([(1,)], "x int, y string"),
        "too_many": lambda: ([(1, "a", 2)], "x int, y string"),
        "not_null": lambda: ([(None,)], t.StructType([t.StructField("a", t.IntegerType(), False)])),
        "not_null_inside": lambda: (
            [([1, None],)],
            t.StructType([t.StructField("a", t.ArrayType(t.LongType(), False))]),
        ),
        "null_key": lambda: ([({None: 1},)], "a map<string,int>"),
        "null_value": lambda: (
            [({"a": None},)],
            t.StructType([t.StructField("a", t.MapType(t.StringType(), t.LongType(), False))]),
        ),
        "int_for_double": lambda: ([(1,)], "a double"),
        "float_for_int": lambda: ([(1.0,)], "a int"),
        "bool_for_int": lambda: ([(True,)], "a int"),
        "int_for_bool": lambda: ([(1,)], "a boolean"),
        "string_for_int": lambda: ([("1",)], "a int"),
        "int_for_string": lambda: (
            [(1,), (1.5,), (True,), ([1, 2],), ({"a": 1},), (b"x",), (dt.date(2020, 1, 1),), (None,)],
            "a string",
        ),
        "byte_range": lambda: ([(128,)], "a byte"),
        "short_range": lambda: ([(-32769,)], "a short"),
        "int_range": lambda: ([(2**31,)], "a int"),
        "long_range": lambda: ([(2**63,)], "a long"),
        "bytes_edges": lambda: ([(-128, 32767, -(2**31), 2**63 - 1)], "a byte, b short, c int, d long"),
        "float32": lambda: ([(0.1,), (1e39,), (float("nan"),)], "a float"),
        "decimal_schema": lambda: ([(D("1.25"),), (D("1.245"),), (D("-1.235"),), (None,)], "a decimal(5,2)"),
        "decimal_overflow": lambda: ([(D("12345.6"),)], "a decimal(5,2)"),
        "decimal_int": lambda: ([(1,)], "a decimal(5,2)"),
        "date_schema": lambda: ([(dt.date(2020, 1, 1),), (moment,)], "a date"),
        "timestamp_from_date": lambda: ([(dt.date(2020, 1, 1),)], "a timestamp"),
        "ntz_schema": lambda: ([(moment,), (moment.replace(tzinfo=TOKYO),)], "a timestamp_ntz"),
        "interval_schema": lambda: (
            [(dt.timedelta(-1, 5, 7),), (dt.timedelta(5),)],
            "a interval day to second",
        ),
        "interval_day": lambda: ([(dt.timedelta(3, 7200, 9),)], "a interval day"),
        "year_month": lambda: ([(None,)], "a interval year"),
        "year_month_value": lambda: ([(5,)], "a interval year"),
        "time_schema": lambda: ([(dt.time(23, 59, 59, 999999),), (None,)], "a time"),
        "time_precision": lambda: ([(dt.time(23, 59, 59, 999999),)], "a time(3)"),
        "binary_schema": lambda: ([(b"a",), (bytearray(b"b"),)], "a binary"),
        "string_for_binary": lambda: ([("a",)], "a binary"),
        "char_schema": lambda: ([("ab", "cd")], "a char(3), b varchar(3)"),
        "char_too_long": lambda: ([("abcd",)], "a char(3)"),
        "void_schema": lambda: ([(None,), (1,)], "a void"),
        "array_tuple": lambda: ([((1, 2),), (array("i", [3]),)], "a array<int>"),
        "array_range": lambda: ([(range(2),)], "a array<int>"),
        "struct_dict": lambda: (
            [({"y": 1},), ((2, "b"),), ([3, "c"],), (Row(y=4, x="d"),), (None,)],
            "s struct<y:int,x:string>",
        ),
        "struct_wrong_length": lambda: ([((1,),)], "s struct<y:int,x:string>"),
        "struct_string": lambda: ([("ab",)], "s struct<y:int,x:string>"),
        "deep": lambda: ([([{"k": Row(v=[1, None])}],)], "a array<map<string,struct<v:array<int>>>>"),
        "unverified_types": lambda: ([("1", 1.7)], "a int, b int", {"verifySchema": False}),
        "unverified_int_double": lambda: ([(1,), (2.5,)], "a double", {"verifySchema": False}),
        "unverified_range": lambda: ([(300,)], "a byte", {"verifySchema": False}),
        "unverified_bool": lambda: ([(True, 1, 0)], "a int, b boolean, c boolean", {"verifySchema": False}),
        "unverified_null": lambda: (
            [(None,)],
            t.StructType([t.StructField("a", t.IntegerType(), False)]),
            {"verifySchema": False},
        ),
        "unverified_short_row": lambda: ([(1,)], "a int, b int", {"verifySchema": False}),
        "unverified_decimal": lambda: ([(1,), (1.5,), ("2",)], "a decimal(5,2)", {"verifySchema": False}),
        "schema_int": lambda: ([(1,)], 5),
        "data_frame_type": lambda: (5, "int"),
    }
    found.update(_arrays(t, moment))
    return found


def _arrays(t, moment):
    ns = pd.Timestamp("2024-03-10 01:30:15.123456789")
    return {
        "pd_plain": lambda: (
            pd.DataFrame({"a": [1, 2], "b": [1.5, float("nan")], "c": ["x", None], "d": [True, False]}),
            None,
        ),
        "pd_names": lambda: (pd.DataFrame({"a": [1], "b": ["x"]}), ["p", "q"]),
        "pd_fewer_names": lambda: (pd.DataFrame({"a": [1], "b": ["x"]}), ["p"]),
        "pd_more_names": lambda: (pd.DataFrame({"a": [1]}), ["p", "q"]),
        "pd_ddl": lambda: (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), "p int, q string"),
        "pd_ddl_other_names": lambda: (pd.DataFrame({"b": ["x"], "a": [1]}), "a string, b long"),
        "pd_ddl_wrong_length": lambda: (pd.DataFrame({"a": [1]}), "a int, b int"),
        "pd_scalar_ddl": lambda: (pd.DataFrame({"a": [1]}), "int"),
        "pd_int_null": lambda: (pd.DataFrame({"a": [1, None, 3]}), "a long"),
        "pd_nullable": lambda: (
            pd.DataFrame(
                {
                    "i": pd.array([1, None, 2**53 + 1], dtype="Int64"),
                    "b": pd.array([True, None, False], dtype="boolean"),
                    "f": pd.array([1.5, None, 2.5], dtype="Float64"),
                    "s": pd.array(["x", None, "z"], dtype="string"),
                    "i8": pd.array([1, None, -1], dtype="Int8"),
                }
            ),
            None,
        ),
        "pd_small_ints": lambda: (
            pd.DataFrame(
                {
                    "a": np.array([1], "int8"),
                    "b": np.array([1], "int16"),
                    "c": np.array([1], "int32"),
                    "d": np.array([1.5], "float32"),
                }
            ),
            None,
        ),
        "pd_unsigned": lambda: (
            pd.DataFrame(
                {
                    "a": np.array([255], "uint8"),
                    "b": np.array([65535], "uint16"),
                    "c": np.array([2**32 - 1], "uint32"),
                }
            ),
            None,
        ),
        "pd_uint64": lambda: (pd.DataFrame({"a": np.array([2**64 - 1], "uint64")}), None),
        "pd_half": lambda: (pd.DataFrame({"a": np.array([1.5], "float16")}), None),
        "pd_category": lambda: (
            pd.DataFrame({"a": pd.Categorical(["x", None, "y", "x"]), "b": pd.Categorical([1, 2, None, 1])}),
            None,
        ),
        "pd_category_schema": lambda: (
            pd.DataFrame({"a": pd.Categorical(["x", None, "y", "x"])}),
            "a string",
        ),
        "pd_times": lambda: (
            pd.DataFrame(
                {
                    "a": pd.to_datetime(["2024-03-10 01:30:15.123456", None]),
                    "b": pd.to_datetime(["2024-07-01 12:00", None]).tz_localize("Europe/Berlin"),
                }
            ),
            None,
        ),
        "pd_times_ns": lambda: (pd.DataFrame({"a": [ns, pd.NaT]}).astype("datetime64[ns]"), None),
        "pd_times_s": lambda: (
            pd.DataFrame({"a": pd.to_datetime(["2024-03-10 01:30:15"]).astype("datetime64[s]")}),
            None,
        ),
        "pd_times_ntz": lambda: (
            pd.DataFrame({"a": pd.to_datetime(["2024-03-10 01:30:15.123456", None])}),
            "a timestamp_ntz",
        ),
        "pd_times_gap": lambda: (pd.DataFrame({"a": pd.to_datetime(["2024-03-10 02:30:00"])}), None),
        "pd_times_overlap": lambda: (pd.DataFrame({"a": pd.to_datetime(["2024-11-03 01:30:00"])}), None),
        "pd_timedelta": lambda: (pd.DataFrame({"a": pd.to_timedelta(["1 day 2 hours", None])}), None),
        "pd_dates": lambda: (pd.DataFrame({"a": [dt.date(2020, 1, 1), None]}), None),
        "pd_time": lambda: (pd.DataFrame({"a": [dt.time(1, 2, 3), None]}), None),
        "pd_decimals": lambda: (pd.DataFrame({"a": [D("1.5"), None, D("12.25")]}), None),
        "pd_decimals_schema": lambda: (pd.DataFrame({"a": [D("1.5"), None]}), "a decimal(10,3)"),
        "pd_bytes": lambda: (pd.DataFrame({"a": [b"x", None]}), None),
        "pd_lists": lambda: (
            pd.DataFrame({"a": [[1, 2], None, []], "b": [np.array([1.5]), np.array([]), None]}),
            None,
        ),
        "pd_dicts": lambda: (pd.DataFrame({"a": [{"x": 1, "y": "b"}, None, {"x": 2}]}), None),
        "pd_dicts_map": lambda: (pd.DataFrame({"a": [{"x": 1}, None, {"y": 2}]}), "a map<string,int>"),
        "pd_structs": lambda: (pd.DataFrame({"a": [{"x": 1, "y": "b"}, None]}), "a struct<y:string,x:int>"),
        "pd_structs_tuple": lambda: (pd.DataFrame({"a": [(1, "b"), None]}), "a struct<x:int,y:string>"),
        "pd_object_mixed": lambda: (pd.DataFrame({"a": [1, "x", None]}, dtype=object), None),
        "pd_object_ints": lambda: (pd.DataFrame({"a": [1, None, 2**60 + 1]}, dtype=object), None),
        "pd_object_null": lambda: (pd.DataFrame({"a": [None, None]}, dtype=object), None),
        "pd_object_null_schema": lambda: (pd.DataFrame({"a": [None, None]}, dtype=object), "a string"),
        "pd_index": lambda: (pd.DataFrame({"a": [1, 2]}, index=["x", "y"]), None),
        "pd_duplicates": lambda: (pd.DataFrame([[1, "x"]], columns=["a", "a"]), None),
        "pd_odd_names": lambda: (pd.DataFrame([[1, 2]], columns=[0, ("x", 1)]), None),
        "pd_empty": lambda: (
            pd.DataFrame({"a": pd.Series([], dtype="int64"), "b": pd.Series([], dtype="object")}),
            None,
        ),
        "pd_empty_schema": lambda: (pd.DataFrame({"a": []}), "a int"),
        "pd_empty_columns": lambda: (pd.DataFrame(), "a int"),
        "pd_no_columns": lambda: (pd.DataFrame(index=[0, 1]), None),
        "pd_float_to_int": lambda: (pd.DataFrame({"a": [1.0, 2.0]}), "a int"),
        "pd_float_to_int_loses": lambda: (pd.DataFrame({"a": [1.5]}), "a int"),
        "pd_int_to_double": lambda: (pd.DataFrame({"a": [1]}), "a double"),
        "pd_int_to_string": lambda: (pd.DataFrame({"a": [1]}), "a string"),
        "pd_string_to_int": lambda: (pd.DataFrame({"a": ["1"]}), "a int"),
        "pd_overflow": lambda: (pd.DataFrame({"a": [2**40]}), "a int"),
        "pd_bool_to_int": lambda: (pd.DataFrame({"a": [True]}), "a int"),
        "pd_nan_not_null": lambda: (
            pd.DataFrame({"a": [1.5, float("nan")]}),
            t.StructType([t.StructField("a", t.DoubleType(), False)]),
        ),
        "pd_arrow_string": lambda: (
            pd.DataFrame({"a": pd.array(["x", None], dtype="string[pyarrow]")}),
            None,
        ),
        "pd_arrow_dtype": lambda: (
            pd.DataFrame(
                {
                    "a": pd.array([1, None], dtype=pd.ArrowDtype(pa.int64())),
                    "b": pd.array([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int32()))),
                    "c": pd.array([moment, None], dtype=pd.ArrowDtype(pa.timestamp("us"))),
                }
            ),
            None,
        ),
        "pd_interval": lambda: (pd.DataFrame({"a": pd.interval_range(0, 2)}), None),
        "pd_period": lambda: (pd.DataFrame({"a": pd.period_range("2020-01", periods=2, freq="M")}), None),
        "pd_sparse": lambda: (pd.DataFrame({"a": pd.arrays.SparseArray([0, 0, 1])}), None),
        "pd_complex": lambda: (pd.DataFrame({"a": [1 + 2j]}), None),
        "pd_slice": lambda: (pd.DataFrame({"a": range(10), "b": list("abcdefghij")}).iloc[3:6], None),
        "pd_reversed": lambda: (pd.DataFrame({"a": range(3), "b": list("abc")}).iloc[::-1], None),
        "np_1d": lambda: (np.array([1, 2, 3]), None),
        "np_2d": lambda: (np.array([[1.5, 2.5], [3.5, 4.5]]), None),
        "np_2d_one": lambda: (np.array([[1], [2]], dtype="int8"), None),
        "np_names": lambda: (np.array([[1, 2], [3, 4]]), ["x", "y"]),
        "np_ddl": lambda: (np.array([[1, 2], [3, 4]]), "x int, y double"),
        "np_type": lambda: (np.array([1, 2]), "int"),
        "np_3d": lambda: (np.zeros((1, 1, 1)), None),
        "np_strings": lambda: (np.array(["a", "b"]), None),
        "np_bool": lambda: (np.array([True, False]), None),
        "np_nan": lambda: (np.array([1.5, float("nan")]), None),
        "np_datetime": lambda: (np.array(["2024-03-10T01:30:15.123456"], dtype="datetime64[us]"), None),
        "np_object": lambda: (np.array([1, None], dtype=object), None),
        "np_wrong_names": lambda: (np.array([[1, 2]]), ["x"]),
        "pa_plain": lambda: (pa.table({"a": [1, None], "b": ["x", "y"], "c": [1.5, float("nan")]}), None),
        "pa_names": lambda: (pa.table({"a": [1]}), ["p"]),
        "pa_wrong_names": lambda: (pa.table({"a": [1]}), ["p", "q"]),
        "pa_ddl": lambda: (pa.table({"a": [1], "b": ["x"]}), "p int, q string"),
        "pa_same_ddl": lambda: (pa.table({"a": [1], "b": ["x"]}), "a int, b string"),
        "pa_overflow": lambda: (pa.table({"a": [2**40]}), "a int"),
        "pa_dictionary": lambda: (pa.table({"a": pa.array(["x", None, "x"]).dictionary_encode()}), None),
        "pa_sliced": lambda: (pa.table({"a": range(10), "b": [[i] for i in range(10)]}).slice(3, 4), None),
        "pa_chunked": lambda: (pa.table({"a": pa.chunked_array([[1], [], [2, None]])}), None),
        "pa_large": lambda: (
            pa.table(
                {
                    "a": pa.array(["x"], pa.large_string()),
                    "b": pa.array([b"x"], pa.large_binary()),
                    "c": pa.array([[1]], pa.large_list(pa.int64())),
                }
            ),
            None,
        ),
        "pa_fixed": lambda: (
            pa.table(
                {
                    "a": pa.array([b"xy", None], pa.binary(2)),
                    "b": pa.array([[1, 2], None], pa.list_(pa.int64(), 2)),
                }
            ),
            None,
        ),
        "pa_times": lambda: (
            pa.table(
                {
                    "a": pa.array([moment], pa.timestamp("us")),
                    "b": pa.array([moment], pa.timestamp("ms", "Asia/Tokyo")),
                    "c": pa.array([moment], pa.timestamp("ns", "UTC")),
                }
            ),
            None,
        ),
        "pa_durations": lambda: (
            pa.table({"a": pa.array([5], pa.duration("s")), "b": pa.array([5_000], pa.duration("ns"))}),
            None,
        ),
        "pa_time": lambda: (pa.table({"a": pa.array([dt.time(1, 2, 3)], pa.time64("us"))}), None),
        "pa_date64": lambda: (pa.table({"a": pa.array([dt.date(2020, 1, 1)], pa.date64())}), None),
        "pa_nested": lambda: (
            pa.table(
                {
                    "a": pa.array([[{"x": moment}], None], pa.list_(pa.struct([("x", pa.timestamp("us"))]))),
                    "m": pa.array([[("k", moment)], None], pa.map_(pa.string(), pa.timestamp("us", "UTC"))),
                }
            ),
            None,
        ),
        "pa_null": lambda: (pa.table({"a": pa.nulls(2)}), None),
        "pa_decimal": lambda: (
            pa.table(
                {
                    "a": pa.array([D("1.50")], pa.decimal128(10, 2)),
                    "b": pa.array([D("1.50")], pa.decimal256(20, 2)),
                }
            ),
            None,
        ),
        "pa_decimal256_wide": lambda: (pa.table({"a": pa.array([D("1.50")], pa.decimal256(50, 2))}), None),
        "pa_half": lambda: (pa.table({"a": pa.array([1.5], pa.float16())}), None),
        "pa_unsigned": lambda: (pa.table({"a": pa.array([1], pa.uint8())}), None),
        "pa_union": lambda: (
            pa.table({"a": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])}),
            None,
        ),
        "pa_not_null": lambda: (
            pa.table([pa.array([1])], pa.schema([pa.field("a", pa.int64(), False)])),
            None,
        ),
        "pa_duplicates": lambda: (pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), None),
        "pa_empty": lambda: (pa.table({"a": pa.array([], pa.int64())}), None),
        "pa_no_columns": lambda: (pa.table({}), None),
    }
