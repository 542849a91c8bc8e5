# SPDX-License-Identifier: Apache-2.0
"""The frames that cases of functions are computed over: rows with nulls, NaN, empty and odd texts, extremes."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

NAN, INF = float("nan"), float("inf")


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text + "+00:00")


#: Name -> schema, rows.
FRAMES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "one": ("one int", [(1,)]),
    "numbers": (
        "b tinyint, h smallint, i int, l bigint, f float, d double, p decimal(10,2), q decimal(38,10), t boolean",
        [
            (1, 2, 3, 4, 1.5, 2.5, Decimal("2.50"), Decimal("1.2345678901"), True),
            (-1, -2, -3, -4, -1.5, -2.5, Decimal("-2.50"), Decimal("-7.5"), False),
            (0, 0, 0, 0, 0.0, 0.0, Decimal("0.00"), Decimal("0"), None),
            (7, 8, 100, 12345678901, 0.1, 0.1, Decimal("12345.67"), Decimal("99999.9999999999"), True),
            (None, None, None, None, None, None, None, None, None),
            (5, 300, 65, 1000, NAN, NAN, Decimal("0.05"), Decimal("0.5"), False),
            (6, 301, 70000, 64, INF, -INF, Decimal("-0.05"), Decimal("10"), True),
            (9, 31, 17, 63, 3.4e38, 1.0e300, Decimal("99999999.99"), Decimal("3.14"), True),
            (10, 32, -2, -64, 1e-10, 1e-300, Decimal("1.00"), Decimal("-3.14"), True),
        ],
    ),
    "extremes": (
        "b tinyint, h smallint, i int, l bigint, f float, d double, p decimal(10,2), q decimal(38,10)",
        [
            (
                127,
                32767,
                2147483647,
                9223372036854775807,
                3.4028235e38,
                1.7976931348623157e308,
                Decimal("99999999.99"),
                Decimal("9999999999999999999999999999.9999999999"),
            ),
            (
                -128,
                -32768,
                -2147483648,
                -9223372036854775808,
                -3.4028235e38,
                -1.7976931348623157e308,
                Decimal("-99999999.99"),
                Decimal("-9999999999999999999999999999.9999999999"),
            ),
        ],
    ),
    "texts": (
        "s string, u string, n int",
        [
            ("Spark SQL", "a", 1),
            ("", "", 0),
            (None, "x", 2),
            ("x", None, None),
            ("  trim me\t ", " ", 3),
            ("äöü ÄÖÜ ß", "ö", -1),
            ("日本語テキスト", "本", -2),
            ("😀 smile 😀", "😀", 4),
            ("a,b,,c,", ",", 5),
            ("aaaAAA", "aa", 100),
            ("foo.bar.baz", ".", -3),
            ("100-200 x 300", "00", 7),
            ("line1\nline2", "\n", 6),
            ("it's 50%_done\\n", "%", 2),
            ("hello WORLD o'neil-smith", "O", 1),
        ],
    ),
    "times": (
        "d date, e date, t timestamp, n timestamp_ntz, i int, s string",
        [
            (
                datetime.date(2024, 2, 29),
                datetime.date(2023, 12, 31),
                _time("2024-02-29T12:34:56.789012"),
                datetime.datetime(2024, 2, 29, 12, 34, 56, 789012),
                1,
                "2024-02-29",
            ),
            (
                datetime.date(1970, 1, 1),
                datetime.date(1969, 12, 31),
                _time("1970-01-01T00:00:00"),
                datetime.datetime(1970, 1, 1),
                0,
                "1970-01-01 00:00:00",
            ),
            (None, datetime.date(2000, 1, 1), None, None, None, None),
            (
                datetime.date(2021, 3, 14),
                datetime.date(2021, 1, 31),
                _time("2021-03-14T10:30:00"),
                datetime.datetime(2021, 3, 14, 2, 30),
                -1,
                "2021-03-14T02:30:00",
            ),
            (
                datetime.date(2021, 11, 7),
                None,
                _time("2021-11-07T09:30:00.5"),
                datetime.datetime(2021, 11, 7, 1, 30, 0, 500000),
                13,
                "2021-11-07 01:30:00.5",
            ),
            (
                datetime.date(1900, 1, 1),
                datetime.date(1899, 12, 31),
                _time("1900-01-01T08:00:00"),
                datetime.datetime(1900, 1, 1),
                -25,
                "1900-01-01",
            ),
            (
                datetime.date(9999, 12, 31),
                datetime.date(1, 1, 1),
                _time("9999-12-31T23:59:59.999999"),
                datetime.datetime(9999, 12, 31, 23, 59, 59, 999999),
                2,
                "9999-12-31",
            ),
            (
                datetime.date(1582, 10, 15),
                datetime.date(1582, 10, 4),
                _time("1969-12-31T23:59:59.999999"),
                datetime.datetime(1969, 12, 31, 23, 59, 59, 999999),
                5,
                "1582-10-15 10:11:12.123456",
            ),
            (
                datetime.date(2015, 12, 28),
                datetime.date(2016, 1, 3),
                _time("2015-12-28T00:00:00"),
                datetime.datetime(2016, 1, 3, 23, 0, 0),
                12,
                "2015-12-28 00:00:00.000",
            ),
        ],
    ),
    "bytes": (
        "x binary, s string",
        [(b"Spark", "Spark"), (b"", ""), (None, None), (b"\x00\xff\x80", "ä"), (b"abc", "abc")],
    ),
    "nested": (
        "a array<int>, s array<string>, m map<string,int>, r struct<x:int,y:string,z:double>, aa array<array<int>>",
        [
            ([1, None, 3], ["a", None, "c"], {"k": 1, "n": None}, (1, "y", 0.5), [[1], None, []]),
            ([], [], {}, (None, None, None), []),
            (None, None, None, None, None),
            ([7], ["it's"], {"": 0}, (7, "", -1e10), [[1, 2], [3]]),
        ],
    ),
    "words": (
        "s string",
        [
            (each,)
            for each in (
                "1", " 12 ", "-3", "+4", "12.5", "1e3", "1.0E10", "0x1A", "1_000", "", " ", None, "abc", "127", "128", "-129",
                "2147483648", "9223372036854775807", "9223372036854775808", "1.", ".5", ".", "1d", "2.5f", "1.5L", "NaN",
                "nan", "Infinity", "-inf", "+INF", "1e400", "-1e400", "1e-400", "3.4e39", "1 2", "\t7\n", "--1", "+", "1e",
                "99999999.995", "123456789.1", "0.005", "-0.005", "1E+5", "12345678901234567890123456789012345678",
                "true", "TRUE", " t ", "yes", "Y", "0", "no", "f", "off", "2",
                "2024-02-29", "2023-02-29", "2024-2-9", "2024", "2024-05", "2024-02-29 ", "2024-02-29T", "2024-02-29 abc",
                "2024-02-29 10", "2024-02-29 10:11", "2024-02-29 1:2:3", "2024-02-29 10:11:12.1", "2024-02-29T10:11:12.1234567",
                "2024-02-29 10:11:12Z", "2024-02-29 10:11:12 UTC", "2024-02-29 10:11:12+01:00", "2024-02-29 10:11:12-0130",
                "2024-02-29 10:11:12 Europe/Berlin", "2024-02-29 10:11:12 PST", "2024-02-29T10:11:12+1", "2024-02-29 24:00:00",
                "2024-02-29 10:61:00", "10:11:12", "T10:11", "2021-03-14 02:30:00", "2021-11-07 01:30:00", "0001-01-01",
                "9999-12-31 23:59:59.999999", "10000-01-01", "+10000-01-01", "-0001-01-01", "02024-01-01", "24-01-01", "2024/01/01",
                "2024-13-01", "2024-01-32", "epoch", "now", "today", "2024-02-29 10:11:12.", "2024-02-29 10:11:12 +01:00",
                "2024-02-29 10:11:12 America/New_York", "2024-02-29 10:11:12 GMT+3", "2024-02-29 10:11:12 foo",
                "1800-06-15 12:00:00", "1582-10-10", "2024-01-01 00:00:00 UTC+01:30", "294246-01-10 04:00:54.775807",
            )
        ],
    ),
}
