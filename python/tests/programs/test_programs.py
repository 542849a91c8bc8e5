# SPDX-License-Identifier: Apache-2.0
"""Programs written for PySpark print and return what they do there (recorded by benchmarks/record_programs.py)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import sluice

from . import registry

PACKAGES = str(Path(sluice.__file__).parents[1])


@pytest.mark.parametrize("name", registry.names())
def test_a_program_does_what_it_does_on_pyspark(name: str, tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": PACKAGES, "PYTHONHASHSEED": "0"}
    start = [sys.executable, "-m", "sluice.pyspark"]
    outcome, errors = registry.run(start, name, tmp_path, variables)
    expected = registry.recorded(name)
    assert outcome.stdout == expected.stdout, errors
    assert outcome.exit == expected.exit, errors
