# SPDX-License-Identifier: Apache-2.0
"""A typed and readable JSON form of the values that cases return; the recorder and the test share it.

None, booleans, ints, finite floats, strings and lists are written as JSON has them. Everything else is an
object whose key names its type, so that a tuple never compares equal to a list, nor 1 to 1.0 or True.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any


class Raised:
    """The exception that an action raised: the names of its classes, and which phrases its text holds."""

    def __init__(self, error: BaseException, phrases: tuple[str, ...]) -> None:
        names = [cls.__name__ for cls in type(error).__mro__]
        self.names = [n for n in names if n not in ("Exception", "BaseException", "object")] or [names[0]]
        text = str(error)
        self.says = {phrase: phrase in text for phrase in phrases}
        self.text = text


def encode(value: Any) -> Any:
    """The JSON form of ``value``."""
    if value is None or type(value) in (bool, str):
        return value
    coder = _CODERS.get(type(value))
    if coder is not None:
        return coder(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {
            "namedtuple": [
                type(value).__name__,
                {f: encode(v) for f, v in zip(value._fields, value, strict=True)},
            ]
        }
    return {"object": [type(value).__name__, repr(value)]}


def render(encoded: Any) -> str:
    """One text for one encoded value: equal texts mean equal values of equal types."""
    return _render(encoded, 0)


def _float(value: float) -> Any:
    return value if math.isfinite(value) else {"float": repr(value)}


def _sorted(values: Any) -> list[Any]:
    return sorted((encode(v) for v in values), key=_order)


def _order(encoded: Any) -> Any:
    if isinstance(encoded, (int, float)) and not isinstance(encoded, bool):
        return (0, encoded, "")
    return (1, 0, json.dumps(encoded, sort_keys=True))


def _dict(value: dict[Any, Any]) -> Any:
    pairs = [[encode(k), encode(v)] for k, v in value.items()]
    return {"dict": sorted(pairs, key=lambda pair: _order(pair[0]))}


_CODERS: dict[type, Callable[[Any], Any]] = {
    int: lambda v: v,
    float: _float,
    list: lambda v: [encode(item) for item in v],
    tuple: lambda v: {"tuple": [encode(item) for item in v]},
    set: lambda v: {"set": _sorted(v)},
    frozenset: lambda v: {"frozenset": _sorted(v)},
    dict: _dict,
    # Latin-1 maps each byte to one character: exact, and readable where the bytes are text.
    bytes: lambda v: {"bytes": v.decode("latin-1")},
    bytearray: lambda v: {"bytearray": v.decode("latin-1")},
    Raised: lambda v: {"raises": v.names, "says": v.says},
}


def _render(encoded: Any, depth: int) -> str:
    flat = json.dumps(encoded)
    if len(flat) + depth <= 100 or not isinstance(encoded, (dict, list)) or not encoded:
        return flat
    inner, pad = depth + 1, " " * (depth + 1)
    if isinstance(encoded, dict):
        body = ",\n".join(f"{pad}{json.dumps(k)}: {_render(v, inner)}" for k, v in encoded.items())
        return "{\n" + body + "\n" + " " * depth + "}"
    body = ",\n".join(pad + _render(v, inner) for v in encoded)
    return "[\n" + body + "\n" + " " * depth + "]"
