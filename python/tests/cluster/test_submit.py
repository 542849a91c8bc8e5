# SPDX-License-Identifier: Apache-2.0
"""`sluice submit`: options, output, exit codes and Ctrl-C, with the driver here and in the cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.clusters import Cluster
from tests.support.waiting import gone

BOTH = pytest.mark.parametrize("where", [[], ["--driver-in-cluster"]], ids=["here", "in the cluster"])

PROGRAM = """
import os, sys
from sluice import Context
import helper

with Context() as sc:
    print(sc.appName, sc.master, sc.defaultParallelism, sys.argv[1:], os.environ["SAID"])
    def task(n):
        import helper
        return helper.TIMES * n, os.environ["SAID"]
    print(sc.parallelize([1, 2], 2).map(task).collect())
print("to standard error", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


def write(directory: Path, text: str, name: str = "a program.py") -> Path:
    path = directory / name
    path.write_text(text)
    return path


@BOTH
def test_options_output_and_exit_code(cluster: Cluster, tmp_path: Path, where: list[str]) -> None:
    helper = write(tmp_path, "TIMES = 21", "helper.py")
    (tmp_path / "elsewhere").mkdir()
    script = write(tmp_path / "elsewhere", PROGRAM)
    done = cluster.command(
        *where,
        *("--master", cluster.master, "--name", "a name", "--conf", "sluice.default.parallelism=5"),
        *("--env", "SAID=some words", "--py-files", helper, script, 7, "--name", "own"),
        name="submit",
    )
    assert done.stdout.splitlines() == [
        f"a name {cluster.master} 5 ['7', '--name', 'own'] some words",
        "[(21, 'some words'), (42, 'some words')]",
    ]
    assert done.stderr.splitlines() == ["to standard error"]
    assert done.returncode == 7


@BOTH
def test_a_pyspark_program_with_files(cluster: Cluster, tmp_path: Path, where: list[str]) -> None:
    data = write(tmp_path, "some data", "data.txt")
    script = write(
        tmp_path,
        """
from pyspark import SparkContext, SparkFiles
sc = SparkContext()
print(sc.appName, sc.parallelize([1]).map(lambda n: open(SparkFiles.get("data.txt")).read()).collect())
""",
    )
    done = cluster.command(*where, "--pyspark", "--name", "files", "--files", data, script, name="submit")
    assert (done.stdout, done.returncode) == ("files ['some data']\n", 0), done.stderr


@BOTH
def test_ctrl_c_is_the_programs(cluster: Cluster, tmp_path: Path, where: list[str]) -> None:
    script = write(
        tmp_path,
        """
import os, sys
from sluice import Context
sc = Context()
def forever(items):
    print("busy", os.getpid(), flush=True)
    while True:
        pass
try:
    sc.parallelize([1], 1).mapPartitions(forever).collect()
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(9)
""",
    )
    with _submitted(cluster, *where, script) as process:
        assert process.stdout is not None
        word, pid = process.stdout.readline().split()
        assert word == "busy"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 9
        assert process.stdout.read() == "interrupted\n"
        gone(int(pid))


def test_a_driver_in_the_cluster_ends_when_nobody_waits_for_it(cluster: Cluster, tmp_path: Path) -> None:
    text = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"
    with _submitted(cluster, "--driver-in-cluster", write(tmp_path, text)) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert pid in cluster.pids()
        process.kill()
        process.wait()
        gone(pid)


def test_a_driver_in_the_cluster_ends_with_it(own_cluster: Cluster, tmp_path: Path) -> None:
    text = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(120)
"""
    cluster = own_cluster.start()
    with _submitted(cluster, "--driver-in-cluster", write(tmp_path, text)) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        cluster.stop()
        gone(pid)
        assert process.wait(30) != 0


def test_much_output_of_a_driver_in_the_cluster_comes_whole(cluster: Cluster, tmp_path: Path) -> None:
    text = """
import sys
for n in range(30000):
    print(n, "x" * 50)
    if n % 100 == 0:
        print(n, file=sys.stderr)
"""
    done = cluster.command("--driver-in-cluster", write(tmp_path, text), name="submit")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [str(n) for n in range(30000)]
    assert done.stderr.splitlines() == [str(n) for n in range(0, 30000, 100)]


def test_what_a_driver_in_the_cluster_leaves_running_holds_nobody_up(
    cluster: Cluster, tmp_path: Path
) -> None:
    text = """
import subprocess, sys
print(subprocess.Popen(["sleep", "300"]).pid, flush=True)
print("x" * 300_000)
sys.exit(7)
"""
    done = cluster.command("--driver-in-cluster", write(tmp_path, text), name="submit")
    left, rest = done.stdout.splitlines()
    os.kill(int(left), signal.SIGKILL)
    assert rest == "x" * 300_000
    assert done.returncode == 7


def test_a_driver_in_the_cluster_that_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    text = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    done = cluster.command("--driver-in-cluster", write(tmp_path, text), name="submit")
    assert done.returncode == 137


def test_wrong_use_is_one_line(cluster: Cluster, tmp_path: Path) -> None:
    script = write(tmp_path, "print(1)")
    for arguments, line in (
        ([], "usage: sluice submit [OPTIONS] SCRIPT [ARGUMENTS] (got=no script)"),
        (["/no such.py"], "no such script (path=/no such.py)"),
        (["--master", "nowhere", script], "Could not parse Master URL: 'nowhere'"),
        (["--conf", "sluice.no.such=1", script], "unknown setting (name=sluice.no.such"),
        (["--conf", "word", script], "a setting is written K=V (got=word)"),
        (["--files", "/no such", script], "no such file (path=/no such)"),
        (
            ["--driver-in-cluster", "--master", "local[1]", script],
            "a driver runs in a cluster only where there is one (master=local[1])",
        ),
    ):
        done = cluster.command(*arguments, name="submit")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr.startswith(f"sluice: {line}")


def test_without_a_cluster(tmp_path: Path) -> None:
    with Cluster() as nowhere:
        done = nowhere.command(write(tmp_path, "print(1)"), name="submit")
        assert done.returncode == 2
        assert "no cluster is running" in done.stderr
        assert "sluice cluster start" in done.stderr


def _submitted(cluster: Cluster, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "sluice.commands.submit", *map(str, arguments)],
        env=cluster.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
