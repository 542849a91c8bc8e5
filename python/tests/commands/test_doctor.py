# SPDX-License-Identifier: Apache-2.0
"""`sluice doctor` on this machine, and on poorer ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sluice.commands import doctor

PYTHON = Path(__file__).parents[2]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "sluice.commands.doctor", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


def findings(**variables: str) -> dict[str, dict[str, Any]]:
    return {found["name"]: found for found in json.loads(run("--json", **variables).stdout)}


def test_a_machine_that_runs_these_tests_is_well() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nbad" not in done.stdout
    for name in ("java", "python", "cloudpickle", "shared memory", "unix sockets", "loopback", "open files"):
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    ("name", "variables", "advice"),
    [
        ("java", {"JAVA_HOME": "/none"}, "JAVA_HOME"),
        ("jars", {"SLUICE_CLASSPATH": "", "SLUICE_HOME": "/none"}, "mvn"),
        ("socket paths", {"TMPDIR": ""}, "TMPDIR"),
    ],
)
def test_what_is_amiss_is_named_with_what_to_do(
    name: str, variables: dict[str, str], advice: str, tmp_path: Path
) -> None:
    if "TMPDIR" in variables:
        long = tmp_path / ("x" * 100)
        long.mkdir()
        variables = {"TMPDIR": str(long)}
    if name == "jars" and (PYTHON.parent / "python" / "sluice" / "jars").exists():
        pytest.skip("this package has its jars inside")
    found = findings(**variables)[name]
    assert found["grade"] == "bad"
    assert advice in found["advice"]
    assert run(**variables).returncode == 1


def test_the_packages_are_those_of_the_extras() -> None:
    project = tomllib.loads((PYTHON / "pyproject.toml").read_text())["project"]
    wanted: dict[str, str] = {}
    for extra in [*project["optional-dependencies"].values(), project["dependencies"]]:
        for requirement in extra:
            name, _, version = requirement.partition(";")[0].strip().replace("==", ">=").partition(">=")
            wanted[name] = version
    for name, oldest, _ in (*doctor._OPTIONAL, ("cloudpickle", doctor._CLOUDPICKLE, "")):
        assert wanted[name] == ("" if oldest == "0" else oldest), name


def test_the_spark_that_programs_would_run_on(tmp_path: Path) -> None:
    home, jar = tmp_path / "a spark", tmp_path / "ours.jar"
    for place in (home / "bin" / "spark-submit", home / "jars" / "spark-core_2.13-4.1.2.jar", jar):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    found = findings(SPARK_HOME=str(home), SLUICE_SPARK_JAR=str(jar))["apache spark"]
    assert (found["grade"], found["found"]) == ("ok", f"4.1.2 at {home}, found by SPARK_HOME; ours: {jar}")
    found = findings(SPARK_HOME=str(tmp_path / "none"), SLUICE_SPARK_JAR=str(jar))["apache spark"]
    assert found["grade"] == "note"
    assert "no Apache Spark there" in found["found"]
