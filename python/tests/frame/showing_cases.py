# SPDX-License-Identifier: Apache-2.0
"""Frames to show: `(schema, rows)` by name, and the ways in which each is shown."""

# ruff: noqa: E501, RUF001
import datetime as dt
import decimal
import struct

D = decimal.Decimal

#: The arguments of `show`: n, truncate, vertical.
WAYS = [
    (20, 20, False),
    (20, 0, False),
    (2, 5, False),
    (1, 2, False),
    (20, 20, True),
    (2, 0, True),
    (0, 20, False),
]

_FLOATS = [
    0.0, -0.0, 1.0, -1.5, 0.001, 0.00099999, 1234567.0, 9999999.0, 9999999.9, 1e7, 12345678.9, 1e21, 1e22, 1.5e300,
    5e-324, 1.7976931348623157e308, 0.1, 1 / 3, 100.0, 123456.789, 1e-5, 3.14159, float("nan"), float("inf"),
    float("-inf"), None, 1e16, 123456789012345680.0, 1e-3, 0.01,
]  # fmt: skip


def _float32(value):
    return (
        None
        if value is None
        else struct.unpack("f", struct.pack("f", value))[0]
        if abs(value) < 3e38
        else value
    )


CASES = {
    "plain": ("a int, b string", [(1, "x"), (-22, "yy"), (None, None)]),
    "ints": ("a byte, b short, c long", [(1, 2, 3), (-128, -32768, -(2**63)), (None, None, None)]),
    "booleans": ("a boolean", [(True,), (False,), (None,)]),
    "doubles": ("a double", [(value,) for value in _FLOATS]),
    "floats": ("a float", [(_float32(value),) for value in _FLOATS]),
    "decimals": (
        "a decimal(10,2), b decimal(38,18), c decimal(38,0), d decimal(38,38)",
        [
            (D("1.50"), D("0"), D("12345678901234567890123456789012345678"), D("1E-38")),
            (D("-0.01"), D("1E-18"), D("0"), D("0")),
            (D("0"), D("-1234567.000000000000000001"), D("-1"), D("-0.5")),
            (None, None, None, None),
        ],
    ),
    "long_text": ("a string", [("abcdefghijklmnopqrstuvwxyz",), ("abcdefghijklmnopqrst",), ("",), (" x ",)]),
    "wide": ("`名前` string, b string", [("日本語", "a"), ("ｱｲｳ", "한국어"), ("é", "e\u0301"), ("😀😀", "日本語日本語日本語日本語"), (None, "ａｂｃ")]),
    "astral_cut": ("a string", [("😀" * 12,), ("😀" * 20,), ("a" * 16 + "😀😀",)]),
    "escapes": ("`a\nb` string", [("x\ny",), ("t\tt",), ("r\rr",), ("\f\b\x0b\x07",), ("back\\slash",), ("\x00\x1b",), ("|+-",)]),
    "binary": ("a binary", [(b"",), (b"abc",), (bytes(range(250, 256)),), (b"x" * 30,), (None,)]),
    "dates": ("a date", [(dt.date(2024, 2, 29),), (dt.date(1, 1, 1),), (dt.date(9999, 12, 31),), (dt.date(1582, 10, 4),), (None,)]),
    "timestamps": (
        "a timestamp, b timestamp_ntz",
        [
            (dt.datetime(2024, 3, 10, 1, 2, 3), dt.datetime(2024, 3, 10, 2, 30)),
            (dt.datetime(2024, 7, 1, 0, 0, 0, 100000), dt.datetime(1, 1, 1)),
            (dt.datetime(1969, 12, 31, 23, 59, 59, 999999), dt.datetime(9999, 12, 31, 23, 59, 59, 10)),
            (dt.datetime(2024, 11, 3, 1, 30, 0, 120000), dt.datetime(1969, 12, 31, 23, 59, 59, 999999)),
            (None, None),
        ],
    ),
    "times": ("a time, b time(3)", [(dt.time(1, 2, 3), dt.time(0)), (dt.time(23, 59, 59, 999999), dt.time(12, 0, 0, 100000)), (None, None)]),
    "intervals": (
        "a interval day to second, b interval day, c interval hour to minute, d interval second, e interval hour",
        [
            (dt.timedelta(1, 2, 3),) * 5,
            (dt.timedelta(-1, 5),) * 5,
            (dt.timedelta(0),) * 5,
            (dt.timedelta(123456, 86399, 999999),) * 5,
            (dt.timedelta(microseconds=-1),) * 5,
            (None,) * 5,
        ],
    ),
    "arrays": ("a array<int>, b array<string>, c array<array<double>>", [([1, None, 3], ["x", None, "y, z"], [[1.0], None, []]), ([], [""], []), (None, None, None)]),
    "maps": ("a map<string,int>, b map<int,array<string>>", [({"x": 1, "y": None}, {1: ["a"], 2: None}), ({}, {}), (None, None)]),
    "structs": (
        "a struct<x:int,y:string>, b struct<p:struct<q:double>,r:array<struct<s:date>>>",
        [((1, "z"), ((1.5,), [(dt.date(2020, 1, 1),), None])), ((None, None), (None, None)), (None, ((None,), []))],
    ),
    "nested_kinds": (
        "a array<timestamp>, b map<date,binary>, c array<decimal(5,2)>, d array<boolean>, e array<interval day to second>, f array<float>",
        [([dt.datetime(2024, 1, 1, 1, 2, 3, 400000), None], {dt.date(2020, 1, 1): b"ab"}, [D("1.5"), None], [True, None], [dt.timedelta(1)], [0.1, 1e10])],
    ),
    "void": ("a void, b int", [(None, 1)]),
    "no_rows": ("a int, long_name string", []),
    "no_columns": ("", []),
    "narrow": ("a string", [("x",)]),
    "many": ("n int, s string", [(at, "v" * at) for at in range(25)]),
    "long_name": ("a_column_with_a_very_long_name int, `b c` string", [(1, "x"), (None, "yyyyyyyyyyyyyyyyyyyyyyyyy")]),
    "duplicates": ("a int, a string", [(1, "x")]),
}  # fmt: skip


def way_name(way):
    return f"n={way[0]} truncate={way[1]} vertical={way[2]}"
