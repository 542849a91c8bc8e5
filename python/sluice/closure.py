# SPDX-License-Identifier: Apache-2.0
"""Functions on their way to workers: pickled by value, with the broadcasts they refer to."""

from __future__ import annotations

import threading
from typing import Any

from sluice.errors import SluiceError
from sluice.serializers.data import PROTOCOL
from sluice.unpicklable import explain

__all__ = ["collect_references", "dumps_function", "note_reference"]


class _Collectors(threading.local):
    def __init__(self) -> None:
        self.stack: list[dict[int, Any]] = []


_collectors = _Collectors()


def dumps_function(obj: Any, role: str = "function") -> bytes:
    """`obj` by cloudpickle. What fails is told with the path to the object that stopped it."""
    import cloudpickle

    try:
        return bytes(cloudpickle.dumps(obj, PROTOCOL))
    except SluiceError:
        # An object of ours that refuses to travel (a context, an RDD) says why itself.
        raise
    except Exception as error:
        raise explain(obj, role, error) from error


class collect_references:
    """A list that holds, once the block ends, every object noted by this thread inside it, each once."""

    def __enter__(self) -> list[Any]:
        self._found: list[Any] = []
        _collectors.stack.append({})
        return self._found

    def __exit__(self, *unused: object) -> None:
        self._found.extend(_collectors.stack.pop().values())


def note_reference(obj: Any) -> None:
    """Called by `__reduce__` of a broadcast, so that who pickles a function learns what it needs."""
    if _collectors.stack:
        _collectors.stack[-1][id(obj)] = obj
