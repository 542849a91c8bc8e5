# SPDX-License-Identifier: Apache-2.0
"""A NumPy array of 1 GB is broadcast, and each of 16 tasks reads one element. The floor: 1 GB written to tmpfs."""

import os
import tempfile

from common import QUICK, Metric, context, scenario, start_dask, start_loky, start_ray, tell, timed

METRICS = [Metric("array", "1 GB NumPy array broadcast, 16 tasks", times=6)]
LENGTH = (10 if QUICK else 125) * 1_000_000


def main():
    import numpy

    sc = context()
    sc.parallelize([1], 1).count()
    array = numpy.ones(LENGTH)

    def job():
        shared = sc.broadcast(array)
        total = sc.parallelize(range(16), 16).map(lambda i: float(shared.value[i])).sum()
        assert total == 16.0

    tell(array=timed(job))
    sc.stop()


def floor():
    data = memoryview(bytearray(b"\1") * (LENGTH * 8))
    with tempfile.TemporaryFile(dir="/dev/shm", buffering=0) as file:

        def write():
            for start in range(0, len(data), 8 << 20):
                os.write(file.fileno(), data[start : start + (8 << 20)])

        tell(array=timed(write))


def element(array, number):
    return float(array[number])


def ray():
    import numpy

    ray = start_ray()
    task = ray.remote(element)
    ray.get(task.remote([1.0], 0))
    array = numpy.ones(LENGTH)

    def job():
        shared = ray.put(array)
        assert sum(ray.get([task.remote(shared, number) for number in range(16)])) == 16.0

    tell(array=timed(job))


def dask():
    import numpy

    with start_dask() as client:
        client.submit(element, [1.0], 0).result()
        array = numpy.ones(LENGTH)

        def job():
            shared = client.scatter(array, broadcast=True, hash=False)
            tasks = [client.submit(element, shared, number) for number in range(16)]
            assert sum(client.gather(tasks)) == 16.0

        tell(array=timed(job))


def loky():
    import numpy

    executor = start_loky()
    executor.submit(element, [1.0], 0).result()
    array = numpy.ones(LENGTH)

    def job():
        # It has no broadcast: the array goes with each task.
        assert sum(executor.map(element, [array] * 16, range(16))) == 16.0

    tell(array=timed(job))


if __name__ == "__main__":
    scenario(globals())
