# SPDX-License-Identifier: Apache-2.0
"""Time zones: the name of the local one, and moments read in a zone as PySpark reads them.

A wall clock time that was there twice is the later moment. One that was skipped is as much later as the clock went
forward: 2:30 in the night when 2:00 became 3:00 is 3:30.
"""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sluice.frame.arrowtypes import pyarrow

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["local_zone", "moments", "session_zone", "zone_of"]

_UTC = datetime.UTC
_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")


def local_zone() -> str:
    """The name of the process's zone, as `TZ` or the system's configuration has it; UTC where neither has."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name and _known(name):
        return name
    try:
        place = Path("/etc/localtime").resolve().as_posix()
    except OSError:
        return "UTC"
    name = place.partition("zoneinfo/")[2]
    return name if name and _known(name) else "UTC"


def _known(name: str) -> bool:
    try:
        zone_of(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def zone_of(name: str) -> datetime.tzinfo:
    """A zone by its name, or by its offset, such as `+02:00`.

    :raises ValueError: there is no such zone
    """
    if name in ("Z", "UTC", "GMT", "UT"):
        return _UTC
    found = _OFFSET.fullmatch(name)
    if not found:
        try:
            return ZoneInfo(name)
        except (OSError, KeyError) as error:
            raise ValueError(
                f"no such time zone: zone={name!r}; names are as in Europe/Berlin, or +02:00"
            ) from error
    sign, hours, minutes, seconds = found.groups(default="0")
    shift = datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return datetime.timezone(-shift if sign == "-" else shift)


def session_zone(name: str) -> str:
    """The name by which Python, Arrow and DuckDB know a zone that may be an offset, such as `GMT+8` or `+05:30`.

    :raises ValueError: there is no such zone
    """
    place = zone_of(name)
    if not isinstance(place, datetime.timezone):
        return name
    minutes, seconds = divmod(int(place.utcoffset(None).total_seconds()), 60)
    if seconds:
        raise ValueError(f"a zone has whole minutes: zone={name!r}")
    if not minutes:
        return "UTC"
    if minutes % 60 == 0 and abs(minutes) <= 12 * 60:
        # These names count to the west.
        return f"Etc/GMT{-minutes // 60:+d}"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def moments(clock: pa.Array, zone: str) -> pa.Array:
    """Wall clock times of a zone, `timestamp[us]`, as moments, `timestamp[us, zone]`."""
    arrow = pyarrow()
    place = zone_of(zone)
    if place is _UTC:
        return clock.cast(arrow.timestamp("us", zone))
    try:
        read = arrow.compute.assume_timezone(clock, zone, ambiguous="latest", nonexistent="raise")
        return read.cast(arrow.timestamp("us", zone))
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
        # A skipped time, or a zone that Arrow does not know by this name.
        values = [None if value is None else moment(value, place) for value in clock.to_pylist()]
        return arrow.array(values, arrow.timestamp("us", zone))


def moment(clock: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """One wall clock time of a zone as a moment in UTC, without the mark of its zone."""
    offset = clock.replace(tzinfo=zone, fold=1).utcoffset() or datetime.timedelta()
    earlier = clock.replace(tzinfo=zone, fold=0).utcoffset() or datetime.timedelta()
    # Skipped times have the larger offset with fold=1, repeated ones the smaller.
    return clock.replace(fold=0) - min(offset, earlier)
