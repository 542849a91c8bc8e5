# SPDX-License-Identifier: Apache-2.0
"""Four million pairs over a million keys, summed by key. The floor: the same with a dict, shared by the slots."""

from operator import add

from common import QUICK, SLOTS, Metric, context, median, scattered, scenario, tell

METRICS = [Metric("reduce", "reduceByKey, 4M pairs, 1M keys", times=2.5)]
N = 400_000 if QUICK else 4_000_000
KEYS = N // 4

pair = scattered(KEYS)


def main():
    sc = context()
    pairs = sc.range(N, numSlices=SLOTS).map(pair)

    def job():
        sums = pairs.reduceByKey(add)
        count, total = sums.aggregate((0, 0), lambda seen, item: (seen[0] + 1, seen[1] + item[1]), merged)
        assert (count, total) == (KEYS, N * (N - 1) // 2)

    tell(reduce=median(job, 3))
    sc.stop()


def merged(here, there):
    return here[0] + there[0], here[1] + there[1]


def floor():
    def job():
        sums = {}
        for key, value in map(pair, range(N)):
            sums[key] = sums[key] + value if key in sums else value
        assert len(sums) == KEYS

    tell(reduce=median(job, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
