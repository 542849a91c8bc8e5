# SPDX-License-Identifier: Apache-2.0
"""Records what the programs in python/tests/programs/scripts print under PySpark 4.3, and their exit codes.

    python benchmarks/record_programs.py [--check] [NAME ...]

Run it with an interpreter that has PySpark 4.3, numpy and pytest. With --check it writes nothing and says which
programs give another answer than the recorded one (exit code 1).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python" / "tests"))

from programs import registry


def main() -> int:
    """Record or check the named programs, or all."""
    parser = argparse.ArgumentParser(description="record what programs print under PySpark")
    parser.add_argument("--check", action="store_true", help="compare with what is recorded, write nothing")
    parser.add_argument("--errors", action="store_true", help="show standard error too")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    variables = {**os.environ, "PYTHONHASHSEED": "0", "PYSPARK_PYTHON": sys.executable}
    different = 0
    for name in options.names or registry.names():
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as directory:
            outcome, errors = registry.run([sys.executable], name, Path(directory), variables, 600)
        print(f"{name}: exit={outcome.exit}, seconds={time.perf_counter() - begun:.1f}", flush=True)
        if options.errors:
            print(errors)
        if not options.check:
            registry.record(name, outcome)
        elif outcome != registry.recorded(name):
            different += 1
            print(f"  recorded {registry.recorded(name)}\n  now      {outcome}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
