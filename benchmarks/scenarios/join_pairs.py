# SPDX-License-Identifier: Apache-2.0
"""A million pairs joined with 200,000. The floor: a dict of the smaller side, shared by the slots."""

from common import QUICK, SLOTS, Metric, context, median, scenario, tell

METRICS = [Metric("join", "join, 1M with 200k", times=2)]
N = 100_000 if QUICK else 1_000_000
KEYS = N // 5


def left(number):
    return number * 7919 % N, number


def right(number):
    return number * 5, str(number)


def main():
    sc = context()
    many = sc.range(N, numSlices=SLOTS).map(left)
    few = sc.range(KEYS, numSlices=SLOTS).map(right)

    def job():
        # A key of the right side is five times its text.
        assert many.join(few).filter(lambda item: item[0] == 5 * int(item[1][1])).count() == KEYS

    tell(join=median(job, 3))
    sc.stop()


def floor():
    def job():
        there = dict(map(right, range(KEYS)))
        joined = ((key, (value, there[key])) for key, value in map(left, range(N)) if key in there)
        assert sum(key == 5 * int(pair[1]) for key, pair in joined) == KEYS

    tell(join=median(job, 3, warm=0) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
