# SPDX-License-Identifier: Apache-2.0
"""`sluice submit` to a real cluster of Spark: files, archives and an environment, scripts and examples as they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import textwrap
from pathlib import Path

from tests.support.sparkclusters import SparkCluster
from tests.support.waiting import alive, eventually, gone

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def write(path: Path, text: str) -> Path:
    path.write_text(textwrap.dedent(text))
    return path


def test_a_script_of_pyspark_with_all_that_it_needs(spark: SparkCluster, tmp_path: Path) -> None:
    """The environment is a bare interpreter, without the cloudpickle of the driver's, and with a module of its own."""
    here = tmp_path / "some where"
    here.mkdir()
    environment = here / "environment.tar.gz"
    own = write(here / "only_there.py", "WHERE = 'in the environment'\n")
    start = write(here / "python", f'#!/bin/sh\nexport SHIPPED=1\nexec "{sys._base_executable}" -S "$@"\n')
    start.chmod(0o755)
    with tarfile.open(environment, "w:gz") as archive:
        archive.add(start, "bin/python")
        archive.add(own, "lib/only_there.py")
        link = tarfile.TarInfo("bin/outside")
        link.type, link.linkname = tarfile.SYMTYPE, "/usr/bin/env"
        archive.addfile(link)
    data = write(here / "data.txt", "some data")
    helper = write(here / "helper.py", "TIMES = 21\n")
    secret = write(here / "job.conf", "# settings\nspark.my.password hidden\nsluice.default.parallelism 3\n")
    script = write(
        here / "a program.py",
        """
        import os, sys
        from pyspark import SparkContext, SparkFiles
        import helper

        sc = SparkContext()
        print(sc.appName, sc.defaultParallelism, sys.argv[1:], sc.getConf().get("spark.my.password"))

        def task(n):
            import helper
            sys.path.append(SparkFiles.get("environment/lib"))
            import only_there
            with open(SparkFiles.get("data.txt")) as file:
                return n * helper.TIMES, file.read(), only_there.WHERE, os.environ["SAID"]

        def lent():
            return [entry for entry in sys.path if entry.endswith("/sluice-cloudpickle.zip")]

        drivers = lent()

        def bare(n):
            return os.environ["SHIPPED"], list(map(os.path.exists, lent())), lent() != drivers

        print(sc.parallelize([2], 1).map(task).first(), os.environ["SAID"])
        print(sc.parallelize([2], 1).map(bare).first())
        print(sorted(sc.parallelize("a b b".split()).map(lambda w: (w, 1)).reduceByKey(int.__add__).collect()))
        sc.setLogLevel("INFO")
        sc.range(3).sum()
        print(open(f"/proc/{sc._jvm_handle.pid}/cmdline").read().count("hidden"))
        sys.exit(7)
        """,
    )
    done = spark.submit(
        *("--pyspark", "--name", "a name", "--properties-file", secret, "--env", "SAID=some words"),
        *("--files", data, "--py-files", helper, "--archives", f"{environment}#environment"),
        *("--conf", "spark.pyspark.python=./environment/bin/python", script, "--own", "x"),
    )
    assert done.stdout.splitlines() == [
        "a name 3 ['--own', 'x'] hidden",
        "(42, 'some data', 'in the environment', 'some words') some words",
        "('1', [True], True)",
        "[('a', 1), ('b', 2)]",
        "0",
    ], done.stderr
    assert done.returncode == 7
    assert "Traceback" not in done.stderr
    # Of Spark's own log, which begins with warnings.
    assert "INFO spark DAGScheduler" in done.stderr
    spark.idle()


def test_an_example_runs_as_it_is(spark: SparkCluster, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One fish, two fish\n")
    (tmp_path / "b.txt").write_text("Red fish, blue fish. Two!\n")
    out = tmp_path / "out"
    done = spark.submit(EXAMPLES / "words.py", out, tmp_path / "a.txt", tmp_path / "b.txt")
    assert done.stdout == f"9 words, 5 of them distinct, in {out}\n", done.stderr
    lines = (out / "part-00000").read_text().splitlines()
    assert lines == ["fish\t4", "two\t2", "blue\t1", "one\t1", "red\t1"]
    spark.idle()


def test_what_cannot_run_says_so_in_one_line(spark: SparkCluster, tmp_path: Path) -> None:
    script = write(tmp_path / "program.py", "from sluice import Context\nContext()\n")
    done = spark.submit("--deploy-mode", "cluster", script)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a driver runs here, where its program is (deploy_mode=cluster" in done.stderr
    done = spark.submit(script, master="spark://127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "sluice.errors.StartError: no master of Spark answers (master=spark://127.0.0.1:1, "
        "reason=127.0.0.1:1: Connection refused)"
    )
    done = spark.submit(script, SPARK_HOME=str(tmp_path / "none"))
    assert "StartError: no Apache Spark there (path=" in done.stderr.splitlines()[-1]


def test_a_python_that_executors_do_not_have_is_named(spark: SparkCluster, tmp_path: Path) -> None:
    script = write(tmp_path / "program.py", "from sluice import Context\nContext().range(3).sum()\n")
    done = spark.submit("--conf", "spark.pyspark.python=/no/such/python", script)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("sluice.errors.JobError: ")]
    assert len(said) == 1, done.stderr
    assert "interpreter=/no/such/python" in said[0]
    spark.idle()


def test_ctrl_c_and_a_killed_driver_leave_nothing(spark: SparkCluster, tmp_path: Path) -> None:
    script = write(
        tmp_path / "program.py",
        """
        import sys, time
        from sluice import Conf, Context
        conf = Conf().setAll(pair.split("=", 1) for pair in sys.argv[3:])
        sc = Context(sys.argv[1], conf=conf)
        started = sys.argv[2]
        def sleeps(n):
            open(started, "w").close()
            time.sleep(600)
        try:
            sc.range(2, numSlices=2).foreach(sleeps)
        except KeyboardInterrupt:
            print("interrupted", sc.range(10).sum())
            sc.stop()
            sys.exit(3)
        """,
    )
    for sent, code, said in ((signal.SIGINT, 3, "interrupted 45\n"), (signal.SIGKILL, -9, "")):
        started = tmp_path / f"started-{sent}"
        settings = [f"{key}={value}" for key, value in spark.settings().items()]
        driver = subprocess.Popen(
            [sys.executable, str(script), spark.master, str(started), *settings],
            env=spark.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            eventually(lambda at=started: at.exists() or driver.poll() is not None, seconds=60)
            assert started.exists()
            jvm = Path(f"/proc/{driver.pid}/task/{driver.pid}/children").read_text().split()
            os.kill(driver.pid, sent)
            assert driver.communicate(timeout=60)[0] == said
            assert driver.returncode == code
            assert jvm
            gone(*map(int, jvm))
        finally:
            driver.kill()
            driver.communicate()
        spark.idle()
        assert all(map(alive, spark.pids()))
