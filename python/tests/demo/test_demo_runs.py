# SPDX-License-Identifier: Apache-2.0
"""``./sluice demo`` from its start to its end: what a pipe gets, its exit codes, and Ctrl-C in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import descendants, eventually


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Variables under which every file of a run is in one directory; nothing may be left in it."""
    yield {**os.environ, "TMPDIR": str(tmp_path)}
    eventually(lambda: list(tmp_path.iterdir()), lambda files: not files)


def demo(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sluice.demo", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_a_pipe_gets_the_tables_and_no_escape_codes(environment: dict[str, str]) -> None:
    process = demo(environment, "--n", "100000", "--slots", "2")
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert "\x1b" not in output
    assert "\r" not in output
    rows = {line.split("  ")[0]: line.split() for line in output.splitlines()}
    assert rows["count again"][3:5] == ["100", "2"]
    assert rows["reuse off: count"][-2:] == ["100", "100"]
    assert rows["sharing off: count"][4:6] == ["100", "2"]
    assert "281 s" in output
    assert "65 s" in output
    assert "words of the standard library" in output


def test_ctrl_c_ends_it_and_all_that_it_started(environment: dict[str, str], tmp_path: Path) -> None:
    process = demo(environment, "--n", "3000000", "--slots", "2")
    # Its run has begun, but the job takes seconds from here on.
    eventually(lambda: list(tmp_path.glob("sluice-*/pool0/workers.sock")))
    started = descendants(process.pid)
    assert started
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    eventually(lambda: [pid for pid in started if Path(f"/proc/{pid}").exists()], lambda left: not left)
    assert not list(Path("/dev/shm").glob(f"sluice-{os.getuid()}-{process.pid}-*"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--n", "0"], 2, "not a whole number above zero: 0"),
        (["--slots", "many"], 2, "not a whole number above zero: many"),
        (["--n", "1_000_000_000_000"], 1, "no room for two copies of the set (n=1000000000000, free_bytes="),
    ],
)
def test_what_cannot_be_done_is_one_line(
    environment: dict[str, str], arguments: list[str], code: int, said: str
) -> None:
    process = demo(environment, *arguments)
    _, errors = process.communicate()
    assert process.returncode == code
    assert said in errors
    assert "Traceback" not in errors


def test_an_interpreter_without_pyspark_is_refused_before_anything_runs(environment: dict[str, str]) -> None:
    process = demo({**environment, "SLUICE_ANCHOR_PYTHON": "/nonexistent/python"}, "--against", "pyspark")
    output, errors = process.communicate()
    assert process.returncode == 1
    assert "no PySpark to compare with (python=/nonexistent/python, reason=No such file" in errors
    assert "phase" not in output
