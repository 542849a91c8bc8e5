# SPDX-License-Identifier: Apache-2.0
"""`sluice bench` from end to end, on the embedded engine alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench.names import PEERS, PROGRAMS, TITLES

from tests.benchmarks.documents import BENCHMARKS, Page


def bench(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    environ = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("SLUICE_ANCHOR", "SLUICE_PEERS"))
    }
    return subprocess.run(
        [sys.executable, str(BENCHMARKS / "run.py"), *arguments],
        cwd=directory,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_quick_run_of_two_scenarios_writes_page_and_figures(tmp_path: Path) -> None:
    place = tmp_path / "a place"
    place.mkdir()
    others = [
        option for name in ("cluster", "pyspark", "standalone", *PEERS) for option in ("--without", name)
    ]
    wanted = ["--only", "small_reduce", "--only", "one_task", "--page", "a page.html"]
    done = bench("--quick", *wanted, *others, directory=place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in place.iterdir()) == ["a page.html", "sluice-bench.json"]
    made = json.loads((place / "sluice-bench.json").read_text())
    assert [run["scenario"] for run in made["scenarios"]] == ["one_task", "small_reduce"]
    for run in made["scenarios"]:
        for one in run["metrics"]:
            assert one["median"].keys() == {"sluice", "floor"}
            assert one["median"]["sluice"] > 0
            assert one["values"]["sluice"] == [one["median"]["sluice"]]
        assert run["problems"]["cluster"] == "not here: left out by --without"
    assert made["quick"] is True
    assert made["machine"]["cores"] == len(os.sched_getaffinity(0))
    text = (place / "a page.html").read_text(encoding="utf-8")
    assert "one-task job" in Page(text).text()
    assert "one-task job" in done.stdout

    again = bench("--page-of", "sluice-bench.json", "--page", "again.html", directory=place)
    assert again.returncode == 0, again.stderr
    assert (place / "again.html").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--page", "no/such/place.html"), "No such file"),
        (("--page-of", "missing.json"), "No such file"),
        (("--anchor", "/no/such/python"), "no PySpark to compare with"),
    ],
)
def test_what_cannot_work_is_said_before_anything_runs(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = bench("--quick", "--only", "one_task", *arguments, directory=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("sluice: ")
    assert said in done.stderr


def test_every_scenario_has_parts_for_engines_that_exist() -> None:
    for path in sorted((BENCHMARKS / "scenarios").glob("*.py")):
        parts = set(re.findall(r"^def (\w+)\(\):$", path.read_text(), re.MULTILINE))
        assert not parts & {"peer"}, path
        assert not parts & set(PROGRAMS), path
    listed = re.findall(r'^    "(\w+)",$', (BENCHMARKS / "run.py").read_text(), re.MULTILINE)
    scenarios = {
        path.stem for path in (BENCHMARKS / "scenarios").glob("*.py") if "METRICS = [" in path.read_text()
    }
    assert set(listed) == scenarios
    assert listed[0] == "broadcast_job"
    assert set(PEERS) | set(PROGRAMS) | {"floor"} == set(TITLES)
