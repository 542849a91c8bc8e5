# SPDX-License-Identifier: Apache-2.0
"""2,000 empty tasks on a standalone cluster of Spark's. The floor: as many of Java's alone, without Python."""

from common import QUICK, Metric, context, median, scenario, tell
from empty_tasks import TASKS, main

METRICS = [
    Metric(
        "task",
        "on Spark: 2,000 empty tasks, each",
        times=3,
        copies=1.3,
        daemon=1,
        engine="spark",
        against="tuned",
    )
]
ENGINES = ("spark", "daemon", "tuned")
FLOOR = "tuned"


def floor():
    sc = context()
    rdd = sc._jsc.parallelize(sc._jvm.java.util.ArrayList(), TASKS)

    def job():
        assert rdd.count() == 0

    tell(task=median(job, 1 if QUICK else 3) / TASKS)
    sc.stop()


if __name__ == "__main__":
    scenario({**globals(), "main": main})
