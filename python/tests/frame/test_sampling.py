# SPDX-License-Identifier: Apache-2.0
"""Samples: the same seed draws the same rows, parts have each row once, chances are what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")
pa = pytest.importorskip("pyarrow", reason="frames need the extra `frames`")

from sluice.frame.sampling import sampled  # noqa: E402

ROWS = 20_000


def test_a_seed_draws_the_same_rows_again() -> None:
    table = pa.table({"0": range(ROWS)})
    first = sampled(table, 0.3, 5)
    assert first.equals(sampled(table, 0.3, 5))
    assert not first.equals(sampled(table, 0.3, 6))
    # Five deviations around the mean.
    assert abs(first.num_rows - 0.3 * ROWS) < 5 * (ROWS * 0.3 * 0.7) ** 0.5


def test_none_and_all() -> None:
    table = pa.table({"0": range(100)})
    assert sampled(table, 0.0, 1).num_rows == 0
    assert sampled(table, 1.0, 1).equals(table)
    assert sampled(table.slice(0, 0), 0.5, 1).num_rows == 0


def test_with_replacement_rows_come_several_times() -> None:
    table = pa.table({"0": range(ROWS)})
    drawn = sampled(table, 2.0, 3, replacement=True).column("0").to_pylist()
    assert drawn == sorted(drawn)
    assert abs(len(drawn) - 2 * ROWS) < 5 * (2 * ROWS) ** 0.5
    never = ROWS - len(set(drawn))
    # A Poisson number with mean 2 is 0 for 13.5 % of the rows.
    assert abs(never / ROWS - 0.1353) < 0.02
    assert sampled(table, 0.0, 3, replacement=True).num_rows == 0


def test_parts_have_each_row_once(spark: Any) -> None:
    parts = spark.range(1000).randomSplit([1.0, 2.0, 1.0], seed=9)
    found = [row.id for part in parts for row in part.collect()]
    assert sorted(found) == list(range(1000))
    assert 400 < parts[1].count() < 600
    # A part is the same rows whenever it is asked for.
    assert parts[0].collect() == parts[0].collect()


def test_parts_of_random_rows_fit_together(spark: Any) -> None:
    from sluice.frame.functions import public as F

    frame = spark.range(300).select((F.col("id") % 7).alias("k")).groupBy("k").count()
    left, right = frame.randomSplit([0.5, 0.5], seed=1)
    assert left.count() + right.count() == 7


def test_strata_have_chances_of_their_own(spark: Any) -> None:
    from sluice.frame.functions import public as F

    frame = spark.range(4000).select("id", (F.col("id") % 4).alias("k"))
    counts = {
        row.k: row["count"] for row in frame.sampleBy("k", {0: 1.0, 1: 0.5}, 4).groupBy("k").count().collect()
    }
    assert counts[0] == 1000
    assert 400 < counts[1] < 600
    assert set(counts) == {0, 1}
    only = frame.sampleBy("k", {2: 1.0}, 4).select("id")
    assert only.count() == 1000
