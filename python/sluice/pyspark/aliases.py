# SPDX-License-Identifier: Apache-2.0
"""The modules of PySpark, made of the table of names (`names.py`).

A name that is not there does not exist: the error says so and why, instead of a class that does half of what it
should.
"""

from __future__ import annotations

import importlib
import opcode
import sys
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any, cast

import sluice.pyspark
from sluice.pyspark.names import LISTED, TABLE
from sluice.pyspark.refused import reason

__all__ = ["name_as_theirs", "spec"]


def spec(fullname: str) -> ModuleSpec:
    """How to make a module of the table.

    :raises ModuleNotFoundError: for one that is not in it, even where the real PySpark has it
    """
    if fullname not in TABLE:
        raise ModuleNotFoundError(f"No module named {fullname!r}: {reason(fullname)}", name=fullname)
    is_package = any(name.startswith(fullname + ".") for name in TABLE)
    made = ModuleSpec(fullname, cast(Any, _Loader()), origin="sluice", is_package=is_package)
    if fullname == "pyspark":
        # Programs look beside `pyspark.__file__`, and print it to see which PySpark they run on.
        made.origin, made.has_location = sluice.pyspark.__file__, True
    return made


def name_as_theirs(namespace: dict[str, Any], module: str) -> None:
    """Let the classes of a module of ours say that they are in `module`, as tracebacks and doctests show it.

    Only where that can be imported, now and where a pickle of them is read: where the names are installed.
    """
    if not sluice.pyspark.installed():
        return
    importlib.import_module(module)
    for value in namespace.values():
        if isinstance(value, type) and value.__module__ == namespace["__name__"]:
            value.__module__ = module


class _Loader:
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Alias(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        names = TABLE[module.__name__]
        if module.__name__ in LISTED:
            module.__all__ = list(LISTED[module.__name__])  # type: ignore[attr-defined]
        elif "*" not in names:
            module.__all__ = [name for name in names if not name.startswith("_")]  # type: ignore[attr-defined]


class _Alias(ModuleType):
    """A module whose names are looked up when used: a worker that needs one class imports no context."""

    def __getattr__(self, name: str) -> Any:
        module = self.__name__
        names = TABLE[module]
        if name in names:
            value, lasting = _resolve(names[name])
            if not lasting:
                return value
        elif f"{module}.{name}" in TABLE:
            value = importlib.import_module(f"{module}.{name}")
        elif "*" in names and hasattr(importlib.import_module(names["*"]), name):
            value = getattr(importlib.import_module(names["*"]), name)
        else:
            why = reason(f"{module}.{name}")
            if _is_import_from(sys._getframe(1)):
                # Python would drop the reason and say only that the name cannot be imported.
                raise ImportError(f"cannot import name {name!r} from {module!r}: {why}", name=module)
            raise AttributeError(f"module {module!r} has no attribute {name!r}: {why}", name=name, obj=self)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *TABLE[self.__name__]} - {"*"})


def _is_import_from(frame: FrameType) -> bool:
    """Whether a frame is at a `from module import name`, and not at `module.name` or `hasattr`."""
    return opcode.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"


def _resolve(target: str) -> tuple[Any, bool]:
    """What a target names, and whether it stays the same: a module may work out a name each time it is asked."""
    name, _, attribute = target.partition(":")
    module = importlib.import_module(name)
    return getattr(module, attribute), attribute in vars(module)
