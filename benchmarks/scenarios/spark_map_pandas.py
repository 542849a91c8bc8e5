# SPDX-License-Identifier: Apache-2.0
"""`mapInPandas` over two million rows in 64 partitions on Spark's standalone cluster, with our daemon and without.

Frames are refused on our engine there. The floor: the same of one frame of pandas, shared by the slots.
"""

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [
    Metric("rows", "on Spark: mapInPandas, 2M rows, 64 tasks", times=2, engine="daemon", against="tuned")
]
ENGINES = ("daemon", "tuned")
ROWS = 200_000 if QUICK else 2_000_000
PARTS = 64


def doubled(frames):
    for frame in frames:
        yield frame.assign(value=frame["id"] * 2)


def main():
    from pyspark.sql import SparkSession

    session = SparkSession(context())
    frame = session.range(0, ROWS, 1, PARTS)

    def job():
        mapped = frame.mapInPandas(doubled, "id long, value long")
        assert mapped.agg({"value": "sum"}).collect()[0][0] == ROWS * (ROWS - 1)

    tell(rows=median(job, 3))
    session.stop()


def floor():
    import pandas

    frame = pandas.DataFrame({"id": range(ROWS)})

    def job():
        assert sum(part["value"].sum() for part in doubled([frame])) == ROWS * (ROWS - 1)

    tell(rows=median(job, 3) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
