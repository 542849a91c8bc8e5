# SPDX-License-Identifier: Apache-2.0
"""The progress bar of real programs on real terminals: there while jobs run, and no harm to what others write."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap

from tests.support import terminal

_BAR = re.compile(r"stage (\d+) \[[━─]+\] +(\d+)/(\d+) tasks, (\d+) running, [\d.]+ s[^\r\x1b]*")

_STAGES_AND_RETRIES = """
    import os, time
    from sluice import Context, TaskContext

    def slow(x):
        time.sleep(0.3)
        if x == 5 and TaskContext.get().attemptNumber() == 0:
            raise ValueError("once")
        print(f"task {x} says this")
        return x % 2, x

    def slower(pair):
        time.sleep(0.6)
        return sum(pair[1])

    with Context("local[2,2]") as sc:
        print("sums", sorted(sc.parallelize(range(6), 6).map(slow).groupByKey(3).map(slower).collect()))
        print("and on", end="")
    print(" to the end")
"""


def test_stages_and_retries_are_seen_and_nothing_of_them_is_left() -> None:
    said = terminal.run(_STAGES_AND_RETRIES, columns=100)
    stages = {match[1] for match in _BAR.finditer(said)}
    assert len(stages) == 2, said
    assert "1 retry" in said
    shown = terminal.screen(said)
    assert sorted(line for line in shown if "says" in line) == [f"task {x} says this" for x in range(6)]
    assert shown[-3:] == ["sums [6, 9]", "and on to the end", ""]
    assert not any("tasks," in line for line in shown), shown


def test_fits_a_narrow_terminal() -> None:
    said = terminal.run(
        """
        import time
        from sluice import Context
        with Context("local[2]") as sc:
            sc.parallelize(range(4), 4).foreach(lambda x: time.sleep(0.5))
        """,
        columns=40,
    )
    drawn = [text for text in re.findall(r"\r([^\r\n\x1b]*)\x1b\[K", said) if text]
    assert drawn
    assert all(len(text) < 40 for text in drawn), drawn
    assert terminal.screen(said) == [""]


def test_jobs_of_many_threads_share_the_line() -> None:
    said = terminal.run(
        """
        import sys, threading, time
        from sluice import Context
        with Context("local[4]") as sc:
            def job(n):
                sc.parallelize(range(2), 2).foreach(lambda x: time.sleep(1.2))
                sys.stdout.write(f"job {n} is done\\n")
            threads = [threading.Thread(target=job, args=(n,)) for n in range(3)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """,
        columns=120,
    )
    assert "2 more stages" in said or "1 more stage" in said, said
    assert sorted(terminal.screen(said)) == ["", "job 0 is done", "job 1 is done", "job 2 is done"]


def test_lines_that_tasks_leave_unfinished_are_not_overwritten() -> None:
    said = terminal.run(
        """
        import sys, time
        from sluice import Context
        def dot(x):
            time.sleep(0.4)
            sys.stdout.write(".")
            sys.stdout.flush()
        with Context("local[1]") as sc:
            sc.parallelize(range(5), 5).foreach(dot)
        print("!")
        """
    )
    assert terminal.screen(said) == [".....!", ""]


def test_is_off_on_request_and_where_there_is_no_terminal() -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from sluice import Conf, Context
        conf = Conf()
        if len(sys.argv) > 1 or sys.stderr.isatty():
            conf.set("spark.ui.showConsoleProgress", "false")
        with Context("local[1]", conf=conf) as sc:
            sc.parallelize([1], 1).foreach(lambda x: time.sleep(0.8))
        """
    )
    assert terminal.run(program) == ""
    piped = subprocess.run(
        [sys.executable, "-c", program.replace("false", "auto")],
        capture_output=True,
        text=True,
        env=os.environ,
        timeout=60,
    )
    assert (piped.returncode, piped.stdout, piped.stderr) == (0, "", "")


def test_what_the_jvm_logs_has_lines_of_its_own() -> None:
    said = terminal.run(
        """
        import time
        from sluice import Context, TaskContext
        def fail_late(x):
            time.sleep(0.8)
            if TaskContext.get().attemptNumber() == 0:
                raise ValueError("once")
        with Context("local[1,3]") as sc:
            sc.parallelize(range(2), 2).foreach(fail_late)
            sc.setLogLevel("info")
        """,
        columns=200,
    )
    assert _BAR.search(said), said
    shown = [line for line in terminal.screen(said) if line]
    warned = r"\d\d:\d\d:\d\d WARN a task raised ValueError: once in .* failures=1 of 3"
    assert len(shown) == 2, shown
    assert all(re.fullmatch(warned, line) for line in shown), shown
