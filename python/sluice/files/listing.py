# SPDX-License-Identifier: Apache-2.0
"""Which files a path or pattern names, on this machine or where fsspec looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from sluice.errors import InputError
from sluice.files import patterns
from sluice.files.filesystems import display, filesystem, is_url

__all__ = ["File", "files"]

_INVALID = "org.apache.hadoop.mapred.InvalidInputException"


class File(NamedTuple):
    """A file to read."""

    path: str
    size: int


def files(where: list[str], recursive: bool, passing: bool = False) -> list[File]:
    """Return the files that patterns name, in order of paths within each.

    Args:
        where: absolute paths or URLs, with Hadoop's patterns in them.
        recursive: whether directories in a directory are read too.
        passing: whether they are passed over where they are not; else they are an error.

    Raises:
        InputError: a path is missing, a pattern matches nothing, a directory holds another.
    """
    found: list[File] = []
    for pattern in where:
        found.extend(
            _matching(_Remote(pattern) if is_url(pattern) else _Local(), pattern, recursive, passing)
        )
    return found


class _Local:
    def expand(self, pattern: str) -> list[str] | None:
        return patterns.expand(pattern)

    def is_directory(self, path: str) -> bool:
        return os.path.isdir(path)

    def size(self, path: str) -> int:
        return os.path.getsize(path)

    def entries(self, path: str) -> Iterator[tuple[str, bool, int]]:
        """Yield (path, whether it is a directory, size) of what is in a directory."""
        for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
            if not _hidden(entry.name):
                yield entry.path, entry.is_dir(), entry.stat().st_size


class _Remote:
    def __init__(self, url: str) -> None:
        self._fs, self._inside = filesystem(url)
        self._scheme = url.partition(":")[0]
        # A file in a file, such as `zip://member::/path/of.zip`: what stands behind belongs to every path in it.
        _, chained, rest = url.partition("::")
        self._rest = chained + rest

    def expand(self, pattern: str) -> list[str] | None:
        if not patterns.is_pattern(self._inside):
            return [pattern] if self._fs.exists(self._inside) else None
        found: set[str] = set()
        for one in patterns.alternatives(self._inside):
            found.update(self._fs.glob(one))
        return sorted(map(self._url, found))

    def is_directory(self, path: str) -> bool:
        found: bool = self._fs.isdir(filesystem(path)[1])
        return found

    def size(self, path: str) -> int:
        found: int = self._fs.size(filesystem(path)[1])
        return found

    def entries(self, path: str) -> Iterator[tuple[str, bool, int]]:
        inside = filesystem(path)[1]
        for entry in sorted(self._fs.ls(inside, detail=True), key=lambda entry: str(entry["name"])):
            if not _hidden(os.path.basename(entry["name"].rstrip("/"))):
                yield self._url(entry["name"]), entry["type"] == "directory", entry["size"] or 0

    def _url(self, path: str) -> str:
        # By the scheme it was asked for: a file system may have several.
        return f"{self._scheme}:{self._fs.unstrip_protocol(path).partition(':')[2]}{self._rest}"


def _matching(fs: _Local | _Remote, pattern: str, recursive: bool, passing: bool) -> Iterator[File]:
    found = fs.expand(pattern)
    if found is None:
        raise _present(InputError(f"Input path does not exist: {display(pattern)}", _INVALID))
    visible = [path for path in found if not _hidden(os.path.basename(path))]
    if not visible:
        raise _present(InputError(f"Input Pattern {display(pattern)} matches 0 files", _INVALID))
    for path in visible:
        if fs.is_directory(path):
            yield from _inside(fs, path, recursive, passing)
        else:
            yield File(path, fs.size(path))


def _inside(fs: _Local | _Remote, path: str, recursive: bool, passing: bool) -> Iterator[File]:
    try:
        entries = list(fs.entries(path))
    except OSError as error:
        raise _present(
            InputError(f"cannot list {display(path)}: {error.strerror or error}", "java.io.IOException")
        ) from error
    for inner, is_directory, size in entries:
        if not is_directory:
            yield File(inner, size)
        elif recursive:
            yield from _inside(fs, inner, recursive, passing)
        elif not passing:
            raise _present(
                InputError(
                    f"Path: {display(inner)} is a directory, which is not read with the files beside it; "
                    "name it on its own, or set mapreduce.input.fileinputformat.input.dir.recursive",
                    "java.io.IOException",
                )
            )


def _hidden(name: str) -> bool:
    return name.startswith(("_", "."))


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
