# SPDX-License-Identifier: Apache-2.0
"""Functions under the names that few programs use."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest

pytest.importorskip("duckdb")


def test_lesser_functions(spark: Any) -> None:
    from sluice.frame.functions import public as F

    row = spark.range(1).select(F.toRadians(F.lit(180.0)), F.make_dt_interval(F.lit(1), F.lit(2))).first()
    assert row[0] == pytest.approx(math.pi)
    assert row[1] == datetime.timedelta(days=1, hours=2)
