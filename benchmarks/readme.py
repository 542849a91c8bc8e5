# SPDX-License-Identifier: Apache-2.0
"""Puts the figures of a run into README.md: python benchmarks/readme.py FIGURES.json

The file is what ``run.py --json`` wrote. Rows of the table that are not in it stay as they are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
sys.path[:0] = [str(HERE), str(HERE.parent / "python")]

from bench import results  # noqa: E402


def row(metric: dict[str, Any]) -> str:
    """One line of the table; what was not measured is a dash. The goal is that of the engine in the first column."""
    medians = metric["median"]
    shown = [
        results.amount(medians[engine], metric["unit"]) if engine in medians else "-"
        for engine in (metric["engine"], metric["against"], "floor")
    ]
    wants = [want for want in metric["wants"] if want["engine"] == metric["engine"]]
    wanted = ", ".join(want["short"] + (" (missed)" if want["reached"] is False else "") for want in wants)
    cells = [metric["label"], *shown[:2], results.ratio(metric) or "-", wanted or "-", shown[2]]
    return "| " + " | ".join(cells) + " |"


def filled(text: str, runs: list[dict[str, Any]]) -> str:
    """The text with the rows that were measured in the place of those with the same label."""
    rows = {metric["label"]: row(metric) for run in runs for metric in run["metrics"]}
    return "\n".join(rows.get(line[2:].split(" | ")[0], line) for line in text.split("\n"))


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: readme.py FIGURES.json", file=sys.stderr)
        return 2
    text = README.read_text(encoding="utf-8")
    README.write_text(filled(text, json.loads(Path(sys.argv[1]).read_text())["scenarios"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
