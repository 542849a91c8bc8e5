# SPDX-License-Identifier: Apache-2.0
"""Lines in the executor's log, where Spark puts what a daemon writes to standard error."""

from __future__ import annotations

import sys

_said: set[str] = set()


def once(line: str) -> None:
    """Say a line unless this process, or the one that it was forked from, has said it before."""
    if line in _said:
        return
    _said.add(line)
    try:
        # One write: the lines of several processes do not mix.
        sys.stderr.write(f"sluice.spark.daemon: {line}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        # Nobody reads it; the work goes on.
        return
