# SPDX-License-Identifier: Apache-2.0
"""The progress bar: what it says, when it is shown, and that it leaves the line clean."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sluice import progress


def stage(number: int = 3, job: int = 1) -> dict[str, Any]:
    return {"job": job, "stage": number, "tasks": 100, "done": 45, "running": 2, "retries": 0}


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def bar(stream: io.StringIO, clock: Clock) -> progress.Bar:
    return progress.Bar(progress.Terminal(stream), clock)


def test_says_stage_tasks_running_and_seconds() -> None:
    assert progress.line([stage()], 1.26, 80, unicode=False) == (
        "stage 3 [" + "=" * 16 + " " * 21 + "]  45/100 tasks, 2 running, 1.3 s"
    )


def test_counts_the_other_stages() -> None:
    assert progress.line([stage(), stage(4), stage(5)], 1, 200).endswith("1.0 s, 2 more stages")
    assert progress.line([stage(), stage(4)], 1, 200).endswith("1.0 s, 1 more stage")


@pytest.mark.parametrize("width", range(1, 130))
def test_fits_the_terminal(width: int) -> None:
    assert len(progress.line([stage(), stage(4)], 12345.6, width)) < max(width, 1)


def test_short_jobs_show_nothing(bar: progress.Bar, stream: io.StringIO, clock: Clock) -> None:
    bar.show([stage()])
    clock.now += progress.PATIENCE - 0.1
    bar.show([stage()])
    bar.show([])
    assert stream.getvalue() == ""


def test_a_long_job_is_drawn_and_erased(bar: progress.Bar, stream: io.StringIO, clock: Clock) -> None:
    bar.show([stage()])
    clock.now += progress.PATIENCE
    bar.show([stage()])
    assert "45/100" in stream.getvalue()
    bar.show([])
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_job_that_begins_beside_a_long_one_waits_for_its_turn(
    bar: progress.Bar, stream: io.StringIO, clock: Clock
) -> None:
    bar.show([stage(job=1)])
    clock.now += progress.PATIENCE
    bar.show([stage(3, job=1), stage(4, job=2)])
    assert "more stage" not in stream.getvalue()


def test_nothing_is_drawn_right_after_the_bar_was_hidden(
    bar: progress.Bar, stream: io.StringIO, clock: Clock
) -> None:
    bar.show([stage()])
    clock.now += progress.PATIENCE
    bar.show([stage()])
    with bar.hidden():
        pass
    hidden = stream.getvalue()
    bar.show([stage()])
    assert stream.getvalue() == hidden
    clock.now += 1
    bar.show([stage()])
    assert stream.getvalue() != hidden


def test_nothing_is_drawn_while_something_else_is_written(
    bar: progress.Bar, stream: io.StringIO, clock: Clock
) -> None:
    bar.show([stage()])
    clock.now += progress.PATIENCE
    bar.show([stage()])
    with bar.hidden(mid_line=True):
        written = stream.getvalue()
        assert written.endswith("\r\x1b[K")
    clock.now += 1
    bar.show([stage()])
    assert stream.getvalue() == written, "behind an unfinished line"
    with bar.hidden():
        pass
    clock.now += 1
    bar.show([stage()])
    assert stream.getvalue() != written


def test_a_terminal_that_is_not_unicode_gets_plain_signs() -> None:
    for encoding, sign in (("ascii", "="), ("utf-8", "━")):
        written = io.BytesIO()
        text = io.TextIOWrapper(written, encoding=encoding)
        progress.Terminal(text).draw([stage()], 1.0)
        assert sign in written.getvalue().decode(encoding)


def test_tells_retries() -> None:
    assert progress.line([stage() | {"retries": 1}], 1, 200).endswith("1.0 s, 1 retry")
    assert progress.line([stage() | {"retries": 2}, stage(4)], 1, 200).endswith("2 retries, 1 more stage")


def test_the_setting_decides_where_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(**entries: str) -> bool:
        found = progress.surface({name.replace("_", "."): value for name, value in entries.items()})
        assert found is None or isinstance(found, progress.Terminal)
        return found is not None

    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert not shown()
    assert shown(sluice_ui_progress="true")
    assert shown(spark_ui_showConsoleProgress="true")
    assert not shown(sluice_ui_progress="auto")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert shown()
    assert not shown(sluice_ui_progress="false")
    monkeypatch.setenv("TERM", "dumb")
    assert not shown()
    monkeypatch.setattr("sys.stderr", None)
    assert not shown(sluice_ui_progress="true")
