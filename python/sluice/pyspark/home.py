# SPDX-License-Identifier: Apache-2.0
"""`pyspark.find_spark_home`: where programs look for what comes with Spark."""

from __future__ import annotations

import os

__all__ = ["SPARK_HOME", "find_spark_home"]


def find_spark_home() -> str:
    """Return `SPARK_HOME`, or the directory of these names, in which nothing of Spark's is."""
    return os.environ.get("SPARK_HOME") or os.path.dirname(os.path.abspath(__file__))


#: What suites read their inputs below.
SPARK_HOME = find_spark_home()
