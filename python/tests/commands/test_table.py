# SPDX-License-Identifier: Apache-2.0
"""The table of commands against what is there."""

from __future__ import annotations

import os
from pathlib import Path

import sluice.commands
from sluice.commands import TABLE, find, help_text

ROOT = str(Path(__file__).parents[3])


def test_every_module_of_a_command_has_a_row() -> None:
    modules = {
        name.removesuffix(".py")
        for name in os.listdir(os.path.dirname(sluice.commands.__file__))
        if name.endswith(".py") and not name.startswith("_")
    }
    assert modules <= {row.name for row in TABLE}


def test_a_command_that_is_not_installed_is_neither_shown_nor_found(tmp_path: Path) -> None:
    assert find("bench", ROOT) is not None
    assert find("bench", str(tmp_path)) is None
    assert "\n  bench " in help_text(ROOT)
    assert "\n  bench " not in help_text(str(tmp_path))


def test_help_fits_a_line() -> None:
    assert max(map(len, help_text(ROOT).splitlines())) <= 110


def test_an_action_can_need_more_than_its_command() -> None:
    cluster = next(row for row in TABLE if row.name == "cluster")
    assert cluster.runs_programs(["start", "--port", "0"])
    assert not cluster.runs_programs(["stop"])
    assert not cluster.runs_programs([])
