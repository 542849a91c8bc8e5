# SPDX-License-Identifier: Apache-2.0
"""Dates and times out of texts, as Spark's readers of JSON and CSV take them without a format, and back."""

from __future__ import annotations

import datetime
import functools
import re
import zoneinfo

__all__ = ["date_of", "timestamp_of", "timestamp_text"]

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
