# SPDX-License-Identifier: Apache-2.0
"""What tasks print, behind the task that printed it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from sluice.output import Tagger


def test_whole_lines_are_tagged_and_others_wait() -> None:
    tagger = Tagger()
    assert tagger.add(11, 1, 0, "one\ntw") == "[stage 1 partition 0 worker 11] one\n"
    assert tagger.add(12, 1, 1, "other\n") == "[stage 1 partition 1 worker 12] other\n"
    assert tagger.add(11, 1, 0, "o\n\n") == (
        "[stage 1 partition 0 worker 11] two\n[stage 1 partition 0 worker 11] \n"
    )
    assert tagger.rest() == ""


def test_a_line_that_its_task_left_open_ends_when_the_next_task_prints() -> None:
    tagger = Tagger()
    assert tagger.add(11, 1, 0, "open") == ""
    assert tagger.add(11, 2, 5, "next\nlast") == (
        "[stage 1 partition 0 worker 11] open\n[stage 2 partition 5 worker 11] next\n"
    )
    assert tagger.rest() == "[stage 2 partition 5 worker 11] last\n"


PROGRAM = """
import os, sys
from sluice import Conf, Context

def tell(split, items):
    print(f"{os.getpid()} {split}", end="", flush=True)
    os.write(2, b" and\\n")
    return items

with Context("local[2]", conf=Conf().set("sluice.ui.tagOutput", sys.argv[1])) as sc:
    sc.parallelize(range(4), 4).mapPartitionsWithIndex(tell).count()
print("end")
"""


def run(choice: str) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, choice]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=os.environ)
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line != "end"]


def test_every_line_names_its_own_task() -> None:
    told = [
        re.fullmatch(r"\[stage 0 partition (\d) worker (\d+)\] (\d+) (\d) and", line) for line in run("true")
    ]
    assert sorted(match[1] for match in told if match) == ["0", "1", "2", "3"]
    assert all(match and match[1] == match[4] and match[2] == match[3] for match in told)


def test_output_is_as_it_was_unless_asked() -> None:
    # Pieces of two workers may stand in one line.
    assert re.fullmatch(r"(\d+ \d| and)+", "".join(run("false")))
