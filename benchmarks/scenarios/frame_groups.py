# SPDX-License-Identifier: Apache-2.0
"""`applyInPandas` over a thousand groups of five million rows. The floor: pandas groups and applies, over the slots."""

from common import SLOTS, Metric, median, scenario, tell, timed
from frames import GROUPS, N, session

METRICS = [Metric("groups", "applyInPandas, 1,000 groups of 5M rows", times=8)]


def main():
    from pyspark.sql import functions as F

    spark = session()
    frame = (
        spark.range(N).select((F.col("id") % GROUPS).alias("key"), (F.col("id") * 0.5).alias("value")).cache()
    )
    assert frame.count() == N

    def centred(group):
        return group.assign(value=group["value"] - group["value"].mean())

    def job():
        found = frame.groupBy("key").applyInPandas(centred, "key long, value double")
        count, total = found.agg(F.count("*"), F.sum("value")).first()
        assert count == N
        assert abs(total) < 1.0

    tell(groups=median(job, 1))
    spark.stop()


def floor():
    import numpy
    import pandas

    numbers = numpy.arange(N)
    frame = pandas.DataFrame({"key": numbers % GROUPS, "value": numbers * 0.5})

    def job():
        for _, group in frame.groupby("key"):
            group.assign(value=group["value"] - group["value"].mean())

    tell(groups=timed(job) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
