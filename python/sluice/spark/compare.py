# SPDX-License-Identifier: Apache-2.0
"""A job of yours with PySpark's daemon and with ours: times, and whether it printed the same.

    python -m sluice.spark.compare [--rounds N] JOB.py [ARGUMENTS ...]
    python -m sluice.spark.compare [--rounds N] --submit "spark-submit --master spark://host:7077" JOB.py [...]

The job runs in turn with each, unchanged. Times of jobs and tasks are from Spark's own event log.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from sluice.spark import package

MODULES = ("pyspark.daemon", "sluice.spark.daemon")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclass
class Run:
    """One run of the job; times are in seconds."""

    exit: int
    total: float
    output: bytes
    jobs: float = 0.0
    tasks: int = 0
    task_time: float = 0.0
    said: list[str] = field(default_factory=list)


def settings(module: str, log: str) -> dict[str, str]:
    return {
        "spark.python.daemon.module": module,
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{log}",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }


def options(given: list[str], module: str, log: str, file: str) -> list[str]:
    """Options of spark-submit: those given, then ours; a list of files is one option, so ours joins those given."""
    kept, files = [], [file]
    rest = iter(given)
    for option in rest:
        if option == "--py-files":
            files[:0] = [next(rest, "")]
        elif option.startswith("--py-files="):
            files[:0] = [option.partition("=")[2]]
        else:
            kept.append(option)
    if module == MODULES[1]:
        kept += ["--py-files", ",".join(files)]
    elif files[:-1]:
        kept += ["--py-files", ",".join(files[:-1])]
    for key, value in settings(module, log).items():
        kept += ["--conf", f"{key}={value}"]
    return kept


def run(module: str, job: list[str], submit: list[str] | None, place: str) -> Run:
    log = tempfile.mkdtemp(dir=place)
    file = package.write(tempfile.mkdtemp(dir=place))
    # The driver's own executor, with master local, finds the package by the path; others have the file.
    paths = [ROOT, os.environ.get("PYTHONPATH", "")]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    if submit is None:
        command = [sys.executable, *job]
        given = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", "pyspark-shell"))
        ours = options(given[:-1], module, log, file)
        variables["PYSPARK_SUBMIT_ARGS"] = shlex.join([*ours, *given[-1:]])
    else:
        command = [submit[0], *options(submit[1:], module, log, file), *job]
    begun = time.perf_counter()
    with tempfile.TemporaryFile(dir=place) as errors:
        done = subprocess.run(
            command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        result = Run(done.returncode, time.perf_counter() - begun, done.stdout)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    result.said = [line for line in said.splitlines() if line.startswith("sluice.spark.daemon: ")]
    if result.exit:
        sys.stderr.write(said)
    _read_events(log, result)
    return result


def _read_events(log: str, result: Run) -> None:
    for name in os.listdir(log):
        with open(os.path.join(log, name), encoding="utf-8") as lines:
            started: dict[int, int] = {}
            for line in lines:
                event = json.loads(line)
                kind = event["Event"]
                if kind == "SparkListenerJobStart":
                    started[event["Job ID"]] = event["Submission Time"]
                elif kind == "SparkListenerJobEnd":
                    result.jobs += (event["Completion Time"] - started[event["Job ID"]]) / 1000
                elif kind == "SparkListenerTaskEnd":
                    info = event["Task Info"]
                    result.tasks += 1
                    result.task_time += (info["Finish Time"] - info["Launch Time"]) / 1000


def report(runs: dict[str, list[Run]]) -> str:
    """The table, and how the outputs compare."""
    rows: list[tuple[str, ...]] = [("", *MODULES, "faster")]
    for name, read in (
        ("whole run, s", lambda run: run.total),
        ("Spark's jobs, s", lambda run: run.jobs),
        ("tasks, each, ms", lambda run: 1000 * run.task_time / run.tasks if run.tasks else 0.0),
    ):
        stock, ours = (statistics.median(map(read, runs[module])) for module in MODULES)
        rows.append((name, f"{stock:.2f}", f"{ours:.2f}", f"{stock / ours:.2f}x" if ours else "-"))
    rows.append(("tasks", *(str(runs[module][0].tasks) for module in MODULES), ""))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.append(_compared(runs))
    lines += sorted({line for run in runs[MODULES[1]] for line in run.said})
    return "\n".join(lines)


def _compared(runs: dict[str, list[Run]]) -> str:
    first, *others = (run.output.splitlines() for module in MODULES for run in runs[module])
    for other in others:
        for number, (one, two) in enumerate(zip(first, other, strict=False), 1):
            if one != two:
                return f"output: differs, first in line {number}: {_shown(one)} and {_shown(two)}"
        if len(first) != len(other):
            return f"output: differs, it has {len(first)} lines and {len(other)}"
    return f"output: the same in every run, lines={len(first)}"


def _shown(line: bytes) -> str:
    return repr(line[:80].decode(errors="replace"))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m sluice.spark.compare", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="how often each runs (2)")
    parser.add_argument(
        "--submit", metavar="COMMAND", help="how the job is submitted; without it, by this Python"
    )
    parser.add_argument("job", metavar="JOB.py")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if given.rounds < 1:
        parser.error("--rounds is 1 or more")
    submit = shlex.split(given.submit) if given.submit else None
    runs: dict[str, list[Run]] = {module: [] for module in MODULES}
    with tempfile.TemporaryDirectory(prefix="sluice-compare-") as place:
        for number in range(given.rounds):
            for module in MODULES:
                done = run(module, [given.job, *given.arguments], submit, place)
                runs[module].append(done)
                print(f"round {number + 1}: {module}: {done.total:.1f} s, exit={done.exit}", flush=True)
                if done.exit:
                    sys.exit(1)
    print(report(runs))


if __name__ == "__main__":
    main()
