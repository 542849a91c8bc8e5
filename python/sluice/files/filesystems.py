# SPDX-License-Identifier: Apache-2.0
"""Paths as users write them: files of this machine, or URLs that fsspec opens where it is installed.

A path of this machine is kept absolute and without `file:`; a URL is kept as it is. Everything that reads or writes
users' files asks here which of the two it has, in the driver and in workers alike.
"""

from __future__ import annotations

import os
import re
from typing import Any

from sluice.errors import InputError

__all__ = ["display", "filesystem", "is_url", "local_or_url", "open_to_read", "open_to_write", "size_of"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=/)")
_BUFFER = 1 << 18
#: What Hadoop calls the lack of it.
_UNKNOWN = "org.apache.hadoop.fs.UnsupportedFileSystemException"


def local_or_url(path: str | os.PathLike[str]) -> str:
    """Return an absolute path of this machine, or a URL that fsspec can open.

    Raises:
        InputError: nothing here opens that scheme; names what is missing.
    """
    path = os.fspath(path)
    if path.startswith("file:"):
        rest = path[len("file:") :]
        return os.path.abspath(rest.removeprefix("//") if rest.startswith("///") else rest)
    if is_url(path):
        filesystem(path)
        return path
    return os.path.abspath(path)


def is_url(path: str) -> bool:
    """Whether a path is for fsspec."""
    found = _SCHEME.match(path)
    return found is not None and found[1] != "file"


def display(path: str) -> str:
    """Return a path as PySpark shows it: with the scheme, also that of local files."""
    return path if is_url(path) else f"file:{path}"


def filesystem(url: str) -> tuple[Any, str]:
    """Return fsspec's filesystem for a URL, and the path in it.

    Raises:
        InputError: fsspec is not installed, or it knows no such scheme or lacks that scheme's package.
    """
    from sluice.pyspark import present

    scheme = url.partition(":")[0]
    try:
        import fsspec
    except ImportError:
        raise present(
            InputError(
                f'No FileSystem for scheme "{scheme}"',
                _UNKNOWN,
                path=url,
                advice="install fsspec to read and write other places than the files of this machine",
            )
        ) from None
    try:
        found, path = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise present(
            InputError(
                f'No FileSystem for scheme "{scheme}"',
                _UNKNOWN,
                path=url,
                reason=str(error),
                advice="install the package that brings it to fsspec, in the driver and for the workers",
            )
        ) from error
    return found, path


def open_to_read(path: str) -> Any:
    """Return a file open for reading, unbuffered where it is a local one."""
    if is_url(path):
        found, inside = filesystem(path)
        return _Opened(found.open(inside, "rb"), found)
    return open(path, "rb", buffering=0)


def open_to_write(path: str) -> Any:
    """Return a new file open for writing, buffered: a raw one may write less than it was given and not say so."""
    if is_url(path):
        found, inside = filesystem(path)
        return _Opened(found.open(inside, "wb"), found)
    return open(path, "wb", buffering=_BUFFER)


class _Opened:
    """A file and the file system that it is from, which may close what it holds once nobody refers to it."""

    def __init__(self, file: Any, fs: Any) -> None:
        self._file = file
        self._fs = fs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._file.close()


def size_of(file: Any) -> int:
    """Return how many bytes an open file has; it is read from its beginning next."""
    size: int = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size
