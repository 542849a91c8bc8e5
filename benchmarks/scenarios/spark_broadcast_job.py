# SPDX-License-Identifier: Apache-2.0
"""The broadcast job on Spark's standalone cluster: a set of 30 million ints (BENCH_INTS has another number), twice.

The floor: build, pickle, unpickle and fork in one bare process, then the look-ups alone.
"""

from broadcast_job import floor, main
from common import Metric, scenario

METRICS = [
    Metric("total", "on Spark: broadcast job", times=3, daemon=3, engine="spark", against="tuned"),
    Metric("again", "on Spark: broadcast job, again", times=20, daemon=8, engine="spark", against="tuned"),
]
ENGINES = ("spark", "daemon", "tuned")

if __name__ == "__main__":
    scenario({"main": main, "floor": floor})
