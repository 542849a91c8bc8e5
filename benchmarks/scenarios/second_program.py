# SPDX-License-Identifier: Apache-2.0
"""A program on a cluster that has served another one before: from the start of its process to its first answer.

The floor: Python starts and gets an answer from another process.
"""

from common import Metric, context, round_trips, scenario, tell

METRICS = [
    Metric(
        "first",
        "second program on a warm cluster, first result",
        times=15,
        at_most=0.25,
        engine="cluster",
        against="standalone",
        spawn=True,
    )
]
ENGINES = ("cluster", "standalone")
#: The first program's start is not what is asked for.
WARM = True


def main():
    sc = context()
    answer = sc.parallelize([1], 1).count()
    tell(first=answer)
    assert answer == 1
    sc.stop()


def floor():
    tell(first=round_trips(1))


if __name__ == "__main__":
    scenario(globals())
