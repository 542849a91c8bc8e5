# SPDX-License-Identifier: Apache-2.0
"""Commands that items are piped through: more than pipes hold, commands that stop, fail or stay, items that raise."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sluice import Context
from sluice.errors import JobError
from tests.support.drivers import Driver
from tests.support.waiting import eventually


def children_named(mark: str) -> list[int]:
    """The processes whose command line holds a mark."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                line = Path(f"/proc/{name}/cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in line and int(name) != os.getpid():
                found.append(int(name))
    return found


def test_lines_in_and_out(sc: Context) -> None:
    rdd = sc.parallelize(["a", "b\n\n", "", "two\nlines", None, 1.5, b"bytes", "é"], 1)
    assert rdd.pipe("cat").collect() == ["a", "b", "", "two", "lines", "None", "1.5", "b'bytes'", "é"]
    assert sc.parallelize(["x"], 1).pipe(r"printf 'a\r\nb\n\n\nc'").collect() == ["a\r", "b", "", "", "c"]
    assert sc.parallelize([], 2).pipe("wc -l").map(str.strip).collect() == ["0", "0"]


def test_far_more_than_pipes_hold_goes_both_ways(sc: Context) -> None:
    lines = ["x" * (number % 700) for number in range(20_000)]
    rdd = sc.parallelize(lines, 2)
    assert rdd.pipe("cat").collect() == lines
    # It says nothing until it has read all, and then more than it was given.
    assert rdd.pipe("sort -s -k1,1n").count() == len(lines)
    assert sc.parallelize(["y" * 3_000_000], 1).pipe("cat").map(len).collect() == [3_000_000]
    assert sc.parallelize([1], 1).pipe("seq 1 200000").count() == 200_000


def test_no_shell_and_no_environment_but_what_is_given(sc: Context) -> None:
    rdd = sc.parallelize(["x"], 1)
    assert rdd.pipe("echo $HOME `id` 'a b' \"c;d\" | cat > /nowhere").collect() == [
        "$HOME `id` a b c;d | cat > /nowhere"
    ]
    assert rdd.pipe("env").collect() == []
    assert rdd.pipe("env", {"OWN": "a;b$(c)"}).collect() == ["OWN=a;b$(c)"]


def test_a_command_that_stops_reading(sc: Context) -> None:
    rdd = sc.range(300_000, numSlices=1)
    assert rdd.pipe("head -n 2").collect() == ["0", "1"]
    assert rdd.pipe("true").collect() == []


def test_exit_codes(sc: Context) -> None:
    rdd = sc.parallelize(["x"], 1)
    assert rdd.pipe("sh -c 'cat; exit 3'").collect() == ["x"]
    with pytest.raises(JobError, match=r"Pipe function `sh -c 'cat; exit 3'` exited with error code 3"):
        rdd.pipe("sh -c 'cat; exit 3'", checkCode=True).collect()
    with pytest.raises(JobError, match=r"exited with error code -9"):
        rdd.pipe("sh -c 'kill -9 $$'", checkCode=True).collect()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("no-such-command-anywhere x", r"FileNotFoundError: .*no-such-command-anywhere"),
        ("cat 'open", r"ValueError: No closing quotation"),
        (r"printf '\377'", r"UnicodeDecodeError"),
    ],
)
def test_commands_that_cannot_be(sc: Context, command: str, text: str) -> None:
    with pytest.raises(JobError, match=text):
        sc.parallelize(["x"], 1).pipe(command).collect()


def test_items_that_raise_fail_the_task_while_the_command_waits(sc: Context) -> None:
    rdd = sc.parallelize([1] * 1000 + [0], 1).map(lambda x: 1 // x)
    with pytest.raises(JobError, match=r"ZeroDivisionError"):
        rdd.pipe("cat -u").collect()
    with pytest.raises(JobError, match=r"ZeroDivisionError"):
        rdd.pipe("sleep 271828.18").collect()
    with pytest.raises(JobError, match=r"UnicodeEncodeError"):
        sc.parallelize(["\ud800"], 1).pipe("cat").collect()
    eventually(lambda: children_named("271828.18"), lambda found: not found)


def test_stopping_early_leaves_no_process(sc: Context) -> None:
    rdd = sc.range(200_000, numSlices=2)
    assert rdd.pipe("cat -").take(3) == ["0", "1", "2"]
    # What the command itself has started goes with it.
    script = "sh -c 'sleep 161803.39 & echo first; cat > /dev/null; sleep 161803.39'"
    assert rdd.pipe(script).first() == "first"
    eventually(lambda: children_named("161803.39"), lambda found: not found)


def test_cancelling_leaves_no_process(sc: Context) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            sc.range(10, numSlices=2).pipe("sh -c 'sleep 141421.35 & sleep 141421.35'").collect()
        except JobError as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    eventually(lambda: children_named("141421.35"), lambda found: len(found) >= 4)
    sc.cancelAllJobs()
    thread.join(20)
    assert len(failed) == 1
    eventually(lambda: children_named("141421.35"), lambda found: not found)


def test_a_killed_driver_leaves_no_process() -> None:
    with Driver(
        """
        from sluice import Context

        Context("local[2]").range(10, numSlices=2).pipe("sh -c 'sleep 173205.08 & sleep 173205.08'").collect()
        """
    ) as driver:
        eventually(lambda: children_named("173205.08"), lambda found: len(found) >= 4)
        driver.process.kill()
        driver.process.wait()
        eventually(lambda: children_named("173205.08"), lambda found: not found)
        eventually(driver.pids, lambda pids: not pids)


def test_two_commands_in_one_task(sc: Context) -> None:
    rdd = sc.range(50_000, numSlices=2)
    assert rdd.pipe("cat").map(int).pipe("cat").map(int).sum() == sum(range(50_000))
