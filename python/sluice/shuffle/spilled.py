# SPDX-License-Identifier: Apache-2.0
"""What the task that runs in this process has spilled so far."""

from __future__ import annotations

__all__ = ["add", "begin", "bytes_spilled"]

#: Bytes of memory that were freed by writing what they held to disk.
memory_bytes_spilled = 0
#: Bytes of run files that were written.
disk_bytes_spilled = 0


def begin() -> None:
    """Start a task: nothing is spilled yet."""
    global disk_bytes_spilled, memory_bytes_spilled
    memory_bytes_spilled = disk_bytes_spilled = 0


def add(memory: int = 0, disk: int = 0) -> None:
    """Count bytes of memory that were freed, and bytes that went to disk."""
    global disk_bytes_spilled, memory_bytes_spilled
    memory_bytes_spilled += memory
    disk_bytes_spilled += disk


def bytes_spilled() -> tuple[int, int]:
    """Return the bytes freed in memory and those written to disk."""
    return memory_bytes_spilled, disk_bytes_spilled
