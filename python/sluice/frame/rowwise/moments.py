# SPDX-License-Identifier: Apache-2.0
"""Dates and times out of texts, as Spark's readers of JSON and CSV take them without a format, and back."""

from __future__ import annotations

import datetime
import functools
import re
import zoneinfo
from dataclasses import dataclass

__all__ = ["Clock"]

_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?\s*\Z", re.DOTALL)
_TIME = re.compile(
    r"\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]+/[A-Za-z_/]+)?)?)?)?\s*\Z"
)
_EPOCH = datetime.datetime(1970, 1, 1)
_MICRO = datetime.timedelta(microseconds=1)


def date_of(text: str) -> datetime.date:
    """A date.

    Raises:
        ValueError: it is none.
    """
    found = _DATE.match(text)
    if found is None:
        raise ValueError(f"no date: {text!r}")
    return datetime.date(int(found[1]), int(found[2]), int(found[3]))


@functools.lru_cache(maxsize=64)
def _zone(name: str) -> datetime.tzinfo:
    if name in ("Z", "UTC", "GMT"):
        return datetime.UTC
    if name[0] in "+-":
        hours, minutes = int(name[1:3].rstrip(":")), name[3:].lstrip(":")
        shift = datetime.timedelta(hours=hours, minutes=int(minutes or 0))
        return datetime.timezone(-shift if name[0] == "-" else shift)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise ValueError(f"no time zone: {name}") from None


def timestamp_of(text: str, zone: str | None) -> int:
    """A time in microseconds since 1970; without a zone of its own in that of the session; None for no zone at all.

    Raises:
        ValueError: it is none.
    """
    found = _TIME.match(text)
    if found is None:
        raise ValueError(f"no time: {text!r}")
    parts = zip(found.groups()[:6], (1, 1, 1, 0, 0, 0), strict=True)
    year, month, day, hour, minute, second = (int(part or least) for part, least in parts)
    micros = int((found[7] or "").ljust(6, "0")[:6] or 0)
    value = datetime.datetime(year, month, day, hour, minute, second, micros)
    if zone is None:
        if found[8]:
            raise ValueError(f"a time with a zone: {text!r}")
        return (value - _EPOCH) // _MICRO
    aware = value.replace(tzinfo=_zone(found[8] or zone))
    return (aware - _EPOCH.replace(tzinfo=datetime.UTC)) // _MICRO


def timestamp_text(value: datetime.datetime, zone: str | None) -> str:
    """A time as JSON and CSV have it: to the millisecond, with the zone's distance."""
    if zone is None:
        return value.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{value.microsecond // 1000:03d}"
    here = value.astimezone(_zone(zone))
    text = here.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{here.microsecond // 1000:03d}"
    shift = here.utcoffset() or datetime.timedelta()
    minutes = round(shift.total_seconds() / 60)
    if minutes == 0:
        return text + "Z"
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@dataclass(frozen=True)
class Clock:
    """Dates and times as a function reads and writes them: in a zone, by Java's patterns if there are any."""

    zone: str
    dates: str | None = None
    times: str | None = None

    def date(self, text: str) -> datetime.date:
        """A date.

        Raises:
            ValueError: the text is none.
        """
        if self.dates is None:
            return date_of(text)
        from sluice.frame.rowwise.clocks import parse_local

        micros = parse_local(text, self.dates)
        if micros is None:
            raise ValueError(f"no date by {self.dates}: {text!r}")
        return (_EPOCH + datetime.timedelta(days=micros // 86_400_000_000)).date()

    def timestamp(self, text: str, zoned: bool) -> int:
        """A time in microseconds since 1970.

        Raises:
            ValueError: the text is none.
        """
        if self.times is None or not zoned:
            return timestamp_of(text, self.zone if zoned else None)
        from sluice.frame.rowwise.clocks import parse_timestamp

        micros = parse_timestamp(text, self.times, self.zone)
        if micros is None:
            raise ValueError(f"no time by {self.times}: {text!r}")
        return micros

    def date_text(self, value: datetime.date) -> str:
        """A date as a text."""
        if self.dates is None:
            return value.isoformat()
        from sluice.frame.rowwise.clocks import date_format

        return date_format((value - _EPOCH.date()).days * 86_400_000_000, self.dates, "UTC")

    def timestamp_text(self, value: datetime.datetime, zoned: bool) -> str:
        """A time as a text."""
        if self.times is None or not zoned:
            return timestamp_text(value, self.zone if zoned else None)
        from sluice.frame.rowwise.clocks import date_format

        micros = (value - _EPOCH.replace(tzinfo=datetime.UTC)) // _MICRO
        return date_format(micros, self.times, self.zone)
