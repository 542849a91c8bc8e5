# SPDX-License-Identifier: Apache-2.0
"""How much data was copied on its way between frames and functions in Python, path by path."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["Copied", "copied", "note"]


@dataclass
class Copied:
    """What one kind of trip has moved so far in a context.

    Each byte of a batch is copied once on the way to the workers, when the driver writes it, and once on the way
    back, when a worker writes it; both sides map what the other wrote. Columns that a function passes on are not
    copied back, and a table that stays for several queries is written once. A conversion to objects of Python inside a
    worker is not counted here.
    """

    #: Jobs that were run.
    trips: int = 0
    #: Rows that went to workers, and that came back.
    rows_out: int = 0
    rows_back: int = 0
    #: Bytes of batches that the driver wrote, and that workers wrote.
    bytes_out: int = 0
    bytes_back: int = 0
    #: Bytes that lay in files already, since an earlier query had written them.
    bytes_standing: int = 0
    #: Bytes of columns that functions passed on as they were given them.
    bytes_passed: int = 0
    #: Of those that were written, bytes that travelled inside messages instead of in files.
    bytes_inline: int = 0
    #: Bytes that were made contiguous by the driver before they could be written.
    bytes_joined: int = 0


_lock = threading.Lock()
_of: WeakKeyDictionary[Any, dict[str, Copied]] = WeakKeyDictionary()


def copied(context: Any) -> Mapping[str, Copied]:
    """Return what was copied in a context so far, by path: `scalar`, `map`, `groups`, `cogroups`, `aggregate`."""
    with _lock:
        return {path: replace(found) for path, found in _of.get(context, {}).items()}


def note(context: Any, path: str, **more: int) -> None:
    """Add to the counts of a path."""
    with _lock:
        found = _of.setdefault(context, {}).setdefault(path, Copied())
        for name, value in more.items():
            setattr(found, name, getattr(found, name) + value)
