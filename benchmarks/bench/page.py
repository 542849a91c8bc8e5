# SPDX-License-Identifier: Apache-2.0
"""The page: one HTML file that shows all that is in the JSON, without scripts and without asking any server."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from bench import tables
from bench.amounts import human
from bench.charts import plot
from bench.names import MARKS
from bench.style import CSS

#: Comes first: it is the job that the project is for.
FIRST = "broadcast_job"


def page(document: dict[str, Any]) -> str:
    """The whole text of the page."""
    scenarios = sorted(document["scenarios"], key=lambda run: run["scenario"] != FIRST)
    body = [
        '<a class="skip" href="#content">to the figures</a>',
        _header(document),
        '<main id="content">',
        _verdicts(document, scenarios),
        _machine(document),
        tables.overview(scenarios),
        *(_scenario(document, run) for run in scenarios),
        _raw(document),
        "</main>",
        _footer(document),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Sluice {escape(document['version'])}: benchmark of {escape(document['begun'])}</title>\n"
        f"<style>{CSS}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _header(document: dict[str, Any]) -> str:
    rounds = "one round" if document["rounds"] == 1 else f"medians of {document['rounds']} rounds"
    parts = [
        "<header>",
        "<h1>Sluice beside PySpark, Ray, Dask, loky and the floor</h1>",
        f'<p class="soft">Sluice {escape(document["version"])}, {escape(document["begun"])}; {rounds}, '
        f"{document['slots']} tasks at a time, {document['minutes']:.0f} minutes in all.</p>",
    ]
    parts += [f'<p class="note">{escape(note)}</p>' for note in notes(document)]
    return "\n".join([*parts, "</header>"])


def notes(document: dict[str, Any]) -> list[str]:
    """What a reader has to know before the figures."""
    told = []
    if document["quick"]:
        told.append(
            "A quick run: once, on less data. It shows that everything works; these are no figures to quote."
        )
    if document.get("interrupted"):
        told.append("The run was interrupted; what had been measured until then is here.")
    cores, load = document["machine"]["cores"], document["machine"]["load"]
    if load is not None and load > max(0.5, cores / 4):
        told.append(
            f"The machine had other work when the run began: load {load:.2f} on {cores} cores. Times are too long, "
            "and unevenly so; compare ratios with care, and run it again on a quiet machine."
        )
    return told


def _verdicts(document: dict[str, Any], scenarios: list[dict[str, Any]]) -> str:
    """What is wanted, and how much of it is reached; what is missed by name."""
    every = [
        (run, metric, want) for run in scenarios for metric in run["metrics"] for want in metric["wants"]
    ]
    counts = {kind: sum(want["reached"] is kind for _, _, want in every) for kind in MARKS}
    parts = [
        '<section aria-labelledby="wanted"><h2 id="wanted">What is wanted</h2>',
        f'<p><strong class="yes">{counts[True]} reached</strong>, <strong class="no">{counts[False]} missed</strong>, '
        f"{counts[None]} could not be told, of {len(every)} goals that the project has set itself. "
        "Scenarios without a goal are shown all the same.</p>",
    ]
    for kind, head in ((False, "Missed"), (None, "Could not be told")):
        rows = [(run, metric, want) for run, metric, want in every if want["reached"] is kind]
        if rows:
            parts.append(f"<h3>{head}</h3><ul>")
            parts += [
                f'<li><a href="#{escape(run["scenario"])}">{escape(metric["label"])}</a>: '
                f"{_want(document, run, metric, want)}</li>"
                for run, metric, want in rows
            ]
            parts.append("</ul>")
    return "\n".join([*parts, "</section>"])


def _want(document: dict[str, Any], run: dict[str, Any], metric: dict[str, Any], want: dict[str, Any]) -> str:
    """One goal and what came of it, in words."""
    kind, mark, word = MARKS[want["reached"]]
    ours = metric["median"].get(want["engine"])
    if want["reached"] is None:
        why = "; ".join(f"{name}: {run['problems'].get(name, 'not measured')}" for name in want["lacks"])
        came = f" ({escape(why)})" if why else ""
    else:
        came = f"; it is {human(ours, metric['unit'])}, wanted is {human(want['limit'], metric['unit'])}"
    return f'<span class="mark {kind}">{mark} {word}</span>: {escape(want["text"])}{came}'


def _machine(document: dict[str, Any]) -> str:
    machine = document["machine"]
    facts = [
        ("Processor", machine["processor"]),
        ("Cores", f"{machine['cores']} usable of {machine['processors']}, {machine['architecture']}"),
        (
            "Memory",
            human(machine["memory"], "bytes")
            + (f", limit {human(machine['limit'], 'bytes')}" if machine["limit"] else ""),
        ),
        ("System", f"{machine['system']}, kernel {machine['kernel']}"),
        ("Java", machine["java"]),
        ("Load at start", "unknown" if machine["load"] is None else f"{machine['load']:.2f}"),
        ("Load at end", "unknown" if machine["load_after"] is None else f"{machine['load_after']:.2f}"),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in facts)
    return (
        '<section aria-labelledby="machine"><h2 id="machine">Machine and engines</h2>'
        f"<dl>{listed}</dl><h3>Engines</h3>{tables.engines(document['engines'])}</section>"
    )


def _scenario(document: dict[str, Any], run: dict[str, Any]) -> str:
    name = escape(run["scenario"])
    load = f" Load of the machine before it: {run['load']:.2f}." if run["load"] is not None else ""
    parts = [
        f'<section id="{name}" aria-labelledby="{name}-head">',
        f'<h2 id="{name}-head">{escape(run["metrics"][0]["label"] if run["metrics"] else run["scenario"])}</h2>',
        f'<p>{escape(run["about"])} <span class="soft">Scenario <code>{name}</code>.{load}</span></p>',
    ]
    for number, metric in enumerate(run["metrics"]):
        if number:
            parts.append(f"<h3>{escape(metric['label'])}</h3>")
        if metric["wants"]:
            wants = "".join(f"<li>{_want(document, run, metric, want)}</li>" for want in metric["wants"])
            parts.append(f'<ul class="wants">{wants}</ul>')
        drawn = plot(metric, run["engines"], run["problems"])
        floor = "" if "floor" in metric["median"] else " No floor was measured."
        caption = "Less is better. Large dots are medians, small ones single rounds." + floor
        parts.append(
            f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>" if drawn else "<p>No figures.</p>"
        )
        parts.append(tables.metric(metric, run["engines"], run["problems"]))
    return "\n".join([*parts, "</section>"])


def _raw(document: dict[str, Any]) -> str:
    text = escape(json.dumps(document, indent=1, ensure_ascii=False))
    return (
        "<section><details><summary>Every measurement, as JSON</summary>"
        f'<pre tabindex="0" id="json">{text}</pre></details></section>'
    )


def _footer(document: dict[str, Any]) -> str:
    return (
        f"<footer><p>Made by <code>{escape(document['command'])}</code>. The floor is what the work alone costs on "
        "this machine without an engine: the same loop in bare Python, shared by the slots, or bare messages between "
        "processes. PySpark is tuned: Unix sockets on, user interface off. Machines differ: compare ratios, and run "
        "it on yours.</p></footer>"
    )
