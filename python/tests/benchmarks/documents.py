# SPDX-License-Identifier: Apache-2.0
"""What a run would have written, and a parser that refuses what browsers only forgive."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bench import engines, results
from bench.names import TITLES

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
VOID = {"meta", "br", "hr", "img", "link", "input"}


def metric(key: str = "job", label: str = "a job", **more: Any) -> dict[str, Any]:
    """A metric as scenarios define it."""
    usual = {"times": None, "at_most": None, "copies": None, "cluster": None, "unit": "seconds"}
    return {
        "key": key,
        "label": label,
        **usual,
        "engine": "sluice",
        "against": "pyspark",
        "spawn": False,
        **more,
    }


def run(name: str = "one_job", metrics: list[dict[str, Any]] | None = None, **values: Any) -> results.Run:
    """A scenario with values of its first metric, by engine."""
    made = results.Run(name, metrics or [metric()], about="What it does.", load=0.1)
    made.engines = tuple(
        engine for engine in TITLES if engine in values or engine in ("sluice", "cluster", "pyspark")
    )
    for engine, told in values.items():
        for value in told:
            made.add(engine, made.metrics[0]["key"], value)
    for engine in made.engines:
        if engine not in values:
            made.problems[engine] = "not here: not installed; --install gets it"
    return made


def document(*runs: results.Run, **more: Any) -> dict[str, Any]:
    """A whole one."""
    found = [engines.Found(name, reason="not installed; --install gets it") for name in TITLES]
    machine = {"processor": "P", "processors": 4, "cores": 2, "architecture": "x86_64", "memory": 8 << 30}
    machine |= {"limit": None, "system": "Linux", "kernel": "6", "java": "17", "load": 0.1, "load_after": 0.2}
    return {
        "format": 1,
        "version": "0.1.0",
        "command": "sluice bench",
        "begun": "2026-01-02 03:04+00:00",
        "minutes": 1.0,
        "quick": False,
        "rounds": 3,
        "slots": 2,
        "interrupted": False,
        "machine": machine,
        "engines": [engine.told() for engine in found],
        "scenarios": [results.summary(each) for each in runs],
        **more,
    }


class Page(HTMLParser):
    """Reads a page: every element is closed, in order; keeps texts by element, links and identities."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"only SVG closes at once: {tag}"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"closed but not open: {tag}"
        assert self.open[-1] == tag, f"closed: {tag}, open: {self.open}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def text(self) -> str:
        """All that is read, without the raw figures."""
        return "\n".join(data for tag, data in self.texts if tag not in ("pre", "style"))
