# SPDX-License-Identifier: Apache-2.0
"""The script that runs a job with both daemons, and the one file that executors need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sluice.spark import compare, package
from tests.support import spark

JOB = """
import json, os, shlex, sys
given = shlex.split(os.environ["PYSPARK_SUBMIT_ARGS"])
conf = dict(given[i + 1].split("=", 1) for i, option in enumerate(given) if option == "--conf")
files = [given[i + 1] for i, option in enumerate(given) if option == "--py-files"]
with open(conf["spark.eventLog.dir"].removeprefix("file://") + "/events", "w") as log:
    for event in (
        {"Event": "SparkListenerJobStart", "Job ID": 0, "Submission Time": 1000},
        {"Event": "SparkListenerTaskEnd", "Task Info": {"Launch Time": 1000, "Finish Time": 1500}},
        {"Event": "SparkListenerJobEnd", "Job ID": 0, "Completion Time": 3000},
    ):
        log.write(json.dumps(event) + "\\n")
ours = conf["spark.python.daemon.module"] == "sluice.spark.daemon"
assert given[-1] == "pyspark-shell" and conf["my.own"] == "a b", given
assert files == (["mine.py," + files[0].rpartition(",")[2]] if ours else ["mine.py"]), files
print("answer", sys.argv[1])
if sys.argv[1] == "differs":
    print(ours)
if sys.argv[1] == "fails" and ours:
    sys.exit("it failed")
"""


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    job = tmp_path / "job.py"
    job.write_text(JOB)
    return subprocess.run(
        [sys.executable, "-m", "sluice.spark.compare", "--rounds", "1", str(job), *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(spark.PYTHON_TREE),
            "PYSPARK_SUBMIT_ARGS": "--py-files mine.py --conf 'my.own=a b' pyspark-shell",
        },
        capture_output=True,
        text=True,
    )


def test_both_run_and_their_outputs_are_compared(tmp_path: Path) -> None:
    done = run(tmp_path, "same")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[3:]]
    assert rows[1] == ["Spark's", "jobs,", "s", "2.00", "2.00", "1.00x"]
    assert rows[2] == ["tasks,", "each,", "ms", "500.00", "500.00", "1.00x"]
    assert rows[3] == ["tasks", "1", "1"]
    assert done.stdout.endswith("output: the same in every run, lines=1\n")


def test_a_difference_and_a_failure_are_said(tmp_path: Path) -> None:
    done = run(tmp_path, "differs")
    assert done.stdout.endswith("output: differs, first in line 2: 'False' and 'True'\n")
    done = run(tmp_path, "fails")
    assert done.returncode == 1
    assert "it failed" in done.stderr


def test_options_given_for_submit_stay(tmp_path: Path) -> None:
    given = ["--master", "yarn", "--py-files=a.zip", "--conf", "x=y"]
    stock = compare.options(given, "pyspark.daemon", "/l", "/p/sluice.py")
    ours = compare.options(given, "sluice.spark.daemon", "/l", "/p/sluice.py")
    assert stock[:6] == ["--master", "yarn", "--conf", "x=y", "--py-files", "a.zip"]
    assert ours[:6] == ["--master", "yarn", "--conf", "x=y", "--py-files", "a.zip,/p/sluice.py"]
    assert "spark.python.daemon.module=sluice.spark.daemon" in ours


def test_the_one_file_is_the_daemon(tmp_path: Path) -> None:
    """As an executor starts it: from its working directory, with nothing else of ours on the path."""
    package.write(str(tmp_path))
    code = (
        "import sluice.spark.daemon as daemon, sys\n"
        "assert daemon.main and 'sluice.py' in sys.modules['sluice'].__file__\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('cloudpickle', 'py4j')))\n"
    )
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    variables["OMP_NUM_THREADS"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=variables, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    done = subprocess.run(
        [spark.interpreter(), "-m", "sluice.spark.daemon", "pyspark.worker"],
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert (len(done.stdout), done.stderr) == (4, b"")


def test_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="imported by its name"):
        package.write(str(tmp_path / "other.py"))
