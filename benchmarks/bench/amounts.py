# SPDX-License-Identifier: Apache-2.0
"""Figures as the page shows them: three digits that mean something, and a unit."""

from __future__ import annotations

_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
#: A core's share, in percent.
_SHARE = ((0.01, "%"),)
_UNITS = {"seconds": _SECONDS, "bytes": _BYTES, "share": _SHARE}


def human(value: float, unit: str) -> str:
    """For instance ``38.2 µs``, ``1.64 s``, ``134 s``, ``2.21 GB``, ``0.40 %``."""
    if value == 0:
        return f"0 {_UNITS[unit][0][1]}"
    steps = _UNITS[unit]
    # What would be rounded up to the next unit is shown in that.
    scale, name = next((step for step in steps if abs(value) >= step[0] * 0.9995), steps[-1])
    return f"{digits(value / scale)} {name}"


def digits(value: float) -> str:
    """A number with three significant digits; large ones in full."""
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"


def tick(value: float, unit: str) -> str:
    """The same for a round number: no digits that say nothing."""
    number, _, name = human(value, unit).partition(" ")
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{number} {name}"


def times(ratio: float) -> str:
    """A ratio, for instance ``5.90x``."""
    return f"{digits(ratio)}x"
