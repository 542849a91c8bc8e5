# SPDX-License-Identifier: Apache-2.0
"""Finds what in an object cannot be pickled, and the path to it: `f -> closure cfg -> .db : _thread.lock`."""

from __future__ import annotations

import functools
import time
import types
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sluice.errors import PicklingError, SluiceError

__all__ = ["explain", "find_culprit"]

# The search pickles parts again and again; beyond this the path so far is told.
_SECONDS = 2.0
_CHILDREN = 1000


def explain(obj: Any, role: str, error: BaseException) -> PicklingError:
    """The error to raise when pickling `obj` failed with `error`. `role`: what it is to the user."""
    path, culprit = _path(obj, role)
    if isinstance(error, SluiceError):
        # An object of ours refuses to travel (a context, an RDD), and says itself what to do.
        return PicklingError(f"{role} cannot be pickled: {path} : {_refusal(culprit) or error}")
    return PicklingError(
        f"{role} cannot be pickled: {path} : {_type_name(culprit)}",
        reason=f"{type(error).__name__}: {error}",
        advice="create it inside the function, or once per partition in mapPartitions",
    )


def _path(obj: Any, role: str) -> tuple[str, Any]:
    found = find_culprit(obj)
    if role == "function":
        # A chain of steps is a list of pairs to us; to the user its path begins at a function.
        while found and type(obj) in (list, tuple):
            obj = found.pop(0)[1]
    return " -> ".join([_name(obj), *(step for step, _ in found)]), found[-1][1] if found else obj


def find_culprit(obj: Any) -> list[tuple[str, Any]]:
    """The steps from `obj` to the smallest part that fails to pickle, each with what it leads to."""
    deadline = time.monotonic() + _SECONDS
    path: list[tuple[str, Any]] = []
    seen = {id(obj)}
    while _refusal(obj) is None and (step := _failing_part(obj, seen, deadline)) is not None:
        obj = step[1]
        seen.add(id(obj))
        path.append(step)
    return path


def _failing_part(obj: Any, seen: set[int], deadline: float) -> tuple[str, Any] | None:
    for step, child in islice(_parts(obj), _CHILDREN):
        if time.monotonic() > deadline:
            return None
        if id(child) not in seen and not _pickles(child):
            return step, child
    return None


def _refusal(obj: Any) -> SluiceError | None:
    """What an object of ours says that does not travel as a whole, whatever it holds."""
    if isinstance(obj, type) or not type(obj).__module__.startswith("sluice."):
        return None
    try:
        obj.__reduce_ex__(5)
    except SluiceError as error:
        return error
    except Exception:
        return None
    return None


def _pickles(obj: Any) -> bool:
    if obj is None or type(obj) in (int, float, str, bytes, bool):
        return True
    import cloudpickle

    try:
        cloudpickle.dumps(obj)
    except Exception:
        return False
    return True


def _parts(obj: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(obj, types.FunctionType):
        yield from _function_parts(obj)
    elif isinstance(obj, types.MethodType):
        yield "self", obj.__self__
        yield "function", obj.__func__
    elif isinstance(obj, functools.partial):
        yield "func", obj.func
        yield from ((f"argument {i}", value) for i, value in enumerate(obj.args))
        yield from ((f"argument {name}", value) for name, value in obj.keywords.items())
    elif isinstance(obj, dict):
        for key, value in list(obj.items()):
            yield f"[{_short(key)}]", value
            yield f"key {_short(key)}", key
    elif isinstance(obj, (list, tuple)):
        yield from ((f"[{i}]", value) for i, value in enumerate(obj))
    elif isinstance(obj, (set, frozenset)):
        yield from ((f"element {_short(value)}", value) for value in obj)
    elif isinstance(obj, type):
        yield from ((f".{name}", value) for name, value in list(vars(obj).items()) if name[:2] != "__")
        yield from ((f".{name}", vars(obj)[name]) for name in ("__init__", "__call__") if name in vars(obj))
    elif isinstance(obj, (staticmethod, classmethod)):
        yield "function", obj.__func__
    elif isinstance(obj, property):
        yield from ((name, getattr(obj, name)) for name in ("fget", "fset", "fdel") if getattr(obj, name))
    else:
        yield from _attributes(obj)


def _function_parts(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield f"closure {name}", cell.cell_contents
        except ValueError:
            continue
    for name in _names(code):
        if name in function.__globals__:
            yield f"global {name}", function.__globals__[name]
    for value in function.__defaults__ or ():
        yield "default", value
    for name, value in (function.__kwdefaults__ or {}).items():
        yield f"default {name}", value
    yield from ((f".{name}", value) for name, value in function.__dict__.items())


def _names(code: types.CodeType) -> list[str]:
    names = list(code.co_names)
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            names += _names(const)
    return names


def _attributes(obj: Any) -> Iterator[tuple[str, Any]]:
    state: Any = getattr(obj, "__dict__", None)
    if isinstance(state, dict):
        yield from ((f".{name}", value) for name, value in list(state.items()))
    for cls in type(obj).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(obj, name):
                yield f".{name}", getattr(obj, name)
    if not isinstance(obj, types.ModuleType):
        yield "class", type(obj)


def _name(obj: Any) -> str:
    if isinstance(obj, types.LambdaType) and obj.__name__ == "<lambda>":
        return f"lambda at {obj.__code__.co_filename}:{obj.__code__.co_firstlineno}"
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    return name if isinstance(name, str) else type(obj).__qualname__


def _type_name(obj: Any) -> str:
    cls = type(obj)
    if isinstance(obj, (types.FunctionType, types.ModuleType)) or cls is type:
        return f"{cls.__name__} {_name(obj)}"
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _short(value: Any) -> str:
    try:
        return repr(value)[:40]
    except Exception:
        return type(value).__name__
