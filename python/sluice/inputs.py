# SPDX-License-Identifier: Apache-2.0
"""The driver's side of reading files: which files a path names, and how they are cut into partitions.

Paths, patterns and splits are Hadoop's, so that a program finds the partitions that it knows.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
from collections.abc import Iterator
from typing import NamedTuple

from sluice import patterns
from sluice.errors import InputError
from sluice.parallel import source
from sluice.plan import Node
from sluice.serializers.data import PROTOCOL

__all__ = ["absolute", "local_path", "suffix_of", "text_node", "whole_node"]

_INVALID = "org.apache.hadoop.mapred.InvalidInputException"
#: No split of a local file is larger.
_BLOCK = 32 << 20
#: The last split of a file may be this much larger than the others.
_SLOP = 1.1
#: Names that stand for a way to compress; such files are one split.
_COMPRESSED = (".gz", ".bz2", ".deflate", ".zst", ".lz4", ".snappy")


class _File(NamedTuple):
    path: str
    size: int


class Options(NamedTuple):
    """What Hadoop's settings say about reading."""

    recursive: bool = False
    least_split: int = 1
    delimiter: str | None = None


_PLAIN = Options()


def absolute(paths: str) -> list[str]:
    """Return the patterns in a text that separates them by commas, as absolute local paths.

    Raises:
        InputError: one is not on this machine's file system.
    """
    return [local_path(part) for part in patterns.split_commas(paths)]


def local_path(path: str) -> str:
    """Return a path without ``file:``, made absolute.

    Raises:
        InputError: it has another scheme.
    """
    head, colon, rest = path.partition(":")
    if colon and head.isalnum() and "/" not in head:
        if head == "file":
            path = rest.removeprefix("//") if rest.startswith("///") else rest
        elif rest.startswith("/"):
            raise _present(
                InputError(
                    "No FileSystem for scheme",
                    "org.apache.hadoop.fs.UnsupportedFileSystemException",
                    scheme=head,
                    path=path,
                    advice="only files of this machine can be read and written",
                )
            )
    return os.path.abspath(path)


def suffix_of(path: str) -> str:
    """Return the suffix that says how a file is compressed, or an empty text."""
    return next((suffix for suffix in _COMPRESSED if path.endswith(suffix)), "")


def has_zstd() -> bool:
    """Whether this Python, which is the workers' too, can decompress zstd."""
    return any(importlib.util.find_spec(name) for name in ("_zstd", "zstandard"))


def text_node(where: list[str], least: int, unicode: bool, options: Options = _PLAIN) -> Node:
    """Return a source of the lines of all files that the patterns name.

    Raises:
        InputError: a path is missing, a pattern matches nothing, a directory holds another.
    """
    files = list(_files(where, options.recursive))
    goal = sum(file.size for file in files) // (least or 1)
    size = max(1, options.least_split, min(goal, _BLOCK))
    end_of_record = options.delimiter.encode() if options.delimiter else None
    descriptions: list[bytes] = []
    sent: dict[int, str] = {}
    for file in files:
        if not file.size:
            continue
        suffix = suffix_of(file.path)
        splits = [(0, file.size)] if suffix and suffix != ".bz2" else _splits(file.size, size)
        for start, end in splits:
            # Blocks of bzip2 are not looked for: the first split reads the file, the others are empty.
            if suffix == ".bz2":
                start, end = (0, file.size) if start == 0 else (0, 0)
            if suffix == ".zst" and not has_zstd():
                sent[len(descriptions)] = file.path
            description = ("text", file.path, start, end, suffix, unicode, end_of_record)
            descriptions.append(pickle.dumps(description, PROTOCOL))
    return source(descriptions, sent)


def whole_node(where: list[str], least: int, unicode: bool, options: Options = _PLAIN) -> Node:
    """Return a source of (path, contents) of all files; raises what ``text_node`` does."""
    files = list(_files(where, options.recursive))
    largest = -(-sum(file.size for file in files) // (least or 1))
    groups: list[list[str]] = []
    held = largest
    for file in files:
        if not groups or held >= largest:
            groups.append([])
            held = 0
        groups[-1].append(file.path)
        held += file.size
    return source([pickle.dumps(("whole", group, unicode), PROTOCOL) for group in groups])


def _splits(length: int, size: int) -> Iterator[tuple[int, int]]:
    left = length
    while left / size > _SLOP:
        yield length - left, length - left + size
        left -= size
    if left:
        yield length - left, length


def _files(where: list[str], recursive: bool) -> Iterator[_File]:
    for pattern in where:
        yield from _matching(pattern, recursive)


def _matching(pattern: str, recursive: bool) -> Iterator[_File]:
    found = patterns.expand(pattern)
    if found is None:
        raise _present(InputError(f"Input path does not exist: file:{pattern}", _INVALID))
    visible = [path for path in found if not _hidden(os.path.basename(path))]
    if not visible:
        raise _present(InputError(f"Input Pattern file:{pattern} matches 0 files", _INVALID))
    for path in visible:
        if os.path.isdir(path):
            yield from _inside(path, recursive)
        else:
            yield _File(path, os.path.getsize(path))


def _inside(path: str, recursive: bool) -> Iterator[_File]:
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        raise _present(
            InputError(f"cannot list file:{path}: {error.strerror}", "java.io.IOException")
        ) from error
    for entry in entries:
        if _hidden(entry.name):
            continue
        if not entry.is_dir():
            yield _File(entry.path, entry.stat().st_size)
        elif recursive:
            yield from _inside(entry.path, recursive)
        else:
            raise _present(
                InputError(
                    f"Path: file:{entry.path} is a directory, which is not read with the files beside it; "
                    "name it on its own, or set mapreduce.input.fileinputformat.input.dir.recursive",
                    "java.io.IOException",
                )
            )


def _hidden(name: str) -> bool:
    return name.startswith(("_", "."))


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
