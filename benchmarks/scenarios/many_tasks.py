# SPDX-License-Identifier: Apache-2.0
"""100,000 tasks without data in one job, after one of 1,000, and by how much the processes that keep account grow.

Growth is the most memory that a process held at any time of the job, less what it held before. PySpark is not asked:
at its pace the job takes a quarter of an hour. The floor: as many messages to another process and back.
"""

import os
from pathlib import Path

from common import CLUSTER, QUICK, Metric, context, round_trips, scenario, tell, timed

MB = 1_000_000
METRICS = [
    Metric("task", "100,000 tasks in one job, each", cluster=1.5),
    Metric("driver", "the same: growth of the driver", at_most=32 * MB, unit="bytes", engine="cluster"),
    Metric(
        "jvm", "the same: growth of the JVM that schedules", at_most=192 * MB, unit="bytes", engine="cluster"
    ),
]
ENGINES = ("sluice", "cluster")
TASKS = 5_000 if QUICK else 100_000


def main():
    sc = context()
    assert sc.parallelize([], 1000).count() == 0
    rdd = sc.parallelize([], TASKS)
    # The coordinator, or the JVM of the driver's own.
    watched = {"driver": os.getpid(), "jvm": CLUSTER.get("pid") or java_below(os.getpid())}
    before = {key: held(pid, "VmRSS") for key, pid in watched.items()}
    for pid in watched.values():
        # Forgets the highest mark.
        Path(f"/proc/{pid}/clear_refs").write_text("5")

    def job():
        assert rdd.count() == 0

    tell(task=timed(job) / TASKS)
    tell(**{key: max(0, held(pid, "VmHWM") - before[key]) for key, pid in watched.items()})
    sc.stop()


def held(pid, field):
    """Bytes of memory that a process holds, or held at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) << 10
    raise AssertionError(f"no {field} of process {pid}")


def java_below(pid):
    """The JVM among the processes that this one started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if os.path.basename(os.readlink(f"/proc/{child}/exe")) == "java":
                return int(child)
            found = java_below(child)
            if found:
                return found
    return None


def floor():
    tell(task=round_trips(TASKS) / TASKS)


if __name__ == "__main__":
    scenario(globals())
