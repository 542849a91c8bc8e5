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

import report  # noqa: E402

from sluice.demo import table  # noqa: E402


def row(metric: dict[str, Any]) -> str:
    """One line of the table; what was not measured is a dash."""
    median = metric["median"]
    memory = metric["unit"] == "bytes"
    show = table.gigabytes if memory else report.seconds
    shown = {engine: "-" if value is None else show(value) for engine, value in median.items()}
    ratio = "-"
    if memory and metric["times_floor"]:
        ratio = f"{metric['times_floor']:.2f} copies"
    elif metric["times_pyspark"] and not memory:
        ratio = table.times(metric["times_pyspark"])
    wanted = metric["wanted"] + ("" if metric["reached"] in (True, None) else " (missed)")
    cells = [metric["label"], shown["sluice"], shown["pyspark"], ratio, wanted, shown["floor"]]
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
    README.write_text(filled(text, json.loads(Path(sys.argv[1]).read_text())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
