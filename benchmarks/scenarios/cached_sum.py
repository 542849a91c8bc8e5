# SPDX-License-Identifier: Apache-2.0
"""Five million cached (int, str), mapped and summed a second time. The floor: the same over lists, over the slots."""

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [Metric("second", "cached 5M (int, str), map, sum again", times=3)]
N = 500_000 if QUICK else 5_000_000


def pair(number):
    return number, str(number)


def number_of(item):
    return item[0] + 1


def main():
    sc = context()
    cached = sc.range(N, numSlices=SLOTS).map(pair).cache()

    def job():
        assert cached.map(number_of).sum() == N * (N + 1) // 2

    # The first one fills the cache.
    tell(second=median(job, 3, warm=1))
    sc.stop()


def floor():
    held = list(map(pair, range(N)))

    def job():
        assert sum(map(number_of, held)) == N * (N + 1) // 2

    tell(second=median(job, 3) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
