# SPDX-License-Identifier: Apache-2.0
"""A job of one task over one number, median of 200. The floor: one message to another process and back."""

from common import Metric, context, median, round_trips, scenario, tell

METRICS = [Metric("job", "one-task job", times=60)]


def main():
    sc = context()

    def job():
        assert sc.parallelize([1], 1).count() == 1

    tell(job=median(job, 200, warm=30))
    sc.stop()


def floor():
    tell(job=round_trips(1000) / 1000)


def peer():
    from loky import get_reusable_executor

    executor = get_reusable_executor(max_workers=2)
    tell(job=median(lambda: executor.submit(abs, 1).result(), 200, warm=30))


if __name__ == "__main__":
    scenario(globals())
