# SPDX-License-Identifier: Apache-2.0
"""The class-data archive where it cannot be made: programs run, it is tried again, and `sluice doctor` says so."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from sluice import install, jvm
from tests.commands.test_doctor import findings


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the archive of jars that are none would be."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("SLUICE_CLASSPATH", "/none.jar")
    return jvm.archive(install.java(), "/none.jar")


def test_what_failed_is_tried_again_after_a_day(path: Path) -> None:
    mark = path.with_suffix(".failed")
    variables = dict(os.environ)
    jvm.ensure_archive(sys.executable, variables, training="sluice.no_such_module")
    assert mark.exists()
    assert findings()["class archive"]["grade"] == "note"
    assert "sluice.jvm" in findings()["class archive"]["advice"]
    # Within the day it is not tried: an interpreter that is none would be an error.
    before = mark.stat().st_mtime_ns
    jvm.ensure_archive(sys.executable, variables, training="sluice.no_such_module")
    assert mark.stat().st_mtime_ns == before
    long_ago = time.time() - 2 * 86_400
    os.utime(mark, (long_ago, long_ago))
    assert findings()["class archive"]["grade"] == "ok"
    jvm.ensure_archive(sys.executable, variables, training="sluice.no_such_module")
    assert mark.stat().st_mtime > long_ago + 86_400


def test_a_start_that_is_impossible_is_no_error_of_the_program(path: Path) -> None:
    jvm.ensure_archive("/no/such/python", dict(os.environ))
    assert not path.with_suffix(".failed").exists()
