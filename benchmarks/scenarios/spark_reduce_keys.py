# SPDX-License-Identifier: Apache-2.0
"""Four million pairs summed by key on Spark's standalone cluster. The floor: a dict, shared by the slots."""

from common import Metric, scenario
from reduce_keys import floor, main

METRICS = [
    Metric("reduce", "on Spark: reduceByKey, 4M pairs, 1M keys", daemon=1, engine="spark", against="tuned")
]
ENGINES = ("spark", "daemon", "tuned")

if __name__ == "__main__":
    scenario({"main": main, "floor": floor})
