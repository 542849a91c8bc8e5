# SPDX-License-Identifier: Apache-2.0
"""JSON as Spark's reader takes it: single quotes, a value with anything behind it, members, numbers as they stand."""

from __future__ import annotations

import json
import re
from typing import Any

from sluice.frame.rowwise import rowwise
from sluice.frame.texts import java_double

__all__ = ["Members", "Real", "Special", "json_text", "parsed", "quoted"]


class Members(list[tuple[str, Any]]):
    """An object: its members in order, those with one name too."""


class Real(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


class Special(str):
    """NaN or an infinity, which is no JSON."""

    __slots__ = ()


def _no_special(text: str) -> Any:
    raise ValueError(f"no JSON: {text}")


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_float=Real, parse_constant=Special)
_STRICT = json.JSONDecoder(object_pairs_hook=Members, parse_float=Real, parse_constant=_no_special)
_SINGLE = re.compile(r""""(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'""", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")


def parsed(text: str, special: bool = False) -> Any:
    """The value that a text begins with.

    Raises:
        ValueError: it begins with none.
    """
    decoder = _DECODER if special else _STRICT
    found = _SPACE.match(text)
    start = found.end() if found is not None else 0
    try:
        return decoder.raw_decode(text, start)[0]
    except RecursionError:
        raise ValueError("nested too deep") from None
    except ValueError:
        if "'" not in text:
            raise
    return decoder.raw_decode(_SINGLE.sub(_requoted, text), start)[0]


def _requoted(found: re.Match[str]) -> str:
    inner = found[1]
    if inner is None:
        return found[0]
    return '"' + inner.replace("\\'", "'").replace('"', '\\"') + '"'


_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A text as JSON."""
    return '"' + _ESCAPED.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}", text) + '"'


def json_text(value: Any) -> str:
    """The JSON of a value, with numbers as Java writes them."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Real):
        return java_double(float(value))
    if isinstance(value, Special):
        return quoted(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Members):
        return "{" + ",".join(f"{quoted(name)}:{json_text(each)}" for name, each in value) + "}"
    return "[" + ",".join(json_text(each) for each in value) + "]"


def _plain(value: Any) -> str:
    """The text of a value that is one, else its JSON."""
    return str(value) if isinstance(value, str) and not isinstance(value, Real) else json_text(value)


@rowwise("json_tuple", "VARCHAR VARCHAR[]", "VARCHAR[]", nulls=True)
def _tuple(text: str | None, names: list[str | None]) -> list[str | None]:
    try:
        found = parsed(text) if text is not None else None
    except ValueError:
        found = None
    if not isinstance(found, Members):
        return [None] * len(names)
    members = {name: _plain(value) for name, value in found if value is not None}
    return [members.get(name) if name is not None else None for name in names]


@rowwise("json_array_length", "VARCHAR", "INTEGER")
def _length(text: str) -> int | None:
    try:
        found = parsed(text)
    except ValueError:
        return None
    return len(found) if isinstance(found, list) and not isinstance(found, Members) else None


@rowwise("json_object_keys", "VARCHAR", "VARCHAR[]")
def _keys(text: str) -> list[str] | None:
    try:
        found = parsed(text)
    except ValueError:
        return None
    return [name for name, _ in found] if isinstance(found, Members) else None


_STEP = re.compile(r"\.\*|\.([^.\[]+)|\['([^']*)'\]|\[(\d+)\]|\[(\*)\]")
_ANY = object()
_WILD = object()


def _steps(path: str) -> list[Any] | None:
    """Names, places, and `_WILD` for all elements of an array; None if it is no path."""
    if not path.startswith("$"):
        return None
    steps: list[Any] = []
    place = 1
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None:
            return None
        name = found[1] if found[1] is not None else found[2]
        if name is not None:
            steps.append(name)
        elif found[3] is not None:
            steps.append(int(found[3]))
        else:
            steps.append(_WILD if found[4] else _ANY)
        place = found.end()
    return steps


_RAW, _QUOTED, _FLAT = "raw", "quoted", "flat"


def _found(value: Any, steps: list[Any], style: str) -> list[str]:
    """What a path finds, as texts; raw texts stand without quotes."""
    if not steps:
        if style == _RAW and isinstance(value, str) and not isinstance(value, Real):
            return [str(value)]
        if style == _FLAT and isinstance(value, list) and not isinstance(value, Members):
            return [text for each in value for text in _found(each, [], style)]
        return [json_text(value)]
    step, rest = steps[0], steps[1:]
    if isinstance(value, Members):
        if not isinstance(step, str):
            return []
        for name, each in value:
            if name == step and each is not None:
                texts = _found(each, rest, style)
                if texts:
                    return texts
        return []
    if not isinstance(value, list) or isinstance(step, str):
        return []
    if step is _WILD:
        return _all(value, rest, style)
    if not isinstance(step, int) or step >= len(value):
        return []
    inner = _QUOTED if rest and rest[0] is _WILD else style
    return _found(value[step], rest, inner)


def _all(value: list[Any], rest: list[Any], style: str) -> list[str]:
    if rest and rest[0] is _WILD:
        texts = [text for each in value for text in _found(each, rest[1:], _FLAT)]
        return [f"[{','.join(texts)}]"] if texts else []
    inner = _FLAT if style == _FLAT else _QUOTED
    texts = [text for each in value for text in _found(each, rest, inner)]
    if style == _QUOTED:
        return [f"[{','.join(texts)}]"] if texts else []
    if len(texts) == 1:
        return texts
    return [f"[{','.join(texts)}]"] if texts else []


@rowwise("get_json_object", "VARCHAR VARCHAR", "VARCHAR")
def _get(text: str, path: str) -> str | None:
    steps = _steps(path)
    if steps is None:
        return None
    try:
        texts = _found(parsed(text), steps, _RAW)
    except ValueError:
        return None
    return texts[0] if texts else None
