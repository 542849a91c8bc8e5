# SPDX-License-Identifier: Apache-2.0
"""Versions compared by their numbers and words, without any rule of what a version is."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Any

__all__ = ["LooseVersion"]


@total_ordering
class LooseVersion:
    """A version such as `1.5.2b2`: `1 5 2 b 2`. It can be compared with another, or with a text.

    As in Python itself a number and a word cannot be told which is less: that is a `TypeError`.
    """

    component_re = re.compile(r"\d+|[a-z]+|\.")

    vstring: str
    version: list[int | str]

    def __init__(self, vstring: str | None) -> None:
        if vstring:
            self.parse(vstring)

    def parse(self, vstring: str) -> None:
        """Take the text apart: numbers, words of small letters, and what stands between them but dots."""
        self.vstring = vstring
        parts: list[str] = []
        end = 0
        for found in self.component_re.finditer(vstring):
            parts += [vstring[end : found.start()], found[0]]
            end = found.end()
        parts.append(vstring[end:])
        self.version = [
            int(part) if part.isascii() and part.isdigit() else part
            for part in parts
            if part not in ("", ".")
        ]

    def _parts(self, other: object) -> Any:
        if isinstance(other, str):
            return LooseVersion(other).version
        return other.version if isinstance(other, LooseVersion) else NotImplemented

    def __eq__(self, other: object) -> bool:
        theirs = self._parts(other)
        return theirs if theirs is NotImplemented else bool(self.version == theirs)

    def __lt__(self, other: object) -> bool:
        theirs = self._parts(other)
        return theirs if theirs is NotImplemented else bool(self.version < theirs)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.vstring

    def __repr__(self) -> str:
        return f"LooseVersion ({self.vstring!r})"
