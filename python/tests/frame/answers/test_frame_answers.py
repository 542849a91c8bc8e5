# SPDX-License-Identifier: Apache-2.0
"""Sluice's frames give the answers that were recorded from PySpark 4.3 (see benchmarks/record_answers.py)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")

from .differences import DIFFERENT, LATER
from .registry import MASTER, RECORDED, Case, cases, families, render

#: Conditions that programs look at: ours has the same name. Of other errors the class counts.
CHECKED = {
    "AMBIGUOUS_REFERENCE",
    "ARITHMETIC_OVERFLOW",
    "CAST_INVALID_INPUT",
    "CAST_OVERFLOW",
    "DIVIDE_BY_ZERO",
    "INVALID_ARRAY_INDEX",
    "MISSING_AGGREGATION",
    "MISSING_GROUP_BY",
    "PARSE_SYNTAX_ERROR",
    "REMAINDER_BY_ZERO",
    "TABLE_OR_VIEW_NOT_FOUND",
    "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    "UNRESOLVED_ROUTINE",
}


def _selected() -> Iterator[Any]:
    for family in families():
        path = RECORDED / f"{family}.json"
        recorded = json.loads(path.read_text())["cases"] if path.exists() else {}
        for case in cases(family):
            name = f"{family}/{case.name}"
            why = DIFFERENT.get(name) or LATER.get(name)
            marks = [pytest.mark.xfail(reason=why, strict=name in DIFFERENT)] if why else []
            yield pytest.param(case, recorded.get(case.name), id=name, marks=marks)


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    """PySpark's names resolve to Sluice while these tests run; those of other modules know nothing of it."""
    import sluice.pyspark

    before = set(sys.modules)
    sluice.pyspark.install()
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master(MASTER).appName("answers").getOrCreate()
    yield spark.sparkContext
    spark.stop()
    sys.meta_path.remove(sluice.pyspark._Finder)
    del os.environ[sluice.pyspark.VARIABLE]
    for name in [name for name in set(sys.modules) - before if name.partition(".")[0] == "pyspark"]:
        del sys.modules[name]


@pytest.mark.timeout(60)
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("case", "recorded"), list(_selected()))
def test_answer_is_that_of_pyspark(
    case: Case, recorded: dict[str, Any] | None, context: Any, tmp_path: Path
) -> None:
    """Names, types and rows are the recorded ones; errors are of the recorded class."""
    assert recorded is not None, f"{case.family}/{case.name} is not recorded: run record_answers.py"
    answer = case.run(context, tmp_path)
    expected = recorded["answer"]
    assert render(comparable(answer, case.ordered)) == render(comparable(expected, case.ordered))


def comparable(answer: Any, ordered: bool = False) -> Any:
    """An answer without what nobody relies on: the condition of an error that programs do not look at, an order."""
    if isinstance(answer, list):
        return [comparable(each, ordered) for each in answer]
    if isinstance(answer, dict) and "rows" in answer and "index" not in answer and not ordered:
        return {**answer, "rows": sorted(answer["rows"])}
    if isinstance(answer, dict) and "raises" in answer:
        condition = answer["condition"]
        return {**answer, "condition": condition if condition in CHECKED else "..."}
    return answer


def test_tables_name_cases() -> None:
    """A reason that outlives its case would mislead who reads the table."""
    known = {f"{family}/{case.name}" for family in families() for case in cases(family)}
    assert set(DIFFERENT) <= known
    assert set(LATER) <= known
    assert not set(DIFFERENT) & set(LATER)
