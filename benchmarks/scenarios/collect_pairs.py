# SPDX-License-Identifier: Apache-2.0
"""Five million (int, str) made by tasks and collected. The floor: made over the slots, and unpickled by one process."""

import pickle
import statistics
import time

from common import QUICK, SLOTS, Metric, context, scenario, tell, timed

METRICS = [Metric("collect", "collect 5M (int, str)", times=2.5)]
N = 500_000 if QUICK else 5_000_000
BATCH = 1000


def pair(number):
    return number, str(number)


def main():
    sc = context()
    pairs = sc.range(N, numSlices=SLOTS).map(pair)

    taken = []
    for _ in range(4):
        begun = time.perf_counter()
        found = pairs.collect()
        taken.append(time.perf_counter() - begun)
        assert len(found) == N
        assert found[N // 3] == pair(N // 3)
        assert found[-1] == pair(N - 1)
        # Letting go of it takes a while too, and is nobody's merit.
        del found
    # The first one is warm-up.
    tell(collect=statistics.median(taken[1:]))
    sc.stop()


def floor():
    pickles = []

    def make():
        for start in range(0, N, BATCH):
            pickles.append(pickle.dumps(list(map(pair, range(start, start + BATCH))), 5))

    def take():
        for pickled in pickles:
            found.extend(pickle.loads(pickled))

    found = []
    tell(collect=timed(make) / SLOTS + timed(take))
    assert len(found) == N


if __name__ == "__main__":
    scenario(globals())
