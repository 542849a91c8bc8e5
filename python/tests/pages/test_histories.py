# SPDX-License-Identifier: Apache-2.0
"""Histories of programs, and what is made of them; pages and their settings as a program meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.drivers import Driver

PROGRAM = """
import sys
from sluice import Conf, Context
conf = Conf().setMaster("local[2]").setAppName("recorded & kept").set("sluice.history.dir", sys.argv[1])
sc = Context(conf=conf.set("sluice.worker.env.DB_PASSWORD", "hunter2"))

def twice(n):
    print("twice", n)
    return 2 * n

print("sum", sc.parallelize(range(10), 3).map(twice).map(lambda n: (n % 2, n)).reduceByKey(max).count())
sc.stop()
"""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("histories") / "new"
    with Driver(PROGRAM, directory) as driver:
        driver.finish()
    (file,) = directory.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    return file


def test_a_history_is_lines_of_json(history: Path) -> None:
    lines = [json.loads(line) for line in history.read_text().splitlines()]
    assert lines[0]["info"]["name"] == "recorded & kept"
    assert "ended" in lines[-1]
    events = [line["event"] for line in lines if "event" in line]
    assert events.count("StageStarted") == 2
    assert events.count("TaskEnded") == 6
    assert sum(line.get("output", "").startswith("twice") for line in lines) == 10
    assert "hunter2" not in history.read_text()


def _command(name: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"sluice.commands.{name}", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_report_is_one_file(history: Path, tmp_path: Path) -> None:
    report = tmp_path / "report of a run.html"
    with _command("report", history, "-o", report) as process:
        said, complaints = process.communicate(timeout=60)
    assert (process.returncode, said.strip(), complaints) == (0, str(report), "")
    text = report.read_text()
    assert "recorded &amp; kept" in text
    assert "map twice" in text
    assert "hunter2" not in text
    assert [path.name for path in tmp_path.iterdir()] == [report.name]


def test_what_is_no_history_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("something else\n")
    for name, *rest in (("report", "-o", tmp_path / "x.html"), ("history",)):
        with _command(name, other, *rest) as process:
            _, complaints = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "no history of a program" in complaints
        assert str(other) in complaints


def test_wrong_files_are_told_in_words(history: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words, name, *arguments in (
        ("there is no such file", "history", tmp_path / "none.jsonl"),
        ("there is no such file", "report", history, "-o", tmp_path / "none" / "x.html"),
        ("a history is a file", "history", tmp_path),
        ("a history is a file", "report", "/"),
        ("a history is a file", "report", "."),
        ("cannot take the place of a directory", "report", history, "-o", empty),
    ):
        with _command(name, *arguments) as process:
            _, complaints = process.communicate(timeout=60)
        assert process.returncode == 2, (name, arguments)
        assert words in complaints
        assert complaints.count("\n") == 1, complaints
    assert empty.is_dir()


def test_a_reader_that_is_killed_is_a_failure(history: Path) -> None:
    with _command("history", history) as process:
        assert process.stdout is not None
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in children:
            os.kill(int(pid), signal.SIGKILL)
        _, complaints = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "exit_code=-9" in complaints


def test_help_needs_no_java(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    for name in ("history", "report", "submit", "cluster"):
        done = subprocess.run(
            [root / "sluice", name, "--help"],
            env={**os.environ, "JAVA_HOME": str(tmp_path), "SLUICE_CLASSPATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert f"usage: sluice {name}" in done.stdout


@pytest.fixture
def served(history: Path) -> Iterator[str]:
    with _command("history", history) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()
        process.communicate(timeout=60)


def test_the_pages_of_a_program_that_has_ended(served: str) -> None:
    address, _, token = served.partition("?token=")
    request = urllib.request.Request(f"{address}/jobs/0", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        page = answer.read().decode()
    assert "succeeded" in page
    assert "map twice" in page
    assert "hx-get" not in page
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(address, timeout=30)


def test_a_port_that_is_taken_or_none_does_not_stop_a_program() -> None:
    script = """
    import socket, sys
    from sluice import Conf, Context
    from sluice.errors import ConfigError
    taken = socket.create_server(("127.0.0.1", 0))
    conf = Conf().set("spark.ui.enabled", "true").set("spark.ui.port", str(taken.getsockname()[1]))
    sc = Context(conf=conf)
    print("count", sc.parallelize([1, 2], 1).count())
    try:
        Conf().set("spark.ui.port", "70000")
    except ConfigError as error:
        print(error)
    """
    with Driver(script) as driver:
        said = driver.finish()
    assert "count 2" in said
    assert "sluice: there are no web pages: " in said
    assert "from 0 to 65535" in said


def test_the_port_of_a_history_is_a_port(history: Path) -> None:
    with _command("history", history, "--port", 99999) as process:
        _, complaints = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "from 0 to 65535" in complaints
    assert "Exception" not in complaints


def test_pages_start_as_the_settings_say() -> None:
    script = """
    from sluice import Conf, Context
    sc = Context(conf=Conf().set("spark.ui.enabled", "false"))
    print("none", sc.uiWebUrl)
    sc.stop()
    sc = Context(conf=Conf().set("sluice.ui.enabled", "true"))
    sc.parallelize([1], 1).count()
    print("same", sc.uiWebUrl == sc.uiWebUrl, sc._jsc.sc().uiWebUrl().isDefined())
    """
    with Driver(script) as driver:
        said = driver.finish()
    assert "none None" in said
    assert "sluice: web pages at http://127.0.0.1:" in said
    assert "same True True" in said
