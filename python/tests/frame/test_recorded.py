# SPDX-License-Identifier: Apache-2.0
"""`createDataFrame`, `collect` and `toPandas` against PySpark's answers, recorded by `record_creating.py`."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pandas
import pytest

import sluice.frame.types as types
from sluice.frame.collecting import pandas_of, rows_of
from sluice.frame.creating import table_of
from sluice.pyspark.exceptions import PySparkException
from sluice.pyspark.row import Row

from .creating_cases import cases
from .differences import OTHER, OTHER_ERROR, REFUSED
from .record_creating import ZONE, pandas_plain, plain

RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("recorded_creating.json").read_text("utf-8"))
CASES = cases(types, Row)
#: The recorded dtypes are those of pandas 3.
MODERN = int(pandas.__version__.partition(".")[0]) >= 3


def _ours(name: str) -> dict[str, Any]:
    data, schema, *options = CASES[name]()
    verify = (options[0] if options else {}).get("verifySchema", True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table, found = table_of(data, schema, verify, ZONE)
        table.validate(full=True)
        assert table.column_names == found.names
        return {
            "schema": found.json(),
            "rows": [plain(row) for row in rows_of(table, found)],
            "pandas": pandas_plain(pandas_of(table, found, ZONE)),
        }


def test_every_case_is_recorded() -> None:
    assert sorted(CASES) == sorted(RECORDED)
    assert {*OTHER, *OTHER_ERROR, *REFUSED} <= set(CASES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_as_recorded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ZONE)
    wanted = RECORDED[name]
    if name in REFUSED or "error" in wanted:
        if name in OTHER:
            _ours(name)
            return
        expected = REFUSED[name][0] if name in REFUSED else OTHER_ERROR.get(name, wanted.get("condition"))
        with pytest.raises((PySparkException, AssertionError)) as caught:
            _ours(name)
        assert getattr(caught.value, "getCondition", lambda: None)() == expected
        if name not in REFUSED and name not in OTHER_ERROR:
            assert type(caught.value).__name__ == wanted["error"]
        return
    found = _ours(name)
    different = OTHER.get(name, ((), ""))[0]
    for part in ("schema", "rows", "pandas"):
        if part == "pandas" and not MODERN:
            continue
        if part in different:
            assert found[part] != wanted[part] or part == "rows"
        else:
            assert found[part] == wanted[part], part
