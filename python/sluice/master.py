# SPDX-License-Identifier: Apache-2.0
"""Master URLs: where jobs run, and how often a task may fail there."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from sluice.errors import ConfigError

__all__ = ["Master", "parse"]

_CLUSTER = re.compile(r"local-cluster\[\s*([0-9]{1,6})\s*,\s*([0-9]{1,6})\s*,\s*[0-9]{1,9}\s*\]", re.ASCII)
#: What Spark allows a task on a cluster.
_CLUSTER_FAILURES = 4
_LOCAL = re.compile(r"local(?:\[\s*(\*|[0-9]{1,6})\s*(?:,\s*([0-9]{1,6})\s*)?\])?", re.ASCII)


class Master(NamedTuple):
    """An understood master."""

    url: str
    slots: int
    max_failures: int


def parse(url: str) -> Master:
    """Read a master URL.

    Raises:
        ConfigError: it is not understood; names the forms that are.
    """
    match = _LOCAL.fullmatch(url.strip())
    if match is not None:
        slots = 1 if match[1] is None else _cores() if match[1] == "*" else int(match[1])
        failures = int(match[2]) if match[2] else 1
        if slots and failures:
            return Master(url, slots, failures)
    match = _CLUSTER.fullmatch(url.strip())
    if match is not None and int(match[1]) * int(match[2]):
        return Master(url, int(match[1]) * int(match[2]), _CLUSTER_FAILURES)
    raise ConfigError(
        f"Could not parse Master URL: {url!r}",
        advice="use local, local[N], local[*], or local[N,F], where a task may fail F times, "
        "or local-cluster[E,N,M] for E times N slots; all are at least 1",
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0))
