# SPDX-License-Identifier: Apache-2.0
"""User code that ends its process, in every way there is: what the driver is told, with and without retries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sluice import Context
from sluice.errors import JobError, WorkerLostError

Step = Callable[[Any], Any]


def exits(code: int) -> Step:
    def leaves(x: int) -> int:
        import os

        os._exit(code)

    return leaves


def reads_null() -> Step:
    def segfaults(x: int) -> Any:
        import ctypes

        return ctypes.string_at(0)

    return segfaults


def aborts() -> Step:
    def aborting(x: int) -> None:
        import os

        os.abort()

    return aborting


def kills_itself(number: int) -> Step:
    def suicidal(x: int) -> None:
        import os
        import signal

        os.kill(os.getpid(), number)
        signal.pause()

    return suicidal


#: What user code does, what the driver hears of the process, the function in which it was.
CRASHES = [
    ("exit 0", exits(0), r"exit code 0", None),
    ("exit 3", exits(3), r"exit code 3", None),
    ("segfault", reads_null(), r"killed by signal 11 \(SIGSEGV\)", "segfaults"),
    ("abort", aborts(), r"killed by signal 6 \(SIGABRT\)", "aborting"),
    ("sigkill", kills_itself(9), r"killed by signal 9 \(SIGKILL\)", None),
    ("sigterm", kills_itself(15), r"killed by signal 15 \(SIGTERM\)", None),
]


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("crash", "how", "function"), [case[1:] for case in CRASHES], ids=[case[0] for case in CRASHES]
)
def test_a_record_that_always_ends_its_worker(
    sc: Context, crash: Step, how: str, function: str | None
) -> None:
    with pytest.raises(WorkerLostError) as caught:
        sc.parallelize(range(10), 5).map(lambda x: crash(x) if x == 7 else x).collect()
    text = str(caught.value)
    assert re.search(
        r"a task was lost 4 times: worker lost: pid=\d+ " + how + r", peak memory \d+ MiB", text
    ), text
    assert re.search(r"in job=\d+ stage=\d+ partition=3 attempt=3; sluice.task.maxLosses allows", text), text
    if function is not None:
        assert re.search(rf'File "{re.escape(__file__)}", line \d+ in {function}\n', text), text


@pytest.mark.parametrize("crash", [case[1] for case in CRASHES], ids=[case[0] for case in CRASHES])
def test_a_crash_that_does_not_come_back(sc: Context, tmp_path: Path, crash: Step) -> None:
    mark = tmp_path / "crashed"

    def once(x: int) -> int:
        if x == 7 and not mark.exists():
            mark.touch()
            crash(x)
        return x

    assert sc.parallelize(range(10), 5).map(once).collect() == list(range(10))
    assert mark.exists()


def test_a_crash_after_most_of_the_output_was_sent(sc: Context, tmp_path: Path) -> None:
    def big(split: int, items: Iterator[int]) -> Iterator[str]:
        import os

        for item in items:
            yield "x" * 1000 + str(item)
        if split == 1 and not (tmp_path / "crashed").exists():
            (tmp_path / "crashed").touch()
            os._exit(0)

    expected = ["x" * 1000 + str(item) for item in range(4000)]
    assert sc.parallelize(range(4000), 3).mapPartitionsWithIndex(big).collect() == expected


RAISES: list[tuple[str, str, str]] = [
    ("raise SystemExit(0)", "SystemExit: 0", "raise SystemExit(0)"),
    ("import sys; sys.exit()", "SystemExit", "sys.exit()"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt", "raise KeyboardInterrupt"),
    ("raise GeneratorExit", "GeneratorExit", "raise GeneratorExit"),
    ("raise MemoryError('no more')", "MemoryError: no more", "raise MemoryError"),
    ("[0] * (1 << 62)", "MemoryError", "[0] * (1 << 62)"),
    ("f = lambda: f(); f()", "RecursionError: maximum recursion depth exceeded", "f = lambda: f()"),
    ("raise StopIteration(3)", "RuntimeError: Caught StopIteration", ""),
    ("next(iter(()))", "RuntimeError: Caught StopIteration", ""),
    ("raise BaseException('bare')", "BaseException: bare", "raise BaseException"),
]


@pytest.mark.parametrize(("code", "said", "line"), RAISES, ids=[case[0] for case in RAISES])
def test_raised_to_end_the_process(sc: Context, tmp_path: Path, code: str, said: str, line: str) -> None:
    source = tmp_path / "program.py"
    source.write_text(f"def function(x):\n    if x == 3:\n        {code}\n    return x\n")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source.read_text(), str(source), "exec"), namespace)
    for _ in range(3):
        with pytest.raises(JobError) as caught:
            sc.parallelize(range(4), 2).map(namespace["function"]).collect()
        text = str(caught.value)
        assert not isinstance(caught.value, WorkerLostError), text
        assert re.search(r"a task failed: " + re.escape(said), text), text
        assert "partition=1 attempt=0 worker=" in text
        assert line in text
        if line:
            assert f'File "{source}", line 3, in function' in text
        # The worker that raised lives on.
        assert int(re.findall(r"worker=(\d+)", text)[0]) in sc._engine().call("workers")["workers"]


def test_a_death_as_for_want_of_memory_is_explained(sc: Context) -> None:
    def greedy(x: int) -> None:
        import os

        held = bytearray(300 << 20)
        # What the kernel does to the process that holds most, when there is no more.
        os.kill(os.getpid(), 9 if held else 0)

    with pytest.raises(WorkerLostError) as caught:
        sc.parallelize([1], 1).map(greedy).collect()
    text = str(caught.value)
    found = re.search(
        r"killed by signal 9 \(SIGKILL\), peak memory (\d+) MiB, as by the kernel when memory runs out in job=",
        text,
    )
    assert found is not None, text
    assert int(found[1]) >= 300


def test_recursion_of_c_code_crashes_and_is_told(sc: Context) -> None:
    def deep(x: int) -> Any:
        import sys

        sys.setrecursionlimit(1 << 30)

        def endless(n: int) -> Any:
            return sorted([n], key=lambda m: endless(m + 1))

        return endless(0)

    with pytest.raises(WorkerLostError) as caught:
        sc.parallelize([1], 1).map(deep).collect()
    text = str(caught.value)
    assert "killed by signal 11 (SIGSEGV)" in text
    assert "in endless" in text
    assert len(text) < 20_000
