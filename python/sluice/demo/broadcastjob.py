# SPDX-License-Identifier: Apache-2.0
"""A large set is broadcast, and numbers are filtered by whether they are in it: a PySpark program.

Its one argument is JSON: ``n``, ``settings``, and ``variants``, each with a name, settings of its own, slots,
how often to count, and over how many tasks to look for workers. It prints a line of JSON for each step. After
``measure`` it waits for a line on standard input: whoever started it looks at its processes' memory then.
"""

import json
import os
import sys
import time

from pyspark import SparkConf, SparkContext

NUMBERS = 24_000
PARTITIONS = 100


def tell(**fields):
    print(json.dumps(fields), flush=True)


def timed(name, variant, work, tasks=0):
    begun = time.perf_counter()
    result = work()
    tell(step=name, variant=variant, seconds=time.perf_counter() - begun, tasks=tasks)
    return result


def start(options, variant):
    conf = SparkConf().setMaster(f"local[{variant['slots']}]").setAppName("demo")
    for key, value in {**options["settings"], **variant["settings"]}.items():
        conf.set(key, value)
    sc = SparkContext(conf=conf)
    sc.parallelize([1], 1).count()
    return sc


def workers(sc, tasks):
    def probe(_):
        # Long enough that no worker takes two tasks while another waits.
        time.sleep(0.02)
        return os.getpid()

    return set(sc.parallelize(range(tasks), tasks).map(probe).collect())


def run(options, variant, value):
    name = variant["name"]
    sc = timed("start", name, lambda: start(options, variant), 1)
    if value is None:
        value = timed("build", name, lambda: set(range(options["n"])))
    shared = timed("broadcast", name, lambda: sc.broadcast(value))
    rdd = sc.parallelize(range(NUMBERS), PARTITIONS).filter(lambda x: x in shared.value)
    for number in range(variant["counts"]):
        found = timed(f"count {number + 1}", name, rdd.count, PARTITIONS)
        assert found == min(NUMBERS, options["n"]), f"counted {found} of {NUMBERS}"
    tell(step="workers", variant=name, count=len(workers(sc, variant["probes"])))
    tell(step="measure", variant=name)
    sys.stdin.readline()
    sc.stop()
    return value


def main():
    options = json.loads(sys.argv[1])
    value = None
    for variant in options["variants"]:
        value = run(options, variant, value)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
