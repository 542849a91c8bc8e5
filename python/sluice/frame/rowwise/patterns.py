# SPDX-License-Identifier: Apache-2.0
"""Java's regular expressions by Python's: what RE2 cannot do, and where matches of nothing count."""

from __future__ import annotations

import re
from functools import lru_cache

from sluice.frame.javaregex import pattern
from sluice.frame.rowwise import rowwise


def _compiled(text: str) -> re.Pattern[str]:
    return pattern(text).needed()


@rowwise("rlike", "VARCHAR VARCHAR", "BOOLEAN")
def rlike(text: str, regex: str) -> bool:
    """Whether an expression is found in a text."""
    return _compiled(regex).search(text) is not None


@lru_cache(maxsize=256)
def _template(replacement: str, groups: int) -> tuple[str | int, ...]:
    """Java's replacement: texts, and the groups between them by number or name."""
    out: list[str | int] = []
    at = 0
    while at < len(replacement):
        letter = replacement[at]
        named = re.compile(r"\$\{(\w+)\}").match(replacement, at)
        numbered = re.compile(r"\$(\d+)").match(replacement, at)
        if letter == "\\" and at + 1 < len(replacement):
            out.append(" " + replacement[at + 1])
            at += 2
        elif named:
            out.append("$" + named[1])
            at = named.end()
        elif numbered:
            digits = numbered[1]
            # As many digits as there are groups for.
            while len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            out.append(int(digits))
            at += 1 + len(digits)
        elif letter in "$\\":
            raise ValueError(
                f"[INVALID_PARAMETER_VALUE.PATTERN] illegal group reference in {replacement!r}. SQLSTATE: 22023"
            )
        else:
            out.append(" " + letter)
            at += 1
    return tuple(out)


@rowwise("regexp_replace", "VARCHAR VARCHAR VARCHAR INTEGER", "VARCHAR")
def regexp_replace(text: str, regex: str, replacement: str, start: int) -> str:
    """Every match from a place on replaced."""
    compiled = _compiled(regex)
    parts = _template(replacement, compiled.groups)

    def made(found: re.Match[str]) -> str:
        out = ""
        for part in parts:
            if isinstance(part, int):
                out += found[part] or ""
            elif part[0] == "$":
                out += found[part[1:]] or ""
            else:
                out += part[1:]
        return out

    if start > len(text) + (0 if text else 1):
        return text
    return text[: start - 1] + compiled.sub(made, text[start - 1 :])


@rowwise("regexp_extract", "VARCHAR VARCHAR INTEGER", "VARCHAR")
def regexp_extract(text: str, regex: str, group: int) -> str:
    """A group of the first match; empty if there is none."""
    found = _compiled(regex).search(text)
    return "" if found is None else found[group] or ""


@rowwise("regexp_extract_all", "VARCHAR VARCHAR INTEGER", "VARCHAR[]")
def regexp_extract_all(text: str, regex: str, group: int) -> list[str]:
    """A group of every match."""
    return [found[group] or "" for found in _compiled(regex).finditer(text)]


@rowwise("regexp_count", "VARCHAR VARCHAR", "INTEGER")
def regexp_count(text: str, regex: str) -> int:
    """How many matches there are."""
    return sum(1 for _ in _compiled(regex).finditer(text))


@rowwise("regexp_instr", "VARCHAR VARCHAR", "INTEGER")
def regexp_instr(text: str, regex: str) -> int:
    """Where the first match begins, from 1; 0 if there is none."""
    found = _compiled(regex).search(text)
    return 0 if found is None else found.start() + 1


@rowwise("regexp_substr", "VARCHAR VARCHAR", "VARCHAR")
def regexp_substr(text: str, regex: str) -> str | None:
    """The first match; null if there is none."""
    found = _compiled(regex).search(text)
    return None if found is None else found[0]


@rowwise("regexp_split", "VARCHAR VARCHAR INTEGER", "VARCHAR[]")
def regexp_split(text: str, regex: str, limit: int) -> list[str]:
    """The parts between matches, at most so many if the limit is positive."""
    if regex == "":
        letters = list(text) or [""]
        return letters if limit <= 0 or limit >= len(letters) else letters[:limit]
    out: list[str] = []
    at = 0
    for found in _compiled(regex).finditer(text):
        if limit > 0 and len(out) == limit - 1:
            break
        if found.end() == 0:
            # Nothing, at the beginning, makes no empty part.
            continue
        out.append(text[at : found.start()])
        at = found.end()
    return [*out, text[at:]]
