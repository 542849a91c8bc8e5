# SPDX-License-Identifier: Apache-2.0
"""Two million pairs sorted by key, every one of them looked at. The floor: ``sorted``, shared by the slots."""

from itertools import pairwise
from operator import itemgetter

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [Metric("sort", "sortByKey, 2M pairs, full pass", times=2)]
N = 200_000 if QUICK else 2_000_000
PRIME = 7_368_787


def pair(number):
    # A permutation: no key comes twice, and the order says nothing.
    return number * PRIME % N, number


def ends(items):
    """The first and last key of a partition and its length, once it was seen to be in order."""
    keys = [key for key, _ in items]
    assert all(map(int.__le__, keys, keys[1:]))
    return [(keys[0], keys[-1], len(keys))]


def main():
    sc = context()
    pairs = sc.range(N, numSlices=SLOTS).map(pair)

    def job():
        partitions = pairs.sortByKey().mapPartitions(ends).collect()
        assert sum(length for _, _, length in partitions) == N
        assert (partitions[0][0], partitions[-1][1]) == (0, N - 1)
        assert all(left[1] < right[0] for left, right in pairwise(partitions))

    tell(sort=median(job, 3))
    sc.stop()


def floor():
    def job():
        assert ends(sorted(map(pair, range(N)), key=itemgetter(0))) == [(0, N - 1, N)]

    tell(sort=median(job, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
