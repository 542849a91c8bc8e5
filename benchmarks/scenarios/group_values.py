# SPDX-License-Identifier: Apache-2.0
"""Three million pairs grouped by 50,000 keys, every value counted. The floor: a dict of lists, shared by the slots."""

from common import QUICK, SLOTS, Metric, context, grouped, median, scattered, scenario, tell

METRICS = [Metric("group", "groupByKey, 3M pairs, 50k keys", times=2)]
N = 300_000 if QUICK else 3_000_000
KEYS = N // 60

pair = scattered(KEYS)


def main():
    sc = context()
    pairs = sc.range(N, numSlices=SLOTS).map(pair)

    def job():
        sizes = pairs.groupByKey().mapValues(len).collect()
        assert len(sizes) == KEYS
        assert all(size == 60 for _, size in sizes)

    tell(group=median(job, 3))
    sc.stop()


def floor():
    def job():
        assert sum(map(len, grouped(map(pair, range(N))).values())) == N

    tell(group=median(job, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
