# SPDX-License-Identifier: Apache-2.0
"""A job of one task on a standalone cluster of Spark's, median of 200. The floor: one of Java's alone."""

from common import Metric, context, median, scenario, tell
from one_task import main

METRICS = [Metric("job", "on Spark: one-task job", daemon=1, engine="spark", against="tuned")]
ENGINES = ("spark", "daemon", "tuned")
FLOOR = "tuned"


def floor():
    sc = context()
    numbers = sc._jvm.java.util.ArrayList()
    numbers.add(1)

    def job():
        assert sc._jsc.parallelize(numbers, 1).count() == 1

    tell(job=median(job, 200, warm=30))
    sc.stop()


if __name__ == "__main__":
    scenario({**globals(), "main": main})
