# SPDX-License-Identifier: Apache-2.0
"""Functions and casts give PySpark 4.3's answers (see `record.py`): names, types, nullability, values, errors."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")

from sluice import Context
from sluice.frame import types
from sluice.frame.functions import public
from sluice.frame.functions.api import FUNCTIONS
from sluice.pyspark.exceptions import PySparkNotImplementedError
from sluice.pyspark.session import SparkSession
from tests.frame.functions.answering import FAMILIES, RECORDED, ZONE, answer, cases, scope
from tests.frame.functions.differences import DIFFERENT
from tests.frame.functions.frames import FRAMES

#: Casts whose answer depends on the day on which they run.
DATED = {'words: F.col("s").try_cast("timestamp").cast("bigint")'}


@pytest.fixture
def frames(sc: Context) -> Iterator[dict[str, Any]]:
    """The frames that cases are computed over, in the zone in which they were recorded."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    session = SparkSession(sc)
    session.conf.set("spark.sql.session.timeZone", ZONE)
    yield {name: session.createDataFrame(rows, schema) for name, (schema, rows) in FRAMES.items()}
    del os.environ["TZ"]
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def _close(one: str, other: str) -> bool:
    """Whether two doubles differ only in a last digit, as Java's functions and C's do."""
    if one == other:
        return True
    try:
        return "." in one and math.isclose(float(one), float(other), rel_tol=3e-15)
    except ValueError:
        return False


def _of_another_day(one: str, other: str) -> bool:
    """Whether two numbers of seconds are the same time of two days: a text without a date is of the day of its cast.

    The zone may have gone over to summer time in between.
    """
    return one.isdecimal() and other.isdecimal() and (int(one) - int(other)) % 3600 == 0


def _compared(theirs: dict[str, Any], ours: dict[str, Any], dated: bool = False) -> list[str]:
    if "error" in theirs or "error" in ours:
        kinds = [(each.get("error"), each.get("condition")) for each in (theirs, ours)]
        return [] if kinds[0] == kinds[1] else [f"{kinds[0]}, here {kinds[1]}: {ours}"]
    wrong = [
        f"{key}: {theirs[key]}, here {ours[key]}"
        for key in ("name", "type", "nullable")
        if theirs[key] != ours[key]
    ]
    if len(theirs["values"]) != len(ours["values"]):
        wrong.append(f"{len(theirs['values'])} rows, here {len(ours['values'])}")
    wrong += [
        f"row {place}: {one}, here {other}"
        for place, (one, other) in enumerate(zip(theirs["values"], ours["values"], strict=False))
        if not (_close(one, other) or (dated and _of_another_day(one, other)))
    ]
    return wrong


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_are_those_of_pyspark(family: str, frames: dict[str, Any]) -> None:
    recorded = json.loads((RECORDED / f"{family}.json").read_text(encoding="utf-8"))
    names = scope(public, types)
    wrong: dict[str, list[str]] = {}
    for frame, expression in cases(family):
        key = f"{frame}: {expression}"
        ours = answer(frames[frame], expression, names)
        found = _compared(recorded[key], ours, dated=key in DATED)
        if key in DIFFERENT:
            assert found, f"{key} is as in PySpark: take it out of differences.py"
        elif found:
            wrong[key] = found
    assert not wrong


def test_differences_are_of_cases() -> None:
    known = {f"{frame}: {expression}" for family in FAMILIES for frame, expression in cases(family)}
    assert set(DIFFERENT) <= known


def test_refused_functions_say_why_in_python_and_in_sql(frames: dict[str, Any]) -> None:
    public.__getattr__("__all__")
    refused = {name: each for name, each in FUNCTIONS.items() if hasattr(each, "refused")}
    for name, function in refused.items():
        with pytest.raises(PySparkNotImplementedError) as caught:
            function("x")
        assert name in str(caught.value)
        assert function.refused in str(caught.value)
    with pytest.raises(PySparkNotImplementedError, match="parse_json"):
        frames["texts"].selectExpr("parse_json(s)").collect()
    assert len(refused) > 100


def test_what_regular_expressions_cannot_do_is_refused(frames: dict[str, Any]) -> None:
    texts = frames["texts"]
    for regex in ("[a-z&&[^b]]", "(?x) a", "\\Ga", "\\p{InGreek}"):
        with pytest.raises(PySparkNotImplementedError, match="regular expression"):
            texts.select(FUNCTIONS["rlike"](texts.s, FUNCTIONS["lit"](regex))).collect()


def test_windows_of_time_leave_out_rows_without_a_time(frames: dict[str, Any]) -> None:
    times = frames["times"]
    rows = times.groupBy(public.__getattr__("window")("t", "1 day")).count().collect()
    assert sum(row["count"] for row in rows) == 8
    assert all((row.window.end - row.window.start).days == 1 for row in rows)
    overlapping = (
        times.groupBy(public.__getattr__("window")("t", "10 minutes", "5 minutes")).count().collect()
    )
    assert sum(row["count"] for row in overlapping) == 16
    assert all((row.window.end - row.window.start).seconds == 600 for row in overlapping)


def test_a_seed_gives_the_same_numbers_again(frames: dict[str, Any]) -> None:
    rand, randn = public.__getattr__("rand"), public.__getattr__("randn")
    numbers = frames["numbers"]
    first, again = (numbers.select(rand(7), randn(7)).collect() for _ in range(2))
    assert [tuple(row) for row in first] == [tuple(row) for row in again]
    assert len({row[0] for row in first}) == len(first)
    assert all(0 <= row[0] < 1 for row in first)
    assert [row[0] for row in numbers.select(rand(8)).collect()] != [row[0] for row in first]
