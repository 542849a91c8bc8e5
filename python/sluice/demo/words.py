# SPDX-License-Identifier: Apache-2.0
"""The word count over this machine's own copy of Python's standard library."""

from __future__ import annotations

import glob
import os
import sysconfig
from collections.abc import Callable
from typing import Any

from sluice.demo import table
from sluice.demo.runner import DemoError, Engine


def library() -> str:
    """Where the sources of the standard library are."""
    return sysconfig.get_paths()["stdlib"]


def size() -> tuple[int, int]:
    """How many files are counted, and their bytes."""
    files = [path for pattern in ("*.py", "*/*.py") for path in glob.glob(os.path.join(library(), pattern))]
    return len(files), sum(os.path.getsize(path) for path in files)


def run(engine: Engine, slots: int, now: Callable[[str], None]) -> dict[str, Any]:
    """Count; returns what the program told."""
    answers: list[dict[str, Any]] = []
    now(f"{engine.name}: counting words")
    settings = [f"{key}={value}" for key, value in engine.settings.items()]
    engine.run("wordcount.py", [library(), str(slots), *settings], lambda fields, pid: answers.append(fields))
    if not answers:
        raise DemoError("the word count gave no answer", engine=engine.name)
    return answers[0]


def text(answer: dict[str, Any]) -> str:
    """Return the most frequent words with a bar each."""
    most = answer["top"][0][1]
    rows = [(word, f"{count:,}", "█" * max(1, round(30 * count / most))) for word, count in answer["top"]]
    width = max(len(word) for word, _, _ in rows)
    digits = max(len(count) for _, count, _ in rows)
    return "\n".join(f"{word:<{width}}  {count:>{digits}}  {bar}" for word, count, bar in rows)


def sentence(answer: dict[str, Any], other: dict[str, Any] | None) -> str:
    """Return what it took."""
    files, held = size()
    said = (
        f"{answer['words']:,} words, {answer['distinct']:,} of them distinct, in {files:,} files "
        f"({table.gigabytes(held)}): {table.seconds(answer['seconds'])} s"
    )
    if other is None:
        return said + "."
    ratio = table.times(other["seconds"] / answer["seconds"])
    return said + f"; PySpark 4.3: {table.seconds(other['seconds'])} s ({ratio})."
