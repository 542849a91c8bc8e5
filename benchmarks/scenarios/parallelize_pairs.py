# SPDX-License-Identifier: Apache-2.0
"""Five million tuples of the driver made an RDD and counted. The floor: pickled, then unpickled over the slots."""

import pickle

from common import QUICK, SLOTS, Metric, context, median, scenario, tell, timed

METRICS = [Metric("parallelize", "parallelize 5M tuples, count", times=1.5)]
N = 500_000 if QUICK else 5_000_000
BATCH = 1000


def main():
    sc = context()
    pairs = [(number, str(number)) for number in range(N)]

    def job():
        assert sc.parallelize(pairs, SLOTS).count() == N

    tell(parallelize=median(job, 3))
    sc.stop()


def floor():
    pairs = [(number, str(number)) for number in range(N)]
    pickles = []

    def send():
        for start in range(0, N, BATCH):
            pickles.append(pickle.dumps(pairs[start : start + BATCH], 5))

    def count():
        assert sum(len(pickle.loads(pickled)) for pickled in pickles) == N

    tell(parallelize=timed(send) + timed(count) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
