# SPDX-License-Identifier: Apache-2.0
"""One job of 2,000 tasks without data, wall time over 2,000. The floor: as many messages there and back."""

from common import (
    QUICK,
    Metric,
    context,
    median,
    round_trips,
    same,
    scenario,
    start_dask,
    start_loky,
    start_ray,
    tell,
)

METRICS = [Metric("task", "2,000 empty tasks, each", times=100, cluster=1.5)]
TASKS = 200 if QUICK else 2000


def main():
    sc = context()
    rdd = sc.parallelize([], TASKS)
    assert rdd.getNumPartitions() == TASKS

    def job():
        assert rdd.count() == 0

    tell(task=median(job, 1 if QUICK else 3) / TASKS)
    sc.stop()


def floor():
    tell(task=round_trips(TASKS) / TASKS)


def ray():
    ray = start_ray()
    task = ray.remote(same)
    tell(task=median(lambda: ray.get([task.remote(number) for number in range(TASKS)]), 3) / TASKS)


def dask():
    with start_dask() as client:
        tell(task=median(lambda: client.gather(client.map(same, range(TASKS), pure=False)), 3) / TASKS)


def loky():
    executor = start_loky()
    tell(task=median(lambda: list(executor.map(same, range(TASKS))), 3) / TASKS)


if __name__ == "__main__":
    scenario(globals())
