# SPDX-License-Identifier: Apache-2.0
"""Five million (int, str) made by tasks and collected. The floor: made over the slots, and unpickled by one process."""

import pickle

from common import QUICK, SLOTS, Metric, context, median, scenario, tell, timed

METRICS = [Metric("collect", "collect 5M (int, str)", times=2.5)]
N = 500_000 if QUICK else 5_000_000
BATCH = 1000


def pair(number):
    return number, str(number)


def main():
    sc = context()
    pairs = sc.range(N, numSlices=SLOTS).map(pair)

    def job():
        found = pairs.collect()
        assert len(found) == N
        assert found[N // 3] == pair(N // 3)
        assert found[-1] == pair(N - 1)

    tell(collect=median(job, 3))
    sc.stop()


def floor():
    pickles = []

    def make():
        for start in range(0, N, BATCH):
            pickles.append(pickle.dumps(list(map(pair, range(start, start + BATCH))), 5))

    def take():
        found = []
        for pickled in pickles:
            found += pickle.loads(pickled)
        assert len(found) == N

    tell(collect=timed(make) / SLOTS + timed(take))


if __name__ == "__main__":
    scenario(globals())
