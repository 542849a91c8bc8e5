# SPDX-License-Identifier: Apache-2.0
"""Runs in processes of its own where the names are installed, since that is for good."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sluice
from sluice.pyspark.aliases import spec
from sluice.pyspark.names import TABLE

PACKAGES = str(Path(sluice.__file__).parents[1])


def python(program: str, first: str = "") -> str:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [first, PACKAGES]))}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", sorted(TABLE))
def test_every_name_is_there(module: str) -> None:
    """Without installing: the table is right by itself."""
    loaded = importlib.util.module_from_spec(spec(module))
    assert loaded.__spec__ is not None
    assert loaded.__spec__.loader is not None
    loaded.__spec__.loader.exec_module(loaded)
    for name in TABLE[module]:
        if name != "*":
            assert getattr(loaded, name) is not None
            assert name in dir(loaded)


def test_imports_of_every_form() -> None:
    program = """
import sluice.pyspark
sluice.pyspark.install(); sluice.pyspark.install()
import sys
assert [f.__name__ for f in sys.meta_path if f.__module__.startswith("sluice")] == ["_Finder"]
import pyspark.accumulators as accumulators
from pyspark import *
from pyspark import StorageLevel as again, accumulators as once_more
from pyspark.cloudpickle import dumps
import pyspark, cloudpickle
assert dumps is cloudpickle.dumps and StorageLevel is again is pyspark.StorageLevel
assert accumulators is once_more is pyspark.accumulators
assert pyspark.serializers.MarshalSerializer is pyspark.MarshalSerializer
assert pyspark.__version__ == "4.3.0" and "sluice" in repr(pyspark)
assert "Row" not in globals() and pyspark.Row is pyspark.sql.Row
from pyspark.accumulators import AccumulatorParam
class Mine(AccumulatorParam): pass
print(AccumulatorParam.__module__)
"""
    assert python(program) == "sluice.accumulators\n"


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("import pyspark.ml", "ModuleNotFoundError: No module named 'pyspark.ml': machine learning over"),
        ("import pyspark.ml.x", "ModuleNotFoundError: No module named 'pyspark.ml': machine learning over"),
        ("import pyspark.x", "ModuleNotFoundError: No module named 'pyspark.x': sluice does not have it"),
        ("from pyspark import pandas", "ImportError: cannot import name 'pandas' from 'pyspark': frames and"),
        (
            "from pyspark.sql import streaming",
            "ImportError: cannot import name 'streaming' from 'pyspark.sql': ",
        ),
        ("import pyspark; pyspark.X", "AttributeError: module 'pyspark' has no attribute 'X': sluice does"),
        ("import pyspark; print(hasattr(pyspark, 'X'))", "False"),
        ("from pyspark.rdd import Y", "ImportError: cannot import name 'Y' from 'pyspark.rdd': sluice does"),
    ],
)
def test_what_is_absent_says_so_beside_a_real_pyspark(tmp_path: Path, statement: str, error: str) -> None:
    for name in ("pyspark", "pyspark/ml", "pyspark/pandas"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("X = Y = 1")
    program = f"""
import sluice.pyspark
sluice.pyspark.install()
try:
    {statement}
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}")
"""
    assert python(program, str(tmp_path)).startswith(error)


def test_too_late_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").touch()
    program = """
import pyspark, sluice.pyspark
from sluice.errors import StartError
try:
    sluice.pyspark.install()
except StartError as error:
    print(error)
"""
    said = python(program, str(tmp_path))
    assert said.startswith(
        f"the real pyspark is already imported (file={tmp_path}/pyspark/__init__.py); call"
    )


def test_installing_imports_little() -> None:
    program = """
import sys, sluice.pyspark
before = set(sys.modules)
sluice.pyspark.install()
print(sorted(set(sys.modules) - before), "py4j" in sys.modules)
"""
    assert python(program) == "[] False\n"
