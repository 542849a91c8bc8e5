# SPDX-License-Identifier: Apache-2.0
"""What this machine has: slots, memory that is free, and the memory that processes hold."""

from __future__ import annotations

import os
from pathlib import Path

from sluice.freememory import free_memory

__all__ = ["copies", "free_memory", "pss", "scaled", "slots", "workers_below"]

#: A set of small ints takes 70 to 85 bytes an element: its table, and an object for each.
BYTES_AN_ELEMENT = 85
#: For interpreters, the JVM, and what else runs here.
_RESERVE = 1 << 30


def slots() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def copies(n: int, free: int) -> int:
    """How many sets of ``n`` ints have room, with something left for everything else."""
    return int((free * 0.8 - _RESERVE) // (BYTES_AN_ELEMENT * n))


def scaled(wanted: int, free: int, count: int = 3) -> int:
    """The largest set, up to the wanted one, of which ``count`` copies have room; in steps of 100,000."""
    fits = int((free * 0.8 - _RESERVE) / (count * BYTES_AN_ELEMENT))
    return wanted if fits >= wanted else max(100_000, fits // 100_000 * 100_000)


def pss(pid: int) -> int:
    """Bytes of memory that a process holds, pages shared by several counted in part; 0 once it is gone."""
    try:
        return _fields(Path(f"/proc/{pid}/smaps_rollup"))["Pss"]
    except (OSError, KeyError):
        return 0


def workers_below(pid: int) -> list[int]:
    """The Python processes below the JVM that ``pid`` started: its workers, and what forked them."""
    found = []
    for child in _children(pid):
        if _name(child) == "java":
            found += [below for below in _descendants(child) if _name(below).startswith("python")]
        else:
            found += workers_below(child)
    return found


def shared_files(pid: int) -> int:
    """Bytes of the files that a program keeps in shared memory under its own directory there."""
    total = 0
    for directory in Path("/dev/shm").glob(f"sluice-{os.getuid()}-{pid}-*"):
        for file in directory.rglob("*"):
            status = file.stat()
            total += status.st_blocks * 512
    return total


def weigh(program: int, coordinator: int | None = None) -> int:
    """Bytes of what a program's tasks hold: its workers, what forked them, and its files in shared memory.

    With a coordinator, they are below that, and not below the program.
    """
    if coordinator is None:
        return sum(map(pss, workers_below(program))) + shared_files(program)
    below = _descendants(coordinator)
    held = sum(pss(pid) for pid in below if _name(pid).startswith("python"))
    return held + sum(map(shared_files, [coordinator, *below]))


def _fields(path: Path) -> dict[str, int]:
    fields = {}
    for line in path.read_text().splitlines():
        name, _, value = line.partition(":")
        if value.endswith(" kB"):
            fields[name] = int(value.split()[0]) << 10
    return fields


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (thread / "children").read_text().split())
    except OSError:
        pass
    return children


def _descendants(pid: int) -> list[int]:
    below = []
    for child in _children(pid):
        below += [child, *_descendants(child)]
    return below


def _name(pid: int) -> str:
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""
