# SPDX-License-Identifier: Apache-2.0
"""The programs, how each is run, and what is compared; the recorder and the test share it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
RECORDED = Path(__file__).parent / "recorded"

#: Programs that are no script with these arguments alone.
_ARGUMENTS = {
    "access_log": ["data/access.log"],
    "frames_word_count": ["data/verse.txt"],
    "job_main": ["data/verse.txt", "--partitions", "3", "--least", "30"],
    "job_main_that_fails": ["data/verse.txt", "--fail"],
    "job_main_used_wrongly": ["--partitions", "x"],
    "join_csv": ["data/orders.csv", "data/customers.csv"],
    "k_means": ["data/points.txt"],
    "least_squares": ["data/ratings.csv"],
    "logistic_regression": ["data/labelled.csv"],
    "page_rank": ["data/links.txt", "6"],
    "sessions": ["data/clicks.tsv"],
    "tf_idf": ["data/verse.txt"],
    "word_count": ["data/verse.txt"],
    "word_count_session": ["data/verse.txt"],
    "word_count_without_a_file": [],
}
_SCRIPT = {
    "job_main_that_fails": "job_main.py",
    "job_main_used_wrongly": "job_main.py",
    "several_files": "several/main.py",
    "word_count_without_a_file": "word_count.py",
}
#: What makes pytest and other programs word their output otherwise: it differs from machine to machine.
_UNSET = ("BUILD_NUMBER", "CI", "COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS", "PYTEST_ADDOPTS")
_PYTEST = ["pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "--noconftest"]
_MODULES = {"suite_pytest": _PYTEST, "frames_suite": _PYTEST}


@dataclass(frozen=True)
class Outcome:
    """What a program leaves: its exit code and its standard output."""

    exit: int
    stdout: list[str]


def names() -> list[str]:
    """Every program, sorted."""
    return sorted({path.stem for path in SCRIPTS.glob("*.py")} | set(_SCRIPT))


def command(name: str) -> list[str]:
    """What to run after the interpreter, or after the name of what stands for it."""
    script = str(SCRIPTS / _SCRIPT.get(name, name + ".py"))
    if name in _MODULES:
        return ["-m", *_MODULES[name], script]
    arguments = [
        str(SCRIPTS / argument) if argument.startswith("data/") else argument
        for argument in _ARGUMENTS.get(name, [])
    ]
    return [script, *arguments]


def run(
    start: list[str], name: str, directory: Path, variables: dict[str, str], seconds: int = 100
) -> tuple[Outcome, str]:
    """Run a program in an empty directory; return what it left, and its standard error."""
    done = subprocess.run(
        [*start, *command(name)],
        cwd=directory,
        env={name: value for name, value in variables.items() if name not in _UNSET},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    # The time that a suite took is nobody's answer; a path is another on each machine.
    text = re.sub(r" in \d+\.\d+s", "", done.stdout)
    for path in (os.path.relpath(SCRIPTS, directory), str(SCRIPTS)):
        text = text.replace(path, "SCRIPTS")
    return Outcome(done.returncode, text.splitlines()), done.stderr


def recorded(name: str) -> Outcome:
    """What PySpark gave."""
    return Outcome(**json.loads((RECORDED / f"{name}.json").read_text()))


def record(name: str, outcome: Outcome) -> None:
    """Keep what PySpark gave."""
    text = json.dumps(asdict(outcome), indent=1, ensure_ascii=False)
    (RECORDED / f"{name}.json").write_text(text + "\n")
