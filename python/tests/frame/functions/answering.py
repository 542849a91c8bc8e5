# SPDX-License-Identifier: Apache-2.0
"""Answers of expressions, in words that are the same for PySpark and Sluice; runs on both.

A file of cases has one expression a line: `F.upper("s")`, over the frame that the line `[name]` above it names
(`frames.py`). An answer has the column's name, its type, and its values as texts; or the class and condition of an
error.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
RECORDED = Path(__file__).parent / "recorded"
#: The session's time zone.
ZONE = "America/Los_Angeles"
FAMILIES = sorted(path.stem for path in CASES.glob("*.txt"))


def scope(functions: Any, types: Any) -> dict[str, Any]:
    """The names that cases use."""
    return {
        "F": functions,
        "T": types,
        "NAN": float("nan"),
        "INF": float("inf"),
        "D": decimal.Decimal,
        "datetime": datetime,
    }


def cases(family: str) -> Iterator[tuple[str, str]]:
    """Frame and expression of each case of a file."""
    frame = ""
    for line in (CASES / f"{family}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            frame = line.strip("[]")
        elif line and not line.startswith("#"):
            yield frame, line


def word(value: Any) -> str:
    """A value as a text that tells it from all others."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else repr(value)
    if isinstance(value, bytes | bytearray):
        return "0x" + bytes(value).hex()
    if isinstance(value, decimal.Decimal):
        return f"d{value:f}"
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{value // datetime.timedelta(microseconds=1)}us"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{word(key)}: {word(each)}" for key, each in sorted(value.items(), key=repr))
            + "}"
        )
    if isinstance(value, tuple):
        return "(" + ", ".join(map(word, value)) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(word, value)) + "]"
    return repr(value)


def answer(frame: Any, expression: str, scope: dict[str, Any]) -> dict[str, Any]:
    """What a session says of an expression."""
    try:
        made = frame.select(eval(expression, scope))
        field = made.schema.fields[0]
        values = [word(row[0]) for row in made.collect()]
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        return {"error": type(error).__name__, "condition": condition, "text": str(error)[:300]}
    return {
        "name": field.name,
        "type": field.dataType.simpleString(),
        "nullable": field.nullable,
        "values": values,
    }
