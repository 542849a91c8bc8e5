# SPDX-License-Identifier: Apache-2.0
"""How much memory can still be had."""

from __future__ import annotations

import resource
from pathlib import Path

__all__ = ["free_memory"]

_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_memory() -> int:
    """Bytes that this process can still have: of the machine, its cgroup and its own limit, whichever has least."""
    text = Path("/proc/meminfo").read_text()
    found = next(line for line in text.splitlines() if line.startswith("MemAvailable:"))
    free = int(found.split()[1]) << 10
    for limit, used in _CGROUPS:
        try:
            free = min(free, int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):
            # There is no such file, or it says `max`.
            continue
    own, _ = resource.getrlimit(resource.RLIMIT_AS)
    if own != resource.RLIM_INFINITY:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        free = min(free, own - pages * resource.getpagesize())
    return max(free, 0)
