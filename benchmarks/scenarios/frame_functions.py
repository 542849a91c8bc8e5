# SPDX-License-Identifier: Apache-2.0
"""Functions in Python over a column of five million doubles. The floor: the functions alone, over the slots."""

from common import SLOTS, Metric, median, scenario, tell, timed
from frames import N, session

METRICS = [
    Metric("vector", "scalar pandas UDF, 5M doubles", times=40),
    Metric("row", "row UDF, 5M doubles", times=3),
]


def main():
    import pandas as pd
    from pyspark.sql import functions as F

    spark = session()
    frame = spark.range(N).select((F.col("id") * 0.5).alias("value")).cache()
    assert frame.count() == N

    @F.pandas_udf("double")
    def vector(values: pd.Series) -> pd.Series:
        return values * 2.0 + 1.0

    @F.udf("double")
    def row(value):
        return value * 2.0 + 1.0

    def total(function):
        (found,) = frame.select(F.sum(function("value"))).first()
        # The sum of 2 * (i / 2) + 1.
        assert abs(found - (N * (N - 1) / 2 + N)) < 1e-6 * found

    tell(vector=median(lambda: total(vector), 3))
    tell(row=median(lambda: total(row), 1))
    spark.stop()


def floor():
    import numpy

    values = numpy.arange(N) * 0.5
    listed = values.tolist()
    tell(vector=median(lambda: (values * 2.0 + 1.0).sum(), 3) / SLOTS)
    tell(row=timed(lambda: sum([value * 2.0 + 1.0 for value in listed])) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
