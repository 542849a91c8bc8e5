# SPDX-License-Identifier: Apache-2.0
"""Which directories of runs a start removes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sluice import gateway
from sluice.processes import space


def test_what_the_dead_left_goes_and_all_else_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    user, ours = os.getuid(), space()
    foreign = f"{int(ours, 16) ^ 1:04x}"
    gone = tmp_path / f"sluice-{user}-{ended.pid}-{ours}abc"
    stays = [
        tmp_path / f"sluice-{user}-{os.getpid()}-{ours}abc",
        # A pid of a container that shares the directory says nothing about processes here.
        tmp_path / f"sluice-{user}-{ended.pid}-{foreign}abc",
        tmp_path / f"sluice-{user + 1}-{ended.pid}-{ours}abc",
        tmp_path / f"sluice-{user}-notes-{ours}abc",
    ]
    for directory in (gone, *stays):
        directory.mkdir()
        (directory / "file").touch()
    gateway.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(stays)
