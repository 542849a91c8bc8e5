# SPDX-License-Identifier: Apache-2.0
"""A set of 30 million ints is broadcast and 24,000 numbers in 100 tasks are looked up in it, twice.

The context is up before the clock starts. The floor: build, pickle, unpickle and fork in one bare process, then the
look-ups alone; of memory, the process that unpickled the set.
"""

import json
import os
import subprocess
import sys

from common import QUICK, SLOTS, Metric, context, scenario, start_dask, start_ray, tell, timed, weigh

METRICS = [
    Metric("total", "broadcast job: build, broadcast, count", times=5.5, cluster=1.2),
    Metric("again", "broadcast job, second time", times=200),
    Metric("memory", "memory of workers and broadcast", copies=1.3, unit="bytes"),
]
N = int(os.environ.get("BENCH_INTS", 3_000_000 if QUICK else 30_000_000))


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


def parts():
    """The 24,000 numbers of 100 tasks."""
    return [range(first, first + 240) for first in range(0, 24_000, 240)]


class Holder:
    """An actor of Ray's that keeps the set: a plain task would unpickle it each time."""

    def hold(self, shared):
        self.shared = shared

    def found(self, numbers):
        return found(numbers, self.shared)


def ray():
    ray = start_ray()
    from ray.util import ActorPool

    actors = [ray.remote(Holder).remote() for _ in range(SLOTS)]
    ray.get([actor.hold.remote({1}) for actor in actors])
    pool = ActorPool(actors)

    def again():
        assert sum(pool.map_unordered(lambda actor, part: actor.found.remote(part), parts())) == 24_000

    def first():
        shared = ray.put(set(range(N)))
        ray.get([actor.hold.remote(shared) for actor in actors])
        again()

    tell(total=timed(first), again=timed(again))


def dask():
    with start_dask() as client:
        client.submit(found, [1], {1}).result()
        held = []

        def again():
            assert sum(client.gather(client.map(found, parts(), shared=held[0], pure=False))) == 24_000

        def first():
            # It sends a set element by element and a frozenset as a whole; a hash of it all would take longer still.
            shared = frozenset(range(N))
            held.extend(client.scatter([shared], broadcast=True, hash=False))
            again()

        tell(total=timed(first), again=timed(again))


if __name__ == "__main__":
    scenario(globals())
