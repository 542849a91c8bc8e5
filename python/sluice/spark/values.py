# SPDX-License-Identifier: Apache-2.0
"""Values of broadcasts that a process may unpickle on behalf of others, and the proof that nothing else came of it.

A shared value is unpickled once, before the workers are forked. That is the same as unpickling it in each of them if
no code of the user's runs, and if no thread, file or process comes of it. So a pickle may name classes of a few
libraries that hold data, and the process is looked at before and after.
"""

from __future__ import annotations

import gc
import os
import pickle
from dataclasses import dataclass
from typing import Any

#: Names that a pickle of plain data has; a name that ends in a dot stands for the module and all below it.
_KNOWN = (
    "builtins:set", "builtins:frozenset", "builtins:bytearray", "builtins:complex", "builtins:range",
    "builtins:slice", "builtins:object", "builtins:list", "builtins:dict", "builtins:tuple", "builtins:int",
    "builtins:float", "builtins:str", "builtins:bytes", "builtins:bool",
    "collections:OrderedDict", "collections:defaultdict", "collections:deque", "collections:Counter",
    "copyreg:_reconstructor", "_codecs:encode", "datetime:", "decimal:Decimal", "fractions:Fraction",
    "uuid:UUID", "uuid:SafeUUID", "array:array", "array:_array_reconstructor", "zoneinfo:",
    "numpy.", "scipy.sparse.", "pyspark.ml.linalg:", "pyspark.mllib.linalg:", "pyspark.sql.types:",
)  # fmt: skip
#: Names of the user's, separated by commas, written as above: `mypackage.`, `mymodule:MyClass`.
VARIABLE = "SLUICE_SPARK_SHARED_CLASSES"


@dataclass(frozen=True, order=True)
class Shared:
    """A broadcast's file; one that was written again under its name is another."""

    id: int
    path: str
    stamp: tuple[int, int, int, int]

    @property
    def size(self) -> int:
        return self.stamp[2]

    def there(self) -> bool:
        """Whether the file is still the same."""
        return stamp(self.path) == self.stamp


def stamp(path: str) -> tuple[int, int, int, int] | None:
    """What tells one file from another of its name, with its size as the third; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class UnsafeError(Exception):
    """A value that each worker has to unpickle for itself."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if not _known(module, name):
            raise UnsafeError(f"class={module}.{name} is not known to be plain data; {VARIABLE} can say so")
        return super().find_class(module, name)


def _known(module: str, name: str) -> bool:
    for entry in (*_KNOWN, *filter(None, os.environ.get(VARIABLE, "").split(","))):
        if entry.endswith("."):
            if f"{module}.".startswith(entry):
                return True
        elif entry in (f"{module}:{name}", f"{module}:"):
            return True
    return False


def load(shared: Shared) -> Any:
    """Unpickle a broadcast's value.

    :raises UnsafeError: it is not known to be safe, or something came of it; this process has to end then
    :raises Exception: it cannot be unpickled
    """
    before = _surroundings()
    gc.disable()
    with open(shared.path, "rb", 1 << 20) as file:
        value = _Unpickler(file).load()
    if not shared.there():
        raise UnsafeError("its file has changed")
    after = _surroundings()
    if after != before:
        raise UnsafeError(f"unpickling it left something: before={before} after={after}")
    return value


def _surroundings() -> dict[str, int]:
    """What a fork would lose or share: threads, open files, and child processes."""
    task = f"/proc/self/task/{os.getpid()}/children"
    try:
        with open(task, encoding="ascii") as children:
            processes = len(children.read().split())
    except OSError:
        # A kernel without the list.
        processes = 0
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "files": len(os.listdir("/proc/self/fd")),
        "processes": processes,
    }
