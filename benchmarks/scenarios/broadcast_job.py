# SPDX-License-Identifier: Apache-2.0
"""A set of 30 million ints is broadcast and 24,000 numbers in 100 tasks are looked up in it, twice.

The context is up before the clock starts. The floor: build, pickle, unpickle and fork in one bare process, then the
look-ups alone; of memory, the process that unpickled the set.
"""

import json
import os
import subprocess
import sys

from common import QUICK, Metric, context, scenario, tell, timed, weigh

METRICS = [
    Metric("total", "broadcast job: build, broadcast, count", times=5.5),
    Metric("again", "broadcast job, second time", times=200),
    Metric("memory", "memory of workers and broadcast", copies=1.3),
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
    script = os.path.join(os.path.dirname(__file__), "../../python/sluice/demo/onecopy.py")
    done = subprocess.run([sys.executable, script, str(N)], capture_output=True, text=True, check=True)
    copy = json.loads(done.stdout)
    total = copy["build"] + copy["dumps"] + copy["loads"] + copy["fork"]
    tell(total=total, again=copy["lookups"], memory=copy["pss"])


if __name__ == "__main__":
    scenario(globals())
