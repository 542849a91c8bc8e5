# SPDX-License-Identifier: Apache-2.0
"""Six million keys grouped in two partitions where a worker may take 512 MB, and the most memory a worker had.

The floor: the groups in dicts of one bare process that has the memory, shared by the slots.
"""

from common import QUICK, SLOTS, Metric, context, grouped, scenario, tell, timed

LIMIT = 512 << 20
METRICS = [
    Metric("group", "groupByKey, 6M distinct keys, 512 MB limit", times=6),
    Metric("peak", "the same: peak memory of a worker", at_most=LIMIT * 3 // 2, unit="bytes"),
]
N = 600_000 if QUICK else 6_000_000
PARTITIONS = 2


def pair(number):
    return number, number


def seen(groups):
    """How many keys and values a partition had, their sum, and the most memory its process ever had."""
    keys = values = total = 0
    for _, group in groups:
        keys += 1
        for value in group:
            values += 1
            total += value
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))
    return [(keys, values, total, peak)]


def main():
    sc = context(python_worker_memory=f"{LIMIT >> 20}m")
    sc.parallelize([1], 1).count()
    peaks = []

    def job():
        grouped = sc.range(N, numSlices=PARTITIONS).map(pair).groupByKey(PARTITIONS)
        partitions = grouped.mapPartitions(seen).collect()
        assert [sum(column) for column in list(zip(*partitions, strict=True))[:3]] == [N, N, N * (N - 1) // 2]
        peaks.extend(peak for *_, peak in partitions)

    tell(group=timed(job), peak=max(peaks))
    sc.stop()


def floor():
    def job():
        assert seen(grouped(map(pair, range(N))).items())[0][:2] == (N, N)

    tell(group=timed(job) / SLOTS)


if __name__ == "__main__":
    scenario(globals())
