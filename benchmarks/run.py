# SPDX-License-Identifier: Apache-2.0
"""Every figure that Sluice promises, beside PySpark, Ray, Dask, loky and the floor, in one run on this machine.

    sluice bench [--only NAME ...] [--quick] [--rounds N] [--anchor PYTHON | --install] [--install-peers]
                 [--json FILE] [--page FILE]

Each scenario of benchmarks/scenarios runs in processes of its own, on every engine that is here in turn. The figures
go to one HTML page and one JSON file.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# In a checkout and in an archive the package is beside this directory, and in a wheel around it.
BESIDE = HERE.parent / "python"
sys.path[:0] = [str(HERE), str(HERE / "scenarios"), *([str(BESIDE)] if BESIDE.is_dir() else [])]

from bench import about, engines, measuring, results  # noqa: E402
from bench.names import TITLES  # noqa: E402
from bench.page import page  # noqa: E402

from sluice.demo import runner  # noqa: E402
from sluice.errors import SluiceError  # noqa: E402
from sluice.version import VERSION  # noqa: E402

#: In the order of the page.
NAMES = [
    "broadcast_job",
    "first_result",
    "second_program",
    "one_task",
    "empty_tasks",
    "many_tasks",
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
    "cluster_start",
    "idle_cluster",
    "spark_empty_tasks",
    "spark_one_task",
    "spark_broadcast_job",
    "spark_word_count",
    "spark_reduce_keys",
    "spark_map_pandas",
]
#: What an exit code of 1 is for.
OURS = ("sluice", "cluster", "spark", "daemon")


def main() -> int:
    options = arguments()
    try:
        if options.page_of:
            write(options.page, page(json.loads(Path(options.page_of).read_text("utf-8"))))
            return 0
        if options.anchor:
            os.environ[runner.VARIABLE] = options.anchor
        if options.peers:
            os.environ[engines.VARIABLE] = options.peers
        for file in (options.page, options.json):
            writable(file)
        found = engines.find(options.quick, options.install, options.install_peers)
    except (SluiceError, OSError, ValueError) as error:
        print(f"sluice: {error}", file=sys.stderr)
        return 2
    for name in options.without:
        found[name] = engines.Found(name, reason="left out by --without")
    document = begin(options, found)
    begun = time.monotonic()
    directory = Path(tempfile.mkdtemp(prefix="sluice-bench-"))
    # The programs that run, and clusters, end with us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = measuring.Bench(found, directory, options.slots, options.quick, options.rounds)
    try:
        for name in [name for name in NAMES if not options.only or name in options.only]:
            document["scenarios"].append(results.summary(bench.measure(name)))
            # After each, so that an end halfway loses nothing.
            save(options, document, begun)
    except KeyboardInterrupt:
        document["interrupted"] = True
        print("interrupted; what was measured until then:", file=sys.stderr)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        save(options, document, begun)
    print(results.heading(document))
    print(results.text(document["scenarios"]))
    print(f"\npage: {options.page}\nraw figures: {options.json}")
    problems = [run["problems"].get(engine, "") for run in document["scenarios"] for engine in OURS]
    return 1 if any(text.startswith(measuring.WENT_WRONG) for text in problems) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sluice bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=list(TITLES),
        metavar="ENGINE",
        help=f"leave an engine out: {', '.join(TITLES)}",
    )
    parser.add_argument(
        "--quick", action="store_true", help="once, and on less data: shows that it runs, not how fast"
    )
    parser.add_argument(
        "--rounds", type=_positive, default=3, help="runs of each, of which the median counts (3)"
    )
    parser.add_argument("--slots", type=_positive, default=2, help="tasks at once (2)")
    parser.add_argument(
        "--anchor", metavar="PYTHON", help=f"an interpreter that has PySpark 4.3; also by {runner.VARIABLE}"
    )
    parser.add_argument(
        "--install",
        action="store_true",
        help=f"install PySpark into an environment of its own, unless {runner.VARIABLE} names one",
    )
    parser.add_argument(
        "--peers",
        metavar="PYTHON",
        help=f"an interpreter that has Ray, Dask or loky; also by {engines.VARIABLE}",
    )
    parser.add_argument(
        "--install-peers",
        action="store_true",
        help="install Ray, Dask and loky into an environment of their own",
    )
    parser.add_argument(
        "--page", metavar="FILE", default="sluice-bench.html", help="the page (sluice-bench.html)"
    )
    parser.add_argument(
        "--json", metavar="FILE", default="sluice-bench.json", help="every measurement (sluice-bench.json)"
    )
    parser.add_argument(
        "--page-of", metavar="FILE", help="measure nothing, and make the page again of what --json wrote"
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def begin(options: argparse.Namespace, found: dict[str, engines.Found]) -> dict[str, Any]:
    """The document without a scenario."""
    return {
        "format": 1,
        "version": VERSION,
        "command": shlex.join(["sluice", "bench", *sys.argv[1:]]),
        "begun": datetime.now().astimezone().isoformat(" ", "minutes"),
        "minutes": 0.0,
        "quick": options.quick,
        "rounds": 1 if options.quick else options.rounds,
        "slots": options.slots,
        "interrupted": False,
        "machine": about.machine(),
        "engines": [found[name].told() for name in TITLES],
        "scenarios": [],
    }


def save(options: argparse.Namespace, document: dict[str, Any], begun: float) -> None:
    """Write both files as they are up to now."""
    document["minutes"] = (time.monotonic() - begun) / 60
    document["machine"]["load_after"] = about.load()
    write(options.json, json.dumps(document, indent=1) + "\n")
    write(options.page, page(document))


def writable(file: str) -> None:
    """Find out before an hour of measuring, not after.

    Raises:
        OSError: the file cannot be written.
    """
    with open(file, "ab"):
        pass


def write(file: str, text: str) -> None:
    Path(file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
