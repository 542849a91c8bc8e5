# SPDX-License-Identifier: Apache-2.0
"""Makes the class-data archive of the cluster's JVMs: a training run of a coordinator, with a program."""

from __future__ import annotations

import os
import sys
import tempfile

from sluice import jvm
from sluice.cluster import starting


def _work(unfinished: str) -> None:
    starting.train_archive = unfinished
    with tempfile.TemporaryDirectory(prefix="sluice-training-") as place:
        os.environ["SLUICE_STATE"] = place
        found, _ = starting.start(starting.Wanted(0, 1, 2, {}))
        try:
            jvm.run_jobs(f"sluice://localhost:{found.port}")
        finally:
            starting.stop(found)


if __name__ == "__main__":
    print(jvm.make(starting.MAIN, _work), file=sys.stderr)
