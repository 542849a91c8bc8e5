# SPDX-License-Identifier: Apache-2.0
"""Functions in Python over Arrow tables, run by the workers of a context: all that a frame's plan calls.

Rows keep their order, except that rows of groups come group by group, in the order of the keys.
"""

from __future__ import annotations

from sluice.frame.columntrips import Call, evaluate, evaluated
from sluice.frame.copies import Copied, copied
from sluice.frame.evaluatingoptions import options_of, setting
from sluice.frame.grouptrips import aggregate, aggregate_over, apply_cogroups, apply_groups
from sluice.frame.maptrips import map_batches, mapped
from sluice.frame.taskfiles import Options

__all__ = [
    "Call",
    "Copied",
    "Options",
    "aggregate",
    "aggregate_over",
    "apply_cogroups",
    "apply_groups",
    "copied",
    "evaluate",
    "evaluated",
    "map_batches",
    "mapped",
    "options_of",
    "setting",
]
