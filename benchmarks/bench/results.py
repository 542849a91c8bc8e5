# SPDX-License-Identifier: Apache-2.0
"""What was measured of a scenario: medians, what is wanted of them, whether it is reached, as JSON and as text."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.names import ON_SPARK, SHORT
from sluice.demo import table

#: The columns of the table in the terminal.
COLUMNS = ("sluice", "cluster", "pyspark", "floor")
#: Those of a table of its own.
SPARK_COLUMNS = (*ON_SPARK, "floor")


@dataclass
class Run:
    """What was measured of one scenario: engine -> metric's key -> a value a round; and what went wrong."""

    name: str
    metrics: list[dict[str, Any]]
    about: str = ""
    #: The engines that the scenario has a part for, here or not.
    engines: tuple[str, ...] = ()
    #: The machine's load before the first round.
    load: float | None = None
    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, engine: str, key: str, value: float) -> None:
        self.values.setdefault(engine, {}).setdefault(key, []).append(value)

    def failed(self, engine: str) -> bool:
        return engine in self.problems

    def median(self, engine: str, key: str) -> float | None:
        values = self.values.get(engine, {}).get(key)
        return statistics.median(values) if values else None


def summary(run: Run) -> dict[str, Any]:
    """A run as JSON: of each metric every value, the medians, ratios, what is wanted and whether it is reached."""
    return {
        "scenario": run.name,
        "about": run.about,
        "engines": list(run.engines),
        "load": run.load,
        "metrics": [_metric(run, metric) for metric in run.metrics],
        "problems": run.problems,
    }


def _metric(run: Run, metric: dict[str, Any]) -> dict[str, Any]:
    key = metric["key"]
    values = {engine: told[key] for engine, told in run.values.items() if told.get(key)}
    medians = {engine: statistics.median(told) for engine, told in values.items()}
    ours, theirs = medians.get(metric["engine"]), medians.get(metric["against"])
    floor = medians.get("floor")
    wants = _wants(metric, medians)
    return {
        "key": key,
        "label": metric["label"],
        "unit": metric["unit"],
        "engine": metric["engine"],
        "against": metric["against"],
        "median": medians,
        "ratio": theirs / ours if ours and theirs else None,
        "times_floor": ours / floor if ours and floor else None,
        "wants": wants,
        "values": values,
    }


def _wants(metric: dict[str, Any], medians: dict[str, float]) -> list[dict[str, Any]]:
    """What is wanted of a metric. ``limit`` is the most that the engine may take, where that can be told."""
    engine, against = metric["engine"], metric["against"]
    wants = []

    def want(text: str, who: str, limit: float | None, short: str, needs: str = "") -> None:
        ours = medians.get(who)
        reached = ours <= limit if ours is not None and limit is not None else None
        lacks = [name for name in (who, needs) if name and name not in medians]
        wants.append(
            {"text": text, "short": short, "engine": who, "limit": limit, "reached": reached, "lacks": lacks}
        )

    def part(of: str, factor: float) -> float | None:
        return medians[of] * factor if of in medians else None

    if metric["times"]:
        text = f"at least {metric['times']:g} times as fast as {SHORT[against]}"
        want(text, engine, part(against, 1 / metric["times"]), f"{metric['times']:g}x", against)
    if metric["copies"]:
        text = f"at most {metric['copies']:g} times the floor"
        short = f"{metric['copies']:g}{' copies' if metric['unit'] == 'bytes' else 'x floor'}"
        want(text, engine, part("floor", metric["copies"]), short, "floor")
    if metric["at_most"] is not None:
        shown = amount(metric["at_most"], metric["unit"])
        want(f"at most {shown}", engine, metric["at_most"], shown)
    if metric["cluster"]:
        text = f"on the cluster at most {metric['cluster']:g} times the embedded engine"
        want(text, "cluster", part("sluice", metric["cluster"]), f"{metric['cluster']:g}x embedded", "sluice")
    if metric.get("daemon"):
        text = f"with our daemon at least {metric['daemon']:g} times as fast as {SHORT[against]} without"
        want(text, "daemon", part(against, 1 / metric["daemon"]), f"daemon {metric['daemon']:g}x", against)
    return wants


def heading(document: dict[str, Any]) -> str:
    """What the table in the terminal begins with."""
    machine, minutes = document["machine"], document["minutes"]
    lines = [
        f"Sluice {document['version']}, {document['slots']} slots, {machine['processor']}, "
        f"{machine['cores']} cores, Linux {machine['kernel']}; the run took {minutes:.0f} minutes"
    ]
    if document["quick"]:
        lines.append("quick: once, on less data; these are no figures to quote")
    lines += [
        f"{engine['title']} is not here: {engine['reason']}"
        for engine in document["engines"]
        if not engine["here"]
    ]
    return "\n".join(lines) + "\n"


def text(scenarios: list[dict[str, Any]]) -> str:
    """The table for a terminal, of what `summary` returned."""
    tables = []
    for columns in (COLUMNS, SPARK_COLUMNS):
        shown = [run for run in scenarios if ("tuned" in run["engines"]) == (columns is SPARK_COLUMNS)]
        rows = [_row(run, metric, columns) for run in shown for metric in run["metrics"]]
        more = ["daemon's ratio", "times the floor"] if columns is SPARK_COLUMNS else []
        head = ["scenario", *(SHORT[engine] for engine in columns), "ratio", *more, "wanted", "reached"]
        if rows:
            tables.append(table.render(head, rows))
    return "\n\n".join(tables)


def _row(run: dict[str, Any], metric: dict[str, Any], columns: Sequence[str]) -> list[str]:
    shown = []
    for engine in columns:
        value = metric["median"].get(engine)
        missing = _reason(run["problems"].get(engine, "")) if engine in run["engines"] else ""
        shown.append(missing if value is None else amount(value, metric["unit"]))
    wanted = ", ".join(want["short"] for want in metric["wants"])
    reached = ", ".join({True: "yes", False: "no", None: "?"}[want["reached"]] for want in metric["wants"])
    more = _besides(metric) if columns is SPARK_COLUMNS else []
    return [metric["label"], *shown, ratio(metric), *more, wanted, reached]


def _besides(metric: dict[str, Any]) -> list[str]:
    """How PySpark with our daemon compares with PySpark, and our engine with the floor."""
    daemon, theirs = metric["median"].get("daemon"), metric["median"].get("tuned")
    of_floor = metric["times_floor"]
    return [
        table.times(theirs / daemon) if daemon and theirs else "",
        table.times(of_floor) if of_floor else "",
    ]


def _reason(problem: str) -> str:
    """The first words of what went wrong."""
    return problem.partition(":")[0]


def ratio(metric: dict[str, Any]) -> str:
    """How a figure compares: copies of the floor for memory, times the other engine for time."""
    if metric["unit"] == "bytes":
        copies = any("copies" in want["short"] for want in metric["wants"])
        return f"{metric['times_floor']:.2f} copies" if copies and metric["times_floor"] else ""
    return table.times(metric["ratio"]) if metric["ratio"] else ""


def amount(value: float, unit: str) -> str:
    """A figure with its unit, as tables of the terminal and of README.md show it."""
    return _AMOUNTS[unit](value)


def seconds(value: float) -> str:
    if value >= 0.5:
        return f"{value:.2f} s"
    return f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1000:.3f} ms"


_AMOUNTS: dict[str, Callable[[float], str]] = {
    "seconds": seconds,
    "bytes": table.gigabytes,
    "share": lambda value: f"{value * 100:.2f} %",
}
