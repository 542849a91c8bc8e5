# SPDX-License-Identifier: Apache-2.0
"""One metric as SVG: a row an engine with its median, its rounds and their spread; the floor and the goal as lines.

Across, everything is placed in percent of the width and nothing is scaled, so that text has the same size on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from bench.amounts import human, tick
from bench.names import TITLES

#: Room at both ends, in percent, for half of a mark and of a tick's label.
_MARGIN = 3.0
_HEAD = 20
_ROW = 44
_FOOT = 26
#: A mark near an end has its label inside.
_NEAR = 12.0


@dataclass(frozen=True)
class Scale:
    """From a value to a place across: logarithmic, or from zero where there is a zero."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def of(cls, values: Iterable[float]) -> Scale:
        """One that shows all of them with some room."""
        told = list(values)
        low, high = min(told), max(told)
        if low <= 0:
            return cls(0.0, high * 1.1 or 1.0, False)
        # Never less than a factor of four, or noise would look like a difference.
        spare = max(1.15, math.sqrt(4 * low / high))
        return cls(low / spare, high * spare, True)

    def at(self, value: float) -> float:
        """Percent of the width."""
        if self.logarithmic:
            part = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return _MARGIN + part * (100 - 2 * _MARGIN)

    def ticks(self) -> list[float]:
        """Some round numbers, at most six."""
        if not self.logarithmic:
            step = 10 ** math.floor(math.log10(self.high / 2))
            while self.high / step > 5:
                step *= 2
            return [step * count for count in range(int(self.high / step) + 1)]
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for digits in ((1, 2, 5), (1, 3), (1,)):
            found = [digit * 10.0**power for power in decades for digit in digits]
            found = [value for value in found if self.low <= value <= self.high]
            if len(found) <= 5:
                return found
        return found[:: math.ceil(len(found) / 5)]


def plot(metric: dict[str, Any], engines: Iterable[str], problems: dict[str, str]) -> str:
    """The SVG of one metric; empty if nothing was measured."""
    values, unit = metric["values"], metric["unit"]
    if not any(values.values()):
        return ""
    floor = metric["median"].get("floor")
    limits = {
        want["limit"] for want in metric["wants"] if want["limit"] and want["engine"] == metric["engine"]
    }
    goal = min(limits, default=None)
    scale = Scale.of([*(value for told in values.values() for value in told), *([goal] if goal else [])])
    rows = [engine for engine in engines if engine != "floor"]
    height = _HEAD + _ROW * len(rows) + _FOOT
    parts = [_axis(scale, unit, height)]
    if goal is not None:
        parts.append(
            _upright("goal", scale.at(goal), height, f"wanted {human(goal, unit)}", height - _FOOT + 24)
        )
    if floor is not None:
        parts.append(_upright("floor", scale.at(floor), height, f"floor {human(floor, unit)}", 13))
    for number, engine in enumerate(rows):
        parts.append(
            _row(scale, unit, engine, values.get(engine, []), metric, problems, _HEAD + _ROW * number)
        )
    # The goal's label has a line of its own below the ticks.
    described = escape(_described(metric, rows, problems))
    return (
        f'<svg role="img" width="100%" height="{height + 14}" aria-label="{described}">'
        + "".join(parts)
        + "</svg>"
    )


def _axis(scale: Scale, unit: str, height: int) -> str:
    parts = []
    for value in scale.ticks():
        place, label = scale.at(value), tick(value, unit)
        parts.append(
            f'<line class="grid" x1="{place:.2f}%" x2="{place:.2f}%" y1="{_HEAD}" y2="{height - _FOOT}"/>'
            f'<text class="tick" x="{place:.2f}%" y="{height - _FOOT + 11}" {_anchor(place, 8)}>{label}</text>'
        )
    return "".join(parts)


def _upright(kind: str, place: float, height: int, label: str, at: int) -> str:
    return (
        f'<line class="{kind}" x1="{place:.2f}%" x2="{place:.2f}%" y1="{_HEAD - 3}" y2="{height - _FOOT}"/>'
        f'<text class="{kind}" x="{place:.2f}%" y="{at}" {_anchor(place, _NEAR)}>{escape(label)}</text>'
    )


def _anchor(place: float, near: float) -> str:
    anchor = "start" if place < near else "end" if place > 100 - near else "middle"
    return f'text-anchor="{anchor}"'


def _row(
    scale: Scale,
    unit: str,
    engine: str,
    values: list[float],
    metric: dict[str, Any],
    problems: dict[str, str],
    top: int,
) -> str:
    """An engine's name and median above its track, which has its spread, its rounds and the median."""
    title = escape(TITLES.get(engine, engine))
    track = top + 29
    parts = [f'<line class="track" x1="0%" x2="100%" y1="{track}" y2="{track}"/>']
    if not values:
        said = escape(_brief(problems.get(engine, "")))
        return (
            parts[0] + f'<text class="name none" x="0%" y="{top + 16}">{title}</text>'
            f'<text class="value none" x="100%" y="{top + 16}" text-anchor="end">{said}</text>'
        )
    low, high, middle = scale.at(min(values)), scale.at(max(values)), scale.at(metric["median"][engine])
    kind = escape(engine)
    parts.append(f'<line class="spread {kind}" x1="{low:.2f}%" x2="{high:.2f}%" y1="{track}" y2="{track}"/>')
    for value in values:
        parts.append(f'<circle class="round {kind}" cx="{scale.at(value):.2f}%" cy="{track}" r="3"/>')
    parts.append(f'<circle class="median {kind}" cx="{middle:.2f}%" cy="{track}" r="6"/>')
    parts.append(f'<text class="name" x="0%" y="{top + 16}">{title}</text>')
    shown = escape(human(metric["median"][engine], unit))
    parts.append(f'<text class="value" x="100%" y="{top + 16}" text-anchor="end">{shown}</text>')
    return "".join(parts)


def _described(metric: dict[str, Any], rows: list[str], problems: dict[str, str]) -> str:
    """What the plot says, for those who do not see it."""
    told = []
    for engine in [*rows, "floor"]:
        value = metric["median"].get(engine)
        if value is not None:
            told.append(f"{TITLES.get(engine, engine)} {human(value, metric['unit'])}")
        elif engine in rows:
            told.append(f"{TITLES.get(engine, engine)} {_brief(problems.get(engine, ''))}")
    return f"{metric['label']}: " + ", ".join(told)


def _brief(problem: str) -> str:
    """What went wrong in a word or two; all of it is in the table."""
    return problem.partition(":")[0][:34] or "not measured"
