# SPDX-License-Identifier: Apache-2.0
"""Texts as dates and timestamps, in all the forms that Spark casts."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from sluice.frame.rowwise import rowwise

_DATE = r"([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2}))?)?"
_DAY_TEXT = re.compile(rf"{_DATE}\Z|([+-]?\d{{4,7}})-(\d{{1,2}})-(\d{{1,2}})[ T]", re.ASCII)
_CLOCK = r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?"
_STAMP = re.compile(
    rf"(?:{_DATE}(?:[ T]{_CLOCK})?|T?{_CLOCK})\s*(Z|UTC|GMT|UT|[+-].*|(?:UTC|GMT|UT)[+-].*|[A-Za-z][\w/+-]*)?\Z",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?\Z", re.ASCII)
_BLANK = "".join(map(chr, (*range(33), 127)))
_EPOCH = datetime.date(1970, 1, 1).toordinal()
#: Days of 400 years, after which the calendar repeats.
_CYCLE = 146_097


def days_of(year: int, month: int, day: int) -> int | None:
    """Days since 1970 of a date, also beyond the years that Python knows; None if there is none."""
    cycles, within = divmod(year - 1, 400)
    try:
        return datetime.date(within + 1, month, day).toordinal() - _EPOCH + cycles * _CYCLE
    except ValueError:
        return None


@rowwise("date_of", "VARCHAR", "INTEGER")
def date_of(text: str) -> int | None:
    """Days since 1970 of a text: a year, year and month, or a day and anything behind it."""
    found = _DAY_TEXT.match(text.strip(_BLANK))
    if found is None:
        return None
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
    days = days_of(int(year), int(month or 1), int(day or 1))
    return None if days is None or not -(1 << 31) <= days < 1 << 31 else days


#: Short names of Java that are no names of zones elsewhere.
_SHORT = dict(
    pair.split("=")
    for pair in [
        "ACT=Australia/Darwin",
        "AET=Australia/Sydney",
        "AGT=America/Argentina/Buenos_Aires",
        "ART=Africa/Cairo",
        "AST=America/Anchorage",
        "BET=America/Sao_Paulo",
        "BST=Asia/Dhaka",
        "CAT=Africa/Harare",
        "CNT=America/St_Johns",
        "CST=America/Chicago",
        "CTT=Asia/Shanghai",
        "EAT=Africa/Addis_Ababa",
        "ECT=Europe/Paris",
        "IET=America/Indiana/Indianapolis",
        "IST=Asia/Kolkata",
        "JST=Asia/Tokyo",
        "MIT=Pacific/Apia",
        "NET=Asia/Yerevan",
        "NST=Pacific/Auckland",
        "PLT=Asia/Karachi",
        "PNT=America/Phoenix",
        "PRT=America/Puerto_Rico",
        "PST=America/Los_Angeles",
        "SST=Pacific/Guadalcanal",
        "VST=Asia/Ho_Chi_Minh",
        "EST=-05:00",
        "MST=-07:00",
        "HST=-10:00",
    ]
)


@lru_cache(maxsize=256)
def offset_of(name: str) -> datetime.tzinfo | None:
    """The time zone of a name or an offset in one of Java's forms; None if there is none."""
    name = _SHORT.get(name, name)
    if name in ("Z", "UTC", "GMT", "UT"):
        return datetime.UTC
    found = _OFFSET.match(name)
    if found is not None:
        hours, minutes, seconds = (int(part or 0) for part in found.group(2, 3, 4))
        if hours > 18 or minutes > 59 or seconds > 59:
            return None
        offset = datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return datetime.timezone(-offset if found[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def instant_of(days: int, micros: int, zone: datetime.tzinfo) -> int:
    """Microseconds since 1970 of a wall clock's time: the first where there are two, moved on where there is none."""
    total = days * 86_400_000_000 + micros
    # Far from our time, the calendar and the rules of zones repeat.
    cycles = 0
    if not -719_000 < days < 2_930_000:
        first = -719_000 if days < 0 else 2_930_000 - _CYCLE
        cycles = (days - first) // _CYCLE
        total -= cycles * _CYCLE * 86_400_000_000
    clock = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=total)
    offset = clock.replace(tzinfo=zone).utcoffset() or datetime.timedelta()
    return total - offset // datetime.timedelta(microseconds=1) + cycles * _CYCLE * 86_400_000_000


def _parts(text: str) -> tuple[int | None, int, str | None] | None:
    """Days, microseconds of the day, and the name of the zone; days are None where the text has only a time."""
    found = _STAMP.match(text.strip(_BLANK))
    if found is None:
        return None
    year, month, day, *rest = found.groups()
    first, second, zone = rest[:4], rest[4:8], rest[8]
    hour, minute, second_, fraction = first if first[0] is not None else second
    if zone is not None and hour is None:
        return None
    if year is None and ":" not in text and not text.strip(_BLANK).startswith("T"):
        return None
    clock = [int(part or 0) for part in (hour, minute, second_)]
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        return None
    days = None if year is None else days_of(int(year), int(month or 1), int(day or 1))
    if year is not None and days is None:
        return None
    if year is not None and hour is not None and day is None:
        return None
    micros = (clock[0] * 3600 + clock[1] * 60 + clock[2]) * 1_000_000 + int(
        (fraction or "")[:6].ljust(6, "0")
    )
    return days, micros, zone


@rowwise("timestamp_of", "VARCHAR VARCHAR", "BIGINT")
def timestamp_of(text: str, session: str) -> int | None:
    """Microseconds since 1970 of a text; its own time zone goes before the session's."""
    parts = _parts(text)
    if parts is None:
        return None
    days, micros, name = parts
    zone = offset_of(name or session)
    if zone is None:
        return None
    if days is None:
        days = datetime.datetime.now(zone).date().toordinal() - _EPOCH
    return _held(instant_of(days, micros, zone))


@rowwise("timestamp_ntz_of", "VARCHAR", "BIGINT")
def timestamp_ntz_of(text: str) -> int | None:
    """Microseconds since 1970 of a text as a wall clock's time; a time zone in it is left out."""
    parts = _parts(text)
    if parts is None or parts[0] is None or (parts[2] and offset_of(parts[2]) is None):
        return None
    return _held(parts[0] * 86_400_000_000 + parts[1])


@rowwise("timestamp_ntz_without_zone_of", "VARCHAR", "BIGINT")
def timestamp_ntz_without_zone_of(text: str) -> int | None:
    """Microseconds since 1970 of a text as a wall clock's time; none for a text with a time zone."""
    parts = _parts(text)
    return timestamp_ntz_of(text) if parts is not None and parts[2] is None else None


def _held(micros: int) -> int | None:
    """A number of microseconds if DuckDB has that timestamp: its last two are infinity."""
    return micros if abs(micros) < (1 << 63) - 2 else None


def date_parts(days: int) -> tuple[int, int, int]:
    """Year, month and day of days since 1970."""
    cycles, within = divmod(days + _EPOCH - 1, _CYCLE)
    date = datetime.date.fromordinal(within + 1)
    return date.year + cycles * 400, date.month, date.day


@rowwise("date_text", "BIGINT", "VARCHAR")
def date_text(days: int) -> str:
    """A date as Spark writes it, also before the year 1 and after 9999."""
    year, month, day = date_parts(days)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{day:02d}"


@rowwise("timestamp_text", "BIGINT", "VARCHAR")
def timestamp_text(micros: int) -> str:
    """A wall clock's time as Spark writes it."""
    days, rest = divmod(micros, 86_400_000_000)
    seconds, fraction = divmod(rest, 1_000_000)
    text = f"{date_text(days)} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:06d}".rstrip("0") if fraction else text
