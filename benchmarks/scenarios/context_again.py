# SPDX-License-Identifier: Apache-2.0
"""A further context in the same process, with its first answer."""

import statistics

from common import Metric, context, scenario, tell, timed

METRICS = [Metric("again", "Context() again, and a first count", at_most=0.020)]


def main():
    def first():
        contexts.append(context())
        assert contexts[-1].parallelize([1], 1).count() == 1

    contexts = []
    first()
    seconds = []
    for _ in range(5):
        contexts[-1].stop()
        seconds.append(timed(first))
    tell(again=statistics.median(seconds))
    contexts[-1].stop()


if __name__ == "__main__":
    scenario(globals())
