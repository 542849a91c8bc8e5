# SPDX-License-Identifier: Apache-2.0
"""What becomes of returned values, value by value and type by type, as PySpark 4.3 has answered."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest

from sluice.frame.arrowtypes import to_arrow
from sluice.frame.pandasresults import SeriesResults
from sluice.frame.pickledresults import PickledResults
from sluice.frame.resulterrors import Label
from sluice.frame.rowresults import RowResults
from sluice.frame.rowvalues import python_values
from sluice.frame.types import _parse_datatype_string as parse
from sluice.pyspark.row import Row
from tests.frame.userfunctions import result_cases as cases

ANSWERS = json.loads((Path(__file__).parent / "results.json").read_text("utf-8"))
LABEL = Label("f", "c")

#: Refused here: texts of objects of Pyrolite's. So are addresses of objects in a JVM.
PYROLITE = {"timedelta", "time", "complex"}


@pytest.fixture(autouse=True)
def zone_of_the_recording(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def answer(make: Any, value: Any) -> str:
    try:
        return repr(python_values(make(value)))
    except Exception as error:
        return "error" if "function=f, column=c" in str(error) else f"error that does not say where: {error}"


@pytest.mark.parametrize("kind", cases.TYPES)
def test_functions_of_rows_by_arrow(kind):
    declared = parse(kind)
    make = RowResults(declared, to_arrow(declared, cases.ZONE), LABEL)
    found = {name: answer(make, [value]) for name, value in cases.values(Row).items()}
    assert found == ANSWERS["arrow"][kind]


@pytest.mark.parametrize("kind", cases.TYPES)
def test_functions_of_rows_by_pickles(kind):
    declared = parse(kind)
    make = PickledResults(declared, to_arrow(declared, cases.ZONE), LABEL)
    expected = {
        name: "error" if text == "an address" or (kind == "string" and name in PYROLITE) else text
        for name, text in ANSWERS["pickle"][kind].items()
    }
    assert {name: answer(make, [value]) for name, value in cases.values(Row).items()} == expected


@pytest.mark.parametrize("kind", cases.PANDAS_TYPES)
def test_functions_of_pandas(kind):
    declared = parse(kind)
    make = SeriesResults(declared, to_arrow(declared, cases.ZONE), LABEL, cases.ZONE)
    assert {name: answer(make, value) for name, value in cases.series().items()} == ANSWERS["pandas"][kind]


def test_moments_are_in_the_zone_of_the_session():
    declared = parse("timestamp")
    make = SeriesResults(declared, to_arrow(declared, cases.ZONE), LABEL, cases.ZONE)
    [made] = make(cases.series()["datetime"][:1]).to_pylist()
    assert made == dt.datetime(2024, 1, 2, 8, 4, 5, tzinfo=dt.UTC)
