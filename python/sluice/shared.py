# SPDX-License-Identifier: Apache-2.0
"""Files of a run in shared memory, and in a directory on disk where that has no room."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from sluice.errors import NoRoomError
from sluice.gateway import sweep

__all__ = ["SharedFiles"]

_MEMORY = Path("/dev/shm")
_NO_ROOM = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.ENOENT, errno.EROFS, errno.EDQUOT)

R = TypeVar("R")


class SharedFiles:
    """Makes files that workers map or read, and removes them all at its end.

    Args:
        run: the run's private directory; files go there when shared memory is full.
        preferred: where they go first; ``None`` for shared memory.
    """

    def __init__(self, run: Path, preferred: str | None = None) -> None:
        base = Path(preferred).absolute() if preferred else _MEMORY
        self._first = base / run.name
        self._second = run / "shared"
        self._explicit = preferred is not None
        self._fallen = False
        self._lock = threading.Lock()
        self._made: set[Path] = set()

    def write(self, name: str, fill: Callable[[BinaryIO], R]) -> tuple[Path, R]:
        """Make a file of this name and fill it; a file that cannot be filled is removed.

        Raises:
            NoRoomError: there is no room in the fallback directory either.
        """
        if not self._fallen:
            try:
                return self._write(self._first, name, fill)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                if self._explicit:
                    raise self._refused(self._first, error) from error
                self._fall_back(error)
        try:
            return self._write(self._second, name, fill)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise self._refused(self._second, error) from error

    def _write(self, directory: Path, name: str, fill: Callable[[BinaryIO], R]) -> tuple[Path, R]:
        self._make(directory)
        path = directory / name
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            with open(descriptor, "w+b", buffering=1 << 20) as file:
                return path, fill(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _make(self, directory: Path) -> None:
        with self._lock:
            if directory not in self._made:
                if self._explicit:
                    sweep(directory.parent)
                directory.mkdir(mode=0o700, exist_ok=True)
                self._made.add(directory)

    def _fall_back(self, error: OSError) -> None:
        with self._lock:
            if self._fallen:
                return
            self._fallen = True
        print(
            f"sluice: no room in shared memory: path={self._first} reason={error.strerror}; "
            f"using the directory {self._second} from now on, which is slower",
            file=sys.stderr,
        )

    @staticmethod
    def _refused(directory: Path, error: OSError) -> NoRoomError:
        try:
            free: object = shutil.disk_usage(directory.parent).free
        except OSError:
            free = "unknown"
        return NoRoomError(
            "no room for data shared with workers",
            path=directory,
            free_bytes=free,
            reason=error.strerror,
            advice="free some space, or set sluice.broadcast.dir to a directory that has it",
        )

    def places(self, name: str) -> list[Path]:
        """Make a directory of this name wherever files may go, in the order in which they are to be tried.

        Who made it removes it; it goes with the run at the latest.

        Raises:
            NoRoomError: not even the fallback can be made.
        """
        made: list[Path] = []
        for base in [self._first] if self._explicit else [self._first, self._second]:
            try:
                self._make(base)
                (base / name).mkdir(mode=0o700)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                refused = self._refused(base, error)
                refused.__cause__ = error
            else:
                made.append(base / name)
        if not made:
            raise refused
        return made

    def remove_with(self, owner: object, path: Path) -> None:
        """Remove a file once an object is gone."""
        weakref.finalize(owner, _remove, os.getpid(), str(path)).atexit = False

    def close(self) -> None:
        """Remove every file."""
        with self._lock:
            for directory in self._made:
                shutil.rmtree(directory, ignore_errors=True)
            self._made.clear()


def _remove(process: int, path: str) -> None:
    # A finalizer may run at any allocation, in any thread, so it takes no lock; and in a process that the driver
    # forked, where the file is still the driver's.
    if os.getpid() == process:
        with contextlib.suppress(OSError):
            os.unlink(path)
