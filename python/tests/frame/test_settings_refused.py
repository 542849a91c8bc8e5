# SPDX-License-Identifier: Apache-2.0
"""Settings and options that would change answers and are not heeded: refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")

from sluice.pyspark.exceptions import PySparkNotImplementedError


@pytest.mark.parametrize(
    ("name", "value"),
    [("spark.sql.mapKeyDedupPolicy", "LAST_WIN"), ("spark.sql.crossJoin.enabled", "false")],
)
def test_a_setting_that_is_not_heeded_is_refused(spark: Any, name: str, value: str) -> None:
    spark.conf.set(name, value)
    try:
        with pytest.raises(PySparkNotImplementedError, match=name):
            spark.sql("select map(1, 2, 1, 3)").collect()
    finally:
        spark.conf.unset(name)


def test_patterns_that_spark_2_wrote_otherwise_are_refused(spark: Any) -> None:
    spark.conf.set("spark.sql.legacy.timeParserPolicy", "LEGACY")
    try:
        with pytest.raises(PySparkNotImplementedError, match="LEGACY"):
            spark.sql("select date_format(now(), 'SS')").collect()
    finally:
        spark.conf.unset("spark.sql.legacy.timeParserPolicy")


def test_timestamps_are_not_looked_for_in_json(spark: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": "2020-01-01 00:00:00"}\n')
    with pytest.raises(PySparkNotImplementedError, match="inferTimestamp"):
        spark.read.option("inferTimestamp", True).json(str(path))
