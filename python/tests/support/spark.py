# SPDX-License-Identifier: Apache-2.0
"""Apache Spark for tests: an interpreter that has PySpark, in an environment apart from the tests' own."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from sluice import environment

PYTHON_TREE = Path(__file__).resolve().parents[2]
#: Names an interpreter with PySpark and what `requirements-spark.txt` lists, to be used as it is.
VARIABLE = "SLUICE_SPARK_PYTHON"


@cache
def interpreter() -> str:
    """The interpreter; made on first use where `verify.py` has not done so before."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    return environment.ensure(
        str(PYTHON_TREE / "target" / "spark"), str(PYTHON_TREE / "requirements-spark.txt"), announce=False
    )


def home() -> Path:
    """What SPARK_HOME names: the directory of the interpreter's `pyspark`, with `bin` and `jars` in it."""
    python = Path(interpreter())
    return next(python.parent.parent.glob("lib/python3*/site-packages/pyspark"))
