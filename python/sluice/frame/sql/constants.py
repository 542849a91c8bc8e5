# SPDX-License-Identifier: Apache-2.0
"""Literals of Spark's SQL, with Spark's types: numbers by their suffixes, typed texts, intervals."""

from __future__ import annotations

import datetime
import decimal
import re
import zoneinfo
from typing import Any

from sluice.frame import errors
from sluice.frame.expr import Call, Cast, Expr, Literal
from sluice.frame.intervals import Months
from sluice.frame.names import shown_literal
from sluice.frame.sql.grammar import exp
from sluice.frame.types import (
    ByteType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    LongType,
    ShortType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from sluice.pyspark.captured import ParseException

__all__ = ["interval", "number", "typed_text"]

_TIMESTAMP = re.compile(
    r"\s*\d{4,6}(-\d{1,2}){0,2}([T ]\d{1,2}(:\d{1,2}){0,2}(\.\d{0,9})?\s*([A-Za-z0-9:+/_-]+( [A-Za-z]+)?)?)?\s*"
)
_LIMITS: dict[str, tuple[DataType, int]] = {
    "Y": (ByteType(), 7),
    "S": (ShortType(), 15),
    "L": (LongType(), 63),
}


def number(literal: Any, negative: bool = False) -> Expr:
    """A number, with the sign before it.

    Raises:
        ParseException: it does not fit its type.
    """
    text, suffix = str(literal.this), literal.args.get("suffix")
    sign = "-" if negative else ""
    if suffix in _LIMITS:
        type_, bits = _LIMITS[suffix]
        value = int(sign + text)
        if not -(2**bits) <= value < 2**bits:
            raise _parse(
                "INVALID_NUMERIC_LITERAL_RANGE",
                f"Numeric literal {sign}{text} is outside the valid range for {type_.simpleString()} with minimum "
                f"value of {-(2**bits)} and maximum value of {2**bits - 1}. Adjust the value accordingly. "
                "SQLSTATE: 22003",
            )
        return Literal(value, type_)
    if suffix in ("D", "F"):
        return Literal(float(sign + text), FloatType() if suffix == "F" else DoubleType())
    if suffix != "BD" and re.search("[eE]", text):
        return Literal(float(sign + text), DoubleType())
    if suffix == "BD" or "." in text:
        return _decimal(sign + text)
    value = int(sign + text)
    return Literal(value) if -(2**63) <= value < 2**63 else _decimal(sign + text)


def _decimal(text: str) -> Expr:
    value = decimal.Decimal(text)
    _, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    if max(len(digits) + max(int(exponent), 0), scale) > 38:
        raise _parse(
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            f"Decimal precision {len(digits)} exceeds max precision 38. SQLSTATE: 22003",
        )
    return Literal(value, DecimalType(max(len(digits) + max(int(exponent), 0), scale, 1), scale))


def typed_text(kind: str, text: str, zone: str = "UTC") -> Expr:
    """`DATE '...'`, `TIMESTAMP '...'`, `BINARY '...'`.

    Raises:
        ParseException: it is none of the type.
    """
    if kind == "DATE":
        found = re.fullmatch(r"\s*([+-]?\d{4,7})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:[T ].*)?\s*", text)
        try:
            assert found is not None
            day = datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except (AssertionError, ValueError):
            raise _typed(text, "DATE") from None
        return Literal(day, DateType())
    ntz = kind in ("TIMESTAMPNTZ", "TIMESTAMP_NTZ")
    if not _TIMESTAMP.fullmatch(text):
        raise _typed(text, "TIMESTAMP_NTZ" if ntz else "TIMESTAMP")
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
        if not ntz:
            where = zoneinfo.ZoneInfo(zone)
            moment = moment.replace(tzinfo=where) if moment.tzinfo is None else moment
            # By way of UTC: a time that the clock skips is the one an hour later.
            moment = moment.astimezone(datetime.UTC).astimezone(where)
            return Literal(moment, TimestampType())
        if moment.tzinfo is None:
            shown = shown_literal(moment).removeprefix("TIMESTAMP")
            return Call("to_timestamp_ntz", (Literal(text),), shown=f"TIMESTAMP_NTZ{shown}")
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        pass
    # What Python does not read is left to the cast, which knows the session's zone.
    return Cast(Literal(text), TimestampNTZType() if ntz else TimestampType())


def _typed(text: str, kind: str) -> ParseException:
    return _parse(
        "INVALID_TYPED_LITERAL",
        f"The value of the typed literal \"{kind}\" is invalid: '{text}'. SQLSTATE: 42604",
    )


_UNITS = {
    "year": 12,
    "month": 1,
    "week": 7 * 86_400_000_000,
    "day": 86_400_000_000,
    "hour": 3_600_000_000,
    "minute": 60_000_000,
    "second": 1_000_000,
    "millisecond": 1_000,
    "microsecond": 1,
}
_MONTHLY = ("year", "month")
_FIELDS = ("day", "hour", "minute", "second")
_PART = re.compile(r"\s*([+-]?\s*\d+(?:\.\d*)?)\s*([A-Za-z]+)")


def unit_of(text: str) -> str:
    """A unit's name in the singular.

    Raises:
        ParseException: there is no such unit.
    """
    name = text.lower().removesuffix("s")
    if name not in _UNITS:
        raise _parse(
            "INVALID_INTERVAL_FORMAT.INVALID_UNIT", f"an interval has no unit '{text}'. SQLSTATE: 22006"
        )
    return name


def interval(nodes: list[Any]) -> Expr:
    """`INTERVAL 3 days 2 hours`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day 2 hours'`, as one literal.

    Raises:
        ParseException: it is none.
    """
    (first, *rest) = nodes
    unit = first.args.get("unit")
    text = first.this.this if isinstance(first.this, exp.Literal) else None
    if isinstance(unit, exp.IntervalSpan) and text is not None:
        return _span(text, unit.this.name.lower(), unit.expression.name.lower())
    if unit is None and text is not None:
        parts = _PART.findall(re.sub(r"(?i)^\s*interval\s", "", text))
        if not parts or _PART.sub("", re.sub(r"(?i)^\s*interval\s", "", text)).strip():
            raise _format(text)
        return _total([(amount.replace(" ", ""), unit_of(name)) for amount, name in parts])
    found = []
    for node in (first, *rest):
        value = node.this
        negative = isinstance(value, exp.Neg)
        value = value.this if negative else value
        found.append((("-" if negative else "") + str(value.this).strip(), unit_of(node.args["unit"].name)))
    return _total(found)


def _total(parts: list[tuple[str, str]]) -> Expr:
    monthly = {unit in _MONTHLY for _, unit in parts}
    total = decimal.Decimal(0)
    for amount, unit in parts:
        try:
            value = decimal.Decimal(amount)
        except decimal.InvalidOperation:
            raise _format(amount) from None
        if value != int(value) and unit != "second":
            raise _format(amount)
        total += value * _UNITS[unit]
    if monthly == {True, False}:
        raise errors.analysis(
            "UNSUPPORTED_FEATURE.CALENDAR_INTERVAL",
            f"{CalendarIntervalType.__name__}: an interval of months and of days at once is not here: "
            f"parts={parts}; add the two one after the other",
        )
    if monthly == {True}:
        units = [_MONTHLY.index(unit) for _, unit in parts]
        return _months(int(total), min(units), max(units))
    places = [_FIELDS.index(unit if unit in _FIELDS else _inside(unit)) for _, unit in parts]
    return Literal(datetime.timedelta(microseconds=int(total)), DayTimeIntervalType(min(places), max(places)))


def _inside(unit: str) -> str:
    return "day" if unit == "week" else "second"


def _months(count: int, first: int, last: int) -> Expr:
    return Literal(Months(count), YearMonthIntervalType(first, last))


def _span(text: str, first: str, last: str) -> Expr:
    negative = text.strip().startswith("-")
    if first == "year" and last == "month":
        found = re.fullmatch(r"\s*[+-]?(\d+)-(\d+)\s*", text)
        if found is None:
            raise _format(text)
        count = int(found[1]) * 12 + int(found[2])
        return _months(-count if negative else count, 0, 1)
    if first not in _FIELDS or last not in _FIELDS or _FIELDS.index(first) >= _FIELDS.index(last):
        raise _format(text)
    names = _FIELDS[_FIELDS.index(first) : _FIELDS.index(last) + 1]
    pattern = r"\s*[+-]?" + r"[:]".join([r"(\d+)"] * len(names)) + (r"(\.\d+)?" if last == "second" else "")
    if first == "day":
        pattern = pattern.replace(r"(\d+)[:]", r"(\d+)[ T]", 1)
    found = re.fullmatch(pattern + r"\s*", text)
    if found is None:
        raise _format(text)
    total = sum(decimal.Decimal(found[place + 1]) * _UNITS[name] for place, name in enumerate(names))
    if last == "second" and found[len(names) + 1]:
        total += decimal.Decimal(found[len(names) + 1]) * 1_000_000
    micros = int(total)
    value = datetime.timedelta(microseconds=-micros if negative else micros)
    return Literal(value, DayTimeIntervalType(_FIELDS.index(first), _FIELDS.index(last)))


def _format(text: str) -> ParseException:
    return _parse(
        "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
        f"Error parsing '{text}' to interval. Please ensure that the value provided is in a valid format for defining "
        "an interval. SQLSTATE: 22006",
    )


def _parse(condition: str, text: str) -> ParseException:
    error = errors.raised(condition, text, ParseException)
    assert isinstance(error, ParseException)
    return error
