# SPDX-License-Identifier: Apache-2.0
"""Pickling of records: C pickle where it is enough; classes of `__main__` in the data go by value.

C pickle writes a class as a name. A class of the driver's script is `__main__.C` there, and in a worker,
where it came by value, a class of that name cannot be imported: C pickle then refuses by itself, while in
the driver it would write a name that no worker can resolve. Hence the look for `__main__` in what was
written: text that merely holds the word costs time, never a wrong answer.

Such a class is written as (id, bytes of the class). The id is cloudpickle's own, so that a process that has
the class already, as the driver always does, takes that one and leaves it untouched; cloudpickle alone
would set every attribute of the driver's class anew with each batch that comes back.
"""

from __future__ import annotations

import io
import pickle
import sys
import types
from typing import Any
from weakref import WeakKeyDictionary

from sluice.errors import PicklingError

__all__ = ["PROTOCOL", "dumps_by_value", "dumps_data", "is_importable", "loads_data"]

PROTOCOL = 5

# The module's name as protocol 5 writes it: a short string of eight bytes.
_MAIN = b"\x8c\x08__main__"
_dumps = pickle.dumps
_class_bytes: WeakKeyDictionary[type, tuple[str, bytes]] = WeakKeyDictionary()
_pickler_class: Any = None

#: Reads what any function of this module wrote; bytes-like objects are not copied.
loads_data = pickle.loads


def dumps_data(obj: Any) -> bytes:
    """One object; its classes by name, those of `__main__` and dynamic ones by value."""
    try:
        data = _dumps(obj, PROTOCOL)
    except RecursionError:
        raise
    except Exception as error:
        return dumps_by_value(obj, error)
    if _MAIN in data:
        return dumps_by_value(obj)
    return data


def dumps_by_value(obj: Any, cause: BaseException | None = None) -> bytes:
    """With cloudpickle's means; `cause` is C pickle's refusal, told where cloudpickle is missing."""
    buffer = io.BytesIO()
    try:
        _by_value_pickler()(buffer, PROTOCOL).dump(obj)
        return buffer.getvalue()
    except RecursionError:
        raise
    except ImportError:
        raise PicklingError(
            "record needs cloudpickle, which is not installed",
            type=type(obj).__qualname__,
            reason=str(cause) if cause else "it names a class of __main__",
            advice="install cloudpickle>=3.1 or define the class in a module",
        ) from cause
    except Exception as error:
        from sluice.unpicklable import explain

        raise explain(obj, "record", error) from error


def is_importable(obj: Any) -> bool:
    """Whether a class or function is found under its own name in a module other than `__main__`."""
    module_name = getattr(obj, "__module__", None)
    if not isinstance(module_name, str) or module_name == "__main__":
        return False
    found: Any = sys.modules.get(module_name)
    if found is None:
        return False
    for part in getattr(obj, "__qualname__", "<none>").split("."):
        found = getattr(found, part, None)
        if found is None:
            return False
    return found is obj


def resolve_class(class_id: str, data: bytes) -> type:
    """The class of that id in this process, else the one unpickled from `data`."""
    from cloudpickle import cloudpickle

    known: type | None = cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID.get(class_id)
    if known is not None:
        return known
    loaded: type = pickle.loads(data)
    return loaded


def _class_by_value(cls: type) -> tuple[Any, ...]:
    known = _class_bytes.get(cls)
    if known is None:
        from cloudpickle import cloudpickle

        known = (cloudpickle._get_or_create_tracker_id(cls), cloudpickle.dumps(cls, PROTOCOL))
        _class_bytes[cls] = known
    return resolve_class, known


def _by_value_pickler() -> Any:
    # Made on first use: a worker without cloudpickle serves plain data.
    global _pickler_class
    if _pickler_class is None:
        import cloudpickle

        class ByValuePickler(cloudpickle.Pickler):  # type: ignore[misc]
            def reducer_override(self, obj: Any) -> Any:
                kind = type(obj)
                if kind is types.FunctionType:
                    return super().reducer_override(obj)
                if issubclass(kind, type):
                    if is_importable(obj) or obj.__module__ == "builtins":
                        return super().reducer_override(obj)
                    return _class_by_value(obj)
                return NotImplemented

        _pickler_class = ByValuePickler
    return _pickler_class
