# SPDX-License-Identifier: Apache-2.0
"""A session for tests of frames, over the context that all tests share."""

from __future__ import annotations

import pytest

from sluice import Context
from sluice.pyspark.session import SparkSession


@pytest.fixture
def spark(sc: Context) -> SparkSession:
    session = SparkSession(sc)
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session
