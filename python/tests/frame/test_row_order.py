# SPDX-License-Identifier: Apache-2.0
"""Aggregates whose answer depends on the order of rows take it from the frame, however many threads compute them."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")

#: More than one of DuckDB's threads takes.
ROWS = 300_000


def test_first_and_last_of_groups_are_by_row(spark: Any) -> None:
    from sluice.frame.functions import public as F

    groups = spark.range(ROWS).groupBy((F.col("id") % 3).alias("g")).agg(F.first("id"), F.last("id"))
    assert sorted(tuple(row) for row in groups.collect()) == [(g, g, ROWS - 3 + g) for g in range(3)]


def test_lists_are_in_the_order_that_was_made_before(spark: Any) -> None:
    from sluice.frame.functions import public as F

    frame = spark.range(ROWS).withColumn("k", (F.col("id") * 7919) % 300_007).orderBy(F.desc("k"))
    lists = frame.groupBy(F.col("id") % 2).agg(F.collect_list("k").alias("ks")).collect()
    assert sum(len(row.ks) for row in lists) == ROWS
    for row in lists:
        assert row.ks == sorted(row.ks, reverse=True)


def test_nulls_are_values_of_first_unless_they_are_left_out(spark: Any) -> None:
    from sluice.frame.functions import public as F

    frame = spark.createDataFrame([(None,), (1,), (2,), (None,)], "x int")
    row = frame.agg(F.first("x"), F.first("x", True), F.last("x"), F.last("x", ignorenulls=True)).first()
    assert tuple(row) == (None, 1, None, 2)
