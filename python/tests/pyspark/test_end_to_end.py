# SPDX-License-Identifier: Apache-2.0
"""Whole programs under the names of PySpark, with a JVM and workers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sluice

PACKAGES = str(Path(sluice.__file__).parents[1])

PROGRAM = """
from py4j.protocol import Py4JJavaError
from pyspark import SparkContext

sc = SparkContext("local[2]", "test")
seed = hash("a")

def inside(x):
    import pyspark
    from pyspark import TaskContext
    return repr(pyspark), TaskContext.__module__, hash("a") == seed

print(sc.parallelize([1], 1).map(inside).collect())
try:
    sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()
except Py4JJavaError as error:
    print(error.java_exception.getClass().getName(), "ZeroDivisionError" in str(error))
print(sum(sc.parallelize(range(10), 2).map(lambda x: x + 1).collect()))
sc.stop()
"""


@pytest.mark.smoke
def test_a_program_for_pyspark(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    variables = {**os.environ, "PYTHONPATH": PACKAGES}
    command = [sys.executable, "-m", "sluice.pyspark", str(path)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"[(\"<module 'pyspark' from '{PACKAGES}/sluice/pyspark/__init__.py'>\", 'sluice.taskcontext', True)]",
        "org.apache.spark.api.python.PythonException True",
        "55",
    ]
