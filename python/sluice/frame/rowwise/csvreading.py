# SPDX-License-Identifier: Apache-2.0
"""Lines of CSV as `from_csv` reads them, and the types that `schema_of_csv` finds in one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sluice.frame.rowwise.jsonreading import _SPECIAL, _decimal, _double
from sluice.frame.rowwise.jsons import Real
from sluice.frame.rowwise.moments import Clock
from sluice.frame.types import (
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

__all__ = ["cells", "csv_reader", "csv_types", "readable"]

_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}
_WHOLE = re.compile(r"[+-]?\d+\Z", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?\Z", re.ASCII)


def readable(type_: DataType) -> bool:
    """Whether cells of a type are read."""
    plain = (StringType, BooleanType, DecimalType, DateType, TimestampType, TimestampNTZType)
    return isinstance(type_, (*plain, FloatType, DoubleType, *_BITS))


def cells(line: str, by: str, quote: str = '"', escape: str = "\\") -> list[str | None]:
    """The cells of a line: an empty one is None, an empty one in quotes a text."""
    found: list[str | None] = []
    place, end = 0, len(line)
    while True:
        quoted = place < end and line[place] == quote
        if quoted:
            text, after = _in_quotes(line, place, by, quote, escape)
        else:
            after = line.find(by, place)
            after = end if after < 0 else after
            text = line[place:after]
        found.append(text if text or quoted else None)
        if after >= end:
            return found
        place = after + len(by)


def _in_quotes(line: str, start: int, by: str, quote: str, escape: str) -> tuple[str, int]:
    """A cell in quotes; one whose quotes end before its end is taken as it stands."""
    parts: list[str] = []
    place = start + 1
    while place < len(line):
        char = line[place]
        if char == escape and place + 1 < len(line) and line[place + 1] in (quote, escape):
            parts.append(line[place + 1])
            place += 2
        elif char == quote:
            if place + 1 == len(line) or line.startswith(by, place + 1):
                return "".join(parts), place + 1
            break
        else:
            parts.append(char)
            place += 1
    after = line.find(by, place)
    after = len(line) if after < 0 else after
    return line[start:after], after


def csv_reader(
    type_: StructType, clock: Clock, options: dict[str, str], corrupt: str, strict: bool
) -> Callable[[str], Any]:
    """A function that reads lines: a cell that does not fit is null."""
    by, null = options.get("sep", ","), options.get("nullValue", "")
    fields = [field for field in type_.fields if field.name != corrupt]

    def read(text: str) -> Any:
        values: dict[str, Any] = dict.fromkeys(type_.names)
        if not text:
            return values
        found = cells(text, by)
        bad = len(found) != len(fields)
        for field, cell in zip(fields, found, strict=False):
            if cell is None or cell == null:
                continue
            try:
                values[field.name] = _value(cell, field.dataType, clock)
            except ValueError:
                bad = True
        if bad and strict:
            raise ValueError(
                "[MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION] Malformed records are detected in record parsing: "
                f"{text}. Parse Mode: FAILFAST. SQLSTATE: 22023"
            )
        if bad and corrupt in values:
            values[corrupt] = text
        return values

    return read


def _value(cell: str, type_: DataType, clock: Clock) -> Any:
    if isinstance(type_, StringType):
        return cell
    bits = _BITS.get(type(type_))
    if bits is not None:
        value = int(cell) if _WHOLE.match(cell) else None
        if value is None or not -(1 << bits - 1) <= value < 1 << bits - 1:
            raise ValueError(f"no {type_.simpleString()}: {cell!r}")
        return value
    if isinstance(type_, FloatType | DoubleType):
        if cell in _SPECIAL or cell == "Inf":
            return _double("Infinity" if cell == "Inf" else cell, type_)
        if not _REAL.match(cell.strip()):
            raise ValueError(f"no number: {cell!r}")
        return _double(Real(cell.strip().rstrip("dDfF")), type_)
    if isinstance(type_, DecimalType):
        if cell != cell.strip():
            raise ValueError(f"no decimal: {cell!r}")
        return _decimal(cell, type_)
    if isinstance(type_, BooleanType):
        if cell.lower() not in ("true", "false"):
            raise ValueError(f"no boolean: {cell!r}")
        return cell.lower() == "true"
    if isinstance(type_, DateType):
        return clock.date(cell)
    return clock.timestamp(cell, isinstance(type_, TimestampType))


def csv_types(line: str, by: str, clock: Clock) -> list[DataType]:
    """The narrowest type of each cell of a line."""
    return [_type(cell, clock) for cell in cells(line, by)]


def _type(cell: str | None, clock: Clock) -> DataType:
    if cell is None:
        return StringType()
    digits = len(cell.lstrip("+-"))
    tries: list[DataType] = [IntegerType(), LongType()]
    if _WHOLE.match(cell) and digits <= 38:
        tries.append(DecimalType(digits, 0))
    tries += [DoubleType(), DateType(), TimestampType(), BooleanType()]
    for type_ in tries:
        if isinstance(type_, DateType) and len(cell) > 10:
            continue
        try:
            _value(cell, type_, clock)
        except ValueError:
            continue
        return type_
    return StringType()
