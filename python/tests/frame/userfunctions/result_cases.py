# SPDX-License-Identifier: Apache-2.0
"""Values that functions return, and types that they are declared with; PySpark's answers are in `results.json`."""

from __future__ import annotations

import array
import datetime as dt
import decimal
from typing import Any

import numpy as np
import pandas as pd

TYPES = [
    "boolean",
    "byte",
    "short",
    "int",
    "long",
    "float",
    "double",
    "string",
    "binary",
    "date",
    "timestamp",
    "timestamp_ntz",
    "interval day to second",
    "decimal(10,2)",
    "array<int>",
    "array<string>",
    "map<string,int>",
    "struct<x:int,y:string>",
]
#: Of functions of pandas: those of a struct return frames.
PANDAS_TYPES = [
    kind for kind in TYPES if kind not in ("short", "array<string>") and not kind.startswith("struct")
]
ZONE = "America/New_York"
MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5)


def values(row: Any) -> dict[str, Any]:
    """What functions of rows return, by name."""
    return {
        "None": None,
        "True": True,
        "int": 1,
        "large int": 2**40,
        "huge int": 2**70,
        "negative int": -1,
        "float": 1.5,
        "nan": float("nan"),
        "digits": "1",
        "text": "a",
        "bytes": b"a",
        "bytearray": bytearray(b"b"),
        "date": dt.date(2024, 1, 2),
        "datetime": MOMENT,
        "datetime with zone": MOMENT.replace(tzinfo=dt.UTC),
        "timedelta": dt.timedelta(1),
        "time": dt.time(1, 2, 3),
        "decimal": decimal.Decimal("1.25"),
        "whole decimal": decimal.Decimal("1"),
        "list": [1],
        "list of text": ["a"],
        "tuple": (1, 2),
        "mixed tuple": (1, "a"),
        "dict": {"a": 1},
        "dict of int": {1: 2},
        "row": row(x=1, y="a"),
        "numpy int": np.int32(3),
        "numpy float": np.float64(1.5),
        "numpy array": np.array([1, 2]),
        "array": array.array("i", [1, 2]),
        "set": {1, 2},
        "complex": complex(1),
    }


def series() -> dict[str, pd.Series]:
    """What functions of pandas return, by name; all have two values."""
    return {
        "int": pd.Series([1, 2]),
        "float": pd.Series([1.5, 2.0]),
        "whole float": pd.Series([1.0, 2.0]),
        "nan": pd.Series([1.0, float("nan")]),
        "bool": pd.Series([True, False]),
        "digits": pd.Series(["1", "2"]),
        "text": pd.Series(["a", "b"]),
        "bytes": pd.Series([b"a", b"b"]),
        "date": pd.Series([dt.date(2024, 1, 2)] * 2),
        "datetime": pd.Series([pd.Timestamp(MOMENT)] * 2),
        "datetime with zone": pd.Series([pd.Timestamp(MOMENT, tz="UTC")] * 2),
        "timedelta": pd.Series([pd.Timedelta(days=1)] * 2),
        "decimal": pd.Series([decimal.Decimal("1.25")] * 2),
        "list": pd.Series([[1], [2]]),
        "dict": pd.Series([{"x": 1}] * 2),
        "tuple": pd.Series([(1, 2)] * 2),
        "large int": pd.Series([2**40] * 2),
        "category": pd.Series(["a", "b"], dtype="category"),
        "nullable int": pd.Series([1, None], dtype="Int64"),
        "array": pd.Series([np.array([1, 2])] * 2),
        "None": pd.Series([None, None], dtype=object),
    }
