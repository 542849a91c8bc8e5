# SPDX-License-Identifier: Apache-2.0
"""The demonstration's arithmetic and its table; the programs themselves run in ``./sluice demo``."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sluice.demo import broadcasts, machine, table, words

GB = 10**9


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0004, "0.000"), (0.094, "0.094"), (0.1, "0.10"), (9.999, "10.00"), (65.04, "65.0"), (281, "281")],
)
def test_seconds_have_as_many_digits_as_mean_something(seconds: float, text: str) -> None:
    assert table.seconds(seconds) == text


def test_columns_are_aligned() -> None:
    text = table.render(["what", "seconds"], [["a", "1"], table.RULE, ["longer", "100"]])
    assert text.splitlines() == [
        "what    seconds",
        "───────────────",
        "a             1",
        "───────────────",
        "longer      100",
    ]


def test_the_set_is_scaled_to_free_memory_and_not_beyond_what_is_wanted() -> None:
    assert machine.scaled(30_000_000, 100 * GB) == 30_000_000
    small = machine.scaled(30_000_000, 4 * GB)
    assert small < 30_000_000
    assert small % 100_000 == 0
    assert machine.copies(small, 4 * GB) == 3
    assert machine.scaled(30_000_000, 0) == 100_000


def test_sharing_off_is_left_out_where_copies_have_no_room() -> None:
    names = [variant["name"] for variant in broadcasts.variants(1000, 2, 0)]
    assert names == ["main", "reuse off"]
    assert broadcasts.variants(1000, 8, 3)[2]["slots"] == 3


def test_free_memory_and_own_pss_are_known() -> None:
    assert machine.free_memory() > 0
    assert machine.pss(os.getpid()) > 1 << 20
    assert machine.pss(2**22 + 1) == 0


def test_a_program_without_a_jvm_has_no_workers() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        # Not below this process: other tests of the same run may have a JVM.
        assert machine.workers_below(child.pid) == []
    finally:
        child.communicate(b"\n")


def test_one_copy_measures_a_set_of_its_size() -> None:
    copy = broadcasts.one_copy(200_000)
    assert 200_000 * 60 < copy.pss < 200_000 * 100 + (40 << 20)
    assert copy.whole() > 0


def test_table_has_a_row_for_each_step_that_ran() -> None:
    copy = broadcasts.OneCopy(1.0, 0.5, 1.0, 0.1, 2 * GB)
    seconds = {("main", step): 1.0 for step in ("start", "build", "broadcast", "count 1", "count 2")}
    ours = broadcasts.Measured(seconds, {"main": 2}, {"main": 2 * GB})
    theirs = broadcasts.Measured(dict.fromkeys(seconds, 10.0), {"main": 2}, {"main": 4 * GB})
    alone = broadcasts.text(ours, None, copy).splitlines()
    assert len(alone) == 2 + 5 + 1 + 2
    assert alone[6].split() == ["count", "again", "1.00", "100", "2", "2.00", "GB", "1.00"]
    beside = broadcasts.text(ours, theirs, copy)
    assert "10.0x" in beside
    assert beside.splitlines()[-1].split() == ["PySpark's", "workers", "2", "4.00", "GB", "2.00"]
    assert "sharing" not in beside


def test_words_are_shown_with_bars() -> None:
    shown = words.text({"top": [["self", 1000], ["if", 10]]}).splitlines()
    assert shown[0].split() == ["self", "1,000", "█" * 30]
    assert shown[1].split() == ["if", "10", "█"]
    files, size = words.size()
    assert files > 100
    assert size > 1_000_000


def test_scripts_are_programs_of_their_own() -> None:
    done = subprocess.run(
        [sys.executable, str(broadcasts.HERE / "onecopy.py"), "1000"], capture_output=True, text=True, env={}
    )
    assert json.loads(done.stdout)["pss"] > 0
