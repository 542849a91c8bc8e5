# SPDX-License-Identifier: Apache-2.0
"""A program is connected and does nothing: how much of one core the JVMs and workers take meanwhile.

Once more while a visitor has the live web pages open, where they are there.
"""

import os
import time
from pathlib import Path

from common import QUICK, Metric, children, context, jvm, pages, scenario, tell

METRICS = [
    Metric("share", "idle, share of one core", at_most=0.01, unit="share", engine="cluster"),
    Metric(
        "pages", "idle with web pages open, share of one core", at_most=0.01, unit="share", engine="cluster"
    ),
]
ENGINES = ("sluice", "cluster")
SECONDS = 2 if QUICK else 20


def main():
    sc = context()
    assert sc.parallelize([1], 1).count() == 1
    # What the start left to do is not what is asked for.
    time.sleep(SECONDS / 4)
    tell(share=share(jvm()))
    ask = pages(sc)
    if ask:
        with ask("/live"):
            time.sleep(SECONDS / 4)
            tell(pages=share(jvm()))
    sc.stop()


def share(pid):
    """The share of a core that a process and those below it take for some seconds."""
    begun, used = time.monotonic(), spent(pid)
    time.sleep(SECONDS)
    return (spent(pid) - used) / (time.monotonic() - begun)


def spent(pid):
    """Seconds of processor time that a process and those below it have taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(map(spent, children(pid)))


if __name__ == "__main__":
    scenario(globals())
