# SPDX-License-Identifier: Apache-2.0
"""PYSPARK_SUBMIT_ARGS, as test suites set it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import sluice
from sluice.errors import ConfigError
from sluice.pyspark.submit import submitted


@pytest.mark.parametrize(
    ("words", "settings", "py_files"),
    [
        ("", {}, []),
        ("pyspark-shell", {}, []),
        ("--master local[3] pyspark-shell", {"spark.master": "local[3]"}, []),
        ("--name 'two words' --master=local", {"spark.app.name": "two words", "spark.master": "local"}, []),
        ("--conf a.b=c=d --driver-cores 2 --proxy-user me pyspark-shell", {"a.b": "c=d"}, []),
        (
            "--packages x:y:1 --jars a.jar --queue q --deploy-mode client",
            {
                "spark.jars.packages": "x:y:1",
                "spark.jars": "a.jar",
                "spark.yarn.queue": "q",
                "spark.submit.deployMode": "client",
            },
            [],
        ),
        (
            "--files a,b --archives=z.zip#name x",
            {"spark.files": "a,b", "spark.archives": "z.zip#name"},
            [],
        ),
        ("--py-files a.py,b.zip --driver-memory 2g x", {"spark.driver.memory": "2g"}, ["a.py", "b.zip"]),
    ],
)
def test_options(
    monkeypatch: pytest.MonkeyPatch, words: str, settings: dict[str, str], py_files: list[str]
) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", words)
    assert submitted() == (settings, py_files)


def test_a_file_of_settings_counts_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "some settings.conf"
    file.write_text("# what all programs have\nspark.a 1\nspark.b=2\n")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--conf spark.b=3 --properties-file '{file}' x")
    assert submitted().settings == {"spark.a": "1", "spark.b": "3"}
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--properties-file={tmp_path}/none")
    with pytest.raises(ConfigError, match="cannot read settings"):
        submitted()


def test_what_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--name 'open")
    with pytest.raises(ConfigError, match=r"cannot read PYSPARK_SUBMIT_ARGS .*No closing quotation"):
        submitted()


def test_a_program_is_run_with_them_unless_it_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "extra.py").write_text("def f(x):\n    return x + 1\n")
    (tmp_path / "main.py").write_text(
        """
import os
os.environ["PYSPARK_SUBMIT_ARGS"] = (
    "--master local[3] --name asked --conf own.key=1 --py-files extra.py --files extra.py pyspark-shell"
)
from pyspark import SparkConf, SparkContext, SparkFiles
with SparkContext() as sc:
    from extra import f
    assert len(open(SparkFiles.get("extra.py")).readlines()) == 2
    print(sc.master, sc.appName, sc.getConf().get("own.key"), sc.parallelize([1]).map(f).collect())
with SparkContext("local[2]", conf=SparkConf().setAppName("own")) as sc:
    print(sc.master, sc.appName)
"""
    )
    variables = {**os.environ, "PYTHONPATH": str(Path(sluice.__file__).parents[1])}
    command = [sys.executable, "-m", "sluice.pyspark", "main.py"]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)
    assert done.stdout == "local[3] asked 1 [2]\nlocal[2] own\n", done.stderr


def test_options_before_the_script(tmp_path: Path) -> None:
    """Those of spark-submit: modules are there before a context is, and after the script they are the script's."""
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed.py", "def f(x):\n    return x * 2\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "loose.py").write_text("def g(x):\n    return x + 1\n")
    (tmp_path / "main.py").write_text(
        """
import sys
from loose import g
from packed import f
from pyspark import SparkContext
with SparkContext() as sc:
    print(sc.master, sc.appName, sc.getConf().get("own.key"), sys.argv[1:])
    print(sc.parallelize([1, 2]).map(f).map(g).collect())
"""
    )
    options = ["--master", "local-cluster[2,1,1024]", "--name=asked", "--conf", "own.key=a b", "--verbose"]
    options += ["--packages", "x:y:1", "--py-files", "packed.zip,own/loose.py"]
    done = subprocess.run(
        [sys.executable, "-m", "sluice.pyspark", *options, "main.py", "--master", "mine"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(sluice.__file__).parents[1])},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        "local-cluster[2,1,1024] asked a b ['--master', 'mine']",
        "[3, 5]",
    ], done.stderr
