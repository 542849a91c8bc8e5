# SPDX-License-Identifier: Apache-2.0
"""Clusters that run while a scenario is measured on them: Sluice's own, and Spark's standalone one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from bench.names import ON_SPARK
from sluice.demo import runner
from sluice.errors import StartError

_PATIENCE = 60.0


@contextmanager
def cluster(engine: runner.Engine, directory: Path, slots: int) -> Iterator[dict[str, str]]:
    """A cluster of Sluice's on a free port, with a state directory of its own; gives the programs' variables.

    Raises:
        StartError: it does not start; with its own words.
    """
    environ = _environ(engine, SLUICE_STATE=str(directory / "state"))
    command = [sys.executable, "-P", "-m", "sluice.commands.cluster"]

    def call(*arguments: str) -> str:
        done = subprocess.run([*command, *arguments], env=environ, capture_output=True, text=True)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise StartError("the cluster does not start", said=said[-1] if said else "nothing")
        return done.stdout

    begun = time.perf_counter()
    started = call("start", "--executors", "1", "--cores", str(slots), "--port", "0")
    ready = time.perf_counter() - begun
    found = re.search(r"sluice://localhost:(\d+)", started)
    if found is None:
        raise StartError("the cluster does not say its port", said=started.strip())
    try:
        status = json.loads(call("status", "--port", found[1], "--json"))
        yield {
            "BENCH_MASTER": found[0],
            "BENCH_READY": str(ready),
            "BENCH_CLUSTER": json.dumps(status),
            "SLUICE_STATE": environ["SLUICE_STATE"],
        }
    finally:
        subprocess.run([*command, "stop", "--port", found[1]], env=environ, capture_output=True)


@contextmanager
def standalone(engine: runner.Engine, directory: Path, slots: int) -> Iterator[dict[str, str]]:
    """Spark's master and one worker, as its users start them; gives the programs' variables.

    Raises:
        StartError: one of them does not come up.
    """
    with _spark(engine, directory / "standalone", 1, slots) as told:
        yield told


@contextmanager
def shared_spark(engine: runner.Engine, directory: Path, slots: int) -> Iterator[dict[str, str]]:
    """Spark's master and a worker of one core for each slot; gives the programs' variables.

    Raises:
        StartError: one of them does not come up.
    """
    with _spark(engine, directory / "spark", slots, 1) as told:
        yield told


@contextmanager
def _spark(engine: runner.Engine, place: Path, workers: int, cores: int) -> Iterator[dict[str, str]]:
    place.mkdir(exist_ok=True)
    home = engine.variables.get("SPARK_HOME") or spark_home(engine.command[0])
    spark_class = os.path.join(home, "bin", "spark-class")
    environ = _environ(engine, SPARK_HOME=home, SPARK_WORKER_DIR=str(place / "work"))
    environ["SPARK_LOCAL_DIRS"] = str(place)
    begun = time.perf_counter()
    usual = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with _daemon(
        "master", [spark_class, "org.apache.spark.deploy.master.Master", *usual], environ, place
    ) as log:
        url = _told(log, r"Starting Spark master at (spark://\S+)")
        _told(log, r"I have been elected leader|New state: ALIVE")
        worker = [spark_class, "org.apache.spark.deploy.worker.Worker", *usual]
        worker += ["--cores", str(cores), "--memory", "6g", url]
        with ExitStack() as stack:
            names = [f"worker-{number}" for number in range(workers)]
            for log in [stack.enter_context(_daemon(name, worker, environ, place)) for name in names]:
                _told(log, r"Successfully registered with master")
            ready = time.perf_counter() - begun
            yield {"BENCH_MASTER": url, "BENCH_READY": str(ready)}


def spark_home(python: str) -> str:
    """Where the PySpark of an interpreter is, with all of Spark in it."""
    where = "import pyspark; print(pyspark.__path__[0])"
    return subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()


#: What has to run while a scenario is measured on an engine.
SERVICES: dict[str, Callable[..., AbstractContextManager[dict[str, str]]]] = {
    "cluster": cluster,
    "standalone": standalone,
    **dict.fromkeys(ON_SPARK, shared_spark),
}


def _environ(engine: runner.Engine, **more: str) -> dict[str, str]:
    """The environment that the engine's programs get."""
    environ = {**os.environ, **{key: value for key, value in engine.variables.items() if value is not None}}
    for key, value in engine.variables.items():
        if value is None:
            environ.pop(key, None)
    return {**environ, **more}


@contextmanager
def _daemon(name: str, command: list[str], environ: dict[str, str], place: Path) -> Iterator[Path]:
    """A process that runs until the block ends; gives the file of what it says."""
    log = place / f"{name}.log"
    with open(log, "wb") as file:
        process = subprocess.Popen(
            command,
            env=environ,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            process_group=0,
        )
    try:
        yield log
    finally:
        for end, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, None)):
            process.send_signal(end)
            try:
                process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue


def _told(log: Path, pattern: str) -> str:
    """Wait until a daemon says something, and return what the pattern's group has of it."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = re.search(pattern, log.read_text("utf-8", "replace"))
        if found:
            return found[found.re.groups]
        time.sleep(0.02)
    raise StartError(
        "spark's standalone cluster does not come up", waited_for=pattern, log=log.read_text()[-500:]
    )
