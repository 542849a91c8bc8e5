# SPDX-License-Identifier: Apache-2.0
"""Directories that a job writes a file for each partition into, and that appear whole or not at all.

Tasks write below a hidden directory beside the target, whose name says which process it belongs to. An attempt has a
file of its own until it is whole, and takes the partition's name with one rename: however often a partition is tried,
it is written once. The driver then drops what lost attempts left, and gives the directory its name with one rename.
What a killed driver left is removed by the next program of this machine that writes beside it.

Where fsspec opens the target there may be no rename of directories: files are moved one by one, the mark of success
last, and nothing stays if that fails.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sluice.errors import OutputError, OutputExistsError, SluiceError
from sluice.files.checksums import ChecksummedWriter, beside
from sluice.files.filesystems import display, filesystem, is_url, open_to_write
from sluice.processes import start_ticks
from sluice.taskcontext import TaskContext

__all__ = ["OutputDirectory", "write_part"]

_SUCCESS = "_SUCCESS"
_STAGED = re.compile(r"\..*\.sluice-(?P<host>.+)-(?P<pid>\d+)-(?P<started>\d+)-[0-9a-f]{12}", re.DOTALL)
#: Letters of what sets one such name apart from others of this process.
_TOKEN = 12


class OutputDirectory:
    """The driver's side.

    Args:
        target: an absolute path or a URL.

    Raises:
        OutputExistsError: there is something already.
        OSError: the directory above cannot be made or written.
    """

    def __init__(self, target: str) -> None:
        self._target = target.rstrip("/") or target
        self._fs: Any = None
        parent, name = os.path.split(self._target)
        staged = f".{name}.sluice-{_own()}-{_token()}"
        if is_url(target):
            self._fs, self._inside = filesystem(self._target)
            if self._fs.exists(self._inside):
                raise self._exists()
            inside = os.path.split(self._inside)[0]
            self._staged_inside = f"{inside}/{staged}"
            self.staging = f"{parent}/{staged}"
            self._fs.makedirs(self._staged_inside, exist_ok=True)
            return
        if os.path.lexists(self._target):
            raise self._exists()
        os.makedirs(parent, exist_ok=True)
        _sweep(parent)
        self.staging = os.path.join(parent, staged)
        os.mkdir(self.staging)

    def commit(self, files: set[str], success: bool) -> None:
        """Give the directory its name, with these files and no others.

        Raises:
            OutputExistsError: somebody made something there meanwhile.
        """
        if self._fs is not None:
            self._move(files, success)
            return
        for name in os.listdir(self.staging):
            if name not in files:
                os.unlink(os.path.join(self.staging, name))
        if success:
            with open(os.path.join(self.staging, _SUCCESS), "wb"):
                pass
        try:
            os.rename(self.staging, self._target)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise self._exists() from error
            raise

    def abort(self) -> None:
        """Remove what was written."""
        if self._fs is None:
            # A task that is only being ended may open one more file in it, but not under a name that it does not know.
            gone = f"{self.staging[:-_TOKEN]}{_token()}"
            try:
                os.rename(self.staging, gone)
            except OSError:
                gone = self.staging
            shutil.rmtree(gone, ignore_errors=True)
        elif self._fs.exists(self._staged_inside):
            self._fs.rm(self._staged_inside, recursive=True)

    def _move(self, files: set[str], success: bool) -> None:
        if self._fs.exists(self._inside):
            raise self._exists()
        self._fs.makedirs(self._inside, exist_ok=True)
        try:
            for name in sorted(files):
                self._fs.mv(f"{self._staged_inside}/{name}", f"{self._inside}/{name}")
            if success:
                self._fs.touch(f"{self._inside}/{_SUCCESS}")
            self.abort()
        except BaseException:
            self._fs.rm(self._inside, recursive=True)
            raise

    def _exists(self) -> Exception:
        from sluice.pyspark import present

        return present(
            OutputExistsError(
                f"FileAlreadyExistsException: Output directory {display(self._target)} already exists"
            )
        )


def write_part(
    directory: str, split: int, suffix: str, checksums: bool, fill: Callable[[Any], None], opened: Any = None
) -> list[str]:
    """Write a partition's file; return the names of the files that belong to it.

    Args:
        directory: the driver's staging directory.
        split: the partition.
        suffix: what the name ends with.
        checksums: whether to keep checksums beside it, on a local disk.
        fill: writes the contents to what is opened.
        opened: makes a context manager of a path; a plain file if it is not given.
    """
    name = f"part-{split:05d}{suffix}"
    context = TaskContext.get()
    attempt = context.taskAttemptId() if context is not None else 0
    if is_url(directory):
        return _write_remote(directory, name, attempt, fill, opened)
    hidden = os.path.join(directory, f".{name}.{attempt}")
    with _removed_on_failure(hidden, beside(hidden)):
        sums = _fill(hidden, checksums, fill, opened or open_to_write)
        if sums is None:
            os.replace(hidden, os.path.join(directory, name))
            return [name]
        _fill(beside(hidden), False, lambda file: file.write(sums), open_to_write)
        names = [name, os.path.basename(beside(name))]
        os.replace(beside(hidden), os.path.join(directory, names[1]))
        os.replace(hidden, os.path.join(directory, name))
    return names


def _fill(path: str, checksums: bool, fill: Callable[[Any], None], opened: Any) -> bytes | None:
    """Write a file; return its checksums. What items raise while they are made is passed on as it is."""
    ours = True
    try:
        with opened(path) as file:
            guarded: Any = _Guarded(file, path)
            written = ChecksummedWriter(guarded) if checksums else guarded
            ours = False
            fill(written)
            # Closing writes what is buffered, and that is when a full disk may show.
            ours = True
    except OSError as error:
        if ours and not isinstance(error, SluiceError):
            raise _refused(path, error) from error
        raise
    return written.sums() if checksums else None


class _Guarded:
    """A file whose errors say which file, and how much room there is."""

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._path = path

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise _refused(self._path, error) from error


def _refused(path: str, error: OSError) -> OutputError:
    try:
        free: object = shutil.disk_usage(os.path.dirname(path)).free
    except OSError:
        free = "unknown"
    return OutputError("cannot write output", file=path, reason=error.strerror or str(error), free_bytes=free)


def _write_remote(
    directory: str, name: str, attempt: int, fill: Callable[[Any], None], opened: Any
) -> list[str]:
    fs, inside = filesystem(directory)
    hidden = f".{name}.{attempt}"
    try:
        with (opened or open_to_write)(f"{directory}/{hidden}") as file:
            fill(file)
        if fs.exists(f"{inside}/{name}"):
            fs.rm(f"{inside}/{name}")
        fs.mv(f"{inside}/{hidden}", f"{inside}/{name}")
    except BaseException:
        if fs.exists(f"{inside}/{hidden}"):
            fs.rm(f"{inside}/{hidden}")
        raise
    return [name]


@contextmanager
def _removed_on_failure(*paths: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for path in paths:
            if os.path.exists(path):
                os.unlink(path)
        raise


def _own() -> str:
    pid = os.getpid()
    return f"{socket.gethostname()}-{pid}-{start_ticks(pid)}"


def _token() -> str:
    return uuid.uuid4().hex[:_TOKEN]


def _sweep(parent: str) -> None:
    for entry in os.scandir(parent):
        found = _STAGED.fullmatch(entry.name)
        if (
            found is not None
            and found["host"] == socket.gethostname()
            and start_ticks(int(found["pid"])) != int(found["started"])
            and entry.is_dir(follow_symlinks=False)
        ):
            shutil.rmtree(entry.path, ignore_errors=True)
