# SPDX-License-Identifier: Apache-2.0
"""Five million words counted on Spark's standalone cluster. The floor: bare Python, shared by the slots."""

from common import Metric, scenario
from word_count import floor, main

METRICS = [
    Metric("count", "on Spark: word count, 5M words", times=1.5, daemon=1, engine="spark", against="tuned")
]
ENGINES = ("spark", "daemon", "tuned")

if __name__ == "__main__":
    scenario({"main": main, "floor": floor})
