# SPDX-License-Identifier: Apache-2.0
"""The daemon as the executor sees it: it starts, forks, kills and ends as PySpark's does, or says why it stays that."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.sparkdaemon.daemons import Daemon, lines
from tests.sparkdaemon.tasks import version
from tests.support import spark
from tests.support.waiting import alive, descendants, gone


def test_workers_are_forked_authenticated_and_killed_by_pid(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon, daemon.worker() as first, daemon.worker() as second:
        assert {first.pid, second.pid} <= descendants(daemon.process.pid)
        assert first.authenticate() == b"ok"
        assert second.authenticate("another") == b"err"
        daemon.kill(first.pid)
        gone(first.pid)
        assert first.connection.recv(1) == b""
        assert alive(daemon.process.pid)
    assert daemon.said() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["term", "kill"])
def test_no_worker_outlives_a_daemon_and_its_connection(tmp_path: Path, number: signal.Signals) -> None:
    daemon = Daemon(tmp_path)
    worker = daemon.worker()
    assert worker.authenticate() == b"ok"
    below = descendants(daemon.process.pid)
    daemon.process.send_signal(number)
    daemon.process.wait(60)
    worker.close()
    gone(*below)
    daemon.stdin.close()
    daemon.stdout.close()


def patched(place: Path, source: str) -> str:
    """A directory for PYTHONPATH with a start-up file that changes what the daemon finds."""
    directory = place / "patched"
    directory.mkdir()
    (directory / "sitecustomize.py").write_text(source)
    return str(directory)


@pytest.mark.parametrize(
    ("change", "variables", "line"),
    [
        ("", {}, "None"),
        ("", {"SLUICE_SPARK_DAEMON": "off"}, "SLUICE_SPARK_DAEMON=off"),
        (
            "import pyspark.version; pyspark.version.__version__ = '9.1.0'",
            {},
            "it was not tried with pyspark=9.1.0; tried=3.5..4.3",
        ),
        ("sys.version_info = (3, 10, 1); sys.version = '3.10.1 (main)'", {}, "python=3.10.1, needed=3.11"),
        ("sys.platform = 'darwin'", {}, "implementation=cpython platform=darwin, needed=cpython on linux"),
        ("pyspark.daemon.manager = main", {}, "has another manager than the ones known"),
    ],
    ids=["none", "off", "version", "python", "platform", "manager"],
)
def test_what_is_not_known_is_left_to_pyspark(change: str, variables: dict[str, str], line: str) -> None:
    code = f"""
import sys, pyspark.daemon
from sluice.spark.daemon import _reason_against, _reason_here, main
{change}
print(_reason_here() or _reason_against(pyspark.daemon))
"""
    done = subprocess.run(
        [spark.interpreter(), "-c", code],
        env={**os.environ, "PYTHONPATH": str(spark.PYTHON_TREE), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.rstrip().endswith(line)


def test_a_version_that_is_not_known_still_serves_and_says_so_once(tmp_path: Path) -> None:
    paths = patched(tmp_path, "import pyspark.version\npyspark.version.__version__ = '9.1.0'")
    with Daemon(tmp_path, PYTHONPATH=paths) as daemon, daemon.worker() as first, daemon.worker() as second:
        assert first.authenticate() == second.authenticate() == b"ok"
    (line,) = lines(daemon)
    assert line.endswith("as it is: it was not tried with pyspark=9.1.0; tried=3.5..4.3")


@pytest.mark.parametrize("users", ["", "glibc.malloc.hugetlb=0"])
def test_large_allocations_are_in_huge_pages_and_nobody_inherits_that(users: str) -> None:
    code = """
import os
from sluice.spark.daemon import _use_huge_pages
_use_huge_pages()
began_with = [each for each in open("/proc/self/environ").read().split("\\0") if "GLIBC" in each]
print(began_with, [each for each in os.environ.items() if "GLIBC" in each[0] or "TUNED" in each[0]])
"""
    variables = {"GLIBC_TUNABLES": users} if users else {}
    done = subprocess.run(
        [spark.interpreter(), "-c", code],
        env={"PYTHONPATH": str(spark.PYTHON_TREE), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    began_with = f"GLIBC_TUNABLES={users or 'glibc.malloc.hugetlb=1'}"
    assert done.stdout.strip() == str([began_with]) + " " + str(list(variables.items()))


def test_worker_modules_that_start_a_thread_are_imported_after_the_fork(tmp_path: Path) -> None:
    starts = """
import importlib.abc, sys, threading
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pyspark.worker":
            threading.Thread(target=threading.Event().wait, daemon=True).start()
sys.meta_path.insert(0, Finder())
"""
    with Daemon(tmp_path, PYTHONPATH=patched(tmp_path, starts)) as daemon, daemon.worker() as worker:
        assert worker.authenticate() == b"ok"
        threads = len(os.listdir(f"/proc/{daemon.process.pid}/task"))
    (line,) = lines(daemon)
    if version() in ("4.2", "4.3"):
        assert threads == 1
        assert line.endswith("is imported after the fork, as PySpark does: it starts threads: 1")
    else:
        # PySpark's own daemon imports it.
        assert line.endswith("each worker unpickles broadcasts for itself: the daemon has threads=2")
