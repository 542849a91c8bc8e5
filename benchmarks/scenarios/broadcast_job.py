# SPDX-License-Identifier: Apache-2.0
"""A set of 30 million ints is broadcast and 24,000 numbers in 100 tasks are looked up in it, twice.

The context is up before the clock starts. The floor: build, pickle, unpickle and fork in one bare process, then the
look-ups alone; of memory, the process that unpickled the set.
"""

import json
import os
import subprocess
import sys

from common import QUICK, Metric, context, scenario, start_dask, start_ray, tell, timed, weigh

METRICS = [
    Metric("total", "broadcast job: build, broadcast, count", times=5.5, cluster=1.2),
    Metric("again", "broadcast job, second time", times=200),
    Metric("memory", "memory of workers and broadcast", copies=1.3, unit="bytes"),
]
N = 3_000_000 if QUICK else 30_000_000


def main():
    sc = context()
    sc.parallelize([1], 1).count()
    numbers = sc.parallelize(range(24_000), 100)
    jobs = []

    def first():
        shared = sc.broadcast(set(range(N)))
        jobs.append(numbers.filter(lambda x: x in shared.value))
        assert jobs[0].count() == 24_000

    total = timed(first)

    def second():
        assert jobs[0].count() == 24_000

    tell(total=total, again=timed(second))
    weigh("memory")
    sc.stop()


def floor():
    script = os.environ["BENCH_ONE_COPY"]
    done = subprocess.run([sys.executable, script, str(N)], capture_output=True, text=True, check=True)
    copy = json.loads(done.stdout)
    total = copy["build"] + copy["dumps"] + copy["loads"] + copy["fork"]
    tell(total=total, again=copy["lookups"], memory=copy["pss"])


def found(numbers, shared):
    return sum(number in shared for number in numbers)


def looked_up(submit):
    """The 24,000 look-ups in 100 tasks; ``submit`` gets the numbers of each and returns the sums."""
    assert sum(submit([range(first, first + 240) for first in range(0, 24_000, 240)])) == 24_000


def ray():
    ray = start_ray()
    task = ray.remote(found)
    ray.get(task.remote([1], {1}))
    held = []

    def again():
        looked_up(lambda parts: ray.get([task.remote(part, held[0]) for part in parts]))

    def first():
        held.append(ray.put(set(range(N))))
        again()

    tell(total=timed(first), again=timed(again))


def dask():
    with start_dask() as client:
        client.submit(found, [1], {1}).result()
        held = []

        def again():
            looked_up(lambda parts: client.gather(client.map(found, parts, shared=held[0], pure=False)))

        def first():
            # In a list, or it would scatter the elements; without a hash of the contents, which takes minutes.
            held.extend(client.scatter([set(range(N))], broadcast=True, hash=False))
            again()

        tell(total=timed(first), again=timed(again))


if __name__ == "__main__":
    scenario(globals())
