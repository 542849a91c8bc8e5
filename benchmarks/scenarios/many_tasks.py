# SPDX-License-Identifier: Apache-2.0
"""100,000 tasks without data in one job, after one of 1,000, and by how much the processes that keep account grow.
Meanwhile the web pages are asked ten times a second, where they are there.

Growth is the most memory that a process held at any time of the job, less what it held before. PySpark is not asked:
at its pace the job takes a quarter of an hour. The floor: as many messages to another process and back.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from common import QUICK, Metric, context, jvm, pages, round_trips, scenario, tell, timed

MB = 1_000_000
METRICS = [
    Metric("task", "100,000 tasks in one job, each", cluster=1.5),
    Metric("driver", "the same: growth of the driver", at_most=32 * MB, unit="bytes", engine="cluster"),
    Metric(
        "jvm", "the same: growth of the JVM that schedules", at_most=192 * MB, unit="bytes", engine="cluster"
    ),
    Metric("answer", "the same: slowest answer of the web pages", at_most=1.0, engine="cluster"),
]
ENGINES = ("sluice", "cluster")
TASKS = 5_000 if QUICK else 100_000


def main():
    sc = context()
    assert sc.parallelize([], 1000).count() == 0
    rdd = sc.parallelize([], TASKS)
    # The coordinator, or the JVM of the driver's own.
    watched = {"driver": os.getpid(), "jvm": jvm()}
    before = {key: held(pid, "VmRSS") for key, pid in watched.items()}
    for pid in watched.values():
        # Forgets the highest mark.
        Path(f"/proc/{pid}/clear_refs").write_text("5")

    def job():
        assert rdd.count() == 0

    with asking(sc) as answers:
        tell(task=timed(job) / TASKS)
    if answers:
        tell(answer=max(answers))
    tell(**{key: max(0, held(pid, "VmHWM") - before[key]) for key, pid in watched.items()})
    sc.stop()


@contextmanager
def asking(sc):
    """Meanwhile the web pages are asked for the programs, ten times a second; gives the seconds of each answer."""
    ask, answers, over = pages(sc), [], threading.Event()

    def visit():
        while ask and not over.wait(0.1 if answers else 0):
            answers.append(timed(lambda: ask("/api/v1/programs").close()))

    with ThreadPoolExecutor(1) as threads:
        visits = threads.submit(visit)
        try:
            yield answers
        finally:
            over.set()
        visits.result()


def held(pid, field):
    """Bytes of memory that a process holds, or held at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) << 10
    raise AssertionError(f"no {field} of process {pid}")


def floor():
    tell(task=round_trips(TASKS) / TASKS)


if __name__ == "__main__":
    scenario(globals())
