# SPDX-License-Identifier: Apache-2.0
"""What `toPandas` takes: at most 2.2 times its result at any moment, and no more than the result afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pandas")

_SCRIPT = """
import gc, resource, sys
import duckdb
import sluice.frame.types as t
from sluice.frame.collecting import pandas_of

def now():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()

def most():
    # Not ru_maxrss, which begins with what the process had before it ran this program.
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM"))

schema = t.StructType.fromDDL("a long, b long, c double, s string")
query = "select i a, i % 1000 b, i * 0.5 c, concat('k', i % 1000) s from range({rows}) r(i)"
database = duckdb.connect()
database.execute("set threads = 2; set enable_progress_bar = false")

def read(rows):
    return pandas_of(database.sql(query.format(rows=rows)).to_arrow_reader(100_000), schema)

read(1_000)
gc.collect()
before = now()
frame = read(2_000_000)
peak = most()
gc.collect()
size = frame.memory_usage(deep=True, index=False).sum()
assert frame.a.sum() == 2_000_000 * 1_999_999 // 2
print((peak - before) / size, (now() - before) / size)
"""


def test_to_pandas_takes_little_more_than_its_result() -> None:
    found = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    peak, after = map(float, found.stdout.split())
    assert peak < 2.2, found.stdout
    assert after < 1.6, found.stdout
