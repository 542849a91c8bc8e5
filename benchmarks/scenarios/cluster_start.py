# SPDX-License-Identifier: Apache-2.0
"""A cluster is started, until the command says that it is ready; then it has to answer a program.

PySpark's is ready when its worker is registered with its master, Ray and Dask when their start returns. The floor:
two JVMs that say their version, one after the other, as a coordinator and its executor have to.
"""

import os
import subprocess

from common import Metric, context, median, scenario, start_dask, start_ray, tell, timed

METRICS = [
    Metric("ready", "cluster start to ready", at_most=2.0, engine="cluster", against="standalone"),
]
ENGINES = ("cluster", "standalone")
#: Each round has a cluster of its own.
FRESH = True


def main():
    sc = context()
    assert sc.parallelize([1], 1).count() == 1
    sc.stop()
    tell(ready=float(os.environ["BENCH_READY"]))


def floor():
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]

    def start():
        subprocess.run(["java", *options, "-version"], capture_output=True, check=True)

    tell(ready=2 * median(start, 3))


def ray():
    seconds = timed(start_ray)
    tell(ready=seconds)


def dask():
    held = []
    seconds = timed(lambda: held.append(start_dask()))
    held[0].close()
    tell(ready=seconds)


if __name__ == "__main__":
    scenario(globals())
