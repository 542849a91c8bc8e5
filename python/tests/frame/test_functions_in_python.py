# SPDX-License-Identifier: Apache-2.0
"""Functions that are computed row by row are found by the first query of a database that names them."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("duckdb", reason="frames need the extra `frames`")


def test_every_function_is_in_a_module_that_is_loaded() -> None:
    import importlib

    from sluice.frame import rowwise

    for module in rowwise._MODULES:
        importlib.import_module(f"sluice.frame.rowwise.{module}")
    for name in ("get_json_object", "json_array_length", "json_object_keys", "json_tuple"):
        assert name in rowwise._functions


def test_they_run_inside_lambdas_and_aggregates(spark: Any) -> None:
    from sluice.frame.functions import public as F

    frame = spark.createDataFrame([(['{"a": 1}', "x", None],), ([],)], "s array<string>")
    found = frame.select(F.transform("s", lambda text: F.get_json_object(text, "$.a")).alias("r"))
    assert [row.r for row in found.collect()] == [["1", None, None], []]
    assert frame.agg(F.max(F.to_json("s"))).first()[0] == "[]"
