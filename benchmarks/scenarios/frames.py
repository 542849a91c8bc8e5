# SPDX-License-Identifier: Apache-2.0
"""What the scenarios of frames share: five million rows of (int64, int64, double, string), and a session."""

from common import QUICK, context

N = 500_000 if QUICK else 5_000_000
GROUPS = 1_000


def session():
    """A session as PySpark is tuned for Arrow."""
    from pyspark.sql import SparkSession

    spark = SparkSession(context(sql_execution_arrow_pyspark_enabled="true", sql_shuffle_partitions="2"))
    # So that neither engine's first query is in a figure.
    assert spark.range(10).count() == 10
    return spark


def rows():
    """The rows as a frame of pandas."""
    import numpy
    import pandas

    numbers = numpy.arange(N)
    return pandas.DataFrame(
        {
            "id": numbers,
            "key": numbers % GROUPS,
            "value": numbers * 0.5,
            "text": pandas.Series(numbers, dtype="int64").astype(str),
        }
    )
