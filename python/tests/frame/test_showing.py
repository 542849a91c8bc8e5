# SPDX-License-Identifier: Apache-2.0
"""`show` and `printSchema` against PySpark's texts, recorded by `record_showing.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

from sluice.frame.creating import table_of
from sluice.frame.showing import show_text, tree_text

from .showing_cases import CASES, WAYS, way_name

ZONE = "America/Los_Angeles"
RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("recorded_showing.json").read_text("utf-8"))


def test_every_case_is_recorded() -> None:
    assert sorted(CASES) == sorted(RECORDED)


@pytest.mark.parametrize("name", sorted(CASES))
def test_as_recorded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ZONE)
    schema, rows = CASES[name]
    table, found = table_of(rows, schema, verify_schema=False, zone=ZONE)
    for way in WAYS:
        n, truncate, vertical = way
        first = table.slice(0, min(n + 1, table.num_rows))
        shown = show_text(first, found, n, truncate, vertical, ZONE)
        assert shown == RECORDED[name]["shown"][way_name(way)], way
    assert tree_text(found) == RECORDED[name]["tree"]
