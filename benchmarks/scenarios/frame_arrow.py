# SPDX-License-Identifier: Apache-2.0
"""`mapInArrow` that gives back what it gets. The floor: the bytes written to shared memory twice."""

import os

from common import Metric, median, scenario, tell
from frames import N, session

METRICS = [Metric("map", "mapInArrow, identity, 5M x 2", times=30)]


def main():
    from pyspark.sql import functions as F

    spark = session()
    frame = spark.range(N).select("id", (F.col("id") * 0.5).alias("value")).cache()
    assert frame.count() == N

    def same(batches):
        yield from batches

    def job():
        assert frame.mapInArrow(same, "id long, value double").count() == N

    tell(map=median(job, 3))
    spark.stop()


def floor():
    data = bytes(16 * N)

    def twice():
        for _ in range(2):
            with open(f"/dev/shm/floor-{os.getpid()}", "wb") as file:
                file.write(data)
            os.unlink(file.name)

    tell(map=median(twice, 3))


if __name__ == "__main__":
    scenario(globals())
