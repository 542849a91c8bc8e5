# SPDX-License-Identifier: Apache-2.0
"""The state directory of a cluster: who its coordinator is, and whether that process is still the one that wrote it.

A pid alone says little: the process may have ended, and another got its number. So the time when it started is kept
beside it, and nothing is believed of, or sent to, a process for which both do not agree.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, NamedTuple

from sluice.errors import StartError
from sluice.processes import start_ticks

__all__ = ["LONGEST_BELOW", "SOCKET_PATH", "Coordinator", "directory", "find", "root", "token"]

_LONGEST = 1 << 16
#: The longest path that a Unix socket can have, in bytes.
SOCKET_PATH = 107
#: The longest path of a cluster's socket below the temporary directory, with the largest numbers that there are in it.
LONGEST_BELOW = len("/sluice-4294967294-4194304-ffff18446744073709551615/executor9999/pool9999/workers.sock")


class Coordinator(NamedTuple):
    """What a coordinator wrote of itself."""

    directory: Path
    pid: int
    started: int
    port: int
    version: str
    executors: int
    cores: int
    #: Where its own files are besides its state.
    files: str

    @property
    def alive(self) -> bool:
        """Whether that very process runs."""
        return start_ticks(self.pid) == self.started


def root() -> Path:
    """Return the directory of all clusters of this user."""
    named = os.environ.get("SLUICE_STATE")
    if named:
        return Path(os.path.abspath(named))
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(state) / "sluice"


def directory(port: int) -> Path:
    """Return where the cluster of a port keeps its state."""
    return root() / f"cluster-{port}"


def known() -> list[Coordinator]:
    """Return the coordinators that have left word, alive or not, by port; foreign directories are passed over."""
    found = []
    for place in root().glob("cluster-*"):
        try:
            coordinator = find(place)
        except StartError:
            continue
        if coordinator is not None:
            found.append(coordinator)
    return sorted(found, key=lambda each: each.port)


def find(place: Path) -> Coordinator | None:
    """Read a state directory; ``None`` if no coordinator has left word there.

    Raises:
        StartError: the directory is another user's or open to others, or what stands there is not understood.
    """
    if not check(place):
        return None
    text = _read(place / "coordinator.json")
    if text is None:
        return None
    try:
        told: dict[str, Any] = json.loads(text)
        return Coordinator(
            place,
            int(told["pid"]),
            int(told["started"]),
            int(told["port"]),
            str(told["version"]),
            int(told["executors"]),
            int(told["cores"]),
            str(told["directory"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(
            "the cluster's state is not understood",
            path=place / "coordinator.json",
            reason=f"{type(error).__name__} {error}",
            advice=f"remove {place} if no cluster of yours runs there",
        ) from None


def token(path: Path) -> str:
    """Read the token that lets programs in.

    Raises:
        StartError: there is none, or others could read it.
    """
    check(path.parent)
    text = _read(path)
    if text is None or not text.isascii() or not text.strip():
        raise StartError("the cluster has no token", path=path, advice="start it anew: sluice cluster start")
    return text.strip()


def check(place: Path) -> bool:
    """Whether a directory is there; refuse one that is not ours alone.

    Raises:
        StartError: it is another user's, open to others, or no directory.
    """
    try:
        status = os.lstat(place)
    except FileNotFoundError:
        return False
    _require(place, status, stat.S_ISDIR(status.st_mode), "a directory")
    return True


def _require(path: Path, status: os.stat_result, kind: bool, what: str) -> None:
    if not kind or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise StartError(
            f"the cluster's state is not private: it must be {what} of this user that nobody else can enter or read",
            path=path,
            mode=stat.filemode(status.st_mode),
            uid=status.st_uid,
            advice="remove it, or name another place with SLUICE_STATE",
        )


def _read(path: Path) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StartError("cannot read the cluster's state", path=path, reason=error.strerror) from None
    with open(descriptor, encoding="utf-8", errors="replace") as file:
        status = os.fstat(descriptor)
        _require(path, status, stat.S_ISREG(status.st_mode), "a file")
        return file.read(_LONGEST)
