# SPDX-License-Identifier: Apache-2.0
"""A job of one task over one number, median of 200. The floor: one message to another process and back."""

from common import (
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

METRICS = [Metric("job", "one-task job", times=60)]


def main():
    sc = context()

    def job():
        assert sc.parallelize([1], 1).count() == 1

    tell(job=median(job, 200, warm=30))
    sc.stop()


def floor():
    tell(job=round_trips(1000) / 1000)


def ray():
    ray = start_ray()
    task = ray.remote(same)
    tell(job=median(lambda: ray.get(task.remote(1)), 200, warm=30))


def dask():
    with start_dask() as client:
        # Without pure=False the second answer would be the first one, kept.
        tell(job=median(lambda: client.submit(same, 1, pure=False).result(), 200, warm=30))


def loky():
    executor = start_loky()
    tell(job=median(lambda: executor.submit(same, 1).result(), 200, warm=30))


if __name__ == "__main__":
    scenario(globals())
