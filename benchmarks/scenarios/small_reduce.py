# SPDX-License-Identifier: Apache-2.0
"""A reduceByKey over 100 records in two partitions. The floor: four messages to another process and back."""

from operator import add

from common import Metric, context, median, round_trips, scenario, tell

METRICS = [Metric("reduce", "100-record reduceByKey", at_most=0.002)]


def main():
    sc = context()
    pairs = [(number % 10, number) for number in range(100)]

    def job():
        assert len(sc.parallelize(pairs, 2).reduceByKey(add).collect()) == 10

    tell(reduce=median(job, 50, warm=20))
    sc.stop()


def floor():
    tell(reduce=round_trips(1000) / 250)


if __name__ == "__main__":
    scenario(globals())
