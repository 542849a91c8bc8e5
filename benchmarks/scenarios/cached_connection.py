# SPDX-License-Identifier: Apache-2.0
"""A connection that a module caches, used by 1,000 tasks. The floor: it is opened once and asked as often."""

from common import QUICK, Metric, context, scenario, tell, timed

METRICS = [Metric("tasks", "connection cached in a module, 1,000 tasks", times=1)]
TASKS = 100 if QUICK else 1000


def main():
    import kept_connection

    sc = context()
    sc.parallelize([1], 1).count()

    def job():
        total = sc.parallelize(range(TASKS), TASKS).map(kept_connection.square).sum()
        assert total == sum(number * number for number in range(TASKS))

    tell(tasks=timed(job))
    sc.stop()


def floor():
    import kept_connection

    tell(tasks=timed(lambda: [kept_connection.square(number) for number in range(TASKS)]))


if __name__ == "__main__":
    scenario(globals())
