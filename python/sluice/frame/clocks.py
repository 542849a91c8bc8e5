# SPDX-License-Identifier: Apache-2.0
"""Between times on a wall clock and instants, in the session's time zone, as Java has them.

The SQL names the zone: it is that of the session when the query was written, whatever it is when the query runs.
"""

from __future__ import annotations

import datetime
import re

from sluice.frame.names import sql_text
from sluice.frame.settings import FrameSettings
from sluice.frame.zones import zone_of

__all__ = ["instant", "local", "same_all_year"]

_FIXED = frozenset(
    ("UTC", "GMT", "Etc/UTC", "Etc/GMT", "Z", "Zulu", "UCT", "Universal", "Asia/Tokyo", "Asia/Kolkata")
)
_ZERO = _FIXED - {"Asia/Tokyo", "Asia/Kolkata"}
#: These names count to the west.
_WEST = re.compile(r"Etc/GMT([+-]\d{1,2})")
_HOUR = 3_600_000_000


def same_all_year(settings: FrameSettings) -> bool:
    """Whether a day has 24 hours in the session's time zone, whatever day it is."""
    return settings.zone in _FIXED or _offset(settings.zone) is not None


def _offset(zone: str) -> int | None:
    """The microseconds by which the clock of a zone is ahead of UTC, if they never change."""
    if zone in _ZERO:
        return 0
    west = _WEST.fullmatch(zone)
    if west is not None:
        return -int(west[1]) * _HOUR
    found = zone_of(zone)
    if not isinstance(found, datetime.timezone):
        return None
    return found.utcoffset(None) // datetime.timedelta(microseconds=1)


def _shifted(text: str, micros: int) -> str:
    return f"epoch_us({text}){f' {micros:+d}' if micros else ''}"


def local(settings: FrameSettings, text: str) -> str:
    """The wall clock's time of an instant, as SQL."""
    offset = _offset(settings.zone)
    if offset is not None:
        # A sum is twenty times as fast as DuckDB's zones are.
        return f"make_timestamp({_shifted(text, offset)})"
    return f"timezone({sql_text(settings.zone)}, {text})"


def instant(settings: FrameSettings, text: str) -> str:
    """The instant of a wall clock's time, as SQL: where a time comes twice, the first of the two."""
    offset = _offset(settings.zone)
    if offset is not None:
        return f"make_timestamptz({_shifted(text, -offset)})"
    zone = sql_text(settings.zone)
    last = f"timezone({zone}, {text})"
    if same_all_year(settings):
        return last
    # DuckDB takes the last.
    first = f"make_timestamptz(epoch_us({last}) - {_HOUR})"
    return f"(CASE WHEN timezone({zone}, {first}) = {text} THEN {first} ELSE {last} END)"
