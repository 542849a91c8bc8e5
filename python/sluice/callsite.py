# SPDX-License-Identifier: Apache-2.0
"""Where in the program an action was called, for those who watch its jobs."""

from __future__ import annotations

import os
import sys

__all__ = ["PROPERTY", "call_site"]

#: The local property that names a job, as Spark calls it.
PROPERTY = "callSite.short"

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def call_site() -> str:
    """Return the method of ours that the program called last, with the program's file and line."""
    frame = sys._getframe(1)
    name = "job"
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        if not frame.f_code.co_name.startswith(("_", "<")):
            name = frame.f_code.co_name
        frame = frame.f_back
    return f"{name} at {frame.f_code.co_filename}:{frame.f_lineno}"
