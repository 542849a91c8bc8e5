# SPDX-License-Identifier: Apache-2.0
"""The driver's side of reading files: which files a path names, and how they are cut into partitions.

Paths, patterns and splits are Hadoop's, so that a program finds the partitions that it knows.
"""

from __future__ import annotations

import importlib.util
import pickle
from typing import NamedTuple

from sluice.errors import CorruptDataError, InputError, UnsupportedError
from sluice.files import listing, patterns
from sluice.files.filesystems import is_url, local_or_url
from sluice.parallel import source
from sluice.plan import Node
from sluice.serializers.data import PROTOCOL

__all__ = [
    "Options",
    "absolute",
    "binary_node",
    "has_zstd",
    "records_node",
    "sequence_node",
    "suffix_of",
    "text_node",
    "whole_node",
]

#: No split of a local file is larger.
_BLOCK = 32 << 20
#: The last split of a file may be this much larger than the others.
_SLOP = 1.1
#: What Spark counts for opening a file that is read whole, and the most that one task then reads, in bytes.
_OPENING = 4 << 20
_LARGEST_GROUP = 128 << 20
#: Names that stand for a way to compress; such files are one split.
_COMPRESSED = (".gz", ".bz2", ".deflate", ".zst", ".lz4", ".snappy")


class Options(NamedTuple):
    """What Hadoop's settings say about reading."""

    recursive: bool = False
    least_split: int = 1
    delimiter: str | None = None


_PLAIN = Options()


def absolute(paths: str) -> list[str]:
    """Return the patterns in a text that separates them by commas, as absolute local paths or URLs.

    Raises:
        InputError: one has a scheme that nothing here opens.
    """
    return [local_or_url(part) for part in patterns.split_commas(paths)]


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
    files = listing.files(where, options.recursive)
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
                if is_url(file.path):
                    raise UnsupportedError(
                        "no zstd decoder in this Python", file=file.path, advice="install zstandard"
                    )
                sent[len(descriptions)] = file.path
            description = ("text", file.path, start, end, suffix, unicode, end_of_record)
            descriptions.append(pickle.dumps(description, PROTOCOL))
    return source(descriptions, sent)


def whole_node(where: list[str], least: int, unicode: bool, options: Options = _PLAIN) -> Node:
    """Return a source of (path, contents) of all files; raises what ``text_node`` does."""
    files = listing.files(where, options.recursive)
    largest = -(-sum(file.size for file in files) // (least or 1))
    return source([pickle.dumps(("whole", group, unicode), PROTOCOL) for group in _groups(files, largest)])


def binary_node(where: list[str], least: int, options: Options = _PLAIN) -> Node:
    """Return a source of (path, bytes) of all files; raises what ``text_node`` does, but passes over directories."""
    files = listing.files(where, options.recursive, passing=True)
    # Spark's rule: a file costs its bytes and so much for being opened, and no group is larger than a core's share.
    cost = sum(file.size + _OPENING for file in files)
    largest = min(_LARGEST_GROUP, max(_OPENING, cost // (least or 1)))
    return source([pickle.dumps(("binary", group), PROTOCOL) for group in _groups(files, largest)])


def records_node(where: list[str], length: int, options: Options = _PLAIN) -> Node:
    """Return a source of records of ``length`` bytes; raises what ``text_node`` does.

    Raises:
        CorruptDataError: a file is not a whole number of them.
        InputError: a file is compressed.
    """
    descriptions = []
    for file in listing.files(where, options.recursive):
        if suffix_of(file.path):
            raise _present(
                InputError(
                    "FixedLengthRecordReader does not support reading compressed files",
                    "java.io.IOException",
                    path=file.path,
                )
            )
        if file.size % length:
            raise _present(
                CorruptDataError(
                    "java.io.EOFException: a file is not a whole number of records",
                    file=file.path,
                    bytes=file.size,
                    record_length=length,
                )
            )
        size = max(1, _BLOCK // length) * length
        descriptions += [("records", file.path, *split, length) for split in _splits(file.size, size)]
    return source([pickle.dumps(description, PROTOCOL) for description in descriptions])


def sequence_node(kind: str, where: list[str], least: int, options: Options = _PLAIN) -> Node:
    """Return a source of what sequence files hold: ``pickles`` or ``pairs``; raises what ``text_node`` does."""
    files = listing.files(where, options.recursive)
    goal = sum(file.size for file in files) // (least or 1)
    from sluice.files.sequencefile import SYNC_INTERVAL

    size = max(SYNC_INTERVAL, options.least_split, min(goal, _BLOCK))
    return source(
        [
            pickle.dumps((kind, file.path, *split), PROTOCOL)
            for file in files
            for split in _splits(file.size, size) or [(0, 0)]
        ]
    )


def _groups(files: list[listing.File], largest: int) -> list[list[str]]:
    """Return the paths of files that are read whole, a list for each task; a group is full at ``largest`` bytes."""
    groups: list[list[str]] = []
    held = largest
    for file in files:
        if not groups or held >= largest:
            groups.append([])
            held = 0
        groups[-1].append(file.path)
        held += file.size
    return groups


def _splits(length: int, size: int) -> list[tuple[int, int]]:
    splits = []
    left = length
    while left / size > _SLOP:
        splits.append((length - left, length - left + size))
        left -= size
    if left:
        splits.append((length - left, length))
    return splits


def _present(error: Exception) -> Exception:
    from sluice.pyspark import present

    return present(error)
