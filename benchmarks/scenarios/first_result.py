# SPDX-License-Identifier: Apache-2.0
"""From the start of a Python process to the first answer of a job. The floor: Python starts a JVM that says hello."""

from common import Metric, context, same, scenario, start_dask, start_loky, start_ray, tell

METRICS = [Metric("first", "process spawn to first result", times=15, spawn=True)]


def main():
    sc = context()
    answer = sc.parallelize([1], 1).count()
    tell(first=answer)
    assert answer == 1
    sc.stop()


def floor():
    import subprocess

    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
    subprocess.run(["java", *options, "-version"], capture_output=True, check=True)
    tell(first=1)


def ray():
    ray = start_ray()
    tell(first=ray.get(ray.remote(same).remote(1)))


def dask():
    with start_dask() as client:
        tell(first=client.submit(same, 1).result())


def loky():
    tell(first=start_loky().submit(same, 1).result())


if __name__ == "__main__":
    scenario(globals())
