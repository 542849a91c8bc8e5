# SPDX-License-Identifier: Apache-2.0
"""Three million pairs grouped by 50,000 keys, every value counted. The floor: a dict of lists, shared by the slots."""

from itertools import chain
from operator import add

from common import (
    QUICK,
    SLOTS,
    Metric,
    context,
    grouped,
    median,
    pieces,
    scattered,
    scenario,
    start_dask,
    start_loky,
    start_ray,
    tell,
)

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


def shuffled(numbers):
    """The pairs of some numbers by the task that is to group them."""
    parts = [[] for _ in range(SLOTS)]
    for key, value in map(pair, numbers):
        parts[key % SLOTS].append((key, value))
    return parts if SLOTS > 1 else parts[0]


def sizes(*parts):
    return [(key, len(group)) for key, group in grouped(chain.from_iterable(parts)).items()]


def checked(results):
    found = list(chain.from_iterable(results))
    assert len(found) == KEYS
    assert all(size == 60 for _, size in found)


def ray():
    ray = start_ray()
    mapped, reduced = ray.remote(num_returns=SLOTS)(shuffled), ray.remote(sizes)

    def job():
        outputs = [mapped.remote(numbers) for numbers in pieces(N)]
        columns = zip(*outputs, strict=True) if SLOTS > 1 else [outputs]
        checked(ray.get([reduced.remote(*column) for column in columns]))

    tell(group=median(job, 3))


def dask():
    with start_dask():
        from dask import bag

        def job():
            pairs = bag.from_sequence(pieces(N), npartitions=SLOTS).flatten().map(pair)
            # Its groupby is for data on disk; its documentation advises foldby.
            checked([pairs.foldby(first, more, 0, add, 0).compute()])

        tell(group=median(job, 3))


def first(item):
    return item[0]


def more(count, _):
    return count + 1


def loky():
    executor = start_loky()

    def job():
        outputs = list(executor.map(shuffled, pieces(N)))
        columns = zip(*outputs, strict=True) if SLOTS > 1 else [outputs]
        checked(executor.map(sizes, *zip(*columns, strict=True)))

    tell(group=median(job, 3))


if __name__ == "__main__":
    scenario(globals())
