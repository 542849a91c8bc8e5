# SPDX-License-Identifier: Apache-2.0
"""Programs written for PySpark print and return what they do there (recorded by benchmarks/record_programs.py)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import sluice

from . import registry

#: Programs with frames that do not pass yet, each with what is missing.
LATER: dict[str, str] = {}

PACKAGES = str(Path(sluice.__file__).parents[1])


def _programs() -> list[Any]:
    marks = {name: [pytest.mark.skip(reason=why)] for name, why in LATER.items()}
    return [pytest.param(name, marks=marks.get(name, [])) for name in registry.names()]


@pytest.mark.parametrize("name", _programs())
def test_a_program_does_what_it_does_on_pyspark(name: str, tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": PACKAGES, "PYTHONHASHSEED": "0"}
    start = [sys.executable, "-m", "sluice.pyspark"]
    outcome, errors = registry.run(start, name, tmp_path, variables)
    expected = registry.recorded(name)
    assert outcome.stdout == expected.stdout, errors
    assert outcome.exit == expected.exit, errors
