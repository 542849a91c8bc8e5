# SPDX-License-Identifier: Apache-2.0
"""Names of columns in texts: split, quoted, and literals as PySpark shows them in a column's name."""

from __future__ import annotations

import datetime
import decimal
import re
from typing import Any

from sluice.frame.errors import analysis

__all__ = ["quoted", "shown_literal", "split_name", "sql_name", "sql_text"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def split_name(text: str) -> tuple[str, ...]:
    """The parts of a name: dots separate, backticks quote.

    Raises:
        AnalysisException: a backtick is not closed, or stands inside a part.
    """
    if "`" not in text:
        return tuple(text.split("."))
    parts = []
    rest = text
    while True:
        if rest.startswith("`"):
            found = re.match(r"`((?:[^`]|``)*)`", rest)
            if found is None:
                raise invalid_name(text)
            parts.append(found[1].replace("``", "`"))
            rest = rest[found.end() :]
        else:
            part, dot, after = rest.partition(".")
            if "`" in part:
                raise invalid_name(text)
            parts.append(part)
            rest = dot + after
        if not rest:
            return tuple(parts)
        if not rest.startswith("."):
            raise invalid_name(text)
        rest = rest[1:]


def invalid_name(text: str) -> Exception:
    """The error for a name that cannot be split."""
    return analysis(
        "INVALID_ATTRIBUTE_NAME_SYNTAX",
        f"Syntax error in the attribute name: {text}. Check that backticks appear in pairs, a quoted string is a "
        "complete name part and use a backtick only inside quoted name parts. SQLSTATE: 42601",
    )


def quoted(name: str) -> str:
    """A part of a name, in backticks where it needs them."""
    return name if _PLAIN.match(name) else "`" + name.replace("`", "``") + "`"


def sql_name(name: str) -> str:
    """A name as DuckDB's SQL writes it, quoted."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as DuckDB's SQL writes it."""
    if "\0" in text:
        # SQL text ends at this character.
        return "(" + " || chr(0) || ".join(sql_text(part) for part in text.split("\0")) + ")"
    return "'" + text.replace("'", "''") + "'"


def shown_literal(value: Any) -> str:
    """A literal in a column's name."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        from sluice.frame.texts import java_double

        return java_double(value)
    if isinstance(value, bytes | bytearray):
        return "X'" + bytes(value).hex().upper() + "'"
    if isinstance(value, datetime.datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S")
        if value.microsecond:
            text += f".{value.microsecond:06d}".rstrip("0")
        return f"TIMESTAMP '{text}'"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple):
        return f"array({', '.join(map(shown_literal, value))})"
    return str(value)
