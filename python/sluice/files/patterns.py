# SPDX-License-Identifier: Apache-2.0
"""Hadoop's patterns for paths: ``*``, ``?``, ``[ab]``, ``[^ab]``, ``{a,b}``, and ``\\`` before what stands for
itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

__all__ = ["alternatives", "expand", "is_pattern", "split_commas"]

_SPECIAL = frozenset("*?[{\\")


def split_commas(text: str) -> list[str]:
    """Return the parts between commas that do not stand in braces."""
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}" and depth > 0)
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def is_pattern(path: str) -> bool:
    """Whether a path holds a character that stands for others."""
    return not _SPECIAL.isdisjoint(path)


def expand(pattern: str) -> list[str] | None:
    """Return the paths that match, sorted; ``None`` if it is a plain path at which there is nothing."""
    if not is_pattern(pattern):
        return [pattern] if os.path.exists(pattern) else None
    found: list[str] = []
    for one in alternatives(pattern):
        found.extend(_walk("/", [part for part in one.split("/") if part]))
    return sorted(set(found))


def alternatives(pattern: str) -> Iterator[str]:
    """Yield the pattern with each choice of what stands in braces."""
    start = end = -1
    depth = 0
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif char == "{":
            if not depth:
                start = at
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                end = at
                break
        at += 1
    if end < 0:
        yield pattern
        return
    for choice in split_commas(pattern[start + 1 : end]):
        yield from alternatives(pattern[:start] + choice + pattern[end + 1 :])


def _walk(directory: str, parts: list[str]) -> Iterator[str]:
    if not parts:
        yield directory
        return
    part, rest = parts[0], parts[1:]
    if _SPECIAL.isdisjoint(part):
        path = os.path.join(directory, part)
        if os.path.lexists(path):
            yield from _walk(path, rest)
        return
    matches = re.compile(_regex(part), re.DOTALL).fullmatch
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return
    for name in names:
        if matches(name):
            yield from _walk(os.path.join(directory, name), rest)


def _regex(part: str) -> str:
    """Return a regular expression for one name of a path."""
    out = []
    at = 0
    while at < len(part):
        char = part[at]
        at += 1
        if char == "*":
            out.append(".*")
        elif char == "?":
            out.append(".")
        elif char == "\\" and at < len(part):
            out.append(re.escape(part[at]))
            at += 1
        elif char == "[" and (end := part.find("]", at + 1)) > 0:
            body = part[at:end]
            negated = body[:1] in ("^", "!")
            inside = body[1:] if negated else body
            out.append("[^" if negated else "[")
            out.append(re.sub(r"([\\\[&~|^])", r"\\\1", inside) + "]")
            at = end + 1
        else:
            out.append(re.escape(char))
    return "".join(out)
