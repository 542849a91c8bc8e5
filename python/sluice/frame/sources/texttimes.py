# SPDX-License-Identifier: Apache-2.0
"""SQL for dates and times in texts of CSV and JSON: by Java's patterns, or in the forms that are usual there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluice.frame.casts import cast
from sluice.frame.compile import Compiler, Scope
from sluice.frame.expr import Attribute, Call, Literal, Name
from sluice.frame.parsing import plain_clock
from sluice.frame.sqltext import Sql
from sluice.frame.types import DataType, DateType, StringType, TimestampNTZType, TimestampType

if TYPE_CHECKING:
    from sluice.frame.settings import FrameSettings
    from sluice.frame.sources.options import Options

__all__ = ["TIMES", "patterns", "time_text", "time_value"]

TIMES = (DateType, TimestampType, TimestampNTZType)
_OPTIONS: dict[type[DataType], str] = {
    DateType: "dateFormat",
    TimestampType: "timestampFormat",
    TimestampNTZType: "timestampNTZFormat",
}


def patterns(options: Options) -> dict[str, str]:
    """Java's patterns that options ask for, by the names of the types that they are for."""
    found = ((type_.typeName(), options.get(name)) for type_, name in _OPTIONS.items())
    return {type_: pattern for type_, pattern in found if pattern is not None}


def time_value(settings: FrameSettings, options: Options, text: str, type_: DataType) -> str:
    """A text as a date or time; null where it is none."""
    pattern = options.get(_OPTIONS[type(type_)])
    if pattern is not None:
        made = _applied(settings, "try_to_timestamp", text, StringType(), pattern)
        return cast(settings, made, type_).text
    if isinstance(type_, TimestampNTZType):
        # Unlike a cast: a text with a time zone is none.
        return plain_clock(text)
    return cast(settings, Sql(text, StringType()), type_, safe=True).text


def time_text(settings: FrameSettings, options: Options, value: str, type_: DataType) -> str:
    """A date or time as a text: `2020-01-01T10:00:00.123Z` has thousandths, and the offset of the session's zone."""
    pattern = options.get(_OPTIONS[type(type_)])
    if pattern is not None:
        return _applied(settings, "date_format", value, type_, pattern).text
    if isinstance(type_, DateType):
        return cast(settings, Sql(value, type_), StringType()).text
    shown = f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%g')"
    if isinstance(type_, TimestampNTZType):
        return shown
    offset = f"strftime({value}, '%z')"
    zone = (
        f"CASE WHEN {offset} IN ('+00', '+00:00', '+0000') THEN 'Z' "
        f"WHEN length({offset}) = 3 THEN {offset} || ':00' "
        f"WHEN length({offset}) = 5 THEN {offset}[1:3] || ':' || {offset}[4:5] ELSE {offset} END"
    )
    return f"({shown} || {zone})"


def _applied(settings: FrameSettings, function: str, value: str, type_: DataType, pattern: str) -> Sql:
    """A function of a value and a pattern."""
    attribute = Attribute("value", type_, True)
    made = Compiler(Scope((attribute,)), settings)(Call(function, (Name(("value",)), Literal(pattern))))
    text = re.sub(rf"\b{attribute.sql}\b", lambda _: f"({value})", made.text)
    return Sql(text, made.type, made.nullable)
