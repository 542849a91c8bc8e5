# SPDX-License-Identifier: Apache-2.0
"""Counts what a program of ours holds: processes, descriptors, sockets, files, threads."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from sluice import gateway
from tests.support.waiting import descendants, eventually


class Census(NamedTuple):
    """What must be the same before and after; workers may come and go, but the pool knows each."""

    jvm: int
    zygotes: int
    strangers: frozenset[int]
    descriptors: int
    jvm_sockets: int
    jvm_files: frozenset[str]
    claims: int
    files: frozenset[str]
    threads: frozenset[str]


def take(sc: Any) -> Census:
    """Count now."""
    gc.collect()
    gateway = sc._engine()
    pools = gateway.call("workers")
    jvm = gateway.pid
    ours = {jvm, *pools["workers"], *pools["zygotes"]}
    sockets, files = _descriptors(jvm, gateway.directory.name)
    # Connections that wait for the next job: as many as there ever were jobs at once.
    idle = len(gateway._idle)
    return Census(
        jvm=jvm,
        zygotes=len(pools["zygotes"]),
        strangers=frozenset(descendants(os.getpid()) - ours),
        descriptors=len(os.listdir("/proc/self/fd")) - idle,
        # A worker has a socket for tasks and one for output.
        jvm_sockets=sockets - 2 * len(pools["workers"]) - idle,
        jvm_files=frozenset(file for file in files if "/claims-" not in file),
        # A living worker may have a file of claims, which has no name any more.
        claims=max(0, sum("/claims-" in file for file in files) - len(pools["workers"])),
        files=_files(gateway.directory),
        threads=frozenset(thread.name for thread in threading.enumerate()),
    )


#: Counts that may shrink: a connection that another thread used was counted at first, and then it was idle.
_FEWER = frozenset(("descriptors", "jvm_sockets", "claims"))


def settle(sc: Any, before: Census) -> None:
    """Wait until all is as it was; fail with both counts if it never is."""
    last: Census | None = None

    def differs() -> dict[str, Any]:
        nonlocal last
        last = take(sc)
        return {
            name: (old, new)
            for name, old, new in zip(Census._fields, before, last, strict=True)
            if old != new
            and not (isinstance(old, frozenset) and old > new)
            and not (name in _FEWER and new < old)
        }

    eventually(differs, lambda found: not found)


def _descriptors(pid: int, run: str) -> tuple[int, frozenset[str]]:
    sockets = 0
    files = set()
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{entry}")
        except OSError:
            continue
        if target.startswith("socket:"):
            sockets += 1
        elif run in target and "owner" not in target:
            files.add(target)
    return sockets, frozenset(files)


def held() -> Counter[str]:
    """Descriptors of this process, by what they are, without those of its JVM's gateway, which serves all tests."""
    known = set()
    for jvm in gateway._gateways.values():
        if isinstance(jvm, gateway.OwnJvm):
            connections = [*jvm._idle, *filter(None, [jvm._output])]
            pipes = [pipe for pipe in (jvm._process.stdin, jvm._process.stdout) if pipe and not pipe.closed]
            known |= {file.fileno() for file in (*(connection.sock for connection in connections), *pipes)}
    found: Counter[str] = Counter()
    for entry in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{entry}")
        except OSError:
            continue  # That of the listing itself.
        if int(entry) not in known:
            kind, colon, _ = target.partition(":[")
            found[kind if colon else target] += 1
    return found


def _files(directory: Path) -> frozenset[str]:
    found = set()
    for root in (directory, Path("/dev/shm") / directory.name):
        if root.is_dir():
            found.update(str(path) for path in root.rglob("*") if not path.is_dir())
    return frozenset(found)


def strangers() -> list[str]:
    """Processes below this one, but for its JVM and the zygotes: between two modules' contexts there is no other."""
    own = gateway._gateways.get(0)
    jvm = own.pid if own is not None and own.alive else None
    below = descendants(os.getpid())
    # The JVM's children are zygotes; whatever is below those is a worker, or what one left.
    known = {jvm, *_children(jvm)} if jvm in below else set()
    for root in EXPECTED:
        known |= {root, *descendants(root)}
    return sorted(f"{pid} {_command(pid)}" for pid in below - known)


#: Processes that serve tests of several modules, with all below them.
EXPECTED: set[int] = set()


def leftovers() -> list[str]:
    """Directories of this process's runs, in the temporary directory and in shared memory."""
    name = f"sluice-{os.getuid()}-{os.getpid()}-*"
    return [str(path) for base in (tempfile.gettempdir(), "/dev/shm") for path in Path(base).glob(name)]


def _children(pid: int | None) -> set[int]:
    children: set[int] = set()
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        children.update(map(int, thread.read_text().split()))
    return children


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200]
    except OSError:
        return ""
