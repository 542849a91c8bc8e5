# SPDX-License-Identifier: Apache-2.0
"""What is logged on standard error at each level, and that a level holds from the moment it is set."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest

from sluice import Context
from sluice.errors import ConfigError

_PROGRAM = """
    import os, sys
    from sluice import Conf, Context, TaskContext

    def fail_once(x):
        if TaskContext.get().attemptNumber() == 0:
            raise ValueError("once")

    def die_once(x):
        if TaskContext.get().attemptNumber() == 0:
            os._exit(3)

    def section(level):
        sc.setLogLevel(level)
        print(f"[{level}]", file=sys.stderr, flush=True)

    conf = Conf()
    if sys.argv[1:]:
        conf.set("sluice.log.level", sys.argv[1])
    with Context("local[1,2]", conf=conf) as sc:
        for level in sys.argv[2:]:
            section(level)
            sc.parallelize([1], 1).count()
            sc.parallelize([1], 1).foreach(fail_once)
            sc.parallelize([1], 1).foreach(die_once)
            # What this JVM has to say, it has said when it answers.
            section("WARN")
"""


def logged(*arguments: str) -> dict[str, list[str]]:
    """The first words of the lines that were logged, by the level that was set."""
    command = [sys.executable, "-c", textwrap.dedent(_PROGRAM), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    assert done.stdout == ""
    found: dict[str, list[str]] = {}
    level = ""
    for text in done.stderr.splitlines():
        section = re.fullmatch(r"\[(\w+)\]", text)
        if section is not None:
            level = section[1]
            found.setdefault(level, [])
        else:
            message = re.fullmatch(r"\d\d:\d\d:\d\d ([A-Z]+) (\w+ \w+).*", text)
            assert message is not None, done.stderr
            found[level].append(message[2])
            # Spark's names of levels, not Java's.
            expected = {"job": "INFO", "stage": "INFO", "task": "DEBUG"}.get(
                message[2].partition(" ")[0], "WARN"
            )
            assert message[1] == expected, text
    return found


def test_each_level_logs_more() -> None:
    found = logged("warn", "off", "error", "WARN", "info", "Debug")
    assert found["off"] == found["error"] == []
    warnings = ["a task", "worker lost"]
    assert found["WARN"] == warnings
    assert [text for text in found["info"] if not text.startswith(("job", "stage"))] == warnings
    assert found["info"].count("job started") == found["info"].count("job ended") == 3
    assert found["info"].count("stage started") == found["info"].count("stage ended") == 3
    assert found["Debug"].count("task started") == found["Debug"].count("task ended") == 5


def test_a_level_that_is_set_before_the_first_job_holds_for_it() -> None:
    assert logged("info", "off")["off"] == []
    assert logged("warn", "info")["info"].count("job started") == 3


@pytest.mark.parametrize("level", ["NONSENSE", "", None, 3])
def test_what_is_no_level_is_refused(sc: Context, level: str) -> None:
    with pytest.raises(ConfigError, match="expected one of all, trace, debug, info, warn, error, fatal, off"):
        sc.setLogLevel(level)
