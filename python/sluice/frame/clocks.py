# SPDX-License-Identifier: Apache-2.0
"""Between times on a wall clock and instants, in the session's time zone, as Java has them."""

from __future__ import annotations

from sluice.frame.settings import FrameSettings

__all__ = ["instant", "local", "same_all_year"]

_FIXED = frozenset(
    ("UTC", "GMT", "Etc/UTC", "Etc/GMT", "Z", "Zulu", "UCT", "Universal", "Asia/Tokyo", "Asia/Kolkata")
)
_HOUR = 3_600_000_000


def same_all_year(settings: FrameSettings) -> bool:
    """Whether a day has 24 hours in the session's time zone, whatever day it is."""
    return settings.zone in _FIXED


def local(text: str) -> str:
    """The wall clock's time of an instant, as SQL."""
    return f"CAST({text} AS TIMESTAMP)"


def instant(settings: FrameSettings, text: str) -> str:
    """The instant of a wall clock's time, as SQL: where a time comes twice, the first of the two."""
    last = f"CAST({text} AS TIMESTAMPTZ)"
    if same_all_year(settings):
        return last
    # DuckDB takes the last.
    first = f"make_timestamptz(epoch_us({last}) - {_HOUR})"
    return f"(CASE WHEN CAST({first} AS TIMESTAMP) = {text} THEN {first} ELSE {last} END)"
