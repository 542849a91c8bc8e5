# SPDX-License-Identifier: Apache-2.0
"""Which processes run, by what the kernel says of a pid; a pid that comes back is known by when its process started."""

from __future__ import annotations

import os

__all__ = ["space", "start_ticks"]


def start_ticks(pid: int) -> int:
    """When a process started, in clock ticks after boot; -1 if there is none of that pid.

    One that has died is none, although it can be seen until its parent, which may be slow, has reaped it. One whose
    first thread has ended, and looks alike, runs as long as another thread of it does.
    """
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        if fields[0] in "ZX" and len(os.listdir(f"/proc/{pid}/task")) < 2:
            return -1
    except OSError:
        return -1
    return int(fields[19])


def space() -> str:
    """Four digits for the pid namespace of this process: the pids of containers that share a disk mean nothing here."""
    try:
        return f"{os.stat('/proc/self/ns/pid').st_ino & 0xFFFF:04x}"
    except OSError:
        return "0000"
