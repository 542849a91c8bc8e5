# SPDX-License-Identifier: Apache-2.0
"""Lines of CSV as Spark's parser takes them apart."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable

from sluice.frame.rowwise import rowwise

__all__ = ["EMPTY", "fields"]

#: Stands for a quoted text without characters, which is not null where another text is.
EMPTY = "\0E"


@rowwise("csv", "VARCHAR VARCHAR", "VARCHAR[]")
def fields(line: str, options: str) -> list[str | None]:
    """The fields of a line; None for one without characters."""
    return _reader(options)(line)


@functools.lru_cache(maxsize=64)
def _reader(options: str) -> Callable[[str], list[str | None]]:
    given = json.loads(options)
    separator, quote, escape = given["sep"], given["quote"], given["escape"]
    leading, trailing = given["leading"], given["trailing"]
    ending = re.escape(separator)
    before = r"[ \t]*" if leading else ""
    after = r"[ \t]*" if trailing else ""
    q, e = re.escape(quote), re.escape(escape)
    inner = f"(?:[^{q}{e}]|{e}.|{e}$)" if escape and escape != quote else f"(?:[^{q}]|{q}{q})"
    # A quote that is not closed takes all that is left; one that is closed in the middle is no quote.
    closed = re.compile(f"{before}{q}({inner}*){q}{after}(?={ending}|$)", re.DOTALL)
    unclosed = re.compile(f"{before}{q}({inner}*)$", re.DOTALL)

    def text_of(body: str) -> str:
        if escape and escape != quote:
            body = re.sub(f"{e}({e}|{q})", r"\1", body)
        else:
            body = body.replace(quote * 2, quote)
        return body or given["empty"]

    def read(line: str) -> list[str | None]:
        found: list[str | None] = []
        place = 0
        while True:
            quoted = closed.match(line, place) or unclosed.match(line, place)
            if quoted is not None:
                found.append(text_of(quoted[1]))
                place = quoted.end()
            else:
                end = line.find(separator, place)
                end = len(line) if end < 0 else end
                plain = line[place:end]
                plain = plain.lstrip(" \t") if leading else plain
                plain = plain.rstrip(" \t") if trailing else plain
                found.append(plain or None)
                place = end
            if place >= len(line):
                return found
            place += len(separator)

    return read
