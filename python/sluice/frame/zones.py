# SPDX-License-Identifier: Apache-2.0
"""Time zones: the name of the local one, and moments read in a zone as PySpark reads them.

A wall clock time that was there twice is the later moment. One that was skipped is as much later as the clock went
forward: 2:30 in the night when 2:00 became 3:00 is 3:30.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sluice.frame.arrowtypes import pyarrow
from sluice.frame.needs import needs

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["local_zone", "moments", "second_times", "session_zone", "wall_clocks", "zone_of"]

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


#: The end of 2036: of later years Arrow knows no summer time.
_LAST = 2_114_380_800
_DAY = 86_400
#: After so many seconds, 400 years, the calendar and its weekdays begin again.
_AGAIN = 146_097 * _DAY
#: No zone changes its offset within a quarter of an hour.
_QUARTER = 900


def moments(clock: pa.Array, zone: str) -> pa.Array:
    """Wall clock times of a zone, `timestamp[us]`, as moments, `timestamp[us, zone]`."""
    arrow = pyarrow()
    place = zone_of(zone)
    if place is _UTC:
        return clock.cast(arrow.timestamp("us", zone))
    try:
        read = arrow.compute.assume_timezone(clock, zone, ambiguous="latest", nonexistent="raise")
        read = read.cast(arrow.timestamp("us", zone))
    except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
        # A skipped time, or a zone that Arrow does not know by this name.
        values = [None if value is None else moment(value, place) for value in clock.to_pylist()]
        return arrow.array(values, arrow.timestamp("us", zone))
    return _mended(clock, read, lambda quarter: (moment(quarter, place) - quarter).total_seconds())


def wall_clocks(array: pa.Array, zone: str) -> pa.Array:
    """Moments as the wall clock times of a zone, `timestamp[us]`."""
    arrow = pyarrow()
    there = array.cast(arrow.timestamp("us", zone))
    place = zone_of(zone)
    clock = arrow.compute.local_timestamp(there)
    if isinstance(place, datetime.timezone):
        return clock
    return _mended(
        there,
        clock,
        lambda quarter: _shown(quarter, place).utcoffset().total_seconds(),  # type: ignore[union-attr]
    )


def second_times(array: pa.Array, clock: pa.Array, zone: str) -> list[int]:
    """Where moments are of a time that the clock of a zone shows for the second time; `clock` is `wall_clocks`'."""
    place = zone_of(zone)
    if isinstance(place, datetime.timezone):
        return []
    arrow = pyarrow()
    compute = arrow.compute
    there = array.cast(arrow.timestamp("us", zone))
    first = compute.assume_timezone(clock, zone, ambiguous="earliest", nonexistent="latest")
    found = compute.less(first.cast(there.type), there).fill_null(False)
    late = _late(there)
    if late is not None:
        folds = _by_quarter(there.filter(late), lambda quarter: _shown(quarter, place).fold)
        found = compute.replace_with_mask(found, late, arrow.array(folds.astype(bool)))
    places: list[int] = compute.indices_nonzero(found).to_pylist()
    return places


def _shown(moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    return moment.replace(tzinfo=_UTC).astimezone(zone)


def _late(array: pa.Array) -> Any:
    """Which times are of years whose summer time Arrow does not know; None for none."""
    arrow = pyarrow()
    late = arrow.compute.greater_equal(array.cast(arrow.int64()), _LAST * 1_000_000).fill_null(False)
    return late if late.true_count else None


def _mended(array: pa.Array, made: pa.Array, offset: Callable[[datetime.datetime], float]) -> pa.Array:
    """What Arrow made of times, those of late years by Python's offsets."""
    arrow = pyarrow()
    late = _late(array)
    if late is None:
        return made
    some = array.filter(late)
    shifts = (_by_quarter(some, offset) * 1_000_000).astype("int64")
    right = arrow.compute.add(some.cast(arrow.int64()), arrow.array(shifts)).cast(made.type)
    return arrow.compute.replace_with_mask(made, late, right)


def _by_quarter(array: pa.Array, function: Callable[[datetime.datetime], float]) -> Any:
    """What a function gives for each time, called once for each quarter of an hour, and in years that Python has."""
    numpy = needs("numpy", "1.26", "frames")
    seconds = array.cast(pyarrow().int64()).to_numpy() // 1_000_000
    quarters, places = numpy.unique(((seconds - _LAST) % _AGAIN) // _QUARTER, return_inverse=True)
    start = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=_LAST)
    step = datetime.timedelta(seconds=_QUARTER)
    return numpy.array([function(start + step * each) for each in quarters.tolist()], "float64")[places]


def moment(clock: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """One wall clock time of a zone as a moment in UTC, without the mark of its zone."""
    offset = clock.replace(tzinfo=zone, fold=1).utcoffset() or datetime.timedelta()
    earlier = clock.replace(tzinfo=zone, fold=0).utcoffset() or datetime.timedelta()
    # Skipped times have the larger offset with fold=1, repeated ones the smaller.
    return clock.replace(fold=0) - min(offset, earlier)
