# SPDX-License-Identifier: Apache-2.0
"""The table of a run: medians, ratios, and whether what was promised is reached."""

from __future__ import annotations

import platform
import statistics
from dataclasses import dataclass, field
from typing import Any

from sluice.demo import table
from sluice.version import VERSION

#: In the order of the table's columns.
ENGINES = ("sluice", "pyspark", "floor", "peer")


@dataclass
class Run:
    """What was measured of one scenario: engine -> metric's key -> a value a round; and what went wrong."""

    name: str
    metrics: list[dict[str, Any]]
    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, engine: str, key: str, value: float) -> None:
        self.values.setdefault(engine, {}).setdefault(key, []).append(value)

    def failed(self, engine: str) -> bool:
        return engine in self.problems

    def median(self, engine: str, key: str) -> float | None:
        values = self.values.get(engine, {}).get(key)
        return statistics.median(values) if values else None


def heading(slots: int, quick: bool, anchored: bool, seconds: float) -> str:
    lines = [
        f"Sluice {VERSION}, Python {platform.python_version()}, {slots} slots, {platform.machine()}, "
        f"Linux {platform.release()}; the run took {seconds / 60:.0f} minutes"
    ]
    if quick:
        lines.append("quick: once, on less data; these are no figures to quote")
    if not anchored:
        lines.append("PySpark is not here: --install puts it into an environment of its own")
    return "\n".join(lines) + "\n"


def summary(run: Run) -> dict[str, Any]:
    """A run as JSON: of each metric the medians, the ratio, what is wanted and whether it is reached, every value."""
    metrics = []
    for metric in run.metrics:
        key = metric["key"]
        ours, theirs, floor, peer = (run.median(engine, key) for engine in ENGINES)
        wanted, reached = _verdict(metric, ours, theirs, floor)
        metrics.append(
            {
                "key": key,
                "label": metric["label"],
                "unit": "bytes" if _is_memory(metric) else "seconds",
                "median": {"sluice": ours, "pyspark": theirs, "floor": floor, "loky": peer},
                "times_pyspark": theirs / ours if ours and theirs else None,
                "times_floor": ours / floor if ours and floor else None,
                "wanted": wanted,
                "reached": {"yes": True, "no": False}.get(reached),
                "values": {engine: values.get(key, []) for engine, values in run.values.items()},
            }
        )
    return {"scenario": run.name, "metrics": metrics, "problems": run.problems}


def text(runs: list[Run]) -> str:
    head = ["scenario", "sluice", "pyspark", "ratio", "wanted", "reached", "floor", "loky"]
    return table.render(head, [_row(run, metric) for run in runs for metric in run.metrics])


def _row(run: Run, metric: dict[str, Any]) -> list[str]:
    key = metric["key"]
    ours, theirs, floor, _ = (run.median(engine, key) for engine in ENGINES)
    shown = [_shown(run, engine, metric) for engine in ENGINES]
    ratio = ""
    if metric["copies"]:
        ratio = f"{ours / floor:.2f} copies" if ours and floor else ""
    elif ours and theirs and not metric["at_most_bytes"]:
        ratio = table.times(theirs / ours)
    return [metric["label"], shown[0], shown[1], ratio, *_verdict(metric, ours, theirs, floor), *shown[2:]]


def _verdict(
    metric: dict[str, Any], ours: float | None, theirs: float | None, floor: float | None
) -> tuple[str, str]:
    """What is wanted, and whether it is reached; nothing where that cannot be told."""
    if metric["times"]:
        reached = theirs >= ours * metric["times"] if ours and theirs else None
        wanted = f"{metric['times']:g}x"
    elif metric["copies"]:
        reached = ours <= floor * metric["copies"] if ours and floor else None
        wanted = f"{metric['copies']:g} copies"
    elif metric["at_most_bytes"]:
        reached = ours <= metric["at_most_bytes"] if ours else None
        wanted = table.gigabytes(metric["at_most_bytes"])
    else:
        reached = ours <= metric["at_most"] if ours else None
        wanted = seconds(metric["at_most"])
    return wanted, {True: "yes", False: "no", None: ""}[reached]


def _shown(run: Run, engine: str, metric: dict[str, Any]) -> str:
    value = run.median(engine, metric["key"])
    if value is None:
        return run.problems.get(engine, "not here" if engine == "pyspark" else "")
    return table.gigabytes(value) if _is_memory(metric) else seconds(value)


def _is_memory(metric: dict[str, Any]) -> bool:
    return bool(metric["copies"] or metric["at_most_bytes"])


def seconds(value: float) -> str:
    if value >= 0.5:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1000:.3f} ms"
