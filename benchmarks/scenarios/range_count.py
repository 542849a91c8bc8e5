# SPDX-License-Identifier: Apache-2.0
"""Ten million numbers, mapped, filtered and counted. The floor: the same in bare Python, shared by the slots."""

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [Metric("count", "range(10M) map, filter, count", times=2)]
N = 1_000_000 if QUICK else 10_000_000


def main():
    sc = context()
    rdd = sc.range(N).map(lambda x: x + 1).filter(lambda x: x % 3 == 0)

    def job():
        assert rdd.count() == N // 3

    tell(count=median(job, 3))
    sc.stop()


def floor():
    def add_one(x):
        return x + 1

    def by_three(x):
        return x % 3 == 0

    def count():
        return sum(1 for _ in filter(by_three, map(add_one, range(N))))

    tell(count=median(count, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
