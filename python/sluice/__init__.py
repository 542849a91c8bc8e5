# SPDX-License-Identifier: Apache-2.0
"""Sluice: Python functions over data on the JVM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluice.accumulators import Accumulator, AccumulatorParam
    from sluice.broadcast import Broadcast
    from sluice.conf import Conf
    from sluice.context import Context
    from sluice.files.sparkfiles import SparkFiles
    from sluice.rdd import RDD
    from sluice.storagelevel import StorageLevel
    from sluice.taskcontext import TaskContext

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "Broadcast",
    "Conf",
    "Context",
    "SparkFiles",
    "StorageLevel",
    "TaskContext",
]

_MODULES = {
    "RDD": "sluice.rdd",
    "Accumulator": "sluice.accumulators",
    "AccumulatorParam": "sluice.accumulators",
    "Broadcast": "sluice.broadcast",
    "Conf": "sluice.conf",
    "Context": "sluice.context",
    "SparkFiles": "sluice.files.sparkfiles",
    "StorageLevel": "sluice.storagelevel",
    "TaskContext": "sluice.taskcontext",
}


def __getattr__(name: str) -> Any:
    """Loads a name at its first use: the zygote and the launcher import this package and need none."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
