# SPDX-License-Identifier: Apache-2.0
"""The page's tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from bench.amounts import human, times
from bench.names import MARKS, TITLES


def _table(caption: str, head: Sequence[str], rows: Iterable[str], kind: str = "") -> str:
    """A table that scrolls by itself where the screen is narrow, by keyboard too."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table class="{kind}">'
        f"<caption>{caption}</caption><thead><tr>{cells}</tr></thead><tbody>"
        + "".join(rows)
        + "</tbody></table></div>"
    )


def metric(metric: dict[str, Any], engines: Sequence[str], problems: dict[str, str]) -> str:
    """One metric: an engine a row."""
    base = metric["median"].get(metric["engine"])
    floor = metric["median"].get("floor")
    rows = [_row(metric, engine, base, floor, problems) for engine in engines]
    against = escape(TITLES[metric["engine"]])
    head = ["engine", "median", "least", "most", "rounds", f"against<br>{against}", "against<br>the floor"]
    return _table(escape(metric["label"]), head, rows)


def _row(
    metric: dict[str, Any], engine: str, base: float | None, floor: float | None, problems: dict[str, str]
) -> str:
    name = f'<th scope="row">{escape(TITLES.get(engine, engine))}</th>'
    kind = ' class="floor"' if engine == "floor" else ""
    values = metric["values"].get(engine)
    if not values:
        said = escape(problems.get(engine, "not measured"))
        return f'<tr{kind}>{name}<td class="text" colspan="6">{said}</td></tr>'
    unit, median = metric["unit"], metric["median"][engine]
    cells = [human(median, unit), human(min(values), unit), human(max(values), unit), str(len(values))]
    cells += [times(median / other) if other else "" for other in (base, floor)]
    return f"<tr{kind}>{name}" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def overview(scenarios: Sequence[dict[str, Any]]) -> str:
    """Every metric in one table, medians only."""
    there = {engine for run in scenarios for engine in run["engines"]}
    columns = [engine for engine in TITLES if engine in there]
    rows = []
    for run in scenarios:
        for one in run["metrics"]:
            link = f'<a href="#{escape(run["scenario"])}">{escape(one["label"])}</a>'
            cells = []
            for engine in columns:
                value = one["median"].get(engine)
                shown = human(value, one["unit"]) if value is not None else _why(engine, run)
                cells.append(f"<td>{escape(shown)}</td>")
            cells.append(f"<td>{_reached(one)}</td>")
            rows.append(f'<tr><th scope="row">{link}</th>{"".join(cells)}</tr>')
    head = ["scenario", *(escape(TITLES[engine]) for engine in columns), "goals"]
    inner = _table("Medians; less is better", head, rows, "all")
    return f'<section aria-labelledby="all"><h2 id="all">All figures</h2>{inner}</section>'


def _why(engine: str, run: dict[str, Any]) -> str:
    """In a word why there is no figure."""
    return run["problems"].get(engine, "").partition(":")[0] if engine in run["engines"] else ""


def _reached(metric: dict[str, Any]) -> str:
    told = [MARKS[want["reached"]] for want in metric["wants"]]
    return " ".join(f'<span class="mark {kind}">{mark} {word}</span>' for kind, mark, word in told)


def engines(listed: Sequence[dict[str, Any]]) -> str:
    """Which engines were here, and how to get the others."""
    rows = []
    for engine in listed:
        text = f"not here: {engine['reason']}"
        if engine["here"]:
            versions = ", ".join(f"{package} {version}" for package, version in engine["versions"].items())
            text = f"{engine['how']}; {versions}" if versions else engine["how"]
        rows.append(f"<dt>{escape(engine['title'])}</dt><dd>{escape(text)}</dd>")
    return f'<dl class="engines">{"".join(rows)}</dl>'
