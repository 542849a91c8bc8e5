# SPDX-License-Identifier: Apache-2.0
"""A program is connected and does nothing: how much of one core the coordinator and its executor take meanwhile."""

import os
import time
from pathlib import Path

from common import CLUSTER, QUICK, Metric, context, scenario, tell

METRICS = [Metric("share", "idle cluster, share of one core", at_most=0.01, unit="share", engine="cluster")]
ENGINES = ("cluster",)
SECONDS = 2 if QUICK else 20


def main():
    sc = context()
    assert sc.parallelize([1], 1).count() == 1
    # What the start left to do is not what is asked for.
    time.sleep(SECONDS / 4)
    begun, used = time.monotonic(), spent(CLUSTER["pid"])
    time.sleep(SECONDS)
    tell(share=(spent(CLUSTER["pid"]) - used) / (time.monotonic() - begun))
    sc.stop()


def spent(pid):
    """Seconds of processor time that a process and those below it have taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    for task in Path(f"/proc/{pid}/task").iterdir():
        seconds += sum(map(spent, (task / "children").read_text().split()))
    return seconds


if __name__ == "__main__":
    scenario(globals())
