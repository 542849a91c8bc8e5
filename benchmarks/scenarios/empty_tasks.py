# SPDX-License-Identifier: Apache-2.0
"""One job of 2,000 tasks without data, wall time over 2,000. The floor: as many messages there and back."""

from common import QUICK, Metric, context, median, round_trips, scenario, tell

METRICS = [Metric("task", "2,000 empty tasks, each", times=100)]
TASKS = 200 if QUICK else 2000


def main():
    sc = context()
    rdd = sc.parallelize([], TASKS)
    assert rdd.getNumPartitions() == TASKS

    def job():
        assert rdd.count() == 0

    tell(task=median(job, 1 if QUICK else 3) / TASKS)
    sc.stop()


def floor():
    tell(task=round_trips(TASKS) / TASKS)


def peer():
    from loky import get_reusable_executor

    executor = get_reusable_executor(max_workers=2)
    tell(task=median(lambda: list(executor.map(abs, range(TASKS))), 3) / TASKS)


if __name__ == "__main__":
    scenario(globals())
