# SPDX-License-Identifier: Apache-2.0
"""Partitions that a worker makes or reads by itself: the driver describes them, the JVM only carries the description.

A description is a pickled tuple ``(reader, *arguments)``; readers are the functions of this module, and those of
others that are imported when a program first needs them.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Iterator
from typing import Any

from sluice.errors import CorruptDataError
from sluice.serializers.stream import decode_items


def open_source(description: bytes, contents: Iterator[bytes] | None = None) -> Iterator[Any]:
    """Return the items that a description stands for; ``contents`` is that of a file, if the JVM reads it."""
    reader, *arguments = pickle.loads(description)
    if contents is not None:
        arguments.append(contents)
    if reader in _READERS:
        return _READERS[reader](*arguments)
    module, _, name = _ELSEWHERE[reader].partition(":")
    items: Iterator[Any] = getattr(importlib.import_module(module), name)(*arguments)
    return items


def _range(start: int, stop: int, step: int) -> Iterator[int]:
    return iter(range(start, stop, step))


def _batches(data: bytes) -> Iterator[Any]:
    return decode_items((data,))


def _slice(path: str, offset: int, length: int, records: int) -> Iterator[Any]:
    return decode_items(_pieces(path, offset, length))


def _pieces(path: str, offset: int, length: int) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as file:
        file.seek(offset)
        left = length
        while left:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                raise CorruptDataError(
                    f"data of parallelize is cut: file={path} offset={offset + length - left} missing={left}"
                )
            left -= len(piece)
            yield piece


_READERS: dict[str, Callable[..., Iterator[Any]]] = {
    "range": _range,
    "batches": _batches,
    "slice": _slice,
    # As they come, for steps with a format of their own.
    "chunks": iter,
}
#: Most programs read no files: what that needs is imported by those that do.
_ELSEWHERE = {
    "binary": "sluice.files.binary:read_files",
    "checkpoint": "sluice.files.checkpointfiles:read_checkpoint",
    "pairs": "sluice.files.records:read_pairs",
    "pickles": "sluice.files.records:read_pickles",
    "records": "sluice.files.binary:read_records",
    "released": "sluice.files.checkpointfiles:refuse",
    "text": "sluice.files.reading:read_text",
    "whole": "sluice.files.reading:read_whole",
}
