# SPDX-License-Identifier: Apache-2.0
"""Every figure that Sluice promises, beside PySpark 4.3 and the floor, in one run on this machine.

    python benchmarks/run.py [--only NAME ...] [--quick] [--rounds N] [--anchor PYTHON | --install] [--json FILE]

Each scenario of benchmarks/scenarios runs in processes of its own, on Sluice and on PySpark in turn.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import importlib.util
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE / "scenarios"
PYTHON = HERE.parent / "python"
sys.path[:0] = [str(HERE), str(SCENARIOS), str(PYTHON)]

import report  # noqa: E402

from sluice.demo import broadcasts, machine, runner  # noqa: E402
from sluice.errors import SluiceError  # noqa: E402

#: In the order of the table.
NAMES = [
    "first_result",
    "one_task",
    "empty_tasks",
    "broadcast_job",
    "numpy_array",
    "range_count",
    "word_count",
    "reduce_keys",
    "group_values",
    "sort_pairs",
    "join_pairs",
    "collect_pairs",
    "parallelize_pairs",
    "cached_sum",
    "group_spilled",
    "frame_pandas",
    "frame_query",
    "frame_functions",
    "frame_groups",
    "frame_arrow",
    "context_again",
    "small_reduce",
    "model",
    "cached_connection",
    "test_suite",
]
TIMEOUT = 600


def main() -> int:
    options = arguments()
    if options.anchor:
        os.environ[runner.VARIABLE] = options.anchor
    try:
        engines = prepare(options)
    except SluiceError as error:
        print(f"sluice: {error}", file=sys.stderr)
        return 2
    runs: list[report.Run] = []
    directory = tempfile.mkdtemp(prefix="sluice-bench-")
    os.environ.update(BENCH_DIRECTORY=directory, BENCH_SLOTS=str(options.slots))
    os.environ["BENCH_QUICK"] = "1" if options.quick else "0"
    begun = time.monotonic()
    try:
        for name in options.only or NAMES:
            runs.append(measure(name, engines, 1 if options.quick else options.rounds))
    except KeyboardInterrupt:
        print("interrupted; what was measured until then:", file=sys.stderr)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(report.heading(options.slots, options.quick, "pyspark" in engines, time.monotonic() - begun))
    print(report.text(runs))
    if options.json:
        Path(options.json).write_text(json.dumps([report.summary(run) for run in runs], indent=1) + "\n")
    return 1 if any(run.failed("sluice") for run in runs) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--quick", action="store_true", help="once, and on less data: shows that it runs, not how fast"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, of which the median counts (3)")
    parser.add_argument(
        "--anchor", metavar="PYTHON", help=f"an interpreter that has PySpark 4.3; also by {runner.VARIABLE}"
    )
    parser.add_argument("--slots", type=int, default=2, help="tasks at once (2)")
    parser.add_argument(
        "--install",
        action="store_true",
        help=f"install PySpark into an environment of its own, unless {runner.VARIABLE} names one",
    )
    parser.add_argument("--json", metavar="FILE", help="write every measurement there")
    return parser.parse_args()


def prepare(options: argparse.Namespace) -> dict[str, runner.Engine]:
    """The engines that are here; the same program runs on each."""
    chosen = {"spark.ui.showConsoleProgress": "false", **(broadcasts.SHARE_SMALL if options.quick else {})}
    settings = {"BENCH_SETTINGS": json.dumps(chosen)}
    ours = os.pathsep.join(map(str, (SCENARIOS, PYTHON)))
    sluice = runner.sluice()
    sluice.talks = False
    sluice.variables.update(PYTHONPATH=ours, **settings)
    # The floor has the same allocator: it is to be what the work costs, at its best.
    bare = {**runner.tuned(), "PYTHONPATH": str(SCENARIOS)}
    engines = {"sluice": sluice, "floor": runner.Engine("floor", [sys.executable], bare, talks=False)}
    if options.install or runner.installed_pyspark():
        spark = runner.pyspark()
        spark.variables["PYTHONPATH"] = os.pathsep.join([str(SCENARIOS), *packages(spark.command[0])])
        spark.variables["BENCH_SETTINGS"] = json.dumps(spark.settings)
        engines["pyspark"] = spark
    for python in (sys.executable, runner.installed_pyspark()):
        if python and subprocess.run([python, "-c", "import loky"], capture_output=True).returncode == 0:
            engines["peer"] = runner.Engine("peer", [python], {"PYTHONPATH": str(SCENARIOS)}, talks=False)
            break
    # The archive of classes that the launcher makes; without it every start would be measured slower.
    subprocess.run(
        [sys.executable, "-m", "sluice.jvm"],
        env={**os.environ, "PYTHONPATH": ours},
        check=False,
        capture_output=True,
    )
    return engines


def packages(python: str) -> list[str]:
    """Where this interpreter's packages are, if the other can use them: NumPy and the like are then the same."""
    version = "import sys; print(sys.version_info[:2])"
    done = subprocess.run([python, "-c", version], capture_output=True, text=True, check=False)
    return site.getsitepackages() if done.stdout.strip() == str(sys.version_info[:2]) else []


def measure(name: str, engines: dict[str, runner.Engine], rounds: int) -> report.Run:
    """One scenario on every engine in turn, several times."""
    module = importlib.import_module(name)
    run = report.Run(name, [dataclasses.asdict(metric) for metric in module.METRICS])
    parts = [(engine, "main") for engine in ("sluice", "pyspark")]
    parts += [(part, part) for part in ("floor", "peer") if hasattr(module, part)]
    for _ in range(rounds):
        for engine, part in parts:
            if engine in engines and not run.failed(engine):
                now(f"{name} on {engine}")
                once(run, module, engines[engine], part)
        parts[:2] = parts[1::-1]
    now("")
    return run


def now(text: str) -> None:
    """Say what goes on in the terminal's last line."""
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def once(run: report.Run, module: object, engine: runner.Engine, part: str) -> None:
    metrics = {metric["key"]: metric for metric in run.metrics}

    def on_line(fields: dict, pid: int) -> None:
        if fields.get("step") == "measure":
            held = sum(map(machine.pss, machine.workers_below(pid))) + machine.shared_files(pid)
            run.add(engine.name, fields["key"], held)
        elif "missing" in fields:
            run.problems[engine.name] = f"no {fields['missing']}"
        for key in fields.keys() & metrics.keys():
            run.add(engine.name, key, fields["at" if metrics[key]["spawn"] else key])

    begun = time.monotonic()
    try:
        engine.run(str(SCENARIOS / f"{run.name}.py"), [part], on_line, TIMEOUT)
    except SluiceError:
        late = time.monotonic() - begun >= TIMEOUT
        run.problems[engine.name] = f"over {TIMEOUT} s" if late else "failed"


if __name__ == "__main__":
    sys.exit(main())
