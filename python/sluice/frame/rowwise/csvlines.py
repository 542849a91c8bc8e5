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
    blanks = {" ": r"\t", "\t": " "}.get(separator, r"[ \t]")
    before = f"{blanks}*" if leading else ""
    q, e = re.escape(quote), re.escape(escape)
    if escape == quote:
        inner = f"(?:[^{q}]|{q}{q})"
    else:
        inner = f"(?:[^{q}{e}]|{e}.|{e}$)" if escape else f"[^{q}]"
    # A quote that is not closed takes all that is left. Behind one that is closed are blanks, or it was none: then the
    # field goes on to the next separator, quotes and all.
    ending = f"(?={ending}|$)"
    quotation = (
        re.compile(f"{before}{q}({inner}*)(?:({q}+)(?:{blanks}*{ending}|()(.*?){ending})|$)", re.DOTALL)
        if quote
        else None
    )

    def text_of(found: re.Match[str]) -> str:
        body, quotes, _, rest = found.groups(default="")
        if escape == quote:
            body = body.replace(quote * 2, quote)
        elif escape:
            body = re.sub(f"{e}({e}|{q})", r"\1", body)
        if found[3] is None:
            return body + quotes[1:] or given["empty"]
        text = f"{quote}{body}{quotes}{rest}"
        return text.rstrip(" \t") if trailing else text

    def read(line: str) -> list[str | None]:
        found: list[str | None] = []
        place = 0
        while True:
            quoted = quotation.match(line, place) if quotation else None
            if quoted is not None:
                found.append(text_of(quoted))
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
