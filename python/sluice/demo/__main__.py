# SPDX-License-Identifier: Apache-2.0
"""``./sluice demo``: the broadcast-heavy job with its table, then a word count over real text."""

from __future__ import annotations

import argparse
import io
import os
import sys

from sluice import install
from sluice.demo import broadcasts, machine, runner, table, words
from sluice.errors import SluiceError, StartError
from sluice.version import VERSION

WANTED = 30_000_000
_HISTORY = (
    "For this job the change that taught PySpark to reuse its workers reported 281 s without reuse and 65 s\n"
    "with it, on four processors of its time (apache/spark, pull request 2259, 2014)."
)


def main() -> int:
    """Run the command line."""
    options = _options()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        _run(options)
        sys.stdout.flush()
    except SluiceError as error:
        _now("")
        print(f"sluice: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _now("")
        return 130
    except BrokenPipeError:
        # Whoever read this has read enough; Python's own flush at exit must not complain of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sluice demo",
        description="Broadcast a set of 30 million ints, filter 24,000 numbers by it in 100 tasks, count: "
        "again, with worker reuse off, and with sharing off. Then count the words of Python's own library.",
    )
    parser.add_argument("--n", type=_count, help=f"elements of the set (default {WANTED:,}, or what fits)")
    parser.add_argument(
        "--slots", type=_count, default=machine.slots(), help="tasks at once (default: processors)"
    )
    parser.add_argument(
        "--against",
        choices=["pyspark"],
        help="run the same scripts on PySpark 4.3 as well, installed into an environment of its own; "
        f"{runner.VARIABLE} names an interpreter that has it already",
    )
    return parser.parse_args()


def _count(text: str) -> int:
    digits = text.replace("_", "").replace(",", "")
    if not digits.isdecimal() or int(digits) < 1:
        raise argparse.ArgumentTypeError(f"not a whole number above zero: {text}")
    return int(digits)


def _run(options: argparse.Namespace) -> None:
    slots, free = options.slots, machine.free_memory()
    n = options.n or machine.scaled(WANTED, free)
    theirs_engine = runner.pyspark() if options.against else None
    if machine.copies(n, free) < 2:
        # The driver's own, and the one that the workers share.
        raise StartError(
            "no room for two copies of the set",
            n=n,
            free_bytes=free,
            advice=f"try --n {machine.scaled(n, free, 2)}",
        )
    java = install.java_version(install.java())
    python = sys.version.split()[0]
    print(
        f"Sluice {VERSION}, Python {python}, Java {java}; {slots} slots, "
        f"{table.gigabytes(free)} of memory free\n"
    )
    print(f"A set of {n:,} ints is broadcast; 24,000 numbers in 100 tasks are filtered by it and counted.")
    if options.n is None and n < WANTED:
        print(f"Not {WANTED:,} ints, because this machine has no room for three copies of those.")
    if broadcasts.sharing(n):
        print(
            "A set this small is not worth sharing between workers; here it is shared, as a large one would be."
        )
    unshared = min(slots, machine.copies(n, free) - 1)
    if unshared < slots:
        print(f"Sharing off runs with {unshared} slots: more copies of the set have no room in memory.")
    print(flush=True)
    ours_engine = runner.sluice()

    ours = broadcasts.run(ours_engine, n, broadcasts.variants(n, slots, unshared), _now)
    theirs = None
    if theirs_engine is not None:
        _now("pyspark: the same job, which takes half a minute or more")
        theirs = broadcasts.run(theirs_engine, n, broadcasts.main_variant(slots), _now)
    _now("one bare process: build, pickle, unpickle, fork")
    copy = broadcasts.one_copy(n)
    _now("")
    print(broadcasts.text(ours, theirs, copy))
    print()
    print(
        "Memory is the proportional set size of all Python processes below the JVM, and the broadcast's file."
    )
    print("One bare process builds, pickles, unpickles and forks: what the job costs without an engine.")
    print(_HISTORY, flush=True)

    answer = words.run(ours_engine, slots, _now)
    other = words.run(theirs_engine, slots, _now) if theirs_engine is not None else None
    _now("")
    print(f"\nThe words of the standard library in {words.library()}:\n")
    print(words.text(answer))
    print()
    print(words.sentence(answer, other))


def _now(text: str) -> None:
    """Say what goes on in the terminal's last line, over what was said before."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
